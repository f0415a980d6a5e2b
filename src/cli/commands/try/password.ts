/**
 * Reads the password of the tested user, from a hidden prompt or a pipe.
 * It is never an argument, because other users can see arguments.
 */
import { UsageError } from '../../../core/errors.ts';
import type { LackingFlag } from '../../inputs/resolve.ts';
import type { Io } from '../../terminal/io.ts';
import type { Prompts } from '../../terminal/prompts/index.ts';

/** In bytes. A password has at most 256 characters, so longer input is something else. */
const maxBytes = 4096;

const howTo = '--password-stdin  reads it from standard input:  … | cognito-migrate try --password-stdin …';

/** Describes the flag if there is no way to give a password. */
export const lackingPassword: LackingFlag = {
  flag: '--password-stdin',
  describe: 'read the password from standard input: nobody is there to be asked',
  hint: howTo,
};

/** Throws UsageError if the typed password would be visible. Reads nothing. */
export function assertUnseen({ stdin }: Io): void {
  if (stdin.isTTY !== true) return;
  throw new UsageError('--password-stdin: standard input is the terminal, where a password would be seen', {
    code: 'PASSWORD_STDIN_IS_TERMINAL',
    hint: ['Leave it out to be asked for the password, unseen.'],
  });
}

/** The password. Removes the line ending of piped input. */
export async function readPassword(io: Io, prompts: Prompts | undefined, username: string): Promise<string> {
  const password =
    prompts === undefined
      ? await fromStdin(io)
      : await prompts.secret({ message: `Password of ${username}` });
  if (password !== '') return password;
  throw new UsageError('The password is empty', { code: 'EMPTY_PASSWORD', hint: [howTo] });
}

async function fromStdin({ stdin }: Io): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > maxBytes) {
      throw new UsageError('Standard input is too long for a password', { code: 'PASSWORD_TOO_LONG' });
    }
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

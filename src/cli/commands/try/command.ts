/**
 * try: tests whether a user would move. The rehearsal creates no user.
 * With --for-real, it does the sign-in itself.
 */

import * as z from 'zod/mini';
import { type Rehearsal, rehearse } from '../../../aws/function/rehearsal.ts';
import { signIn } from '../../../aws/sign-in.ts';
import { findUser, type PoolUser } from '../../../aws/users.ts';
import { type ExitKind, UnhealthyError, UsageError } from '../../../core/errors.ts';
import { flagOf } from '../../../core/variables/index.ts';
import { functionArn } from '../../../steps/names.ts';
import type { Context } from '../../context.ts';
import { assertNotDry } from '../../inputs/dry-run.ts';
import { type Given, loadInputs } from '../../inputs/load-inputs.ts';
import type { LackingFlag } from '../../inputs/missing.ts';
import { findMigration } from '../../migration/find-migration.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { missingWith } from '../../migration/settle-inputs.ts';
import { isHandedOver } from '../../session/access.ts';
import { requirePool } from '../../session/require-pool.ts';
import type { Io } from '../../terminal/io.ts';
import type { Prompts } from '../../terminal/questions.ts';
import { chooseSignInClient, type SignInClient } from './client.ts';
import { impossibleReason } from './impossible.ts';
import { type Trial, works } from './trial.ts';
import { tryDocument } from './view.ts';

const Options = z.object({
  username: z.optional(z.string()),
  passwordStdin: z.optional(z.boolean()),
  forReal: z.optional(z.boolean()),
  clientId: z.optional(z.string()),
});
type Options = z.output<typeof Options>;

export async function tryUser(context: Context): Promise<ExitKind> {
  const { command, reporter } = context;
  const options = Options.parse(command.opts());
  if (options.forReal)
    assertNotDry(context, '--for-real moves the user', 'Without --for-real it is a rehearsal.');
  else assertNoClient(options);
  if (options.passwordStdin) assertUnseen(context.io);
  const given = await loadInputs(context);
  const prompts = options.passwordStdin ? undefined : given.prompts;
  const lacking = prompts === undefined ? lackingOf(options) : [];
  if (lacking.length > 0) throw missingWith(lacking, given, 'read');
  const username = await nameOf(options, given);
  const found = await findMigration(context, given, 'read');
  const { aws, inputs, newPool } = found;
  if (newPool === undefined) await requirePool(aws.new, inputs.NEW_USER_POOL_ID, flagOf('NEW_USER_POOL_ID'));

  const client = options.forReal
    ? await chooseSignInClient(aws.new, inputs, options.clientId, prompts, reporter.busy)
    : undefined;
  const impossible = impossibleReason(username);
  if (impossible !== undefined) {
    reporter.data(tryDocument({ username, rehearsal: turnedAway(impossible) }, inputs));
    return 'refused';
  }
  const existing = await reporter.busy('Looking for the user', () =>
    findUser(aws.new.idp, inputs.NEW_USER_POOL_ID, username),
  );
  // Never rehearse an existing user. The old pool would count an attempt for nothing.
  const isOver = existing !== undefined && client === undefined;
  const trial: Trial = {
    username,
    ...(existing === undefined ? {} : { existing }),
    ...(isOver ? {} : await attempt(context, prompts, found, username, existing, client)),
  };
  reporter.data(tryDocument(trial, inputs));
  return works(trial) ? 'ok' : 'refused';
}

/** The function's result for an impossible name or password. The function itself is not called. */
const turnedAway = (reason: string): Rehearsal => ({ outcome: 'untouched', reason, ms: 0 });

function assertNoClient({ clientId }: Options): void {
  if (clientId === undefined) return;
  throw new UsageError('--client-id needs --for-real, because a rehearsal uses no app client', {
    code: 'BAD_INPUT',
  });
}

/** The flags for values that no prompt can ask for. */
const lackingOf = ({ username, passwordStdin }: Options): LackingFlag[] => [
  ...(username ? [] : [{ flag: '--username', describe: 'the name that the user signs in with' }]),
  ...(passwordStdin ? [] : [lackingPassword]),
];

async function nameOf({ username = '' }: Options, { prompts }: Given): Promise<string> {
  if (username !== '' || prompts === undefined) return username;
  return prompts.input({
    message: 'Which user? The name they sign in with',
    validate: async (answer) => answer !== '' || 'Enter a name',
  });
}

const isNotInstalled = (error: unknown): boolean =>
  error instanceof UnhealthyError && error.code === 'NOT_INSTALLED';

/** Whether the pool's trigger calls this function, or a version or an alias of it. */
const callsFunction = (newPool: Migration['newPool'], arn: string): boolean =>
  `${newPool?.pool.LambdaConfig?.UserMigration}:`.startsWith(`${arn}:`);

const functionGone = (name: string): UnhealthyError =>
  new UnhealthyError(
    `The function ${name} no longer exists, and the trigger still calls it. Users who haven't moved cannot sign in.`,
    { code: 'FUNCTION_GONE', found: name, hint: ['cognito-migrate init  creates it again.'] },
  );

/** Runs the rehearsal. Then signs in, if that was requested and has a chance. */
async function attempt(
  { io, reporter }: Context,
  prompts: Given['prompts'],
  { aws, inputs, newPool }: Migration,
  username: string,
  existing: PoolUser | undefined,
  client: SignInClient | undefined,
): Promise<Partial<Trial>> {
  const { NEW_USER_POOL_ID, OLD_USER_POOL_ID, NAME } = inputs;
  // Look for the old user before any attempt. A missing permission must not show up afterwards.
  const old =
    client === undefined || isHandedOver(inputs)
      ? undefined
      : await reporter.busy('Looking for the user', () => findUser(aws.old.idp, OLD_USER_POOL_ID, username));
  const who = { username, password: await readPassword(io, prompts, username) };
  const impossible = impossibleReason(username, who.password);
  if (impossible !== undefined) return { rehearsal: turnedAway(impossible) };
  const rehearsal =
    existing === undefined
      ? await reporter.busy('Rehearsing the sign-in', () =>
          rehearse(aws.new.lambda, aws.clock, NAME, NEW_USER_POOL_ID, who).catch((error: unknown) => {
            throw isNotInstalled(error) && callsFunction(newPool, functionArn(inputs))
              ? functionGone(NAME)
              : error;
          }),
        )
      : undefined;
  const rehearsed = rehearsal === undefined ? {} : { rehearsal };
  if (client === undefined || (rehearsal !== undefined && rehearsal.outcome !== 'migrated')) return rehearsed;
  return io.interrupt.during('Finishing the sign-in.', async () => {
    reporter.text(`  Signing in to ${inputs.NEW_USER_POOL_NAME} through ${client.name}`);
    const request = { ...who, userPoolId: NEW_USER_POOL_ID, clientId: client.id };
    const { signedIn, newUser } = await reporter.busy('Signing in', async () => ({
      signedIn: await signIn(aws.new.idp, aws.clock, request),
      newUser: await findUser(aws.new.idp, NEW_USER_POOL_ID, username),
    }));
    return {
      ...rehearsed,
      signIn: { ...signedIn, client: { id: client.id, name: client.name } },
      users: {
        canReadOld: !isHandedOver(inputs),
        ...(old === undefined ? {} : { old }),
        ...(newUser === undefined ? {} : { new: newUser }),
      },
    };
  });
}

/** In bytes. A password has at most 256 characters, so longer input is something else. */
const maxBytes = 4096;

/**
 * Reads the password of the tested user, from a hidden prompt or a pipe.
 * It is never an argument, because other users can see arguments.
 */
const howTo = '--password-stdin  reads it from standard input:  … | cognito-migrate try --password-stdin …';

/** Describes the flag if there is no way to give a password. */
const lackingPassword: LackingFlag = {
  flag: '--password-stdin',
  describe: 'read the password from standard input, because nobody can be asked',
  hint: howTo,
};

/** Throws UsageError if the typed password would be visible. Reads nothing. */
function assertUnseen({ stdin }: Io): void {
  if (stdin.isTTY !== true) return;
  throw new UsageError('--password-stdin: standard input is the terminal, where a password would be seen', {
    code: 'PASSWORD_STDIN_IS_TERMINAL',
    hint: ['Leave it out to be asked for the password, unseen.'],
  });
}

/** The password. Removes the line ending of piped input. */
async function readPassword(io: Io, prompts: Prompts | undefined, username: string): Promise<string> {
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

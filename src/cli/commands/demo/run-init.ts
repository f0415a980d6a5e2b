/** Runs the real init through the same entry point as the command line. */
import { Writable } from 'node:stream';
import * as z from 'zod/mini';
import { CheckError, exitCodes } from '../../../core/errors.ts';
import type { Context } from '../../context.ts';
import { withoutConfigFile } from '../../inputs/config-file.ts';
import type { Io } from '../../terminal/io.ts';

/** The environment variables about the terminal. No others may reach a demo. */
const shown = ({ env: { NO_COLOR, FORCE_COLOR, TERM, CI } }: Io): Io['env'] => ({
  NO_COLOR,
  FORCE_COLOR,
  TERM,
  CI,
  ...withoutConfigFile,
});

type Runner = Pick<Context, 'io' | 'main'>;

/** A stream that discards all input. */
const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

/**
 * Runs init and shows its progress. Throws CheckError if it fails.
 * Hides the result, because the state file and the variables disappear with the demo.
 */
export async function runInit({ io, main }: Runner, words: readonly string[]): Promise<void> {
  assertDone(await main(['init', ...words], { ...io, env: shown(io), stdout: nowhere(), isShow: true }));
}

const Result = z.object({ changes: z.number(), variables: z.record(z.string(), z.string()) });

/** Runs init without output, and returns its JSON document. */
export async function runInitQuietly(
  runner: Runner,
  words: readonly string[],
): Promise<z.output<typeof Result>> {
  const { code, document } = await runQuietly(runner, ['init', ...words]);
  assertDone(code);
  return Result.parse(document);
}

/** Runs a command without output. Its JSON document is whatever the command printed. */
export async function runQuietly(
  { io, main }: Runner,
  words: readonly string[],
): Promise<{ readonly code: number; readonly document: unknown }> {
  let text = '';
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const code = await main([...words, '--json'], { ...io, env: withoutConfigFile, stdout });
  return { code, document: JSON.parse(text) };
}

function assertDone(code: number): void {
  if (code === exitCodes.ok.code) return;
  throw new CheckError(`init ended with exit code ${code}`, {
    code: 'DEMO_FAILED',
    expected: exitCodes.ok.code,
    found: code,
  });
}

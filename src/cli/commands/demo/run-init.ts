/** The real init, behind the same entry as the command line's. */
import { Writable } from 'node:stream';
import * as z from 'zod/mini';
import { CheckError, exitCodes } from '../../../core/errors.ts';
import type { Context } from '../../context.ts';
import type { Io } from '../../terminal/io.ts';

/** What the environment says about the terminal; nothing else of it may reach a demo. */
const shown = ({ env: { NO_COLOR, FORCE_COLOR, TERM, CI } }: Io): Io['env'] => ({
  NO_COLOR,
  FORCE_COLOR,
  TERM,
  CI,
});

type Runner = Pick<Context, 'io' | 'main'>;

/** Takes everything and keeps nothing. */
const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

/**
 * Runs init and lets it say all that it does. Not its result: the state file and the variables are gone with the demo.
 * Throws CheckError when it fails.
 */
export async function runInit({ io, main }: Runner, words: readonly string[]): Promise<void> {
  assertDone(await main(['init', ...words], { ...io, env: shown(io), stdout: nowhere(), isShow: true }));
}

const Result = z.object({ changes: z.number(), variables: z.record(z.string(), z.string()) });

/** Runs init in silence, and returns what its JSON document says. */
export async function runInitQuietly(
  { io, main }: Runner,
  words: readonly string[],
): Promise<z.output<typeof Result>> {
  let text = '';
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  assertDone(await main(['init', ...words, '--json'], { ...io, env: {}, stdout }));
  return Result.parse(JSON.parse(text));
}

function assertDone(code: number): void {
  if (code === exitCodes.ok.code) return;
  throw new CheckError(`init ended with exit code ${code}`, {
    code: 'DEMO_FAILED',
    expected: exitCodes.ok.code,
    found: code,
  });
}

/**
 * self-test: runs the whole journey between two throw-away pools of any account.
 * It also tests the behavior that only AWS itself can show.
 */

import { access, constants, open, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Writable } from 'node:stream';
import * as z from 'zod/mini';
import { CancelledError, type ExitKind, UsageError } from '../../../core/errors.ts';
import type { Emit } from '../../../core/events.ts';
import { isJsonObject } from '../../../core/json.ts';
import { countOf, deleteAll, findAll } from '../../../self-test/cleanup.ts';
import { newRunId, runPrefix } from '../../../self-test/fixtures/names.ts';
import { removeOldFolders } from '../../../self-test/folder.ts';
import { Meter } from '../../../self-test/meter.ts';
import { perform } from '../../../self-test/run.ts';
import type { Ran } from '../../../self-test/scene.ts';
import type { Context } from '../../context.ts';
import { withoutConfigFile } from '../../inputs/config-file.ts';
import { assertNotDry } from '../../inputs/dry-run.ts';
import { missing } from '../../inputs/missing.ts';
import { showBefore } from '../../terminal/reporter.ts';
import { documentOf } from './document.ts';
import { type Inputs, selfTestInputs } from './inputs.ts';
import { reportText } from './report.ts';
import { cleanedDocument, intentText, leftoversText, resultDocument, resultReporter } from './view.ts';

const Options = z.object({
  report: z.optional(z.string()),
  clean: z._default(z.boolean(), false),
  withAccount: z._default(z.boolean(), false),
});

export async function selfTest(context: Context): Promise<ExitKind> {
  const { io, reporter, command } = context;
  const options = Options.parse(command.opts());
  assertNotDry(context, 'self-test creates its own pools and deletes them again');
  const meter = new Meter(io.clock);
  const inputs = await selfTestInputs(context, meter.emit);
  if (options.clean) return clean(context, inputs);
  if (options.report !== undefined) await assertWritable(options.report);
  const runId = newRunId();
  showBefore(inputs.prompts !== undefined, reporter, `${intentText(inputs, runPrefix(runId))}\n`);
  await approve(inputs);
  const emit: Emit = (event) => {
    reporter.emit(event);
    meter.emit(event);
  };
  const startedAt = io.clock.now();
  const performance = await io.interrupt.during('Deleting everything that the self-test created.', () =>
    perform({
      runProgram: (words, watch) => runCommand(context, words, watch),
      clock: io.clock,
      signal: io.interrupt.signal,
      places: inputs.places,
      access: inputs.access,
      runId,
      meter,
      emit,
      onResult: resultReporter(reporter.emit, reporter),
    }),
  );
  const isClean = performance.cleaned.outcome === 'same';
  if (!isClean) reporter.emit({ type: 'note', level: 'warning', message: cleanLater });
  const stopped = io.interrupt.signal.aborted;
  const { withAccount, report } = options;
  const document = documentOf(performance, { runId, startedAt, inputs, withAccount, stopped });
  const lost = report === undefined ? undefined : await writeReport(report, reportText(document));
  if (lost !== undefined) reporter.emit({ type: 'note', level: 'warning', message: lost });
  if (stopped) {
    const hint = [isClean ? 'Everything that it created is deleted again.' : cleanLater];
    throw new CancelledError('The self-test was stopped.', { code: 'CANCELLED', hint });
  }
  reporter.data(resultDocument(document, lost === undefined ? report : undefined));
  if (!document.ok) return 'refused';
  return lost === undefined ? 'ok' : 'usage';
}

const cleanLater = 'cognito-migrate self-test --clean  shows and deletes what is left.';

async function approve({ values, prompts }: Inputs): Promise<void> {
  if (values.YES) return;
  if (prompts === undefined) throw missing(['YES']);
  if (await prompts.confirm({ message: 'Continue?', default: true })) return;
  throw new CancelledError('Nothing was created.', { code: 'DECLINED' });
}

/**
 * Throws UsageError if the report cannot be written.
 * Without this check, the error would appear twelve minutes later.
 */
async function assertWritable(file: string): Promise<void> {
  try {
    const there = await open(file, 'r+').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (there === undefined) await access(dirname(resolve(file)), constants.W_OK);
    await there?.close();
  } catch (error) {
    throw new UsageError(`--report ${file}: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'BAD_INPUT',
      found: file,
    });
  }
}

/** @returns the reason if the write failed. The result still prints, because it took twelve minutes. */
async function writeReport(file: string, text: string): Promise<string | undefined> {
  try {
    await writeFile(file, text);
    return undefined;
  } catch (error) {
    return `The report could not be written: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** self-test --clean: shows what killed runs left, and deletes it on approval. */
async function clean({ io, reporter }: Context, { places, values, prompts }: Inputs): Promise<ExitKind> {
  await removeOldFolders();
  const found = await findAll(places, { clock: io.clock });
  if (countOf(found) === 0) {
    reporter.data(cleanedDocument(found, []));
    return 'ok';
  }
  showBefore(prompts !== undefined, reporter, `${leftoversText(found)}\n`);
  if (!values.YES) {
    if (prompts === undefined) throw missing(['YES']);
    const message = 'Delete it? A self-test that runs here now would fail.';
    if (!(await prompts.confirm({ message, default: true })))
      throw new CancelledError('Nothing was changed.', { code: 'DECLINED' });
  }
  const title = 'clean-up';
  const onProgress = (message: string): void =>
    reporter.emit({ type: 'wait', step: 'nothing-left', key: '', title, message });
  return io.interrupt.during('Finishing the current deletion.', async () => {
    const { stuck, left } = await deleteAll(places, found, { clock: io.clock, onProgress });
    for (const { leftover, why } of stuck)
      reporter.emit({ type: 'note', level: 'warning', message: `${leftover.kind} ${leftover.name}: ${why}` });
    reporter.data(cleanedDocument(found, left));
    return countOf(left) === 0 ? 'ok' : 'refused';
  });
}

/** Runs a command without a terminal, our environment variables, or any output on the screen. */
async function runCommand(
  { io, main }: Pick<Context, 'io' | 'main'>,
  words: readonly string[],
  watch: Emit,
): Promise<Ran> {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const calls: string[] = [];
  const note: Emit = (event) => {
    if (event.type === 'call') calls.push(`${event.service}.${event.operation}`);
    watch(event);
  };
  const code = await main([...words, '--json'], {
    ...io,
    env: withoutConfigFile,
    stdout,
    stderr,
    watch: note,
  });
  return { code, document: parse(stdout.text), said: stderr.text.trim(), calls };
}

class Collected extends Writable {
  text = '';
  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  const document: unknown = text === '' ? {} : JSON.parse(text);
  return isJsonObject(document) ? document : {};
}

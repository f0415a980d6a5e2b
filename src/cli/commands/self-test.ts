/** self-test: the whole journey between two throw-away pools of any account, and what AWS does where only AWS can say. */
import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as z from 'zod/mini';
import { newRunId, runPrefix } from '../../aws/throw-away/names.ts';
import { CancelledError, type ExitKind, UsageError } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { Context } from '../begin.ts';
import { assertNotDry } from '../dry-run.ts';
import { intentText, resultDocument, teller } from '../render/self-test-view.ts';
import { missing } from '../resolve.ts';
import { clean } from '../self-test/clean.ts';
import { documentOf } from '../self-test/document.ts';
import { type Inputs, selfTestInputs } from '../self-test/inputs.ts';
import { Meter } from '../self-test/meter.ts';
import { perform } from '../self-test/perform.ts';
import { reportText } from '../self-test/report.ts';

const Options = z.object({
  report: z.optional(z.string()),
  clean: z._default(z.boolean(), false),
  withAccount: z._default(z.boolean(), false),
});

export async function selfTest(context: Context): Promise<ExitKind> {
  const { io, reporter, command } = context;
  const options = Options.parse(command.opts());
  assertNotDry(context, 'self-test makes pools of its own and deletes them again');
  const meter = new Meter(io.clock);
  const inputs = await selfTestInputs(context, meter.emit);
  if (options.clean) return clean(context, inputs);
  if (options.report !== undefined) await assertWritable(options.report);
  const runId = newRunId();
  reporter.text(`${intentText(inputs, runPrefix(runId), io.env)}\n`);
  await approve(inputs);
  const emit: Emit = (event) => {
    reporter.emit(event);
    meter.emit(event);
  };
  const startedAt = io.clock.now();
  const performance = await io.interrupt.during('Deleting everything that the self-test has made.', () =>
    perform({ context, inputs, runId, meter, emit, tell: teller(reporter.emit, reporter) }),
  );
  const isClean = performance.cleaned.outcome === 'same';
  if (!isClean) reporter.emit({ type: 'note', level: 'warning', message: cleanLater });
  if (io.interrupt.signal.aborted) {
    const hint = [isClean ? 'Everything that it had made is deleted again.' : cleanLater];
    throw new CancelledError('The self-test was stopped.', { code: 'CANCELLED', hint });
  }
  if (performance.failure !== undefined) throw performance.failure;
  const { withAccount } = options;
  const document = documentOf(performance, { runId, startedAt, inputs, withAccount, env: io.env });
  if (options.report !== undefined) await writeFile(options.report, reportText(document));
  reporter.data(resultDocument(document, options.report));
  return document.ok ? 'ok' : 'refused';
}

const cleanLater = 'cognito-migrate self-test --clean  shows and deletes what is left.';

async function approve({ values, prompts }: Inputs): Promise<void> {
  if (values.YES) return;
  if (prompts === undefined) throw missing(['YES']);
  if (await prompts.confirm({ message: 'Go on?', default: true })) return;
  throw new CancelledError('Nothing was made.', { code: 'DECLINED' });
}

/** Ten minutes later would be late to find that out. */
async function assertWritable(file: string): Promise<void> {
  const folder = dirname(resolve(file));
  try {
    await access(folder, constants.W_OK);
    const found = await stat(file).catch(() => undefined);
    if (found?.isDirectory()) throw new Error('it is a folder');
  } catch (error) {
    throw new UsageError(`--report ${file}: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'BAD_INPUT',
      found: file,
    });
  }
}

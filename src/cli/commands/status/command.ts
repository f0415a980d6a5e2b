/** status: reports the state of the migration in AWS, whatever the state file says. Reads only. */

import { type ExitKind, UsageError } from '../../../core/errors.ts';
import { jsonText } from '../../../core/printable.ts';
import type { NewFile } from '../../../users/new-file.ts';
import type { Context } from '../../context.ts';
import { loadInputs } from '../../inputs/load-inputs.ts';
import { openAccounts } from '../../session/access.ts';
import type { Style } from '../../terminal/style.ts';
import { rarely, readSignIns } from './idle.ts';
import { readStatus } from './reading.ts';
import { parseReport, writeReport } from './report.ts';
import { withNewFile } from './report-file.ts';
import { statusText } from './view.ts';
import { parseWatch, watchStatus } from './watch.ts';

export async function status(context: Context): Promise<ExitKind> {
  const { io, reporter, command } = context;
  const options = command.opts<{ probe?: boolean; jsonSchema?: boolean; watch?: unknown }>();
  if (options.jsonSchema) {
    // Only this option needs the schemas, and building them takes a tenth of a start.
    const { statusJsonSchema } = await import('../../../core/status-document.ts');
    io.stdout.write(`${jsonText(statusJsonSchema(), 2)}\n`);
    return 'ok';
  }
  const isProbing = options.probe === true;
  const seconds = parseWatch(options.watch);
  const report = parseReport(command, io.env);
  if (seconds !== undefined && isProbing)
    throw notTogether('--watch and --probe', 'each reading would call the function');
  if (seconds !== undefined && report?.isTyped === true)
    throw notTogether('--watch and --report', 'a report is about one reading');
  const given = await loadInputs(context);
  const manner = {
    accounts: openAccounts(context, given),
    isProbing,
    readSignIns: seconds === undefined ? readSignIns : rarely(),
  };
  if (seconds !== undefined) return watchStatus(context, given, seconds, manner);
  const show = async (out?: NewFile): Promise<ExitKind> => {
    const reading = await readStatus(context, given, manner);
    const document = report && out ? await writeReport(context, reading, report, out) : reading.document;
    const text = (style: Style): string => statusText(document, reading.meaning, style);
    reporter.data({ json: document, text, notes: reading.notes });
    return reading.verdict;
  };
  // A reading takes seconds, so the file of the report is opened first.
  return report === undefined ? show() : withNewFile(io, report.file, report.source, show);
}

const notTogether = (what: string, because: string): UsageError =>
  new UsageError(`${what}: not together, because ${because}`, { code: 'BAD_INPUT', found: what });

/** status: reports the state of the migration in AWS, whatever the state file says. Reads only. */

import { type ExitKind, UsageError } from '../../../core/errors.ts';
import { jsonText } from '../../../core/printable.ts';
import type { Context } from '../../context.ts';
import { loadInputs } from '../../inputs/load-inputs.ts';
import { openAccounts } from '../../session/access.ts';
import { readStatus } from './reading.ts';
import { parseReport, reportStatus } from './report.ts';
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
  if (seconds !== undefined) return watchStatus(context, given, seconds);
  const accounts = openAccounts(context, given);
  if (report !== undefined) return reportStatus(context, given, accounts, isProbing, report);
  const { document, verdict, meaning, notes } = await readStatus(context, given, accounts, isProbing);
  reporter.data({ json: document, text: (style) => statusText(document, meaning, style), notes });
  return verdict;
}

const notTogether = (what: string, because: string): UsageError =>
  new UsageError(`${what}: not together, because ${because}`, { code: 'BAD_INPUT', found: what });

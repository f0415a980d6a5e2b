/** status: reports the state of the migration in AWS, whatever the state file says. Reads only. */

import { type ExitKind, UsageError } from '../../../core/errors.ts';
import { jsonText } from '../../../core/printable.ts';
import type { Context } from '../../context.ts';
import { loadInputs } from '../../inputs/load-inputs.ts';
import { openAccounts } from '../../session/access.ts';
import { readStatus } from './reading.ts';
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
  const seconds = parseWatch(options.watch);
  if (seconds !== undefined && options.probe === true)
    throw new UsageError('--watch and --probe: not together, because each reading would call the function', {
      code: 'BAD_INPUT',
      found: '--watch and --probe',
    });
  const given = await loadInputs(context);
  if (seconds !== undefined) return watchStatus(context, given, seconds);
  const { document, verdict } = await readStatus(
    context,
    given,
    openAccounts(context, given),
    options.probe === true,
  );
  reporter.data({ json: document, text: (style) => statusText(document, style) });
  return verdict;
}

/** teardown: restores the state from before init. Users who have moved stay. */

import { keptWith } from '../../../core/destroy.ts';
import type { ExitKind } from '../../../core/errors.ts';
import { quoted } from '../../../core/shell.ts';
import { keeping, stepIds } from '../../../steps/ids.ts';
import { steps } from '../../../steps/index.ts';
import type { Context } from '../../context.ts';
import { loadInputs } from '../../inputs/load-inputs.ts';
import { isOn, ownValueOf, parseStepIds } from '../../inputs/options.ts';
import { continuable } from '../../migration/continuable.ts';
import { findMigration, openReach } from '../../migration/find-migration.ts';
import { gonePoolNotes } from '../../migration/warn-missing-pools.ts';
import { repeatCommand } from '../../wizard/repeat.ts';
import { tearDown } from './remove.ts';
import { restore } from './restore.ts';

export async function teardown(context: Context): Promise<ExitKind> {
  const { command, io, reporter } = context;
  const flags = ownFlags(context);
  const given = await loadInputs(context);
  if (command.getOptionValue('restore') === true) return restore(context, given);
  const reach = openReach(context, given);
  const keep = keptWith(steps, parseStepIds(command.getOptionValue('keep'), stepIds));
  const { leaveOldAccount = false, out } = command.opts<OwnOptions>();
  const writesReport = !isOn(ownValueOf('--no-report', command, io.env));
  const work = async (): Promise<ExitKind> => {
    const migration = await findMigration(context, given, leaveOldAccount ? 'leave' : 'take down', reach);
    gonePoolNotes(migration).forEach(reporter.emit);
    const options = { keep, leaveOldAccount, out, writesReport };
    const { document, exit } = await tearDown(context, { given, migration, options });
    reporter.data(document);
    return exit;
  };
  if (reach.talk === undefined) return work();
  const { conversation } = reach.talk;
  const continued = (): string =>
    [repeatCommand('teardown', given.resolved, conversation.values), ...flags].join(' ');
  return continuable(conversation, context, continued, work);
}

interface OwnOptions {
  readonly leaveOldAccount?: boolean;
  readonly out?: string;
}

/** The given flags that only teardown has. */
function ownFlags({ command, io }: Context): string[] {
  const { leaveOldAccount = false, out } = command.opts<OwnOptions>();
  return [
    ...parseStepIds(command.getOptionValue('keep'), stepIds).map(keeping),
    ...(leaveOldAccount ? ['--leave-old-account'] : []),
    ...(out === undefined ? [] : [`--out ${quoted(out)}`]),
    ...(ownValueOf('--no-report', command, io.env)?.isTyped ? ['--no-report'] : []),
  ];
}

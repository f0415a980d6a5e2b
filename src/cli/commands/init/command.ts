/**
 * init: sets up a working migration from two pool IDs.
 * Run again, it repairs and changes nothing else.
 */
import type { ExitKind, MigrateError } from '../../../core/errors.ts';
import type { VarName } from '../../../core/variables/index.ts';
import { unqualified } from '../../../steps/chain.ts';
import { functionArn } from '../../../steps/names.ts';
import type { Context } from '../../context.ts';
import { type Given, loadInputs } from '../../inputs/load-inputs.ts';
import { breaksLock } from '../../inputs/options.ts';
import { answered, clearedBy } from '../../inputs/resolve.ts';
import { continuable } from '../../migration/continuable.ts';
import { findMigration, openReach } from '../../migration/find-migration.ts';
import { lostRecordsNotes } from '../../migration/lost-records.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { chooseChain } from '../../wizard/chain.ts';
import type { Conversation } from '../../wizard/conversation.ts';
import { repeatCommand } from '../../wizard/repeat.ts';
import { showPlan } from '../plan/index.ts';
import { applyPlan, approve } from './apply.ts';
import { type CheckedMigration, checkPools } from './check-pools.ts';
import { chooseRules } from './prepare.ts';
import { exitKindOf, initDocument } from './view.ts';

export async function init(context: Context): Promise<ExitKind> {
  const { io, reporter } = context;
  const { emit } = reporter;
  const given = await loadInputs(context);
  const reach = openReach(context, given);
  const conversation = reach.talk?.conversation;
  const find = (again: Given) => findMigration(context, again, 'init', reach);
  const prepare = async (): Promise<Ready> => {
    const first = await find(given);
    const found = (await asMember(first, given, conversation, find)) ?? first;
    if (found.inputs.DRY_RUN) return { found };
    const talking = { conversation, resolved: given.resolved };
    const checked = await checkPools(found, talking, reporter);
    const choose = async (): Promise<CheckedMigration> => {
      const chosen = await chooseRules(checked, talking, reporter, io.isShow === true);
      // The trigger still shows that a function of ours existed once.
      const own = functionArn(chosen.inputs);
      const isOnTrigger = chosen.planned.items.some(({ step, key, exists, owner }) => {
        return step === 'migration-trigger' && key === '' && exists && unqualified(owner ?? '') === own;
      });
      if (isOnTrigger) lostRecordsNotes(chosen.planned, chosen.state).forEach(emit);
      await approve(chosen, conversation, reporter);
      return chosen;
    };
    return { found, migration: await (conversation ? conversation.retrying(choose, reporter) : choose()) };
  };
  const run = async (): Promise<ExitKind> => {
    const { found, migration } = await (conversation ? conversation.retrying(prepare, reporter) : prepare());
    if (migration === undefined) return showPlan(found, reporter);
    const writing = { cleared: clearedBy(given.resolved), breakLock: breaksLock(context.command), emit };
    const finished = await io.interrupt.during('Finishing the current call.', () =>
      applyPlan(migration, writing),
    );
    const isAsked = conversation !== undefined && conversation.answers.length > 0;
    reporter.data(initDocument(migration, finished, isAsked ? `${commandAfter()} --yes` : undefined));
    return exitKindOf(migration);
  };
  const commandAfter = (error?: MigrateError): string => {
    const [command, accepted] =
      error?.code === 'HANDOFF_NEEDED' ? (['handoff', handoffNames] as const) : (['init'] as const);
    return repeatCommand(command, given.resolved, conversation?.values ?? {}, accepted);
  };
  return conversation ? continuable(conversation, context, commandAfter, run) : run();
}

/** The migration as a member of a chain, if the person wants that. It is then read again, by its own name. */
async function asMember(
  found: Migration,
  given: Given,
  conversation: Conversation | undefined,
  find: (again: Given) => Promise<Migration>,
): Promise<Migration | undefined> {
  if (conversation === undefined || found.inputs.DRY_RUN) return undefined;
  const { values, sources } = given.resolved;
  const isOpen = (name: VarName) => (sources.get(name) ?? 'default') === 'default';
  const chosen = await chooseChain(found, isOpen, conversation);
  return (
    chosen &&
    find({ ...given, resolved: answered({ values, sources }, { ...conversation.values, ...chosen }) })
  );
}

interface Ready {
  readonly found: Migration;
  /** Undefined if only the plan was wanted. */
  readonly migration?: CheckedMigration;
}

/** What the command for the administrator of the old pool takes from the answers. */
const handoffNames: readonly VarName[] = [
  'OLD_USER_POOL_ID',
  'NEW_USER_POOL_ID',
  'PROFILE',
  'REGION',
  'ENDPOINT_URL',
  'MAP',
  'FIND_BY',
  'GROUPS',
  'MOVE_ONCE',
  'STATE',
  'CONFIG',
];

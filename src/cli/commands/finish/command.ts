/** finish: the last phase of a migration, in order. Each part has its own evidence and its own question. */

import { readFunctionMetrics } from '../../../aws/function-metrics.ts';
import { readOptional } from '../../../aws/optional-read.ts';
import { CancelledError, type ExitKind } from '../../../core/errors.ts';
import type { Note } from '../../../core/events.ts';
import { hasJournal } from '../../../core/journal.ts';
import { loadState } from '../../../core/state.ts';
import { flagOf } from '../../../core/variables/index.ts';
import { copiesGroups } from '../../../steps/group-plan.ts';
import type { Context } from '../../context.ts';
import { type Given, loadInputs } from '../../inputs/load-inputs.ts';
import { breaksLock } from '../../inputs/options.ts';
import { continuable } from '../../migration/continuable.ts';
import { lacksGroups } from '../../migration/failed-moves.ts';
import { findMigration, openReach, type Reach } from '../../migration/find-migration.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { gonePoolNotes } from '../../migration/warn-missing-pools.ts';
import { isHandedOver } from '../../session/access.ts';
import { requirePool } from '../../session/require-pool.ts';
import { noticeNotes } from '../../terminal/notice-text.ts';
import { showBefore } from '../../terminal/reporter.ts';
import { repeatCommand } from '../../wizard/repeat.ts';
import { importRest } from '../import/index.ts';
import { countUsers, tearDown } from '../teardown/index.ts';
import { askClients, asksImport, asksTeardown, chosenClients } from './approve.ts';
import { readOldPool } from './checklist.ts';
import { type FoundClient, findClients, turnOff } from './clients.ts';
import {
  assertConsent,
  type FinishOptions,
  includes,
  parseFinishOptions,
  syncCommand,
  typedOptions,
} from './options.ts';
import { clientsText, type Ended, type Fate, type Found, finishDocument, usersText } from './view.ts';

export async function finish(context: Context): Promise<ExitKind> {
  const options = parseFinishOptions(context.command, context.io.env);
  const given = await loadInputs(context);
  const reach = openReach(context, given);
  const work = (): Promise<ExitKind> => finishInOrder({ context, given, options, reach });
  if (reach.talk === undefined) return work();
  const { conversation } = reach.talk;
  const continued = (): string =>
    [repeatCommand('finish', given.resolved, conversation.values), ...typedOptions(options)].join(' ');
  return continuable(conversation, context, continued, work);
}

interface Run {
  readonly context: Context;
  readonly given: Given;
  readonly options: FinishOptions;
  readonly reach: Reach;
}

async function finishInOrder(run: Run): Promise<ExitKind> {
  const { context, given, options, reach } = run;
  const { reporter } = context;
  const migration = await findMigration(context, given, 'take down', reach);
  const { aws, inputs } = migration;
  gonePoolNotes(migration).forEach(reporter.emit);
  if (migration.newPool === undefined)
    await requirePool(aws.new, inputs.NEW_USER_POOL_ID, flagOf('NEW_USER_POOL_ID'));
  const found = await read(context, migration);
  const oldPool = await reporter.busy('Reading the sign-ins of the old pool', () => readOldPool(migration));
  const { only } = options;
  if (inputs.DRY_RUN) {
    const { all, open, off } = partsOf(found, options);
    const fates = fatesOf(all, open, off);
    reporter.data(finishDocument({ ...found, only, oldPool, isDryRun: true, fates }));
    return 'ok';
  }
  const { prompts } = given;
  const isOwed = (await lacksGroups(migration)) === true;
  const agreed = (one: Found): void => {
    const { all, open } = partsOf(one, options);
    const staying = all.filter((client) => !open.includes(client));
    assertConsent(open, staying, { inputs, isAnyLeft: isAnyLeft(migration, one), isOwed }, options);
  };
  if (prompts === undefined) agreed(found);
  showBefore(prompts !== undefined, reporter, `\n${usersText(found, reporter.style)}\n`);
  const imported = await importPart(run, migration, found);
  // An import takes hours. Meanwhile, people have signed in, and others have changed app clients.
  const fresh = imported.imported === undefined ? found : { ...found, ...(await findClients(migration)) };
  const { all, open, off } = partsOf(fresh, options);
  const now = { ...fresh, only, oldPool, isDryRun: false, ...imported };
  if (imported.imported?.ok === false) {
    reporter.data(finishDocument({ ...now, fates: fatesOf(all, [], []) }));
    return 'refused';
  }
  if (prompts === undefined && fresh !== found) agreed({ ...fresh, ...imported });
  const ending = await clientsPart(run, migration, { found: fresh, open, off });
  const ended: Ended = { ...now, fates: fatesOf(all, ending, off) };
  const changed = new Set([...ending, ...off].map(({ id }) => id));
  const isOver = all.every(({ id }) => changed.has(id));
  const areOwed = isOwed || (copiesGroups(inputs) && (imported.imported?.imported ?? 0) > 0);
  if (areOwed) reporter.emit(groupsNote);
  const isTurn = isOver && !areOwed && includes(options, 'teardown');
  const removal = isTurn ? await teardownPart(run, migration, changed) : {};
  reporter.data(finishDocument({ ...ended, ...removal }));
  return 'ok';
}

/** The app clients with password sign-in, those of this run where it is on, and those where someone turned it off. */
function partsOf({ clients }: Found, options: FinishOptions) {
  const chosen = includes(options, 'clients') ? chosenClients(clients, options) : [];
  const isOf =
    (wanted: FoundClient['kind']) =>
    ({ kind }: FoundClient): boolean =>
      kind === wanted;
  return {
    all: clients.filter(isOf('on')),
    open: chosen.filter(isOf('on')),
    off: chosen.filter(isOf('off')),
  };
}

/** Only the function's settings name the groups, so the teardown waits for them. */
const groupsNote: Note = {
  type: 'note',
  level: 'warning',
  message: `Imported users have no groups yet. Run ${syncCommand}, and then finish again.`,
};

/** Whether anyone can be imported, or an import has not ended. */
const isAnyLeft = ({ file, oldPool }: Migration, { left }: Found): boolean =>
  oldPool !== undefined && (left.notMoved !== 0 || hasJournal(file, 'import'));

/** Imports those who haven't moved, or leaves them. An import that was stopped is continued. */
async function importPart(
  { context, given, options }: Run,
  migration: Migration,
  found: Found,
): Promise<Partial<Pick<Ended, 'imported' | 'left'>>> {
  const { importing } = options;
  const { reporter } = context;
  const { left } = found;
  if (!includes(options, 'import') || !isAnyLeft(migration, found)) return {};
  const isWanted =
    options.only === 'import' ||
    importing.endsOldPasswords ||
    (given.prompts !== undefined && (await asksImport(left.notMoved, given.prompts)));
  if (!isWanted) return {};
  const { document, text } = await importRest(context, { given, migration, options: importing });
  reporter.text(`\n${text(reporter.style)}\n`);
  const { imported } = document;
  const notMoved = left.notMoved === undefined ? undefined : Math.max(0, left.notMoved - imported);
  return { imported: document, left: { ...left, moved: left.moved + imported, notMoved } };
}

interface Clients {
  readonly found: Found;
  readonly open: readonly FoundClient[];
  readonly off: readonly FoundClient[];
}

/** Turns password sign-in off. Returns the app clients where it was on. */
async function clientsPart(
  { context, given, options }: Run,
  migration: Migration,
  { found, open, off }: Clients,
): Promise<readonly FoundClient[]> {
  const { reporter, io, command } = context;
  const { prompts } = given;
  if (includes(options, 'clients') && found.clients.length > 0)
    showBefore(prompts !== undefined, reporter, `\n${clientsText(found, reporter.style)}\n`);
  const ending = prompts === undefined ? open : await askClients(open, prompts);
  const changing = [...ending, ...off];
  if (changing.length > 0)
    await io.interrupt.during('Finishing the current call.', () =>
      turnOff(migration, changing, { emit: reporter.emit, breakLock: breaksLock(command) }),
    );
  return ending;
}

/**
 * Removes the migration, if that is wanted. Reads it again, since app clients have changed.
 * A handed-over one is left to teardown, which prints a script for the other administrator.
 */
async function teardownPart(
  { context, given, options, reach }: Run,
  { inputs }: Migration,
  changed: ReadonlySet<string>,
): Promise<Pick<Ended, 'tornDown'>> {
  const { prompts, resolved } = given;
  if (isHandedOver(inputs)) return {};
  const isWanted = prompts === undefined ? options.endsMigration : await asksTeardown(prompts);
  if (!isWanted) return {};
  const NEW_CLIENT_IDS = inputs.NEW_CLIENT_IDS.filter((id) => !changed.has(id));
  const { OLD_USER_POOL_ID, NEW_USER_POOL_ID } = inputs;
  const values = { ...resolved.values, OLD_USER_POOL_ID, NEW_USER_POOL_ID, NEW_CLIENT_IDS };
  const state = await loadState(given.file);
  const again = { ...given, state, resolved: { ...resolved, values } };
  const migration = await findMigration(context, again, 'take down', reach);
  const { writesReport } = options;
  const removal = { keep: new Set<never>(), leaveOldAccount: false, out: undefined, writesReport };
  try {
    return { tornDown: await tearDown(context, { given: again, migration, options: removal }) };
  } catch (error) {
    // What came before stays done, and the result says that this part is left.
    if (error instanceof CancelledError && error.code === 'DECLINED') return {};
    throw error;
  }
}

async function read({ reporter, io }: Context, migration: Migration): Promise<Found> {
  const { busy, emit } = reporter;
  const { aws, inputs } = migration;
  const { NEW_USER_POOL_ID: newUserPoolId, OLD_USER_POOL_ID: oldUserPoolId } = inputs;
  const pace = { clock: io.clock, signal: io.interrupt.signal };
  const found = await busy('Reading the sign-ins of the last seven days', () => findClients(migration));
  const left = await busy('Counting users who have moved', (onProgress) =>
    countUsers({ ...migration, rest: undefined }, pace, onProgress),
  );
  noticeNotes(left.unread, 'warning').forEach(emit);
  const now = io.clock.now();
  const metrics = await readOptional(readFunctionMetrics(aws.new, { newUserPoolId, oldUserPoolId }, now));
  const last = metrics === undefined ? -1 : metrics.days.findLastIndex((users) => users > 0);
  const ago = metrics === undefined ? 0 : metrics.days.length - 1 - last;
  const lastMoved = last < 0 ? undefined : new Date(now - ago * 86_400_000).toISOString().slice(0, 10);
  return { ...found, inputs, left, lastMoved };
}

const fatesOf = (
  all: readonly FoundClient[],
  ending: readonly FoundClient[],
  off: readonly FoundClient[],
): ReadonlyMap<string, Fate> =>
  new Map([
    ...all.map(({ id }): [string, Fate] => [id, 'kept']),
    ...ending.map(({ id }): [string, Fate] => [id, 'turned-off']),
    ...off.map(({ id }): [string, Fate] => [id, 'already-off']),
  ]);

/** finish: the last phase of a migration. Turns password sign-in off, for one app client after another. */

import type { Command } from 'commander';
import { readFunctionMetrics } from '../../../aws/function-metrics.ts';
import { readOptional } from '../../../aws/optional-read.ts';
import type { ExitKind } from '../../../core/errors.ts';
import { flagOf } from '../../../core/variables/index.ts';
import type { Context } from '../../context.ts';
import { type Given, loadInputs } from '../../inputs/load-inputs.ts';
import { breaksLock } from '../../inputs/options.ts';
import { continuable } from '../../migration/continuable.ts';
import { findMigration, openTalk, type Talk } from '../../migration/find-migration.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { gonePoolNotes } from '../../migration/warn-missing-pools.ts';
import { requirePool } from '../../session/require-pool.ts';
import { noticeNotes } from '../../terminal/notice-text.ts';
import { showBefore } from '../../terminal/reporter.ts';
import { repeatCommand } from '../../wizard/repeat.ts';
import { countUsers } from '../teardown/index.ts';
import { approve, chosenClients, clientFlag, endFlag, type FinishOptions } from './approve.ts';
import { readOldPool } from './checklist.ts';
import { type FoundClient, findClients, turnOff } from './clients.ts';
import { type Fate, type Found, finishDocument, foundText } from './view.ts';

export async function finish(context: Context): Promise<ExitKind> {
  const options = parseOptions(context.command);
  const given = await loadInputs(context);
  const talk = openTalk(context, given);
  const work = (): Promise<ExitKind> => finishClients(context, given, options, talk);
  if (talk === undefined) return work();
  const { conversation } = talk;
  const continued = (): string =>
    [repeatCommand('finish', given.resolved, conversation.values), ...typedOptions(options)].join(' ');
  return continuable(conversation, context, continued, work);
}

function parseOptions(command: Command): FinishOptions {
  const { clientId, endPasswordSignIn = false } = command.opts<{
    clientId?: readonly string[];
    endPasswordSignIn?: boolean;
  }>();
  return { clientIds: clientId, endsPasswordSignIn: endPasswordSignIn };
}

/** These options as typed, for the command that continues. */
const typedOptions = ({ clientIds = [], endsPasswordSignIn: ends }: FinishOptions): string[] => [
  ...clientIds.map((id) => `${clientFlag} ${id}`),
  ...(ends ? [endFlag] : []),
];

async function finishClients(
  context: Context,
  given: Given,
  options: FinishOptions,
  talk: Talk | undefined,
): Promise<ExitKind> {
  const { reporter, io, command } = context;
  const { emit } = reporter;
  const migration = await findMigration(context, given, 'take down', talk);
  const { aws, inputs } = migration;
  gonePoolNotes(migration).forEach(emit);
  if (migration.newPool === undefined)
    await requirePool(aws.new, inputs.NEW_USER_POOL_ID, flagOf('NEW_USER_POOL_ID'));
  const found = await read(context, migration);
  const oldPool = await reporter.busy('Reading the sign-ins of the old pool', () => readOldPool(migration));
  const chosen = chosenClients(found.clients, options);
  const off = chosen.filter(({ kind }) => kind === 'off');
  const open = chosen.filter(({ kind }) => kind === 'on');
  const all = found.clients.filter(({ kind }) => kind === 'on');
  if (inputs.DRY_RUN) {
    reporter.data(finishDocument({ ...found, oldPool, isDryRun: true, fates: fatesOf(all, open, off) }));
    return 'ok';
  }
  if (chosen.length > 0 || found.clients.length > 0)
    showBefore(given.prompts !== undefined, reporter, `\n${foundText(found, reporter.style)}\n`);
  const ending = open.length === 0 ? [] : await approve(open, inputs, options, given.prompts);
  const changing = [...ending, ...off];
  if (changing.length > 0)
    await io.interrupt.during('Finishing the current call.', () =>
      turnOff(migration, changing, { emit, breakLock: breaksLock(command) }),
    );
  reporter.data(finishDocument({ ...found, oldPool, isDryRun: false, fates: fatesOf(all, ending, off) }));
  return 'ok';
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

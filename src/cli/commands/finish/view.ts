/** The output of finish, before and after. */
import { number } from '../../../core/format-number.ts';
import { flagOf, type Inputs } from '../../../core/variables/index.ts';
import type { Document } from '../../terminal/reporter.ts';
import type { Style } from '../../terminal/style.ts';
import type { PasswordUse } from '../sign-ins/index.ts';
import { type Left, usersJson } from '../teardown/index.ts';
import { checklistText, type OldPool } from './checklist.ts';
import type { FoundClient, FoundClients } from './clients.ts';

/** What a run knows before it asks. */
export interface Found extends FoundClients {
  readonly inputs: Inputs;
  readonly left: Left;
  /** The day (UTC) on which the function last handed over a user. Undefined if none is known. */
  readonly lastMoved: string | undefined;
}

/** What happened to an app client. `kept` was offered, and `stays` was not. */
export type Fate = 'turned-off' | 'already-off' | 'kept' | 'stays';

export interface Ended extends Found {
  /** Undefined if the old pool is gone or out of reach. */
  readonly oldPool: OldPool | undefined;
  readonly isDryRun: boolean;
  readonly fates: ReadonlyMap<string, Fate>;
}

/** `2026-11-22 12:00 UTC` */
const timeOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const doubts: Readonly<Record<NonNullable<PasswordUse['doubt']>, (use: PasswordUse) => string>> = {
  recent: ({ from }) => `cannot tell. The flow has been on only since ${timeOf(from)}, less than seven days`,
  truncated: ({ from }) => `cannot tell. Too many events: read only since ${timeOf(from)}`,
  unreadable: () => 'cannot tell. Neither CloudTrail nor the metrics could be read',
  'other-flows': () => 'cannot tell. Some sign-ins name a flow that this version does not know',
};

const effect = 'Turned off, these sign-ins fail.';

/** The evidence about one app client, in one line. */
function useText(use: PasswordUse): string {
  const { verdict, doubt = 'unreadable', from, to, signIns, last = to } = use;
  if (verdict === 'unused') return `no sign-in with USER_PASSWORD_AUTH since ${timeOf(from)}`;
  if (verdict === 'unknown') return `${doubts[doubt](use)}.`;
  const times = signIns === 1 ? 'once' : `${number(signIns)} times`;
  return `used USER_PASSWORD_AUTH ${times} since ${timeOf(from)}, last ${timeOf(last)}. ${effect}`;
}

/** Whether turning it off may break an app. */
export const isDoubtful = ({ use }: FoundClient): boolean => use?.verdict !== 'unused';

function clientLine(client: FoundClient, style: Style): string {
  const { name, kind, use } = client;
  switch (kind) {
    case 'on':
      return `  ${isDoubtful(client) ? style.warn : style.ok} ${name}: ${use === undefined ? '' : useText(use)}`;
    case 'off':
      return `  ${style.dim('=')} ${name}: password sign-in is off already`;
    case 'only-flow':
      return `  ${style.dim('=')} ${name}: keeps it, its only flow. Without it, Cognito would turn on three others`;
    default:
      return `  ${style.dim('=')} ${name}: keeps it, since it was on before init`;
  }
}

function usersLine({ left, inputs }: Found): string {
  const { notMoved, basis } = left;
  const pool = inputs.OLD_USER_POOL_NAME;
  if (notMoved === undefined) return `  It is unknown how many users of ${pool} haven't moved.`;
  if (notMoved === 0) return `  All users of ${pool} have moved.`;
  const about = { 'old-sub': '', names: 'Probably ', log: 'About ' }[basis];
  return `  ${about}${number(notMoved)} ${notMoved === 1 ? `user of ${pool} hasn't` : `users of ${pool} haven't`} moved.`;
}

const consequence = 'They can no longer move by signing in where password sign-in is off.';

/** The evidence, before the questions. */
export function foundText(found: Found, style: Style): string {
  const { clients, lastMoved, left, inputs, failures } = found;
  const order = clients.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return [
    style.bold(`  Password sign-in of the apps of ${inputs.NEW_USER_POOL_NAME}`),
    ...order.map((client) => clientLine(client, style)),
    '',
    usersLine(found),
    ...(left.notMoved === 0 ? [] : [`  ${consequence}`]),
    lastMoved === undefined ? '  Nobody is known to have moved.' : `  Last move: ${lastMoved}.`,
    ...failures.map(({ message }) => `  ${style.warn} ${message}`),
    ...(failures.length === 0
      ? []
      : ['    cognito-migrate policy --for sign-ins  prints the permissions that show the flows']),
  ].join('\n');
}

/** The command that turns password sign-in on again. */
const undoCommand = (ids: readonly string[]): string =>
  ['cognito-migrate init', ...ids.map((id) => `${flagOf('NEW_CLIENT_IDS')} ${id}`)].join(' ');

const idsWith = ({ fates }: Ended, ...wanted: readonly Fate[]): string[] =>
  [...fates].filter(([, fate]) => wanted.includes(fate)).map(([id]) => id);

function endText(ended: Ended, style: Style): string {
  const { clients, isDryRun, oldPool } = ended;
  const named = (ids: readonly string[]): string =>
    clients.flatMap(({ id, name }) => (ids.includes(id) ? [name] : [])).join(', ');
  const off = idsWith(ended, 'turned-off');
  const forgotten = idsWith(ended, 'already-off');
  const kept = idsWith(ended, 'kept');
  if (isDryRun) return `  ${number(off.length)} could be turned off. Nothing was written.`;
  if (off.length + forgotten.length === 0)
    return kept.length === 0
      ? '  No app client has password sign-in from this migration. Nothing to do.'
      : '  Nothing was changed.';
  const isOver = kept.length === 0;
  return [
    ...(off.length === 0 ? [] : [`  Done: password sign-in is off for ${named(off)}.`]),
    ...(forgotten.length === 0 ? [] : [`  It was off already for ${named(forgotten)}.`]),
    ...(kept.length === 0 ? [] : [`  Still on for ${named(kept)}.`]),
    ...(off.length === 0 ? [] : ['', '  To turn it on again:', `  ${undoCommand(off)}`]),
    '',
    isOver
      ? '  Next: cognito-migrate teardown  removes the rest of the migration.'
      : '  Next: cognito-migrate finish  once the other apps have switched.',
    ...(isOver && oldPool !== undefined ? checklistText(oldPool, style) : []),
  ].join('\n');
}

const iso = (at: number): string => new Date(at).toISOString();

const clientJson = ({ id, name, use }: FoundClient, fate: Fate, isDryRun: boolean): object => ({
  id,
  name,
  [isDryRun ? 'would' : 'done']: fate,
  ...(use && {
    use: use.verdict,
    ...(use.doubt && { doubt: use.doubt }),
    from: iso(use.from),
    to: iso(use.to),
    signIns: use.signIns,
    last: use.last === undefined ? null : iso(use.last),
  }),
});

const oldPoolJson = (pool: OldPool | undefined): object | null =>
  pool === undefined
    ? null
    : {
        ...{ id: pool.id, name: pool.name, deletionProtection: pool.isProtected, domain: pool.hasDomain },
        activeClients: pool.active?.map((client) => ({ ...client })) ?? null,
      };

/** The result. Without a dry run, people have seen the evidence before. */
export function finishDocument(ended: Ended): Document {
  const { clients, fates, isDryRun, left, lastMoved, failures } = ended;
  const off = idsWith(ended, 'turned-off');
  return {
    json: {
      command: 'finish',
      version: 1,
      ...(isDryRun ? { dryRun: true } : {}),
      changes: off.length,
      users: usersJson(left),
      lastMoved: lastMoved ?? null,
      clients: clients.map((client) => clientJson(client, fates.get(client.id) ?? 'stays', isDryRun)),
      oldPool: oldPoolJson(ended.oldPool),
      unread: failures.map(({ code }) => code),
      ...(off.length === 0 || isDryRun ? {} : { undo: undoCommand(off) }),
    },
    text: (style) => `\n${isDryRun ? `${foundText(ended, style)}\n\n` : ''}${endText(ended, style)}`,
  };
}

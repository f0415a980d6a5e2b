/** The output of finish, before and after. */
import { number } from '../../../core/format-number.ts';
import { flagOf, type Inputs } from '../../../core/variables/index.ts';
import type { Document } from '../../terminal/reporter.ts';
import type { Style } from '../../terminal/style.ts';
import type { ImportDocument } from '../import/index.ts';
import type { PasswordUse } from '../sign-ins/index.ts';
import { type Left, usersJson } from '../teardown/index.ts';
import { checklistText, type OldPool } from './checklist.ts';
import { type FoundClient, type FoundClients, isDoubtful } from './clients.ts';
import type { FinishOptions } from './options.ts';

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
  readonly only: FinishOptions['only'];
  /** Undefined if the old pool is gone or out of reach. */
  readonly oldPool: OldPool | undefined;
  readonly isDryRun: boolean;
  readonly fates: ReadonlyMap<string, Fate>;
  /** The import of this run, if there was one. */
  readonly imported?: Imported | undefined;
  /** The teardown of this run, if there was one. */
  readonly tornDown?: { readonly document: Document; readonly removed: number };
}

type Imported = Pick<ImportDocument, 'ok' | 'importable' | 'imported' | 'skipped' | 'failed'>;

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

const consequence =
  'Users who have not moved can no longer move by signing in where password sign-in is off.';

/** How many users have moved: the evidence before the first question. */
export const usersText = (found: Found, style: Style): string =>
  [
    style.bold(`  Users of ${found.inputs.OLD_USER_POOL_NAME}`),
    usersLine(found),
    found.lastMoved === undefined ? '  Nobody is known to have moved.' : `  Last move: ${found.lastMoved}.`,
  ].join('\n');

/** How the apps sign in: the evidence before the questions about them. */
export function clientsText(found: Found, style: Style): string {
  const { clients, left, inputs, failures } = found;
  const order = clients.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return [
    style.bold(`  Password sign-in of the apps of ${inputs.NEW_USER_POOL_NAME}`),
    ...order.map((client) => clientLine(client, style)),
    ...(left.notMoved === 0 ? [] : [`  ${consequence}`]),
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

function dryText({ left, only }: Ended, off: readonly string[]): string {
  const asksImport = only !== 'clients' && left.notMoved !== 0;
  return [
    ...(only === 'import' ? [] : [`  ${number(off.length)} could be turned off.`]),
    '  Nothing was written.',
    ...(asksImport ? ['  Who can be imported:         cognito-migrate import --dry-run'] : []),
    ...(only === 'all' ? ['  What teardown would remove:  cognito-migrate teardown --dry-run'] : []),
  ].join('\n');
}

function endText(ended: Ended, style: Style): string {
  const { oldPool, only, tornDown } = ended;
  const off = idsWith(ended, 'turned-off');
  if (ended.isDryRun) return dryText(ended, off);
  const isOver = idsWith(ended, 'kept').length === 0;
  const list = isOver && only !== 'import' && oldPool !== undefined ? checklistText(oldPool, style) : [];
  if (tornDown !== undefined)
    return [...clientLines(ended, off), tornDown.document.text(style), ...list].join('\n');
  if (only === 'import') return ended.imported === undefined ? '  Nobody was imported.' : `  Next: ${again}.`;
  return [
    ...clientLines(ended, off),
    ...(off.length === 0 ? [] : ['', '  To turn it on again:', `  ${undoCommand(off)}`]),
    '',
    isOver
      ? '  Next: cognito-migrate teardown  removes the rest of the migration.'
      : `  Next: ${again}  once the other apps have switched.`,
    ...list,
  ].join('\n');
}

const again = 'cognito-migrate finish';

/** What became of password sign-in, by app client. */
function clientLines(ended: Ended, off: readonly string[]): string[] {
  const named = (ids: readonly string[]): string =>
    ended.clients.flatMap(({ id, name }) => (ids.includes(id) ? [name] : [])).join(', ');
  const forgotten = idsWith(ended, 'already-off');
  const kept = idsWith(ended, 'kept');
  const isSame = off.length + forgotten.length === 0;
  if (isSame && kept.length === 0) return ['  No app client has password sign-in from this migration.'];
  return [
    ...(isSame && ended.imported === undefined ? ['  Nothing was changed.'] : []),
    ...(off.length === 0 ? [] : [`  Done: password sign-in is off for ${named(off)}.`]),
    ...(forgotten.length === 0 ? [] : [`  It was off already for ${named(forgotten)}.`]),
    ...(kept.length === 0 ? [] : [`  Still on for ${named(kept)}.`]),
  ];
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

/** Where each part of the order stands after this run. */
function partsJson({ left, imported, tornDown, clients, fates }: Ended): object {
  const isOn = clients.some(({ id, kind }) => kind === 'on' && fates.get(id) !== 'turned-off');
  const waiting = left.notMoved === 0 ? 'nobody-left' : 'left';
  return {
    import: imported === undefined ? waiting : imported.ok ? 'imported' : 'failed',
    clients: isOn ? 'on' : 'off',
    teardown: tornDown === undefined ? 'left' : 'removed',
  };
}

/** The result. Without a dry run, people have seen the evidence before. */
export function finishDocument(ended: Ended): Document {
  const { clients, fates, isDryRun, left, lastMoved, failures, imported, tornDown } = ended;
  const off = idsWith(ended, 'turned-off');
  const evidence = (style: Style): string => `${usersText(ended, style)}\n\n${clientsText(ended, style)}\n\n`;
  return {
    json: {
      ...(imported?.ok === false ? { ok: false } : {}),
      command: 'finish',
      version: 1,
      ...(isDryRun ? { dryRun: true } : { parts: partsJson(ended) }),
      changes: off.length + (imported?.imported ?? 0) + (tornDown?.removed ?? 0),
      users: usersJson(left),
      lastMoved: lastMoved ?? null,
      ...(imported === undefined ? {} : { import: countsOf(imported) }),
      clients: clients.map((client) => clientJson(client, fates.get(client.id) ?? 'stays', isDryRun)),
      ...(tornDown === undefined ? {} : { teardown: tornDown.document.json }),
      oldPool: oldPoolJson(ended.oldPool),
      unread: [...new Set(failures.map(({ code }) => code))],
      ...(off.length === 0 || isDryRun || tornDown !== undefined ? {} : { undo: undoCommand(off) }),
    },
    text: (style) => `\n${isDryRun ? evidence(style) : ''}${endText(ended, style)}`,
  };
}

const countsOf = ({ importable, imported, skipped, failed }: Imported): object => ({
  ...{ importable, imported, skipped, failed },
});

/** Which old attribute becomes which new one, and for how many users. */
import { UNVOUCHED_ALIAS } from '../lambda/attributes.ts';
import { isServiceAttribute } from '../lambda/settings.ts';
import type { Case } from './check.ts';

export interface AttributeRow {
  /** undefined: nothing of the old pool goes there. */
  readonly old: string | undefined;
  /** undefined: it goes nowhere. */
  readonly new: string | undefined;
  /** Users of the sample who have the old attribute; undefined where nobody could be looked at. */
  readonly users: number | undefined;
  readonly action: 'copied' | 'renamed' | 'set' | 'dropped' | 'lost' | 'missing';
  /** Users whose value the new pool does not take (CM105); absent if there are none. */
  readonly notTaken?: number;
}

/** A row for every old attribute that somebody has, for every rule, and for every gap that a required one leaves. */
export function attributeTable(args: Case): AttributeRow[] {
  const { prediction, settings } = args;
  const { rename, drop, set } = settings.map;
  const held = [...(prediction?.held.keys() ?? [])].filter((name) => !isHidden(name) || name === 'username');
  const old = new Set([...held, ...drop, ...Object.keys(rename)]);
  const rows = [...old].map((name): AttributeRow => {
    const users = prediction && (prediction.held.get(name) ?? 0);
    const fate = fateOf(name, args);
    if (isUnvouched(fate.new, users, args)) return { old: name, users, new: undefined, action: 'dropped' };
    return { old: name, users, ...fate, ...refusedValues(fate.new, args) };
  });
  const fixed = Object.keys(set).map((name): AttributeRow => {
    const users = prediction?.users;
    const row = { old: undefined, new: name, users } as const;
    if (isUnvouched(name, users, args)) return { ...row, action: 'dropped' };
    return { ...row, action: 'set', ...refusedValues(name, args) };
  });
  const filled = new Set(
    [...rows, ...fixed].flatMap((row) => (row.action === 'dropped' ? [] : (row.new ?? []))),
  );
  const gaps = Object.entries(settings.schema ?? {})
    .filter(([name, { required }]) => required === true && !isServiceAttribute(name) && !filled.has(name))
    .map(
      ([name]): AttributeRow => ({ old: undefined, new: name, users: prediction && 0, action: 'missing' }),
    );
  return [
    ...rows.toSorted((a, b) => rank(a) - rank(b) || (a.old ?? '').localeCompare(b.old ?? '')),
    ...fixed,
    ...gaps,
  ];
}

/** Users whose value for this attribute of the new pool is not taken. A fault is `custom:plan:length`. */
function refusedValues(
  name: string | undefined,
  { prediction }: Case,
): Required<Pick<AttributeRow, 'notTaken'>> | undefined {
  const faults = [...(prediction?.bad ?? [])].filter(
    ([fault]) => fault.slice(0, fault.lastIndexOf(':')) === name,
  );
  const notTaken = faults.reduce((sum, [, users]) => sum + users, 0);
  return notTaken === 0 ? undefined : { notTaken };
}

/** Nobody keeps their value: it would be a name to sign in with (CM114). */
function isUnvouched(name: string | undefined, users: number | undefined, { prediction }: Case): boolean {
  const left = prediction?.bad.get(UNVOUCHED_ALIAS) ?? 0;
  return name === 'preferred_username' && left > 0 && left >= (users ?? 0);
}

/** Cognito's own; `sub` is shown, since it can be kept. */
const isHidden = (name: string): boolean => name !== 'sub' && isServiceAttribute(name);

/** What moves stands first, then what does not. */
const rank = ({ action }: AttributeRow): number => (action === 'copied' || action === 'renamed' ? 0 : 1);

function fateOf(name: string, { settings }: Case): Pick<AttributeRow, 'new' | 'action'> {
  const { rename, drop, set } = settings.map;
  const has = (target: string): boolean => Object.hasOwn(settings.schema ?? {}, target);
  if (drop.includes(name)) return { new: undefined, action: 'dropped' };
  const target = Object.hasOwn(rename, name) ? rename[name] : undefined;
  if (target !== undefined)
    return has(target) ? { new: target, action: 'renamed' } : { new: undefined, action: 'lost' };
  if (isServiceAttribute(name) || !has(name)) return { new: undefined, action: 'lost' };
  // A rule for the same attribute wins, and a verified flag only goes with the very address it was given for.
  const address = name.endsWith('_verified') ? name.slice(0, -'_verified'.length) : name;
  const isTouched =
    Object.hasOwn(set, address) ||
    Object.values(rename).includes(address) ||
    (address !== name && (drop.includes(address) || Object.hasOwn(rename, address)));
  return isTouched ? { new: undefined, action: 'dropped' } : { new: name, action: 'copied' };
}

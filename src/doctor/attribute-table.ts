/** The new attribute for each old one, and the number of users. */
import { UNVOUCHED_ALIAS } from '../lambda/attributes.ts';
import { isServiceAttribute } from '../lambda/settings.ts';
import type { Case } from './check.ts';

export interface AttributeRow {
  /** Undefined if nothing from the old pool goes there. */
  readonly old: string | undefined;
  /** Undefined if it goes nowhere. */
  readonly new: string | undefined;
  /** Users in the sample who have the old attribute. Undefined if no users could be read. */
  readonly users: number | undefined;
  readonly action: 'copied' | 'renamed' | 'set' | 'dropped' | 'lost' | 'missing';
  /** Users whose value the new pool refuses (CM105). Absent if there are none. */
  readonly notTaken?: number;
}

/** A row for every old attribute in use, every rule, and every gap in required attributes. */
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

/** Users whose value the new pool refuses for its attribute. A fault looks like `custom:plan:length`. */
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

/** Whether no user keeps their value, because it would be a sign-in name (CM114). */
function isUnvouched(name: string | undefined, users: number | undefined, { prediction }: Case): boolean {
  const left = prediction?.bad.get(UNVOUCHED_ALIAS) ?? 0;
  return name === 'preferred_username' && left > 0 && left >= (users ?? 0);
}

/** Hides Cognito's own attributes, except `sub`, which can be kept. */
const isHidden = (name: string): boolean => name !== 'sub' && isServiceAttribute(name);

/** Attributes that move come first. */
const rank = ({ action }: AttributeRow): number => (action === 'copied' || action === 'renamed' ? 0 : 1);

function fateOf(name: string, { settings }: Case): Pick<AttributeRow, 'new' | 'action'> {
  const { rename, drop, set } = settings.map;
  const has = (target: string): boolean => Object.hasOwn(settings.schema ?? {}, target);
  if (drop.includes(name)) return { new: undefined, action: 'dropped' };
  const target = Object.hasOwn(rename, name) ? rename[name] : undefined;
  if (target !== undefined)
    return has(target) ? { new: target, action: 'renamed' } : { new: undefined, action: 'lost' };
  if (isServiceAttribute(name) || !has(name)) return { new: undefined, action: 'lost' };
  // A rule for the same attribute wins. A verified flag only moves with the very address that it verifies.
  const address = name.endsWith('_verified') ? name.slice(0, -'_verified'.length) : name;
  const isTouched =
    Object.hasOwn(set, address) ||
    Object.values(rename).includes(address) ||
    (address !== name && (drop.includes(address) || Object.hasOwn(rename, address)));
  return isTouched ? { new: undefined, action: 'dropped' } : { new: name, action: 'copied' };
}

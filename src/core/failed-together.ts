/**
 * What is known about a failure beside the failure itself: where it happened, and what else failed at the same time. Kept
 * apart from it, since code above decides by its class, its name, and its identity.
 */
import { printable } from './printable.ts';

/** The step that failed, and which of its things. */
export interface Place {
  readonly step: string;
  /** '' for a step of one thing. */
  readonly key: string;
  /** "app client" */
  readonly title: string;
  /** The name that people know that thing by; absent for a step of one thing. */
  readonly label?: string;
}

const places = new WeakMap<object, Place>();
const companions = new WeakMap<object, readonly unknown[]>();

const isObject = (error: unknown): error is object => typeof error === 'object' && error !== null;

export const placeOf = (error: unknown): Place | undefined =>
  isObject(error) ? places.get(error) : undefined;

/** Remembers where it happened. The first place counts: it is the innermost one. */
export function setPlace(error: unknown, place: Place | undefined): void {
  if (isObject(error) && place !== undefined && !places.has(error)) places.set(error, place);
}

/** "app client web (3n4b5urk1ft4fl3mg5e62d9ado)"; undefined where the step has only one thing. */
export function placeText(place: Place | undefined): string | undefined {
  if (place === undefined || place.key === '') return undefined;
  const { title, label, key } = place;
  return label === undefined || label === key ? `${title} ${key}` : `${title} ${printable(label)} (${key})`;
}

/** Runs this work; its failure remembers the place. */
export async function inPlace<T>(place: Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    setPlace(error, place);
    throw error;
  }
}

/** What failed at the same time as this, without this. */
export const failedTogether = (error: unknown): readonly unknown[] =>
  isObject(error) ? (companions.get(error) ?? []) : [];

/** The first of these failures, which remembers the others. */
export function firstOf(failures: readonly unknown[]): unknown {
  const [first, ...rest] = failures;
  const others = [first, ...rest].flatMap((one) => failedTogether(one));
  const all = [...new Set([...rest, ...others])].filter((one) => one !== first);
  if (isObject(first) && all.length > 0) companions.set(first, all);
  return first;
}

/** Like Promise.all, but awaits every one, so that the failure that it throws remembers all the others. */
export async function allOf<const T extends readonly unknown[]>(
  work: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const results = await Promise.allSettled(work);
  const failures = results.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  if (failures.length > 0) throw firstOf(failures);
  return Promise.all(work);
}

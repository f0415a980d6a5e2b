/**
 * Context of a failure: its place, and other failures at the same time.
 * Kept outside the error, because callers check its class, name, and identity.
 */
import { printable } from './printable.ts';

/** The step that failed, and which of its resources. */
export interface Place {
  readonly step: string;
  /** Empty for a step with one resource. */
  readonly key: string;
  /** For example, "app client". */
  readonly title: string;
  /** The resource name that people know. Absent for a step with one resource. */
  readonly label?: string;
}

const places = new WeakMap<object, Place>();
const companions = new WeakMap<object, readonly unknown[]>();

const isObject = (error: unknown): error is object => typeof error === 'object' && error !== null;

export const placeOf = (error: unknown): Place | undefined =>
  isObject(error) ? places.get(error) : undefined;

/** Remembers where the failure happened. The first place counts, because it is the innermost one. */
export function setPlace(error: unknown, place: Place | undefined): void {
  if (isObject(error) && place !== undefined && !places.has(error)) places.set(error, place);
}

/** For example, "app client web (3n4b5urk1ft4fl3mg5e62d9ado)". Undefined for a step with one resource. */
export function placeText(place: Place | undefined): string | undefined {
  if (place === undefined || place.key === '') return undefined;
  const { title, label, key } = place;
  return label === undefined || label === key ? `${title} ${key}` : `${title} ${printable(label)} (${key})`;
}

/** Runs `work`. If it fails, the error remembers the place. */
export async function inPlace<T>(place: Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    setPlace(error, place);
    throw error;
  }
}

/** The other failures that happened at the same time as this one. */
export const failedTogether = (error: unknown): readonly unknown[] =>
  isObject(error) ? (companions.get(error) ?? []) : [];

/** The first of these failures, which remembers the others. */
export function firstOf(failures: readonly unknown[]): unknown {
  const [first, ...rest] = failures;
  const others = [first, ...rest].flatMap((failure) => failedTogether(failure));
  const all = [...new Set([...rest, ...others])].filter((failure) => failure !== first);
  if (isObject(first) && all.length > 0) companions.set(first, all);
  return first;
}

/** Like Promise.all, but waits for all of them. The error that it throws remembers the other failures. */
export async function allOf<const T extends readonly unknown[]>(
  work: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const results = await Promise.allSettled(work);
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (failures.length > 0) throw firstOf(failures);
  return Promise.all(work);
}

/** The dependencies between steps, and a parallel walk that follows them. */
import { allOf, firstOf } from './failed-together.ts';
import type { Step } from './step.ts';

type Ordered<Id extends string> = Pick<Step<never, Id>, 'id' | 'requires' | 'optional' | 'outputs' | 'after'>;

/** Maps each step ID to the IDs of the enabled steps that must finish first. */
export function dependencies<Id extends string>(
  steps: readonly Ordered<Id>[],
): ReadonlyMap<Id, ReadonlySet<Id>> {
  const stepOf = new Map(steps.flatMap((step) => step.outputs.map((name) => [name, step.id] as const)));
  const ids = new Set(steps.map((step) => step.id));
  return new Map(
    steps.map((step) => {
      const sources = [...step.requires, ...step.optional].flatMap((name) => stepOf.get(name) ?? []);
      const before = [...sources, ...step.after].filter((id) => id !== step.id && ids.has(id));
      return [step.id, new Set(before)] as const;
    }),
  );
}

/** The same edges, reversed: maps each step to the steps that must be removed first. */
export function reversed<Id extends string>(
  edges: ReadonlyMap<Id, ReadonlySet<Id>>,
): ReadonlyMap<Id, ReadonlySet<Id>> {
  const reversedEdges = new Map([...edges.keys()].map((id) => [id, new Set<Id>()] as const));
  for (const [id, before] of edges) for (const other of before) reversedEdges.get(other)?.add(id);
  return reversedEdges;
}

/**
 * Sorts the steps into an order that keeps every edge.
 * Throws on a cycle, a mistake in the definitions.
 */
export function sorted<S extends { readonly id: string }>(
  steps: readonly S[],
  edges: ReadonlyMap<string, ReadonlySet<string>>,
): S[] {
  const remaining = new Map(steps.map((step) => [step.id, step] as const));
  const result: S[] = [];
  while (remaining.size > 0) {
    const ready = [...remaining.values()].filter(
      (step) => ![...(edges.get(step.id) ?? [])].some((id) => remaining.has(id)),
    );
    if (ready.length === 0) throw new Error(`steps wait for each other: ${[...remaining.keys()].join(', ')}`);
    for (const step of ready) {
      remaining.delete(step.id);
      result.push(step);
    }
  }
  return result;
}

/**
 * Visits every step after its dependencies, and independent steps at the same time.
 * After the first failure, no further visit starts, and visits in progress run to their end.
 * Throws the first failure, which remembers the others.
 */
export async function walk<S extends { readonly id: string }>(
  steps: readonly S[],
  edges: ReadonlyMap<string, ReadonlySet<string>>,
  visit: (step: S) => Promise<void>,
): Promise<void> {
  const visits = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  for (const step of sorted(steps, edges)) {
    const before = [...(edges.get(step.id) ?? [])].map((id) => visits.get(id));
    const visitInOrder = async () => {
      await Promise.all(before);
      if (failures.length > 0) return;
      try {
        await visit(step);
      } catch (error) {
        failures.push(error);
      }
    };
    visits.set(step.id, visitInOrder());
  }
  await Promise.all(visits.values());
  if (failures.length > 0) throw firstOf(failures);
}

/** Visits all items at the same time. Waits for all of them, then throws the first failure. */
export async function together<T>(items: readonly T[], visit: (item: T) => Promise<void>): Promise<void> {
  await allOf(items.map(visit));
}

/** Visits all items, one after the other. */
export async function inOrder<T>(items: readonly T[], visit: (item: T) => Promise<void>): Promise<void> {
  for (const item of items) await visit(item);
}

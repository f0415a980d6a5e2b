/** Which step comes after which, and a walk that keeps to it while independent steps go at the same time. */
import { allOf, firstOf } from './failed-together.ts';
import type { Step } from './step.ts';

type Ordered<Id extends string> = Pick<Step<never, Id>, 'id' | 'requires' | 'optional' | 'outputs' | 'after'>;

/** Step ID → IDs of the enabled steps that must be done before it. */
export function dependencies<Id extends string>(
  steps: readonly Ordered<Id>[],
): ReadonlyMap<Id, ReadonlySet<Id>> {
  const giver = new Map(steps.flatMap((step) => step.outputs.map((name) => [name, step.id] as const)));
  const ids = new Set(steps.map((step) => step.id));
  return new Map(
    steps.map((step) => {
      const givers = [...step.requires, ...step.optional].flatMap((name) => giver.get(name) ?? []);
      const before = [...givers, ...step.after].filter((id) => id !== step.id && ids.has(id));
      return [step.id, new Set(before)] as const;
    }),
  );
}

/** The same edges, the other way round: what must be gone before a step may go. */
export function reversed<Id extends string>(
  edges: ReadonlyMap<Id, ReadonlySet<Id>>,
): ReadonlyMap<Id, ReadonlySet<Id>> {
  const back = new Map([...edges.keys()].map((id) => [id, new Set<Id>()] as const));
  for (const [id, before] of edges) for (const other of before) back.get(other)?.add(id);
  return back;
}

/** The steps in an order that keeps every edge. A circle is a mistake in the definitions, so it throws. */
export function sorted<S extends { readonly id: string }>(
  steps: readonly S[],
  edges: ReadonlyMap<string, ReadonlySet<string>>,
): S[] {
  const left = new Map(steps.map((step) => [step.id, step] as const));
  const result: S[] = [];
  while (left.size > 0) {
    const free = [...left.values()].filter(
      (step) => ![...(edges.get(step.id) ?? [])].some((id) => left.has(id)),
    );
    if (free.length === 0) throw new Error(`steps wait for each other: ${[...left.keys()].join(', ')}`);
    for (const step of free) {
      left.delete(step.id);
      result.push(step);
    }
  }
  return result;
}

/**
 * Visits every step after those it depends on, independent ones at the same time. After the first failure no further
 * visit begins, those under way are awaited, and that failure is thrown, which remembers theirs.
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
    const turn = async () => {
      await Promise.all(before);
      if (failures.length > 0) return;
      try {
        await visit(step);
      } catch (error) {
        failures.push(error);
      }
    };
    visits.set(step.id, turn());
  }
  await Promise.all(visits.values());
  if (failures.length > 0) throw firstOf(failures);
}

/** All of these at the same time; every one is awaited, then the first failure is thrown. */
export async function together<T>(items: readonly T[], visit: (item: T) => Promise<void>): Promise<void> {
  await allOf(items.map(visit));
}

/** How many round trips to AWS wait for each other: what latency multiplies, whatever the machine. */
import type { Sandbox } from '../../src/sandbox/index.ts';
import { isWrite } from '../../src/sandbox/journal.ts';

/** One call, from its arrival to its answer. */
export interface Trip {
  readonly name: string;
  readonly isWrite: boolean;
  readonly start: number;
  readonly end: number;
}

/**
 * Notes every call that is made with the operator's own keys from now on; what the function does while it is invoked is a
 * part of that one call.
 */
export function watchTrips(
  { faults }: Pick<Sandbox, 'faults'>,
  now: () => number,
): { readonly trips: readonly Trip[]; stop(): void } {
  const trips: Trip[] = [];
  const starts = new Map<object, number>();
  const before = faults.onCall('before', (call) => void starts.set(call, now()));
  const after = faults.onCall('after', (call) => {
    const start = starts.get(call);
    if (start === undefined || /:assumed-role\//.test(call.caller)) return;
    const name = `${call.service}:${call.operation}`;
    trips.push({ name, isWrite: isWrite(call.operation), start, end: now() });
  });
  return {
    trips,
    stop() {
      before();
      after();
    },
  };
}

/** The longest row of calls of which each began only when the one before it was answered. */
export function longestChain(trips: readonly Trip[]): readonly Trip[] {
  const chains: (readonly Trip[])[] = [];
  for (const trip of trips.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    let longest: readonly Trip[] = [];
    for (const chain of chains) {
      const last = chain.at(-1);
      if (last !== undefined && last.end <= trip.start && chain.length > longest.length) longest = chain;
    }
    chains.push([...longest, trip]);
  }
  return chains.reduce<readonly Trip[]>((best, chain) => (chain.length > best.length ? chain : best), []);
}

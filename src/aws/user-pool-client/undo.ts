import type { FlowRecord } from '../function/flow-records.ts';
import { defaultsWith, type FlowFamily, familyNames } from './flows.ts';
import type { ClientSnapshot } from './read.ts';

const records = { allow: 'added', empty: 'was-empty', legacy: 'legacy' } as const satisfies Record<
  FlowFamily,
  FlowRecord
>;

/** The record to save before the password flow is turned on, by the family of the client's flows. */
export function flowRecord(family: FlowFamily): FlowRecord {
  return records[family];
}

/** The action that undoes the change for a client in its current state. */
export type FlowUndo =
  /** Write these flows. An empty list is AWS's default. */
  | { readonly action: 'write'; readonly flows: readonly string[] }
  /** Nothing to do, because our flow is already gone. */
  | { readonly action: 'nothing' }
  /**
   * Our flow is the only one left, because someone removed the others.
   * Without it, the list would be empty, which turns three other flows on. So it stays.
   */
  | { readonly action: 'leave'; readonly flow: string };

/**
 * Removes exactly our own flow, and keeps later changes by others.
 * @param client The client as AWS describes it now.
 * @param record Our change to it.
 */
export function undoFlow(
  client: Pick<ClientSnapshot['client'], 'RefreshTokenRotation'> & {
    ExplicitAuthFlows?: readonly string[] | undefined;
  },
  record: FlowRecord,
): FlowUndo {
  const present = client.ExplicitAuthFlows ?? [];
  // Matches either name. Someone who rewrote the flows in the newer names didn't remove ours. No older name
  // is left then (API reference: the two cannot be combined).
  const ours = present.find((flow) => flow === familyNames.allow || flow === familyNames.legacy);
  if (ours === undefined) return { action: 'nothing' };
  const rest = present.filter((flow) => flow !== ours);
  if (record === 'was-empty' && sameFlows(rest, defaultsWith(client.RefreshTokenRotation?.Feature)))
    return { action: 'write', flows: [] };
  return rest.length === 0 ? { action: 'leave', flow: ours } : { action: 'write', flows: rest };
}

function sameFlows(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((flow) => other.includes(flow));
}

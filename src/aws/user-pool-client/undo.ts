import { defaultsWith, type FlowFamily, familyNames } from './flows.ts';
import type { ClientSnapshot } from './read.ts';

/** What was done to a client: kept as a tag of the function and in the state file, so that it can be undone. */
export type FlowRecord = 'added' | 'was-empty' | 'legacy';

const records = { allow: 'added', empty: 'was-empty', legacy: 'legacy' } as const satisfies Record<
  FlowFamily,
  FlowRecord
>;

/** The record to keep before the password flow is turned on for a client whose flows are of this family. */
export function flowRecord(family: FlowFamily): FlowRecord {
  return records[family];
}

/** What undoing comes down to for a client as it is now. */
export type FlowUndo =
  /** Write these flows; an empty list is AWS's default. */
  | { readonly action: 'write'; readonly flows: readonly string[] }
  /** Nothing to do: the flow that was put in is not there any more. */
  | { readonly action: 'nothing' }
  /**
   * It is the only flow left, since somebody took the others out. Without it the list would be empty, which turns three
   * other flows on, so it stays.
   */
  | { readonly action: 'leave'; readonly flow: string };

/**
 * Takes out exactly what was put in, and keeps what others have changed since.
 * @param client as AWS says it is now.
 * @param record what was done to it.
 */
export function undoFlow(
  client: Pick<ClientSnapshot['client'], 'RefreshTokenRotation'> & {
    ExplicitAuthFlows?: readonly string[] | undefined;
  },
  record: FlowRecord,
): FlowUndo {
  const present = client.ExplicitAuthFlows ?? [];
  // By either name: whoever has the flows written in the newer names since has not taken this one out, and none is left
  // in the older name then (API reference: the two cannot stand beside each other).
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

/**
 * The event history of CloudTrail for one account and Region.
 * It records the sign-ins of Cognito. Other events are not recorded.
 */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../operation.ts';
import type { World } from '../../world.ts';

/** Events of one kind at even intervals. A single event is a run of one. */
export interface Run {
  readonly id: number;
  readonly name: string;
  readonly source: string;
  /** Milliseconds since the epoch, of the first event. */
  readonly from: number;
  /** Milliseconds between two events. */
  readonly step: number;
  readonly count: number;
  /** The event can be looked up this many milliseconds after its time. */
  readonly delay: number;
  /** The members of the event's text that differ from event to event of the history. */
  readonly details: JsonObject;
}

interface TrailState {
  readonly runs: Run[];
}

const kind = { name: 'cloudtrail', create: (): TrailState => ({ runs: [] }) };

export interface TrailPlace {
  readonly world: World;
  readonly account: string;
  readonly region: string;
}

/** Adds events to the history. */
export function recordRun({ world, account, region }: TrailPlace, run: Omit<Run, 'id' | 'delay'>): void {
  const { runs } = world.state(kind, account, region);
  runs.push({ ...run, id: runs.length, delay: world.delays.events });
}

/** All runs of the history, oldest first. */
export const runsOf = ({ world, account, region }: TrailPlace): readonly Run[] =>
  world.state(kind, account, region).runs;

/** A UUID that is always the same for the same event. */
export function eventId(run: Run, index: number): string {
  const hex = createHash('sha256').update(`${run.id}/${index}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** The state of CloudWatch Logs for one account and Region. */
import type { JsonObject } from '../../operation.ts';
import type { World } from '../../world.ts';
import { putEmbedded } from '../cloudwatch/embedded.ts';
import type { Place } from '../cloudwatch/state.ts';

export interface LogEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

export interface LogStream {
  readonly name: string;
  readonly createdAt: number;
  readonly events: LogEvent[];
}

export interface LogGroup {
  readonly name: string;
  readonly createdAt: number;
  retentionInDays: number | undefined;
  tags: ReadonlyMap<string, string>;
  readonly streams: Map<string, LogStream>;
  /** Subscription filters by name, in their described form. */
  readonly subscriptions: Map<string, JsonObject>;
}

export interface LogsState {
  readonly groups: Map<string, LogGroup>;
  eventCount: number;
}

const logsKind = { name: 'logs', create: (): LogsState => ({ groups: new Map(), eventCount: 0 }) };

/** The state of CloudWatch Logs in an account and Region. */
export function logsState(world: World, account: string, region: string): LogsState {
  return world.state(logsKind, account, region);
}

/** Creates an empty group. */
export function makeGroup(world: World, name: string): LogGroup {
  return {
    name,
    createdAt: world.now(),
    retentionInDays: undefined,
    tags: new Map(),
    streams: new Map(),
    subscriptions: new Map(),
  };
}

/** Adds events to a stream, and their metrics to CloudWatch. Each event gets an ID greater than the last. */
export function addEvents(
  place: Place,
  stream: LogStream,
  events: readonly { readonly timestamp: number; readonly message: string }[],
): void {
  const { world, account, region } = place;
  const state = logsState(world, account, region);
  for (const { timestamp, message } of events) {
    state.eventCount += 1;
    const id = String(state.eventCount).padStart(56, '0');
    stream.events.push({ id, timestamp, ingestionTime: world.now(), message });
    putEmbedded(place, message);
  }
}

/** AWS CloudTrail, API version 2013-11-01: LookupEvents. CloudTrail API Reference. */
import { isObject, Reader } from '../../input.ts';
import { type Call, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import type { StateKind } from '../../world.ts';
import { eventId, type Run, runsOf } from './state.ts';

const second = 1000;
/** "You can look up events that occurred in a Region within the last 90 days." */
const history = 90 * 86_400 * second;

interface Bucket {
  tokens: number;
  filledAt: number;
}

const bucketKind: StateKind<Bucket> = {
  name: 'cloudtrail-rate',
  create: () => ({ tokens: 2, filledAt: 0 }),
};

/** "The rate of lookup requests is limited to two per second, per account, per Region." */
function assertWithinRate({ world, account, region }: Call): void {
  const bucket = world.state(bucketKind, account, region);
  const now = world.now();
  bucket.tokens = Math.min(2, bucket.tokens + ((now - bucket.filledAt) * 2) / second);
  bucket.filledAt = now;
  if (bucket.tokens < 1) throw new ServiceError('ThrottlingException', 'Rate exceeded');
  bucket.tokens -= 1;
}

type Matches = (run: Run) => boolean;

/** The filter of a call. "Currently the list can contain only one item." */
function filterOf(call: Call): Matches {
  const list = new Reader(call.input, 'InvalidLookupAttributesException').optionalList('LookupAttributes');
  const [first, ...more] = list ?? [];
  if (first === undefined) return () => true;
  const reader = new Reader(isObject(first) ? first : {}, 'InvalidLookupAttributesException');
  const [key, value] = [reader.text('AttributeKey'), reader.text('AttributeValue', { min: 1, max: 2000 })];
  if (more.length > 0 || !(key === 'EventName' || key === 'EventSource'))
    throw new ServiceError(
      'InvalidLookupAttributesException',
      'The local AWS looks up events by one EventName or one EventSource.',
    );
  return key === 'EventName' ? ({ name }) => name === value : ({ source }) => source === value;
}

function timeOf(call: Call, name: string): number | undefined {
  const value = call.input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw new ServiceError('SerializationException', `${name} must be a number`);
  return value * second;
}

/** Where the next page begins: at this time, after the events of this time that were returned. */
interface Cursor {
  readonly before: number;
  readonly skip: number;
}

function cursorOf(token: string | undefined): Cursor | undefined {
  if (token === undefined) return undefined;
  const [, before, skip] = /^(\d+)\.(\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (before === undefined) throw new ServiceError('InvalidNextTokenException', 'Invalid NextToken.');
  return { before: Number(before), skip: Number(skip) };
}

interface Found {
  readonly run: Run;
  readonly index: number;
  readonly at: number;
}

const timeIn = ({ from, step }: Run, index: number): number => from + Math.floor(index * step);

/** The last event of a run at `until` or before. Computed, since a run can have millions of events. */
function lastIndex({ from, step, count }: Run, until: number): number {
  if (until < from) return -1;
  if (step <= 0) return count - 1;
  return Math.min(count - 1, Math.ceil((until - from + 1) / step) - 1);
}

/** The events of all runs, newest first. */
function* newestFirst(runs: readonly Run[], since: number, until: (run: Run) => number): Generator<Found> {
  const heads = runs.map((run) => ({ run, index: lastIndex(run, until(run)) }));
  for (;;) {
    let newest: (typeof heads)[number] | undefined;
    let at = since - 1;
    for (const head of heads) {
      const time = head.index < 0 ? Number.NEGATIVE_INFINITY : timeIn(head.run, head.index);
      if (time > at) [newest, at] = [head, time];
    }
    if (newest === undefined) return;
    yield { ...newest, at };
    newest.index -= 1;
  }
}

/** The event as CloudTrail's text holds it. */
function textOf(call: Call, { run, index, at }: Found): string {
  return JSON.stringify({
    eventVersion: '1.11',
    userIdentity: { type: 'Unknown', principalId: 'Anonymous' },
    eventTime: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
    eventSource: run.source,
    eventName: run.name,
    awsRegion: call.region,
    sourceIPAddress: '192.0.2.1',
    userAgent: 'aws-sdk-js/3',
    ...run.details,
    eventID: eventId(run, index),
    managementEvent: true,
    recipientAccountId: call.account,
    eventCategory: 'Management',
  });
}

interface Page {
  readonly found: readonly Found[];
  readonly hasMore: boolean;
}

/** The events after the cursor. */
function pageOf(events: Iterable<Found>, cursor: Cursor | undefined, most: number): Page {
  const found: Found[] = [];
  let skip = cursor?.skip ?? 0;
  for (const event of events) {
    if (skip > 0 && event.at === cursor?.before) skip -= 1;
    else if (found.length === most) return { found, hasMore: true };
    else found.push(event);
  }
  return { found, hasMore: false };
}

/** The token of the next page. */
function tokenAfter(found: readonly Found[], cursor: Cursor | undefined): string {
  const before = found.at(-1)?.at ?? 0;
  const same = found.filter(({ at }) => at === before).length;
  const skip = same + (cursor?.before === before ? cursor.skip : 0);
  return Buffer.from(`${before}.${skip}`).toString('base64url');
}

function timesOf(call: Call): { readonly start: number; readonly end: number } {
  const now = call.world.now();
  const [start, end] = [timeOf(call, 'StartTime') ?? 0, timeOf(call, 'EndTime') ?? now];
  if (start > end)
    throw new ServiceError('InvalidTimeRangeException', 'The start time is after the end time.');
  return { start: Math.max(start, now - history), end };
}

function lookupEvents(call: Call): JsonObject {
  assertWithinRate(call);
  const runs = runsOf(call).filter(filterOf(call));
  const reader = new Reader(call.input, 'InvalidMaxResultsException');
  const most = reader.optionalInteger('MaxResults', 1, 50) ?? 50;
  const { start, end } = timesOf(call);
  const cursor = cursorOf(reader.optionalText('NextToken'));
  const until = Math.min(end, cursor?.before ?? Number.POSITIVE_INFINITY);
  const now = call.world.now();
  const events = newestFirst(runs, start, ({ delay }) => Math.min(until, now - delay));
  const { found, hasMore } = pageOf(events, cursor, most);
  return {
    Events: found.map((event) => ({
      EventId: eventId(event.run, event.index),
      EventName: event.run.name,
      ReadOnly: 'false',
      EventTime: Math.floor(event.at / second),
      EventSource: event.run.source,
      Resources: [],
      CloudTrailEvent: textOf(call, event),
    })),
    ...(hasMore ? { NextToken: tokenAfter(found, cursor) } : {}),
  };
}

export const cloudTrailOperations: Operations = { LookupEvents: lookupEvents };

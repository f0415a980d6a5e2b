/**
 * The flows of sign-ins, from the event history of CloudTrail.
 * Events name an app client and no pool, so those of other pools are left out by their clients. The IDs and
 * addresses of users are never kept.
 */
import type { Event } from '@aws-sdk/client-cloudtrail';
import * as z from 'zod/mini';
import type { Side } from './clients.ts';
import { type Pace, sleep } from './retry.ts';

/** Each has pages of its own, since one busy kind of event would hide the others. */
const eventNames = [
  'InitiateAuth',
  'AdminInitiateAuth',
  'Login_POST',
  'CognitoAuthentication',
  'ForgotPassword',
] as const;
type EventName = (typeof eventNames)[number];

/** Events of one flow through one app client. */
export interface FlowCount {
  readonly count: number;
  readonly failed: number;
  /** Milliseconds since the epoch, of the first and the last one. */
  readonly first: number;
  readonly last: number;
}

/** The part of the asked time that was read of one kind of event. */
export interface Covered {
  readonly event: EventName;
  readonly from: number;
  readonly to: number;
  /** False if there were more events before `from` than a run reads. */
  readonly isComplete: boolean;
}

export interface SignInEvents {
  /** By the ID of the app client, then by flow. */
  readonly clients: ReadonlyMap<string, ReadonlyMap<string, FlowCount>>;
  readonly covered: readonly Covered[];
}

/** The events that are read. */
export interface EventLimits {
  readonly names: readonly EventName[];
  /** Pages of 50 events each, per name. */
  readonly maxPages: number;
}

/** At two calls a second, all of them together take half a minute at most. */
const usualLimits: EventLimits = { names: eventNames, maxPages: 12 };

/** Milliseconds between two calls: "The rate of lookup requests is limited to two per second". */
const pauseMs = 550;

/** "You can look up events that occurred in a Region within the last 90 days" (LookupEvents). */
const historyMs = 90 * 86_400_000;

const Text = z.optional(z.catch(z.nullable(z.string()), null));

/** The members of an event that are used. Shapes differ by kind, and are documented by example only. */
const Detail = z.object({
  errorCode: Text,
  requestParameters: z.optional(z.catch(z.nullable(z.object({ authFlow: Text, clientId: Text })), null)),
  additionalEventData: z.optional(
    z.catch(
      z.nullable(
        z.object({
          requestParameters: z.optional(
            z.catch(z.nullable(z.object({ client_id: z.optional(z.unknown()) })), null),
          ),
        }),
      ),
      null,
    ),
  ),
});

/** The flow of an event. Managed login and forgotten passwords have names of their own. */
function flowOf(name: EventName, authFlow: string | null | undefined): string {
  if (name === 'ForgotPassword') return 'forgot password';
  if (name === 'Login_POST') return 'managed login';
  // One sign-in through managed login may make both events, so they are never added up.
  if (name === 'CognitoAuthentication') return name;
  return typeof authFlow === 'string' && /^[A-Z_]{1,40}$/.test(authFlow) ? authFlow : 'other';
}

const isRefresh = (flow: string): boolean => /^REFRESH_TOKEN(_AUTH)?$/.test(flow);

interface Read {
  readonly clientId: string;
  readonly flow: string;
  readonly at: number;
  readonly isFailure: boolean;
}

/** Undefined for an event without an app client, and for one that cannot be read. */
function readEvent(name: EventName, { CloudTrailEvent = '', EventTime }: Event): Read | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(CloudTrailEvent);
  } catch {
    return undefined;
  }
  const detail = z.safeParse(Detail, raw);
  if (!detail.success || EventTime === undefined) return undefined;
  const { errorCode, requestParameters, additionalEventData } = detail.data;
  const listed = additionalEventData?.requestParameters?.client_id;
  const [inList]: unknown[] = Array.isArray(listed) ? listed : [listed];
  const clientId = requestParameters?.clientId ?? inList;
  if (typeof clientId !== 'string') return undefined;
  return {
    clientId,
    flow: flowOf(name, requestParameters?.authFlow),
    at: EventTime.getTime(),
    isFailure: typeof errorCode === 'string' && errorCode !== '',
  };
}

interface Times {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly now: number;
}

/** The pages of one kind of event, the newest first. */
async function* pagesOf(
  { lookupEvents }: Pick<Side, 'lookupEvents'>,
  event: EventName,
  { since, now }: Times,
): AsyncGenerator<{ readonly events: readonly Event[]; readonly isLast: boolean }> {
  let token: string | undefined;
  do {
    const { Events = [], NextToken } = await lookupEvents({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: event }],
      StartTime: new Date(since),
      EndTime: new Date(now),
      ...(token === undefined ? {} : { NextToken: token }),
    });
    token = NextToken;
    yield { events: Events, isLast: token === undefined };
  } while (token !== undefined);
}

/** Reads the events of these app clients since a moment, at most 90 days ago, the newest first. */
export async function readSignInEvents(
  side: Pick<Side, 'lookupEvents'>,
  clientIds: readonly string[],
  { since: asked, now }: Times,
  pace: Pace,
  { names, maxPages } = usualLimits,
): Promise<SignInEvents> {
  const clients = new Map(clientIds.map((id) => [id, new Map<string, FlowCount>()]));
  const since = Math.max(asked, now - historyMs);
  const covered: Covered[] = [];
  let calls = 0;
  for (const event of names) {
    let oldest = now;
    let isComplete = false;
    const pages = pagesOf(side, event, { since, now });
    for (let page = 0; page < maxPages && !isComplete; page += 1) {
      if (calls > 0) await sleep(pauseMs, pace);
      calls += 1;
      const { value, done } = await pages.next();
      if (done === true) break;
      for (const one of value.events) addEvent(clients, readEvent(event, one));
      oldest = Math.min(oldest, ...value.events.map(({ EventTime }) => EventTime?.getTime() ?? now));
      isComplete = value.isLast;
    }
    covered.push({ event, from: isComplete ? since : oldest, to: now, isComplete });
  }
  return { clients, covered };
}

function addEvent(clients: ReadonlyMap<string, Map<string, FlowCount>>, read: Read | undefined): void {
  const flows = read === undefined ? undefined : clients.get(read.clientId);
  if (read === undefined || flows === undefined || isRefresh(read.flow)) return;
  const { flow, at, isFailure } = read;
  const known = flows.get(flow);
  flows.set(flow, {
    count: (known?.count ?? 0) + 1,
    failed: (known?.failed ?? 0) + (isFailure ? 1 : 0),
    first: Math.min(known?.first ?? at, at),
    last: Math.max(known?.last ?? at, at),
  });
}

/**
 * Puts sign-ins of the past into the local AWS, any number at once.
 * The work grows with the periods of the time range and not with the sign-ins.
 */
import { isObject, parseObject, Reader } from './input.ts';
import { type JsonObject, ServiceError } from './operation.ts';
import { recordRun } from './services/cloudtrail/state.ts';
import { putSamples } from './services/cloudwatch/state.ts';
import { countAttempts, pageDetails } from './services/cognito/observed.ts';
import { type Located, locateClient } from './services/cognito/pool-access.ts';
import type { World } from './world.ts';

const code = 'BadRequest';

/** A period of CloudWatch that keeps data for 15 months, in milliseconds. */
const hour = 3_600_000;

interface Range {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

interface Part {
  readonly at: number;
  readonly count: number;
}

/** Spreads a count evenly over the hours of a range. The parts add up to the count. */
function spread({ from, to }: Range, count: number): Part[] {
  const hours = Math.max(1, Math.ceil((to - from) / hour));
  return Array.from({ length: hours }, (_, index) => ({
    at: Math.min(from + index * hour, to),
    count: Math.floor((count * (index + 1)) / hours) - Math.floor((count * index) / hours),
  })).filter((part) => part.count > 0);
}

function rangeOf(reader: Reader, now: number): Range {
  const from = reader.optionalInteger('from', 0) ?? now;
  const to = reader.optionalInteger('to', 0) ?? from;
  if (from > to) throw new ServiceError(code, 'from is after to');
  return { from, to };
}

/** Adds `count` samples of the value 1 to a metric. */
export function putMetric(world: World, account: string, body: string): JsonObject {
  const input = parseObject(body) ?? {};
  const reader = new Reader(input, code);
  const dimensions = isObject(input.dimensions) ? reader.optionalTextMap('dimensions') : undefined;
  const metric = {
    namespace: reader.text('namespace'),
    name: reader.text('name'),
    dimensions: Object.fromEntries(dimensions ?? []),
  };
  const count = reader.optionalInteger('count', 1) ?? 1;
  const place = { world, account: reader.optionalText('account') ?? account, region: reader.text('region') };
  const parts = spread(rangeOf(reader, world.now()), count);
  putSamples(
    place,
    metric,
    parts.map((part) => ({ at: part.at, sum: part.count, count: part.count, min: 1, max: 1, unit: 'Count' })),
  );
  return { periods: parts.length };
}

const operations = ['InitiateAuth', 'AdminInitiateAuth', 'ForgotPassword', 'Login_POST'] as const;

/** The members of an event that CloudTrail shows. */
function detailsOf(located: Located, operation: string, flow: string | undefined): JsonObject {
  if (operation === 'Login_POST') {
    const query = new URLSearchParams({ client_id: located.client.id, response_type: 'code' });
    const fields = new URLSearchParams({ username: 'u', password: 'p', _csrf: 't' });
    return pageDetails(located, { name: operation, status: 302, query, fields });
  }
  return {
    requestParameters: {
      ...(flow === undefined ? {} : { authFlow: flow, authParameters: 'HIDDEN_DUE_TO_SECURITY_REASONS' }),
      clientId: located.client.id,
      ...(operation === 'AdminInitiateAuth' ? { userPoolId: located.pool.id } : {}),
    },
    responseElements: null,
    readOnly: false,
    eventType: 'AwsApiCall',
  };
}

/** Adds sign-ins through an app client: to the history of CloudTrail, and to Cognito's metric. */
export function putSignIns(world: World, body: string): JsonObject {
  const reader = new Reader(parseObject(body) ?? {}, code);
  const operation = reader.optionalText('operation', { oneOf: operations }) ?? 'InitiateAuth';
  const flow = reader.optionalText('flow');
  const count = reader.optionalInteger('count', 1) ?? 1;
  const successes = reader.optionalInteger('successes', 0, count) ?? count;
  const located = locateClient(world, reader.text('clientId'));
  if (located === undefined) throw new ServiceError(code, 'No pool has this app client.');
  const range = rangeOf(reader, world.now());
  const { account, region } = located.pool;
  recordRun(
    { world, account, region },
    {
      name: operation,
      source: 'cognito-idp.amazonaws.com',
      from: range.from,
      step: (range.to - range.from) / Math.max(1, count - 1),
      count,
      details: detailsOf(located, operation, flow),
    },
  );
  const parts = spread(range, count);
  if (operation !== 'ForgotPassword' && !flow?.startsWith('REFRESH_TOKEN')) {
    let passed = 0;
    const share = (until: number): number => Math.floor((successes * until) / count);
    countAttempts(
      world,
      located,
      parts.map((part) => {
        const before = share(passed);
        passed += part.count;
        return { at: part.at, tries: part.count, successes: share(passed) - before };
      }),
    );
  }
  return { periods: parts.length };
}

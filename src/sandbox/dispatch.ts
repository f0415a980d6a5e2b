/** Handles a parsed request: journal, caller, authorization, operation, and faults. */

import { randomUUID } from 'node:crypto';
import { requirements } from './actions.ts';
import { partitionOf } from './arn.ts';
import { authorize, decide } from './auth/authorize.ts';
import { readSignature, resolveCaller } from './auth/caller.ts';
import { type Fault, faultError } from './faults.ts';
import type { JournalEntry } from './journal.ts';
import {
  type Call,
  type Json,
  type JsonObject,
  type Principal,
  ServiceError,
  type ServiceName,
} from './operation.ts';
import type { Answer, Reaction } from './protocol/answer.ts';
import { jsonAnswer, jsonError } from './protocol/json.ts';
import { queryAnswer, queryError } from './protocol/query.ts';
import { lambdaAnswer, lambdaError } from './protocol/rest-lambda.ts';
import type { Runtime } from './runtime.ts';
import { runImportJobs } from './services/cognito/import-engine.ts';
import { regionIn } from './services/cognito/pool-id.ts';
import { assertWithinRate } from './services/cognito/rate-limits.ts';
import { cognitoSettings } from './services/cognito/settings.ts';
import type { World } from './world.ts';

/**
 * Lists in a documented order. CloudWatch Logs API Reference: log groups by name, log streams by `orderBy`,
 * events by time. CloudWatch API Reference: data points by time. CloudTrail API Reference: the most recent
 * event first.
 */
const ordered: ReadonlySet<string> = new Set([
  'logGroups',
  'logStreams',
  'events',
  'Timestamps',
  'Values',
  'Events',
]);

/** Copies an output in random order: members of objects, and lists without a documented order. */
export function shuffled(world: Pick<World, 'randomBytes'>, output: JsonObject): JsonObject {
  const mix = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => ({ item, rank: Buffer.from(world.randomBytes(6)).readUIntBE(0, 6) }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item);
  const mixObject = (object: JsonObject): JsonObject =>
    Object.fromEntries(mix(Object.entries(object)).map(([name, item]) => [name, mixValue(item, name)]));
  const mixValue = (value: Json, name: string): Json => {
    if (Array.isArray(value)) {
      const items = value.map((item) => mixValue(item, ''));
      return ordered.has(name) ? items : mix(items);
    }
    return typeof value === 'object' && value !== null ? mixObject(value) : value;
  };
  return mixObject(output);
}

export interface Request {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: JsonObject;
  readonly authorization: string | undefined;
  readonly sessionToken: string | undefined;
  readonly connection: number;
}

/** Formats an error in the protocol of the service. */
export function errorAnswer(service: ServiceName, error: ServiceError): Answer {
  const requestId = randomUUID();
  if (service === 'iam' || service === 'sts') return queryError(service, error, requestId);
  return service === 'lambda' ? lambdaError(error, requestId) : jsonError(service, error, requestId);
}

function successAnswer({ service, operation }: Request, output: JsonObject): Answer {
  const requestId = randomUUID();
  if (service === 'iam' || service === 'sts') return queryAnswer(service, operation, output, requestId);
  return service === 'lambda'
    ? lambdaAnswer(operation, output, requestId)
    : jsonAnswer(service, output, requestId);
}

const callerName = (caller: Principal): string => (caller.kind === 'anonymous' ? 'anonymous' : caller.arn);

/** Handles a request. Returns the reaction for its connection. */
export async function dispatch(runtime: Runtime, request: Request): Promise<Reaction> {
  const { journal, faults, world, defaultAccount } = runtime;
  const { service, operation, input } = request;
  const signature = readSignature(request.authorization);
  const region = signature?.region ?? poolRegion(input) ?? 'us-east-1';
  const caller = catchServiceError(() => resolveCaller(world, service, signature, request.sessionToken));
  const knownCaller = caller instanceof ServiceError ? undefined : caller;
  const account = knownCaller && knownCaller.kind !== 'anonymous' ? knownCaller.account : defaultAccount;
  const name = knownCaller ? callerName(knownCaller) : 'unknown';
  const entry = journal.begin({
    service,
    operation,
    account,
    region,
    caller: name,
    connection: request.connection,
    input,
  });

  await faults.notify('before', entry);
  if (world.delays.latency > 0) await world.sleep(world.delays.latency);
  const fault = faults.take(entry);
  if (fault) entry.fault = fault.kind;
  const position = fault?.kind === 'lost-response' ? 'after' : (fault?.position ?? 'before');
  if (fault && position === 'before') {
    const reaction = applyFault(fault, request, entry);
    await faults.notify('after', entry);
    return reaction;
  }
  await runImportJobs(world);
  const result = await journal.during(entry, () => runOperation(runtime, request, entry, caller, region));
  entry.result = result instanceof ServiceError ? result.code : 'ok';
  await faults.notify('after', entry);
  if (fault) return applyFault(fault, request, entry);
  if (result instanceof ServiceError) return { kind: 'answer', answer: errorAnswer(service, result) };
  const inAnyOrder = cognitoSettings(world).answerOrder === 'shuffled';
  return { kind: 'answer', answer: successAnswer(request, inAnyOrder ? shuffled(world, result) : result) };
}

/** The Region from the pool ID in an unsigned Cognito call. */
function poolRegion(input: JsonObject): string | undefined {
  const id = input.UserPoolId;
  return typeof id === 'string' ? regionIn(id) : undefined;
}

function catchServiceError<T>(work: () => T): T | ServiceError {
  try {
    return work();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

function applyFault(fault: Fault, request: Request, entry: JournalEntry): Reaction {
  const resultPrefix = entry.result === 'ok' ? 'ok, then ' : '';
  const error = faultError(fault, request.service, entry);
  if (!error) {
    entry.result = `${resultPrefix}${fault.kind}`;
    return { kind: fault.kind === 'time-out' ? 'hang' : 'reset' };
  }
  entry.result = `${resultPrefix}${error.code}`;
  const answer = errorAnswer(request.service, error);
  const retryAfter = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  return { kind: 'answer', answer: { ...answer, headers: { ...answer.headers, ...retryAfter } } };
}

async function runOperation(
  runtime: Runtime,
  request: Request,
  entry: JournalEntry,
  caller: Principal | ServiceError,
  region: string,
): Promise<JsonObject | ServiceError> {
  const { service, operation, input } = request;
  if (caller instanceof ServiceError) return caller;
  const { world } = runtime;
  try {
    const handler = runtime.services[service][operation];
    if (!handler) throw unknownOperation(service, operation);
    // AWS doesn't document whether it counts a call before it authorizes it.
    if (service === 'cognito-idp')
      assertWithinRate({ world, account: entry.account, region, operation, input });
    const authorization = { world, service, region, caller, entry };
    const call: Call = {
      world,
      service,
      operation,
      account: entry.account,
      region,
      partition: partitionOf(region),
      caller,
      input,
      authorize: (action, resource, context) => authorize(authorization, action, resource, context),
      allowed: (action, resource, context) => decide(authorization, action, resource, context ?? {}).allowed,
    };
    for (const { action, resource, context, or } of requirements(call)) {
      const either =
        or !== undefined && [action, or].some((candidate) => call.allowed(candidate, resource, context));
      if (!either) call.authorize(action, resource, context);
    }
    return await handler(call);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return new ServiceError(
      service === 'lambda' ? 'ServiceException' : 'InternalFailure',
      `Local AWS: ${text}`,
      500,
    );
  }
}

function unknownOperation(service: ServiceName, operation: string): ServiceError {
  const text = `The local AWS does not know the operation ${operation} of ${service}.`;
  return service === 'iam' || service === 'sts'
    ? new ServiceError('InvalidAction', text)
    : new ServiceError('UnknownOperationException', text, service === 'lambda' ? 404 : 400);
}

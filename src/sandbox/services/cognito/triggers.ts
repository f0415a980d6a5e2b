/** Lambda triggers: the common event, the 5 seconds and 3 attempts, and the errors of failures. */
import { type Json, type JsonObject, ServiceError } from '../../operation.ts';
import type { InvokeResult, World } from '../../world.ts';
import { isObject } from './input.ts';
import { member, text } from './pool-config.ts';
import type { Client, Pool, User } from './state.ts';

/**
 * Time limit of one attempt.
 * Developer Guide, "Things to know about Lambda triggers": 5 s, then "Amazon Cognito retries". There are 3
 * attempts in all.
 */
const limitMs = 5000;
const attempts = 3;

/** Name of a member of LambdaConfig that holds one function. */
export type TriggerName =
  | 'PreSignUp'
  | 'PostConfirmation'
  | 'PreAuthentication'
  | 'PostAuthentication'
  | 'PreTokenGeneration'
  | 'UserMigration';

export interface TriggerEvent {
  readonly source: string;
  readonly userName: string;
  readonly request: JsonObject;
  readonly response: JsonObject;
}

export function triggerArn(pool: Pool, name: TriggerName): string | undefined {
  const config = member(pool.config, 'LambdaConfig');
  if (name !== 'PreTokenGeneration') return text(config, name);
  return text(member(config, 'PreTokenGenerationConfig'), 'LambdaArn') ?? text(config, name);
}

/** Version of the event that PreTokenGeneration gets. */
export function preTokenVersion(pool: Pool): '1' | '2' | '3' {
  const version = text(
    member(member(pool.config, 'LambdaConfig'), 'PreTokenGenerationConfig'),
    'LambdaVersion',
  );
  return version === 'V2_0' ? '2' : version === 'V3_0' ? '3' : '1';
}

/** Runs a trigger's function. Only a timeout is retried. */
export async function runTrigger(
  world: World,
  pool: Pool,
  client: Client | undefined,
  name: TriggerName,
  arn: string,
  event: TriggerEvent,
): Promise<InvokeResult> {
  const payload = JSON.stringify({
    version: name === 'PreTokenGeneration' ? preTokenVersion(pool) : '1',
    region: pool.region,
    userPoolId: pool.id,
    userName: event.userName,
    callerContext: {
      awsSdkVersion: 'aws-sdk-unknown-unknown',
      clientId: client?.id ?? 'CLIENT_ID_NOT_APPLICABLE',
    },
    triggerSource: event.source,
    request: event.request,
    response: event.response,
  });
  const source = {
    service: 'cognito-idp.amazonaws.com',
    sourceArn: pool.arn,
    sourceAccount: pool.account,
  };
  let result: InvokeResult = { kind: 'timeout' };
  for (let attempt = 0; attempt < attempts && result.kind === 'timeout'; attempt += 1) {
    result = await world.invokeFunction(arn, source, payload, limitMs);
  }
  return result;
}

export function unrecognizable(): ServiceError {
  return new ServiceError('InvalidLambdaResponseException', 'Unrecognizable lambda output');
}

/** The `response` in a function's output. The function must return the whole event. */
export function triggerResponse(payload: string): JsonObject {
  let event: Json;
  try {
    event = JSON.parse(payload);
  } catch {
    throw unrecognizable();
  }
  if (!isObject(event) || !isObject(event.response)) throw unrecognizable();
  return event.response;
}

/** The error of a trigger failure. AWS doesn't document the text for a timeout. */
export function triggerFailure(
  name: TriggerName,
  result: Exclude<InvokeResult, { kind: 'ok' }>,
): ServiceError {
  if (result.kind === 'function-error') {
    return new ServiceError(
      'UserLambdaValidationException',
      `${name} failed with error ${result.errorMessage}.`,
    );
  }
  const reason =
    result.kind === 'denied' ? 'AccessDeniedException' : 'Socket timeout while invoking Lambda function';
  return new ServiceError('UnexpectedLambdaException', `${name} invocation failed due to error ${reason}.`);
}

/** Fires a trigger if the pool has one. Returns its response, or undefined without a trigger. */
export async function fireTrigger(
  world: World,
  pool: Pool,
  client: Client | undefined,
  name: TriggerName,
  event: TriggerEvent,
): Promise<JsonObject | undefined> {
  const arn = triggerArn(pool, name);
  if (arn === undefined) return undefined;
  const result = await runTrigger(world, pool, client, name, arn, event);
  if (result.kind !== 'ok') throw triggerFailure(name, result);
  return triggerResponse(result.payload);
}

/** A user's attributes as triggers see them. */
export function eventAttributes(user: User): JsonObject {
  return { sub: user.sub, 'cognito:user_status': user.status, ...Object.fromEntries(user.attributes) };
}

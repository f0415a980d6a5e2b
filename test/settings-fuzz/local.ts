/** The Cognito of the local AWS, in this process: the real SDK, with the network left out. */
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { noDelays, StateStore } from '../../src/sandbox/index.ts';
import { type JsonObject, ServiceError } from '../../src/sandbox/operation.ts';
import {
  type CognitoSettings,
  cognitoOperations,
  cognitoSettings,
} from '../../src/sandbox/services/cognito/index.ts';
import type { World } from '../../src/sandbox/world.ts';

export const account = '111122223333';
export const region = 'eu-west-1';

/** Some Cognito, by the SDK and below it. */
export interface Caller {
  readonly idp: CognitoIdentityProviderClient;
  /** Calls an operation below the SDK: what the SDK's model does not know is seen and can be set here. */
  call(operation: string, input: JsonObject): Promise<JsonObject>;
}

export interface Local extends Caller {
  readonly world: World;
  readonly settings: CognitoSettings;
  /** Members that the SDK's client has sent, by operation. */
  readonly sent: ReadonlyMap<string, ReadonlySet<string>>;
}

export function localCognito(): Local {
  const world = smallWorld();
  const sent = new Map<string, Set<string>>();
  const call = async (operation: string, input: JsonObject): Promise<JsonObject> => {
    const run = cognitoOperations[operation];
    if (run === undefined) throw new ServiceError('UnknownOperationException', operation);
    return run({
      world,
      service: 'cognito-idp',
      operation,
      account,
      region,
      partition: 'aws',
      caller: { kind: 'root', account, arn: `arn:aws:iam::${account}:root` },
      input,
      authorize: () => undefined,
      allowed: () => true,
    });
  };
  const handle = async (request: { headers: Record<string, string>; body: string | Uint8Array }) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const text = typeof request.body === 'string' ? Buffer.from(request.body) : Buffer.concat([request.body]);
    if (request.headers['content-length'] !== String(text.length)) throw new Error('Wrong content-length');
    const input: JsonObject = JSON.parse(text.toString());
    sent.set(operation, new Set([...(sent.get(operation) ?? []), ...Object.keys(input)]));
    try {
      return answer(200, await call(operation, input));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return answer(error.status, { __type: error.code, message: error.message });
    }
  };
  const idp = new CognitoIdentityProviderClient({
    region,
    credentials: { accessKeyId: account, secretAccessKey: 'not-a-secret' },
    requestHandler: { handle },
    maxAttempts: 1,
  });
  return { idp, world, settings: cognitoSettings(world), call, sent };
}

function answer(statusCode: number, body: JsonObject) {
  return {
    response: {
      statusCode,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: Buffer.from(JSON.stringify(body)),
    },
  };
}

function smallWorld(): World {
  const store = new StateStore();
  let clock = 1_763_812_345_678;
  let seed = 1;
  return {
    now: () => {
      clock += 1;
      return clock;
    },
    sleep: () => Promise.resolve(),
    randomBytes: (length) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return Uint8Array.from({ length }, (_, index) => (seed * (index + 7)) >> (index % 8));
    },
    guardrails: [],
    endpoint: () => 'http://127.0.0.1',
    delays: noDelays,
    state: (kind, inAccount, inRegion) => store.state(kind, inAccount, inRegion),
    states: (kind) => store.states(kind),
    invokeFunction: () => Promise.resolve({ kind: 'denied' }),
  };
}

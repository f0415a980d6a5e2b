/** A local AWS on loopback, the real SDK client, and Lambda functions that are played by the test. */
import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  DescribeUserPoolCommand,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach } from 'vitest';
import type { Sandbox } from '../../../../src/sandbox/index.ts';
import type { InvokeResult, InvokeSource } from '../../../../src/sandbox/world.ts';
import { fakeClock, type Keys, keyOf, startSandbox } from '../../support.ts';

export { errorOf } from '../../support.ts';

export interface Invocation {
  readonly arn: string;
  readonly source: InvokeSource;
  readonly event: Event;
  readonly timeoutMs: number;
}

/** As much of a trigger's event as the tests look at. */
export interface Event {
  readonly triggerSource: string;
  readonly userName: string;
  readonly userPoolId: string;
  readonly region: string;
  readonly version: string;
  readonly callerContext: { readonly awsSdkVersion: string; readonly clientId: string };
  readonly request: Readonly<Record<string, unknown>>;
  readonly response: Readonly<Record<string, unknown>>;
}

export type Player = (event: Event) => InvokeResult;

export interface LocalCognito {
  readonly sandbox: Sandbox;
  readonly client: CognitoIdentityProviderClient;
  readonly clock: ReturnType<typeof fakeClock>;
  readonly invocations: Invocation[];
  /** What a function does; one that nobody plays is refused to Cognito. */
  play(arn: string, player: Player): void;
  clientOf(keys: Keys, region?: string): CognitoIdentityProviderClient;
}

const open: Sandbox[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
});

export const account = '111122223333';
export const region = 'eu-west-1';

export async function startLocalCognito(): Promise<LocalCognito> {
  const clock = fakeClock();
  const sandbox = await startSandbox({ now: clock.now, sleep: clock.sleep });
  open.push(sandbox);
  const invocations: Invocation[] = [];
  const players = new Map<string, Player>();
  Object.assign(sandbox.world, {
    invokeFunction: async (arn: string, source: InvokeSource, payload: string, timeoutMs: number) => {
      const event: Event = JSON.parse(payload);
      invocations.push({ arn, source, event, timeoutMs });
      return players.get(arn)?.(event) ?? { kind: 'denied' };
    },
  });
  const clientOf = (keys: Keys, where = region) =>
    new CognitoIdentityProviderClient({
      endpoint: sandbox.url,
      region: where,
      credentials: keys,
      maxAttempts: 1,
    });
  return {
    sandbox,
    clock,
    invocations,
    clientOf,
    client: clientOf(keyOf(account)),
    play: (arn, player) => players.set(arn, player),
  };
}

export function functionArn(name: string): string {
  return `arn:aws:lambda:${region}:${account}:function:${name}`;
}

/** A function that returns the event with this response. */
export function answers(response: Readonly<Record<string, unknown>>): Player {
  return (event) => ({
    kind: 'ok',
    payload: JSON.stringify({ ...event, response: { ...event.response, ...response } }),
  });
}

export function throws(message: string): Player {
  return () => ({ kind: 'function-error', errorType: 'Error', errorMessage: message });
}

function given<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`No ${what} in the answer`);
  return value;
}

/** Creates a pool; returns its ID. */
export async function newPool(
  scene: LocalCognito,
  input: Partial<CreateUserPoolCommandInput> = {},
): Promise<string> {
  const { UserPool } = await scene.client.send(new CreateUserPoolCommand({ PoolName: 'pool', ...input }));
  return given(UserPool?.Id, 'pool ID');
}

/** Creates a client; returns its ID. */
export async function newClient(
  scene: LocalCognito,
  poolId: string,
  input: Partial<CreateUserPoolClientCommandInput> = {},
): Promise<string> {
  const { UserPoolClient } = await scene.client.send(
    new CreateUserPoolClientCommand({
      UserPoolId: poolId,
      ClientName: 'client',
      ExplicitAuthFlows: [
        'ALLOW_USER_PASSWORD_AUTH',
        'ALLOW_ADMIN_USER_PASSWORD_AUTH',
        'ALLOW_REFRESH_TOKEN_AUTH',
      ],
      ...input,
    }),
  );
  return given(UserPoolClient?.ClientId, 'client ID');
}

export async function describePool(scene: LocalCognito, poolId: string): Promise<UserPoolType> {
  const { UserPool } = await scene.client.send(new DescribeUserPoolCommand({ UserPoolId: poolId }));
  return given(UserPool, 'pool');
}

/** One raw call, as no SDK would make it: members that the SDK does not know are sent and returned. */
export async function rawCall(
  scene: LocalCognito,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(scene.sandbox.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${keyOf(account).accessKeyId}/20261122/${region}/cognito-idp/aws4_request, SignedHeaders=host, Signature=00`,
    },
    body: JSON.stringify(input),
  });
  return JSON.parse(await response.text());
}

/** An object in an answer, by name. */
export function inner(
  answer: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, unknown>> {
  const value = answer[name];
  if (typeof value !== 'object' || value === null) throw new Error(`No ${name} in ${JSON.stringify(answer)}`);
  return { ...value };
}

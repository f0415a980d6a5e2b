import {
  CloudTrailClient,
  LookupEventsCommand,
  type LookupEventsCommandInput,
} from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { beforeEach, describe, expect, test } from 'vitest';
import { keysOf } from '../../../../src/sandbox/index.ts';
import { keyOf, keysWith, policyOf } from '../../support.ts';
import {
  account,
  errorOf,
  type LocalCognito,
  newClient,
  newPool,
  region,
  startLocalCognito,
} from '../cognito/support.ts';

const hour = 3_600_000;

let scene: LocalCognito;
let poolId: string;
let clientId: string;

beforeEach(async () => {
  scene = await startLocalCognito();
  poolId = await newPool(scene);
  clientId = await newClient(scene, poolId);
});

const trail = (credentials = keyOf(account), where = region) =>
  new CloudTrailClient({ endpoint: scene.sandbox.url, region: where, credentials, maxAttempts: 1 });

/** Waits first, so that the rate allows the call. */
const lookUp = async (name: string, input: Partial<LookupEventsCommandInput> = {}, from = trail()) => {
  await scene.clock.sleep(1000);
  const { Events = [], NextToken } = await from.send(
    new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: name }],
      ...input,
    }),
  );
  const events = Events.map((event) => ({ ...event, text: JSON.parse(event.CloudTrailEvent ?? '{}') }));
  return { events, NextToken };
};

const signIn = (password: string, ClientId = clientId) =>
  scene.client.send(
    new InitiateAuthCommand({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ana', PASSWORD: password },
    }),
  );

const newUser = async () => {
  await scene.client.send(new AdminCreateUserCommand({ UserPoolId: poolId, Username: 'ana' }));
  await scene.client.send(
    new AdminSetUserPasswordCommand({
      UserPoolId: poolId,
      Username: 'ana',
      Password: 'Corr3ct-horse!',
      Permanent: true,
    }),
  );
};

const put = async (body: object) => {
  const answer = await fetch(`${scene.sandbox.url}/_sandbox/sign-ins`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keysOf(account).accessKeyId}` },
    body: JSON.stringify({ clientId, ...body }),
  });
  return { status: answer.status, body: await answer.json() };
};

/** Successes and attempts of a client, as Cognito counts them. */
const counted = async (client = clientId, days = 100) => {
  const metrics = new CloudWatchClient({
    endpoint: scene.sandbox.url,
    region,
    credentials: keyOf(account),
    maxAttempts: 1,
  });
  const Dimensions = [
    { Name: 'UserPool', Value: poolId },
    { Name: 'UserPoolClient', Value: client },
  ];
  const Metric = { Namespace: 'AWS/Cognito', MetricName: 'SignInSuccesses', Dimensions };
  const { MetricDataResults = [] } = await metrics.send(
    new GetMetricDataCommand({
      StartTime: new Date(scene.clock.now() - days * 24 * hour),
      EndTime: new Date(scene.clock.now() + hour),
      MetricDataQueries: ['Sum', 'SampleCount'].map((Stat) => ({
        Id: Stat.toLowerCase(),
        MetricStat: { Metric, Period: 86_400, Stat },
      })),
    }),
  );
  return MetricDataResults.map(({ Values = [] }) => Values.reduce((sum, value) => sum + value, 0));
};

describe('sign-ins', () => {
  test('are events without a password, and attempts of the app client', async () => {
    await newUser();
    await errorOf(signIn('wrong'));
    scene.clock.advance(1000);
    await signIn('Corr3ct-horse!');
    const { events } = await lookUp('InitiateAuth');
    expect(events.map(({ text }) => text)).toMatchObject([
      { requestParameters: { authFlow: 'USER_PASSWORD_AUTH', clientId }, awsRegion: region },
      { errorCode: 'NotAuthorizedException', requestParameters: { clientId } },
    ]);
    expect(events[0]?.text.requestParameters.authParameters).toBe('HIDDEN_DUE_TO_SECURITY_REASONS');
    expect(JSON.stringify(events)).not.toMatch(/Corr3ct|wrong|"ana/);
    expect(await counted()).toEqual([1, 2]);
  });

  test('of other pools are in the same history', async () => {
    await newUser();
    await signIn('Corr3ct-horse!');
    const other = await newClient(scene, await newPool(scene));
    await errorOf(signIn('any', other));
    const { events } = await lookUp('InitiateAuth');
    const clients = events.map(({ text }) => text.requestParameters.clientId);
    expect(new Set(clients)).toEqual(new Set([clientId, other]));
    expect(await counted()).toEqual([1, 1]);
  });

  test('a forgotten password is an event but not an attempt', async () => {
    await errorOf(scene.client.send(new ForgotPasswordCommand({ ClientId: clientId, Username: 'nobody' })));
    const { events } = await lookUp('ForgotPassword');
    expect(events[0]?.text).toMatchObject({
      errorCode: 'UserNotFoundException',
      requestParameters: { clientId, username: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    });
    expect(await counted()).toEqual([0, 0]);
  });

  test('appear after a delay, and stay for 90 days', async () => {
    Object.assign(scene.sandbox.world.delays, { events: 300_000 });
    await errorOf(signIn('any'));
    expect((await lookUp('InitiateAuth')).events).toEqual([]);
    scene.clock.advance(300_000);
    expect((await lookUp('InitiateAuth')).events).toHaveLength(1);
    scene.clock.advance(90 * 24 * hour);
    expect((await lookUp('InitiateAuth')).events).toEqual([]);
  });
});

describe('a million sign-ins of the past', () => {
  test('take work by the hour, and are counted in full', async () => {
    const to = scene.clock.now();
    const from = to - 60 * 24 * hour;
    const answer = await put({ count: 1_000_000, successes: 250_001, flow: 'USER_SRP_AUTH', from, to });
    expect(answer).toEqual({ status: 201, body: { periods: 60 * 24 } });
    expect(await counted()).toEqual([250_001, 1_000_000]);
    const { events, NextToken } = await lookUp('InitiateAuth');
    expect(events).toHaveLength(50);
    expect(NextToken).toBeDefined();
    expect(events[0]?.EventTime).toEqual(new Date(to));
  });

  test('pages contain each event once, newest first, including ties', async () => {
    const at = scene.clock.now() - hour;
    await put({ count: 60, from: at, to: at, flow: 'USER_SRP_AUTH' });
    await put({ count: 60, from: at - hour, to: at + hour, flow: 'USER_PASSWORD_AUTH' });
    const ids: (string | undefined)[] = [];
    const times: number[] = [];
    let token: string | undefined;
    do {
      const { events, NextToken } = await lookUp('InitiateAuth', {
        MaxResults: 7,
        ...(token === undefined ? {} : { NextToken: token }),
      });
      ids.push(...events.map(({ EventId }) => EventId));
      times.push(...events.map(({ EventTime }) => EventTime?.getTime() ?? 0));
      token = NextToken;
    } while (token !== undefined);
    expect([ids.length, new Set(ids).size]).toEqual([120, 120]);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  test('of managed login name their app client in a list', async () => {
    await put({ operation: 'Login_POST' });
    const { events } = await lookUp('Login_POST');
    expect(events[0]?.text).toMatchObject({
      requestParameters: null,
      additionalEventData: {
        userPoolId: poolId,
        requestParameters: { client_id: [clientId], password: ['HIDDEN_DUE_TO_SECURITY_REASONS'] },
      },
    });
  });

  test('need an app client that exists', async () => {
    expect(await put({ clientId: 'none' })).toMatchObject({ status: 400 });
  });
});

describe('LookupEvents', () => {
  test('allows two calls a second', async () => {
    await scene.clock.sleep(1000);
    const now = () => trail().send(new LookupEventsCommand({}));
    await now();
    await now();
    expect((await errorOf(now())).name).toBe('ThrottlingException');
    scene.clock.advance(500);
    await now();
  });

  test('returns only events between two times', async () => {
    const at = scene.clock.now() - hour;
    await put({ from: at });
    const within = { StartTime: new Date(at), EndTime: new Date(at) };
    expect((await lookUp('InitiateAuth', within)).events).toHaveLength(1);
    const later = { StartTime: new Date(at + 1000) };
    expect((await lookUp('InitiateAuth', later)).events).toEqual([]);
    const turned = lookUp('InitiateAuth', { StartTime: new Date(at), EndTime: new Date(at - 1000) });
    expect((await errorOf(turned)).name).toBe('InvalidTimeRangeException');
  });

  test('requires its permission on all resources', async () => {
    const document = policyOf({ Effect: 'Allow', Action: 'cloudtrail:LookupEvents', Resource: '*' });
    const allowed = await keysWith(scene.sandbox, 'reader', document);
    expect((await lookUp('InitiateAuth', {}, trail(allowed))).events).toEqual([]);
    const other = policyOf({ Effect: 'Allow', Action: 'cloudtrail:ListTrails', Resource: '*' });
    const denied = await keysWith(scene.sandbox, 'other', other);
    expect(await errorOf(lookUp('InitiateAuth', {}, trail(denied)))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('cloudtrail:LookupEvents'),
    });
  });

  test('refuses a token that it did not issue', async () => {
    const wrong = lookUp('InitiateAuth', { NextToken: 'bm8' });
    expect((await errorOf(wrong)).name).toBe('InvalidNextTokenException');
  });
});

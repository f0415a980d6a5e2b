import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as bodyOf } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deadlineIn, type Forwarded, type NextFunction, nextFunction } from '../../src/lambda/chain.ts';
import { readEnvironment } from '../../src/lambda/environment.ts';
import { FIXED_SENTENCE, makeHandler, type Service } from '../../src/lambda/serve.ts';
import { encodeSettings } from '../../src/lambda/settings-codec.ts';
import { ANA, fakeClock, fakePool, fault, found, SETTINGS, SIGNED_IN, VARIABLES } from './fakes.ts';

const NEXT = 'arn:aws:lambda:eu-central-1:111122223333:function:cognito-migrate-first';

const EVENT = {
  version: '1',
  triggerSource: 'UserMigration_Authentication',
  userPoolId: 'eu-central-1_new',
  userName: 'ana@example.com',
  request: { password: 'Correct-horse-1', validationData: null, clientMetadata: null },
  response: { userAttributes: null, finalUserStatus: null, messageAction: null },
};

const MOVES: Forwarded = {
  kind: 'moves',
  response: {
    userAttributes: { email: 'ana@example.com' },
    finalUserStatus: 'CONFIRMED',
    messageAction: 'SUPPRESS',
  },
};

const ENVIRONMENT: Service['environment'] = {
  oldUserPoolId: 'eu-central-1_old',
  oldClientId: 'client',
  settings: SETTINGS,
  cognito: { region: 'eu-central-1', url: 'http://127.0.0.1:9' },
  sts: [{ region: 'eu-central-1', url: 'http://127.0.0.1:9' }],
};

describe('a function with a next one', () => {
  function handlerOf(
    user: Parameters<typeof fakePool>[0],
    answer: Forwarded = MOVES,
    settings: Partial<Service['environment']['settings']> = {},
    msPerCall = 0,
  ) {
    const lines: string[] = [];
    const clock = fakeClock();
    const environment = { ...ENVIRONMENT, settings: { ...SETTINGS, next: NEXT, ...settings } };
    const forward = vi.fn<NextFunction['forward']>(async () => answer);
    const check = vi.fn<NextFunction['check']>(async () => ({ kind: 'allowed' as const }));
    const pool = fakePool(user, SIGNED_IN, () => clock.pass(msPerCall));
    const handler = makeHandler({
      start: () => ({ environment, pool, next: { forward, check } }),
      clock,
      write: (line) => lines.push(line),
    });
    const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? 'null');
    return { handler, forward, check, clock, last };
  }
  const unknown = fault('UserNotFoundException');

  it('decides itself about a user of its own old pool', async () => {
    const { handler, forward } = handlerOf(found(ANA));
    await expect(handler(EVENT)).resolves.toMatchObject({ response: { finalUserStatus: 'CONFIRMED' } });
    expect(forward).not.toHaveBeenCalled();
  });

  it.each([
    ['disabled', found({ ...ANA, enabled: false })],
    ['locked out of one call', fault('TooManyRequestsException')],
  ])('does not ask the next one about a user who is %s', async (_, user) => {
    const { handler, forward } = handlerOf(user);
    await handler(EVENT).catch(() => undefined);
    expect(forward).not.toHaveBeenCalled();
  });

  it('hands an unknown user over, and returns the decision in its own event', async () => {
    const { handler, forward, last } = handlerOf(unknown);
    expect(await handler(EVENT)).toEqual({
      ...EVENT,
      response: {
        userAttributes: { email: 'ana@example.com' },
        finalUserStatus: 'CONFIRMED',
        messageAction: 'SUPPRESS',
      },
    });
    expect(forward).toHaveBeenCalledTimes(1);
    expect(last()).toMatchObject({ outcome: 'untouched', reason: 'forwarded' });
    expect(last()).not.toHaveProperty('_aws'); // the next function counts its own decision
  });

  it('hands "forgot password" over too', async () => {
    const event = { ...EVENT, triggerSource: 'UserMigration_ForgotPassword', request: {} };
    const reset: Forwarded = { ...MOVES, response: { ...MOVES.response, finalUserStatus: 'RESET_REQUIRED' } };
    const { handler } = handlerOf(unknown, reset);
    await expect(handler(event)).resolves.toMatchObject({ response: { finalUserStatus: 'RESET_REQUIRED' } });
  });

  it('returns the event unchanged if the next one leaves the user alone', async () => {
    const { handler, last } = handlerOf(unknown, { kind: 'stays' });
    expect(await handler(EVENT)).toBe(EVENT);
    expect(last()).toMatchObject({ reason: 'forwarded' });
  });

  it('fails if the next one fails, so that nobody looks unknown', async () => {
    const { handler, last } = handlerOf(unknown, { kind: 'fault', name: 'FunctionError', message: 'secret' });
    await expect(handler(EVENT)).rejects.toThrow(FIXED_SENTENCE);
    expect(last()).toMatchObject({
      outcome: 'failed',
      reason: 'chain-failed',
      fault: 'FunctionError',
      Failed: 1,
    });
    expect(JSON.stringify(last())).not.toContain('secret');
  });

  it('takes a password as proven only where there was one', async () => {
    const event = { ...EVENT, triggerSource: 'UserMigration_ForgotPassword', request: {} };
    const { handler, last } = handlerOf(unknown, MOVES);
    await expect(handler(event)).rejects.toThrow(FIXED_SENTENCE);
    expect(last()).toMatchObject({ reason: 'chain-failed', fault: 'ChainAnswerUnknown', Failed: 1 });
  });

  describe('with "forgot password" off', () => {
    const event = { ...EVENT, triggerSource: 'UserMigration_ForgotPassword', request: {} };
    const reset: Forwarded = { ...MOVES, response: { ...MOVES.response, finalUserStatus: 'RESET_REQUIRED' } };

    it('still hands over the users of the other old pool', async () => {
      const { handler } = handlerOf(unknown, reset, { forgotPassword: 'off' });
      await expect(handler(event)).resolves.toMatchObject({
        response: { finalUserStatus: 'RESET_REQUIRED' },
      });
    });

    it('keeps the users of its own old pool', async () => {
      const { handler, forward, last } = handlerOf(found(ANA), reset, { forgotPassword: 'off' });
      expect(await handler(event)).toBe(event);
      expect(forward).not.toHaveBeenCalled();
      expect(last()).toMatchObject({ outcome: 'untouched', reason: 'forgot-password-off' });
    });
  });

  // A connection can be lost while the function is frozen. Then nobody has done anything wrong.
  it.each(['ConnectionLost', 'ConnectionError', 'TooManyRequestsException', 'ServiceUnavailable'])(
    'asks once more after %s',
    async (name) => {
      const { handler, forward } = handlerOf(unknown);
      forward.mockResolvedValueOnce({ kind: 'fault', name, message: '' });
      await expect(handler(EVENT)).resolves.toMatchObject({ response: { finalUserStatus: 'CONFIRMED' } });
      expect(forward).toHaveBeenCalledTimes(2);
    },
  );

  it.each([
    'FunctionError',
    'ResourceNotFoundException',
    'TimeoutError',
    'ChainTooLong',
    'ChainAnswerUnknown',
  ])('does not ask again after %s', async (name) => {
    const { handler, forward, last } = handlerOf(unknown, { kind: 'fault', name, message: '' });
    await expect(handler(EVENT)).rejects.toThrow(FIXED_SENTENCE);
    expect(forward).toHaveBeenCalledTimes(1);
    expect(last()).toMatchObject({ reason: 'chain-failed', fault: name, Failed: 1 });
  });

  it('does not start a call that it would cut off', async () => {
    const { handler, forward, clock, last } = handlerOf(unknown, MOVES, {}, 100);
    const cognitoMigrateChain = { hops: 1, deadline: clock.now() + 300 };
    await expect(handler({ ...EVENT, cognitoMigrateChain })).rejects.toThrow(FIXED_SENTENCE);
    expect(forward).not.toHaveBeenCalled();
    expect(last()).toMatchObject({ reason: 'chain-failed', fault: 'BudgetExhausted', Failed: 1 });
  });

  it('does not forward a rehearsal or a test call, but checks the right in a test call', async () => {
    const { handler, forward, check } = handlerOf(unknown);
    await handler({ ...EVENT, triggerSource: 'CognitoMigrate_Rehearsal' });
    const answer = await handler({ triggerSource: 'CognitoMigrate_Probe' });
    expect(answer).toMatchObject({ next: 'OK' });
    expect(forward).not.toHaveBeenCalled();
    expect(check).toHaveBeenCalledTimes(1);
  });

  it('keeps to the deadline of the function that called it, and never lengthens its own', async () => {
    const { handler, forward, clock } = handlerOf(unknown);
    const now = clock.now();
    await handler({ ...EVENT, cognitoMigrateChain: { hops: 1, deadline: now + 1500 } });
    await handler({ ...EVENT, cognitoMigrateChain: { hops: 1, deadline: now + 60_000 } });
    const [[, first] = [], [, second] = []] = forward.mock.calls;
    expect([first, second]).toEqual([now + 1500, now + 4000]);
  });
});

describe('the call of the next function', () => {
  let answer: { status?: number; headers?: Record<string, string>; body?: unknown } = {};
  let requests: { path: string; headers: IncomingMessage['headers']; body: Record<string, unknown> }[] = [];
  const server = createServer(async (request, response) => {
    const body: unknown = JSON.parse((await bodyOf(request)) || '{}');
    requests.push({ path: request.url ?? '', headers: request.headers, body: { ...Object(body) } });
    if (answer.status === 0) return; // no answer at all
    response.writeHead(answer.status ?? 200, answer.headers);
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  });
  const clock = { now: () => Date.now(), sleep: async () => undefined };
  let next: NextFunction;

  beforeEach(async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
    requests = [];
    answer = {};
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    next = nextFunction(
      { arn: NEXT, lambda: { region: 'eu-central-1', url: `http://127.0.0.1:${port}` } },
      clock,
    );
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const forwarding = (event: unknown = EVENT, ms = 3000) => next.forward(event, Date.now() + ms);
  const answers = (response: unknown) => {
    answer = { body: { ...EVENT, response } };
    return forwarding();
  };

  it('invokes that very function with the event, its place in the chain, and an earlier deadline', async () => {
    const deadline = Date.now() + 3000;
    answer = { body: { ...EVENT, response: MOVES.response } };
    expect(await next.forward(EVENT, deadline)).toEqual(MOVES);
    const [request] = requests;
    expect(request?.path).toBe(`/2015-03-31/functions/${encodeURIComponent(NEXT)}/invocations`);
    expect(request?.headers).toMatchObject({
      'x-amz-invocation-type': 'RequestResponse',
      authorization: expect.stringContaining('/eu-central-1/lambda/aws4_request'),
    });
    expect(request?.body).toEqual({ ...EVENT, cognitoMigrateChain: { hops: 1, deadline: deadline - 100 } });
  });

  it.each([undefined, null])('takes the final status %s as: the user stays', async (finalUserStatus) => {
    expect(await answers({ userAttributes: null, finalUserStatus })).toEqual({ kind: 'stays' });
  });

  it.each<readonly [string, unknown]>([
    ['a status that Cognito does not know', { ...MOVES.response, finalUserStatus: 'ARCHIVED' }],
    ['a status without attributes', { finalUserStatus: 'CONFIRMED' }],
    ['no attribute', { finalUserStatus: 'CONFIRMED', userAttributes: {} }],
    ['an attribute that is no text', { finalUserStatus: 'CONFIRMED', userAttributes: { email: true } }],
    ['attributes in a list', { finalUserStatus: 'CONFIRMED', userAttributes: ['email'] }],
  ])('takes %s as a fault, never as proof', async (_, response) => {
    expect(await answers(response)).toMatchObject({ kind: 'fault', name: 'ChainAnswerUnknown' });
  });

  it.each<readonly [string, typeof answer, string]>([
    ['no response', { body: {} }, 'ChainAnswerUnknown'],
    ['an empty response', { body: { ...EVENT, response: null } }, 'ChainAnswerUnknown'],
    ['a response that is a text', { body: { ...EVENT, response: 'no' } }, 'ChainAnswerUnknown'],
    ['a response that is a list', { body: { ...EVENT, response: [] } }, 'ChainAnswerUnknown'],
    ['no object', { body: [] }, 'UnrecognizedResponse'],
    ['nothing', {}, 'ChainAnswerUnknown'],
    [
      'a failed function',
      { headers: { 'x-amz-function-error': 'Unhandled' }, body: { errorMessage: 'ana@example.com' } },
      'FunctionError',
    ],
    [
      'a failed function with a good-looking answer',
      { headers: { 'x-amz-function-error': 'Unhandled' }, body: { ...EVENT, response: MOVES.response } },
      'FunctionError',
    ],
    [
      'a function that is gone',
      { status: 404, headers: { 'x-amzn-errortype': 'ResourceNotFoundException' }, body: {} },
      'ResourceNotFoundException',
    ],
    [
      'a denied call',
      { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' }, body: {} },
      'AccessDeniedException',
    ],
    [
      'a throttled call',
      { status: 429, headers: { 'x-amzn-errortype': 'TooManyRequestsException' }, body: {} },
      'TooManyRequestsException',
    ],
  ])('reports %s as a fault', async (_, given, name) => {
    answer = given;
    const forwarded = await forwarding();
    expect(forwarded).toMatchObject({ kind: 'fault', name });
    expect(JSON.stringify(forwarded)).not.toContain('ana@example.com');
    expect(requests).toHaveLength(1);
  });

  it('gives up at the deadline', async () => {
    answer = { status: 0 };
    expect(await forwarding(EVENT, 60)).toMatchObject({ kind: 'fault', name: 'BudgetExhausted' });
  });

  it.each([
    ['one function', 1, 2],
    ['two functions', 2, undefined],
    ['more functions', 7, undefined],
  ])('after %s, forwards at most once more', async (_, hops, sent) => {
    answer = { body: { ...EVENT, response: MOVES.response } };
    const deadline = Date.now() + 3000;
    const forwarded = await forwarding({ ...EVENT, cognitoMigrateChain: { hops, deadline } });
    expect(requests.map(({ body }) => body.cognitoMigrateChain)).toEqual(
      sent === undefined ? [] : [{ hops: sent, deadline: expect.any(Number) }],
    );
    if (sent === undefined) expect(forwarded).toMatchObject({ kind: 'fault', name: 'ChainTooLong' });
  });

  it.each<unknown>([null, 'x', {}, { hops: '1' }, { hops: 0 }, { hops: Number.NaN }, { hops: -1 }])(
    'refuses to continue a chain whose place is %j',
    async (cognitoMigrateChain) => {
      const forwarded = await forwarding({ ...EVENT, cognitoMigrateChain });
      expect(forwarded).toMatchObject({ kind: 'fault', name: 'ChainTooLong' });
      expect(requests).toEqual([]);
    },
  );

  it('only checks the right in a test call', async () => {
    answer = { status: 204 };
    expect(await next.check(Date.now() + 3000)).toEqual({ kind: 'allowed' });
    expect(requests[0]?.headers).toMatchObject({ 'x-amz-invocation-type': 'DryRun' });
    answer = { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' }, body: {} };
    expect(await next.check(Date.now() + 3000)).toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('the settings', () => {
  const withNext = (next: string) => ({
    ...VARIABLES,
    MIGRATION_SETTINGS: encodeSettings({ ...SETTINGS, next }),
  });

  it('name the next function, in the Region of this one', () => {
    expect(readEnvironment(withNext(NEXT)).next).toMatchObject({
      arn: NEXT,
      lambda: { region: 'eu-central-1', url: 'https://lambda.eu-central-1.amazonaws.com' },
    });
    expect(readEnvironment(VARIABLES)).not.toHaveProperty('next');
  });

  it.each([
    NEXT.replace('eu-central-1', 'us-east-1'),
    'cognito-migrate-first',
    `${NEXT}:live`,
    'arn:aws:lambda:eu-central-1:111122223333:function:a/b',
    'https://example.com/',
  ])('refuse %s, because passwords go there', (next) => {
    expect(() => readEnvironment(withNext(next))).toThrow('next is no function in the Region of this one');
  });
});

describe('deadlineIn', () => {
  it.each([undefined, {}, { cognitoMigrateChain: { deadline: 'soon' } }])('%j has none', (event) => {
    expect(deadlineIn(event)).toBe(Number.POSITIVE_INFINITY);
  });
});

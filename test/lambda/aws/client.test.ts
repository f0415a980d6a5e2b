import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { jsonCalls } from '../../../src/lambda/aws/json.ts';
import { signedCaller } from '../../../src/lambda/aws/sign.ts';
import { faultOf } from '../../../src/lambda/faults.ts';
import { http, type RawServer, signatureOf, startRawServer } from './raw-server.ts';

const KEYS = { accessKeyId: 'AKIAOWN', secretAccessKey: 'secret', sessionToken: 'session' };
const NOW = Date.UTC(2026, 10, 30, 12);
const MINUTE = 60_000;

let server: RawServer;
beforeAll(async () => {
  server = await startRawServer();
});
afterEach(() => {
  vi.useRealTimers();
  server.reset();
});
afterAll(() => server.close());

function connect({ scheme = 'http', now = NOW }: { scheme?: string; now?: number } = {}) {
  const endpoint = { region: 'eu-west-1', url: `${scheme}://127.0.0.1:${server.port}` };
  const signed = signedCaller(
    'cognito-idp',
    endpoint,
    async () => KEYS,
    () => now,
  );
  const call = jsonCalls(signed, 'AWSCognitoIdentityProviderService');
  return async (input: object = { Username: 'ana' }, signal = new AbortController().signal) => {
    try {
      return { value: await call('AdminGetUser', input, signal) };
    } catch (error) {
      const { name, message, status } = faultOf(error);
      return { name, message, status };
    }
  };
}

const JSON_11 = { 'content-type': 'application/x-amz-json-1.1' };
const fine = (body: object = { Username: 'ana' }) => http(200, JSON.stringify(body), JSON_11);
const refused = (type: string, headers: Readonly<Record<string, string>> = {}) =>
  http(400, JSON.stringify({ __type: type, message: 'why' }), { ...JSON_11, ...headers });

describe('a request', () => {
  it('is signed as AWS checks it, for any content', async () => {
    server.answer = () => fine();
    const call = connect();
    for (const Username of ['ana', 'ä ö/ü?&=%20+', '用户 🙂', '"\\\u0000\n'])
      expect(await call({ UserPoolId: 'eu-west-1_old', Username })).toEqual({ value: { Username: 'ana' } });
    for (const request of server.requests) {
      const { sent, right } = signatureOf(request, KEYS.secretAccessKey);
      expect(sent).toBe(right);
      expect(Object.fromEntries(request.headers)).toMatchObject({
        'x-amz-target': 'AWSCognitoIdentityProviderService.AdminGetUser',
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-security-token': 'session',
        'x-amz-date': '20261130T120000Z',
      });
    }
    expect(server.requests.map(({ body }) => JSON.parse(body).Username)[2]).toBe('用户 🙂');
  });

  it('has the signature that the SDK makes, by the same check', async () => {
    server.answer = () => fine();
    const endpoint = `http://127.0.0.1:${server.port}`;
    const sdk = new CognitoIdentityProviderClient({ endpoint, region: 'eu-west-1', credentials: KEYS });
    await sdk.send(new AdminGetUserCommand({ UserPoolId: 'eu-west-1_old', Username: 'ä' }));
    sdk.destroy();
    const [request] = server.requests;
    if (request === undefined) throw new Error('no request');
    const { sent, right } = signatureOf(request, KEYS.secretAccessKey);
    expect(sent).toBe(right);
    expect(signatureOf({ ...request, body: '{}' }, KEYS.secretAccessKey).right).not.toBe(sent);
  });

  it('keeps its connection', async () => {
    server.answer = () => fine();
    const call = connect();
    for (let i = 0; i < 5; i++) await call();
    expect(new Set(server.requests.map(({ connection }) => connection)).size).toBe(1);
  });
});

// Names as in AWS's protocol tests (smithy-aws-protocol-tests, awsJson1_1).
describe('an error of AWS has its name', () => {
  const type = (value: string) => ({ headers: { 'x-amzn-errortype': value }, body: '' });
  const inBody = (body: object) => ({ headers: {}, body: JSON.stringify(body) });
  const uri = 'http://internal.amazon.com/coral/com.amazon.coral.validate/';
  it.each([
    ['AwsJson11FooErrorUsingXAmznErrorType', type('FooException')],
    ['AwsJson11FooErrorUsingXAmznErrorTypeWithUri', type(`FooException:${uri}`)],
    ['…WithUriAndNamespace', type(`aws.protocoltests.json#FooException:${uri}`)],
    ['AwsJson11FooErrorUsingCode', inBody({ code: 'FooException' })],
    ['AwsJson11FooErrorUsingCodeAndNamespace', inBody({ code: 'aws.protocoltests.json#FooException' })],
    [
      'AwsJson11FooErrorUsingCodeUriAndNamespace',
      inBody({ code: `aws.protocoltests.json#FooException:${uri}` }),
    ],
    ['AwsJson11FooErrorWithDunderType', inBody({ __type: 'FooException' })],
    [
      'AwsJson11FooErrorWithDunderTypeAndNamespace',
      inBody({ __type: 'aws.protocoltests.json#FooException' }),
    ],
    ['AwsJson11FooErrorWithDunderTypeUriAndNamespace', inBody({ __type: `a.b#FooException:${uri}` })],
    [
      'AwsJson11FooErrorWithNestedTypeProperty',
      inBody({ __type: 'FooException', ErrorDetails: [{ __type: 'a#B' }] }),
    ],
    ['a header beside HTML', { headers: { 'x-amzn-errortype': 'FooException' }, body: '<html>' }],
  ])('%s', async (_, { headers, body }) => {
    for (const status of [400, 500]) {
      server.answer = () => http(status, body, headers);
      expect(await connect()()).toMatchObject({ name: 'FooException' });
    }
  });

  it.each(['message', 'Message'])('and its %s', async (member) => {
    server.answer = () => http(400, JSON.stringify({ __type: 'FooException', [member]: 'why' }));
    expect(await connect()()).toEqual({ name: 'FooException', message: 'why', status: 400 });
  });

  it('and the status, which decides whether it passes', async () => {
    const called = async (status: number) => {
      server.answer = () => http(status, JSON.stringify({ __type: 'FooException' }));
      const { status: seen } = await connect()();
      return seen;
    };
    expect(await called(500)).toBe(500);
    expect(await called(429)).toBe(429);
  });

  it('even with status 200', async () => {
    server.answer = () =>
      http(200, JSON.stringify({ __type: 'FooException', message: 'why', Username: 'ana' }));
    expect(await connect()()).toEqual({ name: 'FooException', message: 'why', status: 200 });
    server.answer = () => http(200, '{"Username":"ana"}', { 'x-amzn-errortype': 'FooException' });
    expect(await connect()()).toMatchObject({ name: 'FooException' });
  });
});

describe('no answer of AWS', () => {
  const user = '{"Username":"ana"}';
  const html = '<!DOCTYPE html><html><body>Sign in to the hotel’s network</body></html>';
  it.each([
    ['HTML', http(200, html, { 'content-type': 'text/html' }), 'UnrecognizedResponse'],
    ['HTML as a refusal', http(403, html), 'UnrecognizedResponse'],
    ['HTML as a failure', http(502, html), 'ServiceUnavailable'],
    ['nothing', http(200, ''), 'UnrecognizedResponse'],
    ['no content', http(204, ''), 'UnrecognizedResponse'],
    ['nothing, refused', http(400, ''), 'UnrecognizedResponse'],
    ['half of it', http(200, user.slice(0, 9)), 'UnrecognizedResponse'],
    ['a list', http(200, `[${user}]`), 'UnrecognizedResponse'],
    ['null', http(200, 'null'), 'UnrecognizedResponse'],
    ['compressed', http(200, '\u001f\u008b\b\u0000', { 'content-encoding': 'gzip' }), 'UnrecognizedResponse'],
    ['an address to go to', http(307, user, { location: 'http://127.0.0.1:9/' }), 'UnrecognizedResponse'],
    ['too much', http(200, JSON.stringify({ Username: 'a'.repeat(1 << 20) })), 'UnrecognizedResponse'],
    [
      'more than was said',
      { bytes: 'HTTP/1.1 200 x\r\n\r\n{"Username":"ana"', close: true },
      'UnrecognizedResponse',
    ],
    [
      'less than was said',
      { ...bytesOf(http(200, user, { 'content-length': '99' })), close: true },
      'ConnectionLost',
    ],
    [
      'a chunk too few',
      { bytes: 'HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n', close: true },
      'ConnectionLost',
    ],
    ['a closed connection', { bytes: '', close: true }, 'ConnectionLost'],
    ['another protocol', http(101, '', { upgrade: 'tls/1.3', connection: 'upgrade' }), 'ConnectionLost'],
    ['no HTTP', { bytes: 'SSH-2.0-OpenSSH_9.6\r\n', close: true }, 'UnrecognizedResponse'],
  ] as const)('is taken for one: %s', async (_, answer, name) => {
    server.answer = () => answer;
    const result = await connect()();
    expect(result).toMatchObject({ name });
    expect(JSON.stringify(result)).not.toMatch(/ana|html/);
  });

  it.each([
    ['an answer was read on it before', true],
    ['it is new', false],
  ])('may follow a request that AWS received, where a connection closes and %s', async (_, isKept) => {
    const call = connect();
    server.answer = () => fine();
    if (isKept) await call();
    server.answer = () => ({ bytes: '', close: true });
    expect(await call()).toMatchObject({ name: 'ConnectionLost' });
    server.answer = () => fine();
    await call();
    server.answer = () => ({ bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"User', close: true });
    expect(await call()).toMatchObject({ name: 'ConnectionLost' });
  });

  it('reaches the request after it', async () => {
    const call = connect();
    const late = { bytes: Buffer.concat([bytesOf(fine()).bytes, bytesOf(fine({ Username: 'eve' })).bytes]) };
    server.answer = () => late;
    expect(await call()).toEqual({ value: { Username: 'ana' } });
    server.answer = () => fine({ Username: 'bob' });
    expect(await call()).toEqual({ value: { Username: 'bob' } });
  });
});

function bytesOf(answer: ReturnType<typeof http>): { readonly bytes: Buffer } {
  if (answer === 'silence') throw new Error('no bytes');
  return { bytes: Buffer.from(answer.bytes) };
}

describe('a server that does not go on', () => {
  /** Only our own timers stand still. The connections are real. */
  const stopClock = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });

  it.each([
    ['before TLS', 'https', 'silence', 1000],
    ['before its answer', 'http', 'silence', 1800],
    ['among its headers', 'http', { bytes: 'HTTP/1.1 200 OK\r\ncontent-type: a' }, 1800],
    ['before its content', 'http', { bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n' }, 1800],
    ['in its content', 'http', { bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"User' }, 1800],
  ] as const)('is given up in time: %s', async (_, scheme, answer, ms) => {
    stopClock();
    server.answer = () => answer;
    let result: unknown;
    const call = connect({ scheme });
    const ended = call().then((value) => {
      result = value;
    });
    await server.heard();
    // The event loop turns until what the server wrote has arrived.
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(ms - 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(result).toBeUndefined();
    vi.advanceTimersByTime(1);
    await ended;
    expect(result).toMatchObject({ name: 'TimeoutError' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not answer the request after the one that it kept waiting', async () => {
    stopClock();
    const call = connect();
    const ended = call();
    await server.heard();
    vi.advanceTimersByTime(1800);
    expect(await ended).toMatchObject({ name: 'TimeoutError' });
    server.answer = () => fine({ Username: 'bob' });
    expect(await call()).toEqual({ value: { Username: 'bob' } });
    const [first, second] = server.requests;
    expect(second?.connection).not.toBe(first?.connection);
  });

  it('is left when the event’s time is over, and not asked at all afterwards', async () => {
    const over = new AbortController();
    const call = connect();
    const ended = call(undefined, over.signal);
    await server.heard();
    over.abort();
    expect(await ended).toMatchObject({ name: 'BudgetExhausted' });
    expect(await call(undefined, over.signal)).toMatchObject({ name: 'BudgetExhausted' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a clock that is wrong', () => {
  const at = (time: number) => ({ date: new Date(time).toUTCString() });
  /** Refuses what is signed more than five minutes from AWS's time, as AWS does. */
  const strict = (time: number, name: string) => {
    server.answer = ({ headers }) => {
      const [, y, mo, d, h, mi, s] =
        /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(headers.get('x-amz-date') ?? '')?.map(Number) ?? [];
      const signedAt = Date.UTC(y ?? 0, (mo ?? 1) - 1, d, h, mi, s);
      return Math.abs(signedAt - time) > 5 * MINUTE ? refused(name, at(time)) : http(200, '{}', at(time));
    };
  };

  it.each([-24 * 60, -6, 6, 90])('by %i minutes costs one more request, once', async (minutes) => {
    strict(NOW + minutes * MINUTE, 'InvalidSignatureException');
    const call = connect();
    expect(await call()).toEqual({ value: {} });
    expect(server.requests).toHaveLength(2);
    expect(await call()).toEqual({ value: {} });
    expect(server.requests).toHaveLength(3);
  });

  it.each([
    'RequestExpired',
    'RequestTimeTooSkewed',
    'RequestInTheFuture',
    'SignatureDoesNotMatch',
    'AuthFailure',
  ])('is known by %s', async (name) => {
    strict(NOW + 10 * MINUTE, name);
    expect(await connect()()).toEqual({ value: {} });
  });

  it.each([
    ['the difference is small', 'InvalidSignatureException', at(NOW + 4 * MINUTE)],
    ['AWS does not say its time', 'InvalidSignatureException', {}],
    ['AWS says it in another way', 'InvalidSignatureException', { date: 'today' }],
    ['the error is another', 'AccessDeniedException', at(NOW + 60 * MINUTE)],
    ['the password is wrong', 'NotAuthorizedException', at(NOW + 60 * MINUTE)],
    ['AWS is busy', 'TooManyRequestsException', at(NOW + 60 * MINUTE)],
  ])('is not the reason where %s', async (_, name, headers) => {
    server.answer = () => refused(name, headers);
    expect(await connect()()).toMatchObject({ name, message: 'why' });
    expect(server.requests).toHaveLength(1);
  });

  it('is corrected once and no more', async () => {
    server.answer = (_, count) => refused('InvalidSignatureException', at(NOW + count * 60 * MINUTE));
    expect(await connect()()).toMatchObject({ name: 'InvalidSignatureException' });
    expect(server.requests).toHaveLength(2);
  });
});

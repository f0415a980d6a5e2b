/** Lambda's REST API over the function's own client. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { restCalls } from '../../../src/lambda/aws/json.ts';
import { signedCaller } from '../../../src/lambda/aws/sign.ts';
import { faultOf } from '../../../src/lambda/faults.ts';
import { http, type RawRequest, type RawServer, signatureOf, startRawServer } from './raw-server.ts';

const KEYS = { accessKeyId: 'AKIAOWN', secretAccessKey: 'secret', sessionToken: 'session' };
const TRACE_ID = 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0;Lineage=a1:0';
const inLambda = { AWS_LAMBDA_FUNCTION_NAME: 'own', _X_AMZN_TRACE_ID: TRACE_ID };

let server: RawServer;
beforeAll(async () => {
  server = await startRawServer();
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.reset();
});
afterAll(() => server.close());

const endpoint = () => ({ region: 'eu-west-1', url: `http://127.0.0.1:${server.port}` });

function invoke(name: string, environment: Readonly<Record<string, string>> = inLambda) {
  const call = signedCaller('lambda', endpoint(), async () => KEYS, Date.now);
  return restCalls(call, environment)(
    {
      path: ['2015-03-31', 'functions', name, 'invocations'],
      headers: { 'x-amz-invocation-type': 'Event' },
      input: { user: 'ana' },
    },
    new AbortController().signal,
  ).then(
    (value) => ({ value }),
    (error: unknown) => {
      const { name: fault, status } = faultOf(error);
      return { fault, status };
    },
  );
}

const only = (): RawRequest => server.requests[0] ?? expect.fail('no request');
const signedNames = ({ headers }: RawRequest) =>
  /SignedHeaders=([^,]+)/.exec(headers.get('authorization') ?? '')?.[1];

const names = [
  'plain',
  'arn:aws:lambda:eu-west-1:111122223333:function:after-move',
  'arn:aws:lambda:eu-west-1:111122223333:function:after-move:$LATEST',
  "a b/c?d#e%f!'()*~ä",
];

describe('an invocation', () => {
  it.each(names)('of %s has the path and the signature that the SDK gives it', async (FunctionName) => {
    server.answer = () => http(202, '');
    expect(await invoke(FunctionName)).toEqual({ value: {} });
    const own = only();
    expect(signatureOf(own, KEYS.secretAccessKey)).toMatchObject({
      sent: signatureOf(own, KEYS.secretAccessKey).right,
    });
    expect(own.headers.get('authorization')).toContain('/eu-west-1/lambda/aws4_request');
    expect(own.headers.get('x-amz-invocation-type')).toBe('Event');
    expect(own.body).toBe('{"user":"ana"}');

    server.requests.length = 0;
    const { region, url } = endpoint();
    const sdk = new LambdaClient({ endpoint: url, region, credentials: KEYS });
    const Payload = Buffer.from('{"user":"ana"}');
    await sdk.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
    sdk.destroy();
    const ofSdk = only();
    expect(own.path).toBe(ofSdk.path);
    expect(signatureOf(ofSdk, KEYS.secretAccessKey)).toMatchObject({
      sent: signatureOf(ofSdk, KEYS.secretAccessKey).right,
    });
  });

  it('has the trace ID of the event, as the SDK sends it: beside the signature, and only in Lambda', async () => {
    server.answer = () => http(202, '');
    await invoke('after-move');
    const own = only();
    for (const [name, value] of Object.entries(inLambda)) vi.stubEnv(name, value);
    server.requests.length = 0;
    const { region, url } = endpoint();
    const sdk = new LambdaClient({ endpoint: url, region, credentials: KEYS });
    await sdk.send(new InvokeCommand({ FunctionName: 'after-move', InvocationType: 'Event' }));
    sdk.destroy();
    for (const request of [own, only()]) {
      expect(request.headers.get('x-amzn-trace-id')).toBe(TRACE_ID);
      expect(signedNames(request)).not.toContain('trace');
    }
    for (const environment of [{}, { _X_AMZN_TRACE_ID: TRACE_ID }, { AWS_LAMBDA_FUNCTION_NAME: 'own' }]) {
      server.requests.length = 0;
      await invoke('after-move', environment);
      expect(only().headers.has('x-amzn-trace-id')).toBe(false);
    }
  });

  it('takes the trace ID of each event anew', async () => {
    server.answer = () => http(202, '');
    const environment: Record<string, string> = { ...inLambda };
    const call = restCalls(
      signedCaller('lambda', endpoint(), async () => KEYS, Date.now),
      environment,
    );
    for (const traceId of ['Root=1', 'Root=2']) {
      environment._X_AMZN_TRACE_ID = traceId;
      await call({ path: ['x'] }, new AbortController().signal);
    }
    expect(server.requests.map(({ headers }) => headers.get('x-amzn-trace-id'))).toEqual([
      'Root=1',
      'Root=2',
    ]);
  });
});

describe('an answer of Lambda', () => {
  const refusal = { 'x-amzn-errortype': 'TooManyRequestsException' };
  const body = '{"Type":"User","message":"x"}';
  it.each([
    ['accepted, without content', http(202, ''), { value: {} }],
    ['no content at all', http(204, ''), { value: {} }],
    ['an object', http(200, '{"a":1}'), { value: { a: 1 } }],
    ['an error by its header', http(429, body, refusal), { fault: 'TooManyRequestsException', status: 429 }],
    ['an error by its header, empty', http(429, '', refusal), { fault: 'TooManyRequestsException' }],
    [
      'an error by its header, with a good status',
      http(202, '', refusal),
      { fault: 'TooManyRequestsException' },
    ],
    ['an error by its body', http(400, '{"code":"FooException"}'), { fault: 'FooException' }],
    ['HTML', http(200, '<html>'), { fault: 'UnrecognizedResponse' }],
    ['HTML of something in between', http(403, '<html>'), { fault: 'UnrecognizedResponse' }],
    ['a failure without content', http(500, ''), { fault: 'ServiceUnavailable' }],
    ['a list', http(200, '[]'), { fault: 'UnrecognizedResponse' }],
    ['another place', http(307, '', { location: 'http://127.0.0.1:9/' }), { fault: 'UnrecognizedResponse' }],
  ])('is read: %s', async (_what, answer, expected) => {
    server.answer = () => answer;
    expect(await invoke('after-move')).toMatchObject(expected);
  });
});

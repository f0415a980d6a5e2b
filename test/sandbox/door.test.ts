/** Anybody on this machine reaches the port: who is let in, and who isn't. */
import { request } from 'node:http';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  InitiateAuthCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keysOf, type Sandbox } from '../../src/sandbox/index.ts';
import { clientsOf, errorOf, startSandbox } from './support.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const account = '111122223333';
const { accessKeyId } = keysOf(account);

interface Sent {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `fetch` sets Host and Origin by itself, so this is what a page or a program could send. */
function send({ path = '/', headers = {}, body = '' }: Sent): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: sandbox.port, path, method: 'POST', headers },
      (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => {
          text += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A signed call, as the SDK sends it. */
const listPools = (headers: Readonly<Record<string, string>> = {}, key = accessKeyId) =>
  send({
    headers: {
      'x-amz-target': 'AWSCognitoIdentityProviderService.ListUserPools',
      authorization: `AWS4-HMAC-SHA256 Credential=${key}/20261122/us-east-2/cognito-idp/aws4_request, SignedHeaders=host, Signature=00`,
      ...headers,
    },
    body: '{"MaxResults":1}',
  });

describe('Host and Origin', () => {
  test.each([
    ['a foreign Host', { host: 'rebound.example.com' }],
    ['a foreign Host that only begins like loopback', { host: '127.0.0.1.example.com' }],
    ['a foreign Origin', { origin: 'https://example.com' }],
    ['an opaque Origin', { origin: 'null' }],
    ['a foreign Origin that only ends like loopback', { origin: 'https://evil-localhost' }],
  ])('%s is refused, with the right key too, and nothing runs', async (_, headers) => {
    expect((await listPools(headers)).status).toBe(403);
    expect((await send({ path: '/_sandbox/journal', headers: { ...bearer, ...headers } })).status).toBe(403);
    expect((await send({ path: '/login', headers })).status).toBe(403);
    expect(sandbox.journal.calls).toEqual([]);
  });

  test.each([
    {},
    { host: 'localhost' },
    { host: '[::1]:4599' },
    { host: 'aws.localhost:4599' },
    { origin: 'http://localhost:3000' },
    { origin: 'http://127.0.0.1' },
  ])('%o is let in', async (headers) => {
    expect((await listPools(headers)).status).toBe(200);
  });

  test('they are checked before the body arrives', async () => {
    const answer = await new Promise<number>((resolve, reject) => {
      const headers = { host: 'rebound.example.com', 'content-length': '1000000' };
      const sent = request({ host: '127.0.0.1', port: sandbox.port, method: 'POST', headers }, (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      });
      sent.on('error', reject);
      sent.flushHeaders(); // and the body never comes
    });
    expect(answer).toBe(403);
  });
});

const bearer = { authorization: `Bearer ${accessKeyId}` };

describe('the access key', () => {
  test('is the account, then what is random for this run', () => {
    expect(accessKeyId).toMatch(/^111122223333[0-9A-F]{32}$/);
    expect(keysOf('444455556666').accessKeyId.slice(12)).toBe(accessKeyId.slice(12));
  });

  test.each([
    ['the account alone', account],
    ['another suffix', `${account}${'0'.repeat(32)}`],
    ['the suffix with more behind it', `${accessKeyId}0`],
    ['any other key', 'AKIAIOSFODNN7EXAMPLE'],
  ])('%s is not accepted by any service', async (_, key) => {
    const { status, text } = await listPools({}, key);
    expect([status, JSON.parse(text)]).toEqual([
      400,
      {
        __type: 'UnrecognizedClientException',
        message: 'The security token included in the request is invalid.',
      },
    ]);
    const { lambda } = clientsOf(sandbox, { accessKeyId: key, secretAccessKey: 'local' });
    expect((await errorOf(lambda.send(new ListFunctionsCommand({})))).name).toBe(
      'UnrecognizedClientException',
    );
  });

  test('without one nothing that AWS takes signed only is done', async () => {
    const target = { 'x-amz-target': 'AWSCognitoIdentityProviderService.CreateUserPool' };
    const { status, text } = await send({ headers: target, body: '{"PoolName":"mine"}' });
    expect([status, JSON.parse(text).__type]).toEqual([400, 'MissingAuthenticationTokenException']);
    const code = await send({ path: '/2015-03-31/functions', body: '{"FunctionName":"mine"}' });
    expect(code.status).toBe(403);
    expect(sandbox.journal.calls.map(({ result }) => result)).not.toContain('ok');
  });

  test('what AWS takes unsigned needs none', async () => {
    const config = {
      endpoint: sandbox.url,
      region: 'us-east-2',
      credentials: keysOf(account),
      maxAttempts: 1,
    };
    const idp = new CognitoIdentityProviderClient(config);
    await idp.send(new CreateUserPoolCommand({ PoolName: 'pool' }));
    const sign = [
      new SignUpCommand({ ClientId: 'none', Username: 'ana', Password: 'Password-1' }),
      new InitiateAuthCommand({ ClientId: 'none', AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: {} }),
    ] as const;
    expect((await errorOf(idp.send(sign[0]))).name).toBe('ResourceNotFoundException');
    expect((await errorOf(idp.send(sign[1]))).name).toBe('ResourceNotFoundException');
    idp.destroy();
  });

  test.each([{}, { authorization: `Bearer ${account}` }, { authorization: accessKeyId }])(
    'the control endpoint refuses %o',
    async (headers) => {
      const { status } = await send({ path: '/_sandbox/faults', headers, body: '{"kind":"throttle"}' });
      expect(status).toBe(403);
      expect(sandbox.faults.list()).toEqual([]);
    },
  );
});

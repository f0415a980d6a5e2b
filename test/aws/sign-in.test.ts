/** Against somebody who repeats everything that is said to them: nothing of it may come out. */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, onTestFinished, test } from 'vitest';
import { rehearse } from '../../src/aws/function/rehearsal.ts';
import { signIn } from '../../src/aws/sign-in.ts';
import { fakeClock } from '../support/clock.ts';
import { given, refusalOf } from '../support/errors.ts';

const who = { username: 'eva@example.com', password: 'Canary-password-1' };
const client = { userPoolId: 'eu-west-1_NewPool01', clientId: 'client1', secret: 'secret-of-the-client' };

/** Answers DescribeUserPoolClient with a secret, and everything else with what it was asked. */
async function parrot(status: number, answer: (asked: string) => string) {
  const heard: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (/DescribeUserPoolClient/.test(String(request.headers['x-amz-target']))) {
      response.end(JSON.stringify({ UserPoolClient: { ClientId: 'client1', ClientSecret: client.secret } }));
      return;
    }
    heard.push(body);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(answer(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' ? given(address ?? undefined).port : 0;
  const config = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  };
  return { heard, idp: new CognitoIdentityProviderClient(config), lambda: new LambdaClient(config) };
}

/** Everything that an error could print, causes included. */
const wordsOf = (error: Error): string => {
  const cause = error.cause instanceof Error ? wordsOf(error.cause) : String(error.cause ?? '');
  return `${error.message}\n${error.stack}\n${JSON.stringify(error)}\n${cause}`;
};

describe('a sign-in', () => {
  test('sends the hash of name and client with the secret as its key', async () => {
    const tokens = { AuthenticationResult: { IdToken: 'eyJ', AccessToken: 'eyJ', RefreshToken: 'r' } };
    const { heard, idp } = await parrot(200, () => JSON.stringify(tokens));
    const result = await signIn(idp, fakeClock(), { ...who, ...client });
    expect(result).toEqual({ result: 'signed-in', ms: 0 });
    const hash = createHmac('sha256', client.secret).update('eva@example.comclient1').digest('base64');
    expect(JSON.parse(given(heard[0]))).toEqual({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: 'client1',
      AuthParameters: { USERNAME: who.username, PASSWORD: who.password, SECRET_HASH: hash },
    });
  });

  test('a refusal is a name, without its words', async () => {
    const echo = (message: string) => JSON.stringify({ __type: 'NotAuthorizedException', message });
    const { idp } = await parrot(400, echo);
    const result = await signIn(idp, fakeClock(), { ...who, ...client });
    expect(result).toEqual({ result: 'refused', name: 'NotAuthorizedException', ms: 0 });
  });

  test('a challenge is a name', async () => {
    const { idp } = await parrot(200, (Session) => JSON.stringify({ ChallengeName: 'SMS_MFA', Session }));
    const result = await signIn(idp, fakeClock(), { ...who, ...client });
    expect(result).toEqual({ result: 'challenge', name: 'SMS_MFA', ms: 0 });
  });

  test.each([
    ['a failure', 500, (message: string) => JSON.stringify({ __type: 'InternalErrorException', message })],
    ['an answer that is none', 200, (asked: string) => asked.slice(0, -5)],
  ])('%s says nothing of what was sent', async (_what, status, answer) => {
    const { heard, idp } = await parrot(status, answer);
    const error = await refusalOf(signIn(idp, fakeClock(), { ...who, ...client }));
    expect(heard[0]).toContain(who.password);
    expect(error.exitCode).toBe(7);
    expect(wordsOf(error)).not.toContain(who.password);
    expect(wordsOf(error)).not.toContain(client.secret);
  });
});

describe('a rehearsal', () => {
  test.each([
    ['a failure', 500, (message: string) => JSON.stringify({ __type: 'ServiceException', message })],
    [
      'a refusal',
      400,
      (message: string) => JSON.stringify({ __type: 'InvalidRequestContentException', message }),
    ],
    ['an answer that is none', 200, (asked: string) => asked],
  ])('%s says nothing of what was sent', async (_what, status, answer) => {
    const { heard, lambda } = await parrot(status, answer);
    const error = await refusalOf(rehearse(lambda, fakeClock(), 'f', client.userPoolId, who));
    expect(heard[0]).toContain(who.password);
    expect([7, 8]).toContain(error.exitCode);
    expect(wordsOf(error)).not.toContain(who.password);
  });
});

import { CreateUserPoolDomainCommand } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { cognitoSettings } from '../../../../src/sandbox/services/cognito/index.ts';
import {
  answers,
  errorOf,
  functionArn,
  type LocalCognito,
  newClient,
  newPool,
  startLocalCognito,
  throws,
} from './support.ts';
import { getUser, newUser, password } from './users-support.ts';

const callback = 'https://app.example.com/signed-in';
const arn = functionArn('migrate');

/** A pool with a domain, the migration trigger, and a client without any password flow. */
async function stage(client: Parameters<typeof newClient>[2] = {}) {
  const scene = await startLocalCognito();
  const poolId = await newPool(scene, { LambdaConfig: { UserMigration: arn } });
  await scene.client.send(new CreateUserPoolDomainCommand({ UserPoolId: poolId, Domain: 'mine' }));
  const clientId = await newClient(scene, poolId, {
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    SupportedIdentityProviders: ['COGNITO'],
    CallbackURLs: [callback],
    ...client,
  });
  return { scene, poolId, clientId };
}

function loginUrl(
  scene: LocalCognito,
  clientId: string,
  more: Readonly<Record<string, string>> = {},
): string {
  const query = { client_id: clientId, response_type: 'code', redirect_uri: callback, ...more };
  return `${scene.sandbox.url}/login?${new URLSearchParams(query)}`;
}

/** What a browser does: gets the page, fills in the form, sends it with the cookie. */
async function submit(url: string, username: string, secret: string): Promise<Response> {
  const page = await fetch(url);
  const csrf = /name="_csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  return fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: page.headers.get('set-cookie')?.split(';')[0] ?? '' },
    body: new URLSearchParams({ _csrf: csrf, username, password: secret, cognitoAsfData: '' }),
  });
}

describe('the hosted sign-in page', () => {
  test('sends a user back to the app with a code and the state, whatever flows the client allows', async () => {
    const { scene, poolId, clientId } = await stage();
    await newUser(scene, poolId, 'ana');
    const answer = await submit(loginUrl(scene, clientId, { state: 's 1' }), 'ana', password);
    expect(answer.status).toBe(302);
    const back = new URL(answer.headers.get('location') ?? '');
    expect(back.origin + back.pathname).toBe(callback);
    expect(back.searchParams.get('code')).toMatch(/^[\w-]{20,}$/);
    expect(back.searchParams.get('state')).toBe('s 1');
  });

  test('shows the form again with what went wrong', async () => {
    const { scene, poolId, clientId } = await stage();
    await newUser(scene, poolId, 'ana');
    const answer = await submit(loginUrl(scene, clientId), 'ana', 'wrong');
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('Incorrect username or password.');
  });

  test('asks the migration trigger for an unknown name', async () => {
    const { scene, poolId, clientId } = await stage();
    scene.play(arn, answers({ userAttributes: { name: 'Ben' }, finalUserStatus: 'CONFIRMED' }));
    expect((await submit(loginUrl(scene, clientId), 'ben', 'old')).status).toBe(302);
    expect((await getUser(scene, poolId, 'ben')).UserStatus).toBe('CONFIRMED');
  });

  test('says in its own words that a migration failed, and in those of the function what it threw', async () => {
    const { scene, clientId } = await stage();
    scene.play(arn, answers({}));
    const empty = await submit(loginUrl(scene, clientId), 'ben', 'old');
    expect(await empty.text()).toContain('Exception during user migration');
    scene.play(arn, throws('<b>no</b>'));
    const thrown = await submit(loginUrl(scene, clientId), 'ben', 'old');
    expect(await thrown.text()).toContain('UserMigration failed with error &#60;b&#62;no&#60;/b&#62;.');
  });

  test('asks for the password flow in the world where it does', async () => {
    const { scene, poolId, clientId } = await stage();
    cognitoSettings(scene.sandbox.world).managedLoginNeedsPasswordFlow = true;
    await newUser(scene, poolId, 'ana');
    const answer = await submit(loginUrl(scene, clientId), 'ana', password);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('USER_PASSWORD_AUTH flow not enabled for this client');
  });

  test('takes no form without the cookie that belongs to it', async () => {
    const { scene, poolId, clientId } = await stage();
    await newUser(scene, poolId, 'ana');
    const body = new URLSearchParams({ _csrf: 'x', username: 'ana', password });
    const answer = await fetch(loginUrl(scene, clientId), { method: 'POST', body, redirect: 'manual' });
    expect(answer.status).toBe(403);
  });

  test.each([
    ['another callback', {}, { redirect_uri: 'https://evil.example.com/' }, 'redirect_mismatch'],
    ['another response type', {}, { response_type: 'token' }, 'unsupported_response_type'],
    ['no OAuth', { AllowedOAuthFlowsUserPoolClient: false }, {}, 'unauthorized_client'],
    ['federated sign-in only', { SupportedIdentityProviders: ['Google'] }, {}, 'unauthorized_client'],
    ['an unknown client', {}, { client_id: 'nobody' }, 'invalid_request'],
  ])('refuses %s', async (_, client, query, error) => {
    const { scene, clientId } = await stage(client);
    const answer = await fetch(loginUrl(scene, clientId, query), { redirect: 'manual' });
    expect(answer.headers.get('location')).toBe(`/error?error=${error}`);
  });

  test('is not there for a pool without a domain', async () => {
    const { scene } = await stage();
    const bare = await newClient(scene, await newPool(scene));
    const answer = await fetch(loginUrl(scene, bare));
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('Login pages unavailable');
  });
});

test.each(['my-cognito', 'aws-login', 'Capital', 'ends-'])(
  'the domain prefix %s is refused',
  async (Domain) => {
    const scene = await startLocalCognito();
    const UserPoolId = await newPool(scene);
    const making = scene.client.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain }));
    expect((await errorOf(making)).name).toBe('InvalidParameterException');
  },
);

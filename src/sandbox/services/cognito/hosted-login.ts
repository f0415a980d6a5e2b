/**
 * The sign-in page of the classic hosted UI, for passwords only.
 * GET /login shows the form. POST /login signs in and redirects with a code. Developer Guide, "The hosted UI
 * sign-in endpoint: /login".
 * The form's fields are those that public sign-in scripts send. They are _csrf with the cookie XSRF-TOKEN,
 * username, password, and cognitoAsfData.
 * On AWS, the page has its own host (PREFIX.auth.REGION.amazoncognito.com). Here, the app client identifies
 * the page's pool. The code cannot be redeemed, because there is no token endpoint.
 */
import { ServiceError } from '../../operation.ts';
import type { Answer } from '../../protocol/answer.ts';
import type { World } from '../../world.ts';
import { checkFlow } from './auth-flows.ts';
import { newOpaque } from './ids.ts';
import { countAttempts, recordVisit } from './observed.ts';
import { passwordSignIn } from './password-sign-in.ts';
import { type Located, locateClient } from './pool-access.ts';
import { texts } from './pool-config.ts';
import { cognitoSettings } from './settings.ts';

export interface PageRequest {
  readonly method: string;
  readonly url: URL;
  readonly cookie: string | undefined;
  readonly body: string;
}

const paths: readonly string[] = ['/login', '/error'];

/** True if a path is one of the hosted pages. */
export const isHostedPage = (path: string): boolean => paths.includes(path);

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const page = (status: number, body: string, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers: { 'content-type': 'text/html;charset=UTF-8', 'cache-control': 'no-store', ...headers },
  body: `<!DOCTYPE html><html lang="en"><head><title>Signin</title></head><body>${body}</body></html>`,
});

const redirect = (location: string): Answer => ({ status: 302, headers: { location }, body: '' });

const refused = (error: string): Answer => redirect(`/error?${new URLSearchParams({ error })}`);

/**
 * The refusal of a request that this client may not make. Undefined if it may.
 * Error names are those of the authorize endpoint.
 */
function refusal({ pool, client }: Located, query: URLSearchParams): Answer | undefined {
  if (pool.domain === undefined && pool.customDomain === undefined) {
    return page(400, '<p>Login pages unavailable. Please contact an administrator.</p>');
  }
  const callback = query.get('redirect_uri') ?? '';
  if (!texts(client.config, 'CallbackURLs').includes(callback)) return refused('redirect_mismatch');
  if (query.get('response_type') !== 'code') return refused('unsupported_response_type');
  const grants = texts(client.config, 'AllowedOAuthFlows');
  const allowsCodeGrant = client.config.AllowedOAuthFlowsUserPoolClient === true && grants.includes('code');
  const hasPassword = texts(client.config, 'SupportedIdentityProviders').includes('COGNITO');
  return allowsCodeGrant && hasPassword ? undefined : refused('unauthorized_client');
}

function form(world: World, url: URL, message?: string): Answer {
  const token = newOpaque(world, 24);
  const messageHtml = message === undefined ? '' : `<p id="loginErrorMessage">${escaped(message)}</p>`;
  const body = `${messageHtml}<form action="${escaped(url.pathname + url.search)}" method="POST" name="cognitoSignInForm">
<input type="hidden" name="_csrf" value="${token}"/><input type="hidden" name="cognitoAsfData" value=""/>
<input name="username" type="text" required/><input name="password" type="password" required/>
<input name="signInSubmitButton" type="Submit" value="Sign in"/></form>`;
  return page(200, body, { 'set-cookie': `XSRF-TOKEN=${token}; Path=/; HttpOnly; SameSite=Lax` });
}

/**
 * The text that the page shows for an error.
 * re:Post, "migration Lambda errors": for a failed migration, the page shows "Exception during user
 * migration".
 */
function errorText(error: ServiceError): string {
  return error.message.startsWith('Exception migrating user')
    ? 'Exception during user migration'
    : error.message;
}

async function submit(world: World, located: Located, { url, cookie, body }: PageRequest): Promise<Answer> {
  const fields = new URLSearchParams(body);
  const token = /(?:^|;\s*)XSRF-TOKEN=([^;]+)/.exec(cookie ?? '')?.[1];
  if (token === undefined || token !== fields.get('_csrf')) return page(403, '<p>Forbidden</p>');
  const { client } = located;
  try {
    if (cognitoSettings(world).managedLoginNeedsPasswordFlow) checkFlow(client, 'password');
    const signIn = { world, ...located, admin: false, validationData: undefined, clientMetadata: undefined };
    const name = fields.get('username') ?? '';
    const result = await passwordSignIn(signIn, name, fields.get('password') ?? '', true);
    // Deliberately the end here: whether a user moves is decided before MFA and new passwords are asked for.
    if (result.AuthenticationResult === undefined) return page(200, '<p>One more step is needed.</p>');
    countAttempts(world, located, [{ at: world.now(), tries: 1, successes: 1 }]);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    countAttempts(world, located, [{ at: world.now(), tries: 1, successes: 0 }]);
    return form(world, url, errorText(error));
  }
  const returnUrl = new URL(url.searchParams.get('redirect_uri') ?? '');
  returnUrl.searchParams.set('code', newOpaque(world, 16));
  const state = url.searchParams.get('state');
  if (state !== null) returnUrl.searchParams.set('state', state);
  return redirect(returnUrl.href);
}

/** Answers a request for a hosted page. */
export async function hostedPage(world: World, request: PageRequest): Promise<Answer> {
  const { method, url } = request;
  if (url.pathname === '/error') return page(400, `<p>${escaped(url.searchParams.get('error') ?? '')}</p>`);
  const located = locateClient(world, url.searchParams.get('client_id') ?? '');
  if (located === undefined) return refused('invalid_request');
  const denial = refusal(located, url.searchParams);
  if (denial !== undefined) return denial;
  const answer = method === 'POST' ? await submit(world, located, request) : form(world, url);
  const fields = new URLSearchParams(method === 'POST' ? request.body : '');
  const visit = { status: answer.status, query: url.searchParams, fields };
  recordVisit(world, located, { name: method === 'POST' ? 'Login_POST' : 'Login_GET', ...visit });
  return answer;
}

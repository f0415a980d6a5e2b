/**
 * Signs in through the classic hosted sign-in page, as a browser would: gets the form, sends it with its cookie. Developer Guide,
 * "The hosted UI sign-in endpoint: /login"; names of fields as public sign-in scripts send them.
 */
import {
  CreateUserPoolDomainCommand,
  DeleteUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Side } from '../clients.ts';
import { unlessMissing } from '../errors.ts';
import { givenEndpoint } from './endpoint.ts';

/** A page and the app client whose users sign in there. */
export interface HostedPage {
  /** Scheme and host. */
  readonly base: string;
  readonly clientId: string;
  /** Never fetched: the redirect to it is the sign that the sign-in worked. */
  readonly callback: string;
}

/** Longest wait for one page. */
const limitMs = 15_000;

/** Prefixes may not contain aws, amazon or cognito. */
export const domainPrefix = (run: string): string => `migrate-self-test-${run}`;

/** Gives a pool its pages, in the classic branding. */
export async function makeDomain({ idp }: Side, UserPoolId: string, Domain: string): Promise<void> {
  await idp.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain, ManagedLoginVersion: 1 }));
}

/** A pool with a domain cannot be deleted. For one that has none AWS has an InvalidParameterException. */
export async function deleteDomain({ idp }: Side, UserPoolId: string, Domain: string): Promise<void> {
  await unlessMissing(
    idp.send(new DeleteUserPoolDomainCommand({ UserPoolId, Domain })),
    'ResourceNotFoundException',
    'InvalidParameterException',
  );
}

/** Where the pages of a domain are: behind the endpoint, if there is one of the caller's own. */
export async function pagesOf({ idp, region }: Side, prefix: string): Promise<string> {
  const endpoint = await givenEndpoint(idp);
  if (endpoint !== undefined) return endpoint.origin;
  // GovCloud has FIPS endpoints only (AWS GovCloud User Guide, "Amazon Cognito").
  const auth = region.startsWith('us-gov-') ? 'auth-fips' : 'auth';
  return `https://${prefix}.${auth}.${region}.amazoncognito.com`;
}

interface Form {
  readonly csrf: string;
  readonly cookie: string;
}

const urlOf = ({ base, clientId, callback }: HostedPage): string =>
  `${base}/login?${new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: callback,
  })}`;

/** The form of the page; undefined while there is none (the domain is new, or nothing serves pages there). */
export async function readForm(page: HostedPage, signal: AbortSignal): Promise<Form | undefined> {
  const answer = await ask(page, { redirect: 'manual' }, signal);
  if (answer?.status !== 200) return undefined;
  const csrf = fieldOf(await answer.text(), '_csrf');
  if (csrf === undefined) return undefined;
  const cookie = answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
  return { csrf, cookie: cookie.join('; ') };
}

/** Whether the page sends the user back to the app with a code; `said` is what it shows otherwise. */
export async function sendForm(
  page: HostedPage,
  form: Form,
  who: { readonly username: string; readonly password: string },
  signal: AbortSignal,
): Promise<{ readonly isIn: boolean; readonly said: string }> {
  const fields = { _csrf: form.csrf, username: who.username, password: who.password, cognitoAsfData: '' };
  const answer = await ask(
    page,
    {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: form.cookie },
      body: new URLSearchParams(fields),
    },
    signal,
  );
  if (answer === undefined) return { isIn: false, said: 'no answer' };
  const to = answer.headers.get('location') ?? '';
  if (to.startsWith(page.callback) && to.includes('code=')) return { isIn: true, said: 'a code' };
  const shown = /id="loginErrorMessage"[^>]*>([^<]*)</.exec(await answer.text())?.[1]?.trim();
  return { isIn: false, said: shown ?? `HTTP ${answer.status}` };
}

/** undefined where nobody answers: a domain that is new has no name yet. */
async function ask(page: HostedPage, init: RequestInit, signal: AbortSignal): Promise<Response | undefined> {
  try {
    return await fetch(urlOf(page), {
      ...init,
      signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]),
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** The value of the first input of that name, in whichever order its attributes are. */
function fieldOf(html: string, name: string): string | undefined {
  const input = html.match(/<input[^>]*>/gi)?.find((tag) => tag.includes(`name="${name}"`));
  return input === undefined ? undefined : /value="([^"]+)"/.exec(input)?.[1];
}

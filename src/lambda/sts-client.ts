import { errorNameIn, errorOf, isObject, type JsonObject, parseObject } from './aws/json.ts';
import { type Answer, AwsError } from './aws/send.ts';
import { type Call, type Endpoint, type Keys, signedCaller } from './aws/sign.ts';
import { parseXml, XmlError } from './aws/xml.ts';
import type { Environment } from './environment.ts';
import { AssumeRoleFailed, type Credentials } from './sts.ts';

/**
 * Returns a function that assumes the role in the old pool's account.
 * It speaks AWS's Query protocol. STS answers in XML, and some that stand in for it answer in JSON.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function roleAssumer(
  endpoints: Environment['sts'],
  role: NonNullable<Environment['role']>,
  credentials: () => Promise<Keys>,
  now: () => number,
): () => Promise<Credentials> {
  const form = new URLSearchParams({
    Action: ACTION,
    Version: '2011-06-15',
    RoleArn: role.arn,
    RoleSessionName: 'cognito-migrate',
    ...(role.externalId !== undefined && { ExternalId: role.externalId }),
  });
  const request = {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  };
  const ask = inTurn(endpoints, (endpoint) => signedCaller('sts', endpoint, credentials, now), now);
  return () => ask((call) => call(request, readCredentials));
}

const ACTION = 'AssumeRole';

/**
 * Time in milliseconds after which the function's own Region is tried first again.
 * Someone can enable it at any time. Credentials last longer, so this costs at most one request for each renewal.
 */
const OWN_AGAIN_MS = 15 * 60_000;

/** Asks one Region after another until one doesn't refuse because of its Region, and keeps using it for a while. */
function inTurn(endpoints: Environment['sts'], open: (endpoint: Endpoint) => Call, now: () => number) {
  const calls = new Map<Endpoint, Call>();
  const callTo = (endpoint: Endpoint): Call => {
    const call = calls.get(endpoint) ?? open(endpoint);
    calls.set(endpoint, call);
    return call;
  };
  const [own] = endpoints;
  const nextAfter = (endpoint: Endpoint, error: unknown): Endpoint | undefined =>
    isOfRegion(error, endpoint === own) ? endpoints[endpoints.indexOf(endpoint) + 1] : undefined;
  let current = own;
  let leftAt = Number.NEGATIVE_INFINITY;
  return async <T>(send: (call: Call) => Promise<T>): Promise<T> => {
    if (now() - leftAt >= OWN_AGAIN_MS) current = own;
    for (;;) {
      const endpoint = current;
      try {
        return await send(callTo(endpoint));
      } catch (error) {
        const next = nextAfter(endpoint, error);
        if (next === undefined) throw error;
        if (endpoint === own) leftAt = now();
        current = next;
      }
    }
  };
}

/**
 * Whether the refusal is about the Region.
 * The role's account hasn't enabled that Region, or the function's own account hasn't. The function's own
 * Region never gives the second reason.
 */
function isOfRegion(error: unknown, isOwn: boolean): boolean {
  const name = error instanceof AwsError ? error.name : '';
  return name === 'RegionDisabledException' || (name === 'InvalidClientTokenId' && !isOwn);
}

function readCredentials({ status, headers, body }: Answer): Credentials {
  const document = parseDocument(body.toString('utf8'));
  const failure = member(member(document, 'ErrorResponse') ?? document, 'Error');
  const name = errorNameIn(failure?.Code) ?? errorNameIn(headers['x-amzn-errortype']);
  if (name !== undefined || status < 200 || status >= 300 || document === undefined)
    throw errorOf(name, failure?.Message, status);

  const made = member(member(member(document, `${ACTION}Response`), `${ACTION}Result`), 'Credentials');
  const accessKeyId = textOf(made, 'AccessKeyId');
  const secretAccessKey = textOf(made, 'SecretAccessKey');
  const sessionToken = textOf(made, 'SessionToken');
  const expiration = timeOf(made?.Expiration);
  if (!accessKeyId || !secretAccessKey || !sessionToken || expiration === undefined)
    throw new AssumeRoleFailed('IncompleteResponse');
  return { accessKeyId, secretAccessKey, sessionToken, expiration };
}

/** An answer in either format, as an object. Undefined if it is in neither. */
function parseDocument(text: string): JsonObject | undefined {
  if (!text.trimStart().startsWith('<')) return parseObject(text);
  try {
    return parseXml(text);
  } catch (error) {
    if (error instanceof XmlError) return undefined;
    throw error;
  }
}

function member(object: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = object?.[name];
  return isObject(value) ? value : undefined;
}

function textOf(object: JsonObject | undefined, name: string): string | undefined {
  const value = object?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** A point in time: ISO 8601 in XML, and seconds since 1970 in JSON. */
function timeOf(value: unknown): Date | undefined {
  const time =
    typeof value === 'number' ? value * 1000 : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time);
}

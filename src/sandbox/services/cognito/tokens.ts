/** Tokens: JWTs signed with a key of the pool, opaque refresh tokens, and the check of access tokens. */
import { createHash, createSign, createVerify, generateKeyPairSync } from 'node:crypto';
import type { JsonObject } from '../../operation.ts';
import type { World } from '../../world.ts';
import { validitySeconds } from './client-rules.ts';
import { notAuthorized } from './errors.ts';
import { newOpaque, newUuid } from './ids.ts';
import { member, text, texts } from './pool-config.ts';
import { cognitoSettings } from './settings.ts';
import { type Client, cognitoKind, type Pool, type RefreshToken, type User } from './state.ts';
import { eventAttributes, fireTrigger, preTokenVersion } from './triggers.ts';

function signingKey(pool: Pool) {
  if (pool.signingKey === undefined) {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    pool.signingKey = { privateKey, publicKey, kid: createHash('sha256').update(publicKey).digest('base64') };
  }
  return pool.signingKey;
}

function encode(part: JsonObject): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function sign(pool: Pool, claims: JsonObject): string {
  const key = signingKey(pool);
  const content = `${encode({ kid: key.kid, alg: 'RS256' })}.${encode(claims)}`;
  return `${content}.${createSign('RSA-SHA256').update(content).sign(key.privateKey, 'base64url')}`;
}

function issuer(pool: Pool): string {
  const domain = `${pool.region}.${pool.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
  const updated = member(pool.config, 'IssuerConfiguration').Type === 'UPDATED';
  return `https://${updated ? 'issuer-' : ''}cognito-idp.${domain}/${pool.id}`;
}

function idClaims(client: Client, user: User): JsonObject {
  const custom =
    client.config.ReadAttributes === undefined ? undefined : texts(client.config, 'ReadAttributes');
  const claims: JsonObject = {};
  for (const [name, value] of user.attributes) {
    if (custom !== undefined && !custom.includes(name)) continue;
    claims[name] = name.endsWith('_verified') ? value.toLowerCase() === 'true' : value;
  }
  return claims;
}

/** What PreTokenGeneration makes of the tokens. */
interface TokenChanges {
  readonly id: JsonObject;
  readonly access: JsonObject;
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  readonly preferredRole: string | undefined;
}

/**
 * The roles of groups, and the one that counts: "the role of the group with the lowest precedence", none if two such groups
 * have different roles (Developer Guide, "Adding groups to a user pool").
 */
function rolesOf(pool: Pool, names: readonly string[]) {
  const groups = names.flatMap((name) => pool.groups.get(name) ?? []);
  const withRole = groups.flatMap(({ details }) => {
    const role = text(details, 'RoleArn');
    const precedence = typeof details.Precedence === 'number' ? details.Precedence : Number.POSITIVE_INFINITY;
    return role === undefined ? [] : [{ role, precedence }];
  });
  const lowest = Math.min(...withRole.map(({ precedence }) => precedence));
  const first = new Set(withRole.filter((one) => one.precedence === lowest).map(({ role }) => role));
  const [preferred] = first;
  return {
    roles: [...new Set(withRole.map(({ role }) => role))],
    preferredRole: first.size === 1 ? preferred : undefined,
  };
}

const signInScope = 'aws.cognito.signin.user.admin';

/**
 * Fires PreTokenGeneration. Developer Guide, "Pre token generation Lambda trigger".
 * Only the events of version two and three reach the access token.
 * "If you pass an empty or null object in the response, Amazon Cognito suppresses the groups." An absent one
 * leaves them, on which the documentation is silent.
 */
async function tokenChanges(
  world: World,
  pool: Pool,
  client: Client,
  user: User,
  source: string,
  begun: readonly string[],
): Promise<TokenChanges> {
  const { groupsSeenFrom, preTokenAttributes } = cognitoSettings(world);
  const all = Object.entries(eventAttributes(user));
  const groups = groupsSeenFrom === 'next-token' ? begun : [...user.groups];
  const { roles, preferredRole } = rolesOf(pool, groups);
  const isFirst = preTokenVersion(pool) === '1';
  const name = isFirst ? 'claimsOverrideDetails' : 'claimsAndScopeOverrideDetails';
  const response = await fireTrigger(world, pool, client, 'PreTokenGeneration', {
    source,
    userName: user.username,
    request: {
      userAttributes: Object.fromEntries(
        all.filter(([key]) => preTokenAttributes === 'all' || !key.startsWith('custom:')),
      ),
      groupConfiguration: {
        groupsToOverride: [...groups],
        iamRolesToOverride: roles,
        preferredRole: preferredRole ?? null,
      },
      ...(isFirst ? {} : { scopes: [signInScope] }),
    },
    response: { [name]: null },
  });
  const details = member(response ?? {}, name);
  const tokens = {
    id: isFirst ? details : member(details, 'idTokenGeneration'),
    access: isFirst ? {} : member(details, 'accessTokenGeneration'),
  };
  if (details.groupOverrideDetails !== undefined) {
    // Roles that the override leaves out are gone. The documentation doesn't say so.
    const override = member(details, 'groupOverrideDetails');
    return {
      ...tokens,
      groups: texts(override, 'groupsToOverride'),
      roles: texts(override, 'iamRolesToOverride'),
      preferredRole: text(override, 'preferredRole'),
    };
  }
  const seen = groupsSeenFrom === 'pre-token' ? [...user.groups] : groups;
  return { ...tokens, groups: seen, ...rolesOf(pool, seen) };
}

/** Claims that no function changes. Developer Guide, same page, "Excluded claims and scopes". */
const excludedClaims = [
  ...['acr', 'amr', 'at_hash', 'auth_time', 'azp', 'exp', 'iat', 'iss', 'jti', 'nbf', 'nonce', 'origin_jti'],
  ...['sub', 'token_use'],
];
const excludedIdClaims: ReadonlySet<string> = new Set([
  ...excludedClaims,
  ...['identities', 'aud', 'cognito:username'],
]);
const excludedAccessClaims: ReadonlySet<string> = new Set([
  ...excludedClaims,
  ...['username', 'client_id', 'scope', 'device_key', 'event_id', 'version'],
]);

function changed(claims: JsonObject, changes: JsonObject, excluded: ReadonlySet<string>): JsonObject {
  const suppressed = new Set(texts(changes, 'claimsToSuppress'));
  const added = Object.entries(member(changes, 'claimsToAddOrOverride'));
  return Object.fromEntries([
    ...Object.entries(claims).filter(([name]) => excluded.has(name) || !suppressed.has(name)),
    ...added.filter(([name]) => !excluded.has(name) && !suppressed.has(name)),
  ]);
}

function scopesOf(changes: JsonObject): string {
  const suppressed = texts(changes, 'scopesToSuppress');
  const scopes = [signInScope, ...texts(changes, 'scopesToAdd')];
  return [...new Set(scopes)].filter((scope) => !suppressed.includes(scope)).join(' ');
}

/**
 * The AuthenticationResult of a completed sign-in.
 * @param begun The groups that the user was in when the sign-in began.
 */
export async function issueTokens(
  world: World,
  pool: Pool,
  client: Client,
  user: User,
  renewed?: RefreshToken,
  begun: readonly string[] = [...user.groups],
): Promise<JsonObject> {
  const source = renewed === undefined ? 'TokenGeneration_Authentication' : 'TokenGeneration_RefreshTokens';
  const changes = await tokenChanges(world, pool, client, user, source, begun);
  const { id, access, groups, roles, preferredRole } = changes;
  const now = Math.floor(world.now() / 1000);
  const accessSeconds = validitySeconds(client.config, 'AccessToken');
  const originJti = renewed?.originJti ?? newUuid(world);
  const authTime = renewed?.authTime ?? now;
  const common: JsonObject = {
    sub: user.sub,
    iss: issuer(pool),
    origin_jti: originJti,
    event_id: newUuid(world),
    auth_time: authTime,
    iat: now,
    ...(groups.length > 0 ? { 'cognito:groups': [...groups] } : {}),
  };
  const accessClaims: JsonObject = {
    ...common,
    client_id: client.id,
    token_use: 'access',
    scope: scopesOf(access),
    exp: now + accessSeconds,
    jti: newUuid(world),
    username: user.username,
  };
  const idTokenClaims: JsonObject = {
    ...common,
    ...idClaims(client, user),
    aud: client.id,
    'cognito:username': user.username,
    ...(roles.length > 0 ? { 'cognito:roles': [...roles] } : {}),
    ...(preferredRole === undefined ? {} : { 'cognito:preferred_role': preferredRole }),
    token_use: 'id',
    exp: now + validitySeconds(client.config, 'IdToken'),
    jti: newUuid(world),
  };
  const result: JsonObject = {
    AccessToken: sign(pool, changed(accessClaims, access, excludedAccessClaims)),
    ExpiresIn: accessSeconds,
    TokenType: 'Bearer',
    IdToken: sign(pool, changed(idTokenClaims, id, excludedIdClaims)),
  };
  if (renewed === undefined)
    result.RefreshToken = newRefreshToken(world, pool, client, user, authTime, originJti);
  return result;
}

export function newRefreshToken(
  world: World,
  pool: Pool,
  client: Client,
  user: User,
  authTime: number,
  originJti: string,
): string {
  const token = newOpaque(world, 96);
  const expires = world.now() + validitySeconds(client.config, 'RefreshToken') * 1000;
  pool.refreshTokens.set(token, { clientId: client.id, sub: user.sub, authTime, expires, originJti });
  return token;
}

export interface TokenOwner {
  readonly pool: Pool;
  readonly client: Client;
  readonly user: User;
}

function claimsOf(token: string): JsonObject {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? { ...claims } : {};
  } catch {
    return {};
  }
}

/**
 * The owner of an access token.
 * Refuses an invalid token, and a token of a user who was deleted, disabled, or signed out.
 */
export function accessTokenOwner(world: World, token: string): TokenOwner {
  const claims = claimsOf(token);
  const poolId = (text(claims, 'iss') ?? '').split('/').at(-1) ?? '';
  const pool = world
    .states(cognitoKind)
    .map(({ state }) => state.pools.get(poolId))
    .find((candidate) => candidate !== undefined);
  const client = pool?.clients.get(text(claims, 'client_id') ?? '');
  if (pool?.signingKey === undefined || client === undefined) throw notAuthorized('Invalid Access Token');
  const [head = '', body = '', signature = ''] = token.split('.');
  const genuine = createVerify('RSA-SHA256')
    .update(`${head}.${body}`)
    .verify(pool.signingKey.publicKey, signature, 'base64url');
  if (!genuine || claims.token_use !== 'access') throw notAuthorized('Invalid Access Token');
  if (Number(claims.exp) * 1000 <= world.now()) throw notAuthorized('Access Token has expired');
  const user = pool.users.get(text(claims, 'sub') ?? '');
  if (user === undefined || !user.enabled) throw notAuthorized('Invalid Access Token');
  if (user.signedOut.has(text(claims, 'origin_jti') ?? ''))
    throw notAuthorized('Access Token has been revoked');
  return { pool, client, user };
}

/**
 * Ends the session of a refresh token.
 * Deletes the token, and access tokens of the same sign-in become invalid.
 */
export function revoke(pool: Pool, token: string, { sub, originJti }: RefreshToken): void {
  pool.users.get(sub)?.signedOut.add(originJti);
  pool.refreshTokens.delete(token);
}

/** Ends every session of a user. */
export function signOutEverywhere(pool: Pool, user: User): void {
  for (const [token, known] of pool.refreshTokens) {
    if (known.sub === user.sub) revoke(pool, token, known);
  }
}

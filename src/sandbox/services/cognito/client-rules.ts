/** Requests that CreateUserPoolClient and UpdateUserPoolClient refuse. */
import type { JsonObject } from '../../operation.ts';
import { legacyFlows } from './client-fields.ts';
import { featureUnavailable, invalidParameter, notAuthorized } from './errors.ts';
import { count, member, text, texts } from './pool-config.ts';
import type { CognitoSettings } from './settings.ts';
import type { Client, Pool, SchemaAttribute } from './state.ts';

const secondsPer: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

export type TokenName = 'AccessToken' | 'IdToken' | 'RefreshToken';

const tokenDefaults = {
  AccessToken: { value: 1, unit: 'hours' },
  IdToken: { value: 1, unit: 'hours' },
  RefreshToken: { value: 30, unit: 'days' },
} as const;

const tokenRanges = {
  AccessToken: [300, 86_400],
  IdToken: [300, 86_400],
  RefreshToken: [3600, 315_360_000],
} as const;

/** Validity of a client's token in seconds. The default unit is hours, or days for refresh tokens. */
export function validitySeconds(config: JsonObject, token: TokenName): number {
  const unit = text(member(config, 'TokenValidityUnits'), token) ?? tokenDefaults[token].unit;
  const value = count(config, `${token}Validity`);
  if (value === 0) return tokenDefaults[token].value * (secondsPer[tokenDefaults[token].unit] ?? 1);
  return value * (secondsPer[unit] ?? 1);
}

function checkValidities(config: JsonObject): void {
  for (const token of ['AccessToken', 'IdToken', 'RefreshToken'] as const) {
    const [min, max] = tokenRanges[token];
    const seconds = validitySeconds(config, token);
    if (seconds < min || seconds > max) throw invalidParameter('Invalid range for token validity.');
  }
}

function checkFlows(config: JsonObject, pool: Pool, settings: CognitoSettings): void {
  const list = texts(config, 'ExplicitAuthFlows');
  const isLegacy = (flow: string) => legacyFlows.some((legacy) => legacy === flow);
  if (list.some(isLegacy) && !list.every(isLegacy)) {
    throw invalidParameter(
      'Legacy ExplicitAuthFlows values can not be combined with values that begin with ALLOW_.',
    );
  }
  const rotating = member(config, 'RefreshTokenRotation').Feature === 'ENABLED';
  const refresh = list.includes('ALLOW_REFRESH_TOKEN_AUTH');
  if (rotating && refresh) {
    throw invalidParameter(
      "Refresh token rotation isn't compatible with REFRESH_TOKEN_AUTH; you must disable this flow.",
    );
  }
  // AWS doesn't document whether it refuses rotation with an empty list, which also allows
  // REFRESH_TOKEN_AUTH. The local AWS accepts it.
  const modern = list.length > 0 && !list.some(isLegacy);
  if (settings.requireRefreshFlow && modern && !refresh && !rotating) {
    throw invalidParameter('REFRESH_TOKEN_AUTH should always be allowed.');
  }
  if (list.includes('ALLOW_USER_AUTH') && pool.config.UserPoolTier === 'LITE') {
    throw featureUnavailable('LITE', ['Choice-based Sign-in']);
  }
}

/** False for attributes that only the service and administrators write. */
const isForClients = ({ name, developerOnly }: SchemaAttribute): boolean =>
  !developerOnly && !['sub', 'identities', 'email_verified', 'phone_number_verified'].includes(name);

/** The attributes that an app client can write. */
function writableAttributes(
  pool: Pool,
  { config, schemaSize }: Client,
  withoutList: CognitoSettings['writesWithoutList'],
): ReadonlySet<string> {
  if (config.WriteAttributes !== undefined) return new Set(texts(config, 'WriteAttributes'));
  const byDefault: Record<typeof withoutList, (attribute: SchemaAttribute, index: number) => boolean> = {
    standard: ({ name }) => !name.startsWith('custom:'),
    'at-creation': (_, index) => index < schemaSize,
    all: () => true,
  };
  return new Set(
    pool.schema
      .filter(byDefault[withoutList])
      .filter(isForClients)
      .map(({ name }) => name),
  );
}

/**
 * Refuses attributes that the client may not write.
 * An attribute that the pool doesn't know gets the same text (aws/aws-sdk-js#1084).
 */
export function checkWritable(
  pool: Pool,
  client: Client,
  names: Iterable<string>,
  withoutList: CognitoSettings['writesWithoutList'],
): void {
  const writable = writableAttributes(pool, client, withoutList);
  if ([...names].some((name) => !writable.has(name))) {
    throw notAuthorized('A client attempted to write unauthorized attribute');
  }
}

function checkAttributes(config: JsonObject, pool: Pool): void {
  const names = new Set(pool.schema.map((attribute) => attribute.name));
  if (texts(config, 'ReadAttributes').some((name) => !names.has(name))) {
    throw invalidParameter('Invalid read attributes specified while creating a client');
  }
  if (config.WriteAttributes === undefined) return;
  const writes = texts(config, 'WriteAttributes');
  const writable = new Set(pool.schema.filter(isForClients).map(({ name }) => name));
  const required = pool.schema.filter((attribute) => attribute.required && attribute.name !== 'sub');
  // Developer Guide, "Attribute permissions and scopes": a client must be able to write all required
  // attributes.
  if (
    writes.some((name) => !writable.has(name)) ||
    required.some((attribute) => !writes.includes(attribute.name))
  ) {
    throw invalidParameter('Invalid write attributes specified while creating a client');
  }
}

function checkOAuth(config: JsonObject, hasSecret: boolean): void {
  const grants = texts(config, 'AllowedOAuthFlows');
  if (grants.includes('client_credentials')) {
    if (grants.length > 1) {
      throw invalidParameter(
        'client_credentials flow can not be selected along with code flow or implicit flow.',
      );
    }
    if (!hasSecret) {
      throw invalidParameter(
        'client_credentials flow can not be selected if client does not have a client secret.',
      );
    }
  }
  const redirect = text(config, 'DefaultRedirectURI');
  if (redirect !== undefined && !texts(config, 'CallbackURLs').includes(redirect)) {
    throw invalidParameter('DefaultRedirectURI must be in the CallbackURLs list.');
  }
}

function checkProviders(config: JsonObject, pool: Pool, { deletedIdentityProviders }: CognitoSettings): void {
  const deletedProvider = texts(config, 'SupportedIdentityProviders').find((name) =>
    deletedIdentityProviders.includes(name),
  );
  if (deletedProvider !== undefined)
    throw invalidParameter(`The provider ${deletedProvider} does not exist for User Pool ${pool.id}.`);
}

/** Checks the client configuration that a request asks for. */
export function checkClient(
  config: JsonObject,
  pool: Pool,
  hasSecret: boolean,
  settings: CognitoSettings,
): void {
  checkFlows(config, pool, settings);
  checkValidities(config);
  checkAttributes(config, pool);
  checkOAuth(config, hasSecret);
  checkProviders(config, pool, settings);
  if (config.EnablePropagateAdditionalUserContextData === true && !hasSecret) {
    throw invalidParameter(
      'EnablePropagateAdditionalUserContextData can only be activated for a client with a client secret.',
    );
  }
}

/** Any app client that Cognito would let one make: every member of CreateUserPoolClient. */
import type { CreateUserPoolClientRequest } from '@aws-sdk/client-cognito-identity-provider';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/sandbox/operation.ts';
import { anyOf, oneOf, present, roleArn, some, text, whole, word } from './values.ts';

const secondsPer = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
type Unit = keyof typeof secondsPer;

interface Validity {
  readonly value: number | undefined;
  readonly unit: Unit | undefined;
}

/** A validity between min and max seconds, in any unit in which there is one, or in the default unit. */
function validity(min: number, max: number, defaultUnit: Unit): fc.Arbitrary<Validity> {
  const units = fc.constantFrom<Unit | undefined>('seconds', 'minutes', 'hours', 'days', undefined);
  return units.chain((unit) => {
    const per = secondsPer[unit ?? defaultUnit];
    const from = Math.ceil(min / per);
    return fc
      .option(fc.integer({ min: from, max: Math.max(from, Math.floor(max / per)) }), { nil: undefined })
      .map((value): Validity => ({ value, unit }));
  });
}

const validities = fc.record({
  AccessToken: validity(300, 86_400, 'hours'),
  IdToken: validity(300, 86_400, 'hours'),
  RefreshToken: validity(3600, 315_360_000, 'days'),
});

const attributes = ['email', 'name', 'phone_number', 'family_name', 'zoneinfo'];
const urls = fc.uniqueArray(
  word.map((name) => `https://${name}.example.com/back`),
  { minLength: 1, maxLength: 4 },
);

const flows = fc.oneof(
  fc.constant<string[]>([]),
  anyOf('ADMIN_NO_SRP_AUTH', 'CUSTOM_AUTH_FLOW_ONLY', 'USER_PASSWORD_AUTH'),
  anyOf(
    'ALLOW_ADMIN_USER_PASSWORD_AUTH',
    'ALLOW_CUSTOM_AUTH',
    'ALLOW_REFRESH_TOKEN_AUTH',
    'ALLOW_USER_AUTH',
    'ALLOW_USER_PASSWORD_AUTH',
    'ALLOW_USER_SRP_AUTH',
  ),
);

const members = {
  UserPoolId: fc.constant(''),
  ClientName: fc.stringMatching(/^[\w+=,.@-]{1,20}( [\w+=,.@-]{1,20})?$/),
  GenerateSecret: fc.boolean(),
  ClientSecret: fc.stringMatching(/^[A-Za-z0-9]{24,40}$/),
  RefreshTokenValidity: fc.constant(0),
  AccessTokenValidity: fc.constant(0),
  IdTokenValidity: fc.constant(0),
  TokenValidityUnits: fc.constant({ AccessToken: '', IdToken: '', RefreshToken: '' }),
  ReadAttributes: anyOf('email_verified', ...attributes),
  WriteAttributes: anyOf(...attributes),
  ExplicitAuthFlows: flows,
  SupportedIdentityProviders: anyOf('COGNITO', 'Google', 'MySaml'),
  CallbackURLs: urls,
  LogoutURLs: urls,
  DefaultRedirectURI: fc.constant('https://default.example.com/back'),
  AllowedOAuthFlows: fc.oneof(anyOf('code', 'implicit'), fc.constant<string[]>(['client_credentials'])),
  AllowedOAuthScopes: anyOf(
    'openid',
    'email',
    'phone',
    'profile',
    'aws.cognito.signin.user.admin',
    'own/scope',
  ),
  AllowedOAuthFlowsUserPoolClient: fc.boolean(),
  AnalyticsConfiguration: some({
    ApplicationId: word,
    ApplicationArn: word.map((name) => `arn:aws:mobiletargeting:eu-west-1:111122223333:apps/${name}`),
    RoleArn: roleArn,
    ExternalId: text,
    UserDataShared: fc.boolean(),
  }),
  PreventUserExistenceErrors: oneOf('LEGACY', 'ENABLED'),
  EnableTokenRevocation: fc.boolean(),
  EnablePropagateAdditionalUserContextData: fc.boolean(),
  AuthSessionValidity: fc.integer({ min: 3, max: 15 }),
  RefreshTokenRotation: fc.oneof(
    fc.constant<JsonObject>({ Feature: 'DISABLED' }),
    whole({ Feature: oneOf('ENABLED'), RetryGracePeriodSeconds: fc.integer({ min: 0, max: 60 }) }),
  ),
} satisfies Record<keyof CreateUserPoolClientRequest, fc.Arbitrary<Json>>;

const { UserPoolId: _id, ClientName, ...optional } = members;

/** The body of a CreateUserPoolClient, UserPoolId missing. */
export const anyClient: fc.Arbitrary<JsonObject> = fc
  .tuple(fc.record({ ClientName, ...optional }, { requiredKeys: ['ClientName'] }), validities)
  .map(([client, valid]) => agree(present(client), valid));

function agree(client: JsonObject, valid: Record<string, Validity>): JsonObject {
  if (client.GenerateSecret === true) delete client.ClientSecret;
  const hasSecret = client.GenerateSecret === true || client.ClientSecret !== undefined;
  if (!hasSecret) delete client.EnablePropagateAdditionalUserContextData;
  if (!hasSecret && list(client.AllowedOAuthFlows).includes('client_credentials'))
    client.AllowedOAuthFlows = ['code'];
  tokenTimes(client, valid);
  redirect(client);
  if (isOn(client.RefreshTokenRotation)) {
    client.ExplicitAuthFlows = list(client.ExplicitAuthFlows).filter(
      (flow) => flow !== 'ALLOW_REFRESH_TOKEN_AUTH',
    );
  }
  return client;
}

function tokenTimes(client: JsonObject, valid: Record<string, Validity>): void {
  const units: JsonObject = {};
  for (const [token, { value, unit }] of Object.entries(valid)) {
    if (value === undefined) delete client[`${token}Validity`];
    else client[`${token}Validity`] = value;
    if (unit !== undefined && value !== undefined) units[token] = unit;
  }
  delete client.TokenValidityUnits;
  if (Object.keys(units).length > 0) client.TokenValidityUnits = units;
}

function redirect(client: JsonObject): void {
  if (client.DefaultRedirectURI === undefined) return;
  client.CallbackURLs = [...list(client.CallbackURLs), client.DefaultRedirectURI];
}

function isOn(rotation: Json | undefined): boolean {
  return (
    typeof rotation === 'object' &&
    rotation !== null &&
    'Feature' in rotation &&
    rotation.Feature === 'ENABLED'
  );
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

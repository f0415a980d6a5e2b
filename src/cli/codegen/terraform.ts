/**
 * Terraform's names for AWS resources, the same in its JSON and its native syntax.
 * Source: hashicorp/aws, argument references.
 */
import { type Json, type JsonObject, toJsonObject } from '../../core/json.ts';

/**
 * Escapes template sequences, so that they stay text.
 * Source: Terraform Language, "Strings and Templates", escapes.
 */
export const literal = (text: string): string => text.replace(/([$%])(?=\{)/g, '$1$1');

/**
 * Arguments for the provider. In GovCloud, Cognito has FIPS endpoints only.
 * Source: AWS GovCloud User Guide, "Amazon Cognito".
 */
export const fipsOf = (region: string): { use_fips_endpoint?: true } =>
  region.startsWith('us-gov-') ? { use_fips_endpoint: true } : {};

export type Names = Readonly<Record<string, string>>;

const units: Names = { AccessToken: 'access_token', IdToken: 'id_token', RefreshToken: 'refresh_token' };

/** Maps members of CreateUserPoolClient to arguments of aws_cognito_user_pool_client. */
const clientNames: Names = {
  UserPoolId: 'user_pool_id',
  ClientName: 'name',
  GenerateSecret: 'generate_secret',
  ExplicitAuthFlows: 'explicit_auth_flows',
  AccessTokenValidity: 'access_token_validity',
  IdTokenValidity: 'id_token_validity',
  RefreshTokenValidity: 'refresh_token_validity',
  TokenValidityUnits: 'token_validity_units',
  PreventUserExistenceErrors: 'prevent_user_existence_errors',
  AllowedOAuthFlowsUserPoolClient: 'allowed_oauth_flows_user_pool_client',
  EnableTokenRevocation: 'enable_token_revocation',
  SupportedIdentityProviders: 'supported_identity_providers',
};

/**
 * The members of a call under Terraform's names.
 * Throws for a member without a name, because nothing may get lost.
 */
export function renamed<T>(input: Readonly<Record<string, T>>, names: Names): Record<string, T> {
  return Object.fromEntries(
    Object.entries(input).map(([member, value]) => {
      const name = Object.hasOwn(names, member) ? names[member] : undefined;
      if (name === undefined) throw new Error(`terraform: no argument for ${member}`);
      return [name, value];
    }),
  );
}

/**
 * The arguments of aws_cognito_user_pool_client.
 * `units` are those of the block token_validity_units.
 */
export function clientArguments(input: JsonObject): { arguments: JsonObject; units: JsonObject } {
  const { TokenValidityUnits, ...rest } = input;
  const given: Json = TokenValidityUnits ?? {};
  return { arguments: renamed(rest, clientNames), units: renamed(toJsonObject(Object(given)), units) };
}

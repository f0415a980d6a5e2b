/** The old account's half as Terraform, in its JSON syntax. */
import template from '../../../templates/handoff-terraform.json' with { type: 'json' };
import { fill } from '../../aws/templates.ts';
import type { JsonObject } from '../../core/json.ts';
import { mapTexts, type OldHalf, oldAccount } from './half.ts';

/** What Terraform would read as its own template stays text (Terraform Language, "Strings and Templates", escapes). */
const literal = (text: string): string => text.replace(/([$%])(?=\{)/g, '$1$1');

const caller = `\${data.aws_caller_identity.old.account_id}`;

/** A policy is a text to Terraform. */
const policyText = (policy: JsonObject): string =>
  literal(JSON.stringify(policy)).replaceAll(oldAccount, caller);

/** main.tf.json. Its account number is the one of the credentials that it is applied with. */
export function terraform(half: OldHalf): JsonObject {
  return fill(template, {
    REGION: half.region,
    NAME: half.roleName,
    ROLE_PATH: literal(half.rolePath),
    ROLE_TEXT: half.roleText,
    TRUST_POLICY: policyText(half.role.trustPolicy),
    POLICY_NAME: half.policyName,
    POLICY: policyText(half.role.policy),
    // Not mapTexts: the keys are the person's own too.
    TAGS: Object.fromEntries(
      Object.entries(half.role.tags).map(([key, value]) => [literal(key), literal(value)]),
    ),
    CLIENT: mapTexts(client(half), literal),
    OLD_EXTERNAL_ID: half.externalId,
  });
}

/** The provider's names for what CreateUserPoolClient calls otherwise (aws_cognito_user_pool_client). */
function client({ oldUserPoolId, clientName, client: settings }: OldHalf): JsonObject {
  const { TokenValidityUnits: units, ...rest } = settings;
  return {
    user_pool_id: oldUserPoolId,
    name: clientName,
    generate_secret: false,
    explicit_auth_flows: rest.ExplicitAuthFlows,
    access_token_validity: rest.AccessTokenValidity,
    id_token_validity: rest.IdTokenValidity,
    refresh_token_validity: rest.RefreshTokenValidity,
    token_validity_units: [
      { access_token: units.AccessToken, id_token: units.IdToken, refresh_token: units.RefreshToken },
    ],
    prevent_user_existence_errors: rest.PreventUserExistenceErrors,
    allowed_oauth_flows_user_pool_client: rest.AllowedOAuthFlowsUserPoolClient,
    enable_token_revocation: rest.EnableTokenRevocation,
    supported_identity_providers: [...rest.SupportedIdentityProviders],
  };
}

/** The old account's half as Terraform, in its JSON syntax. */
import template from '../../../../templates/handoff-terraform.json' with { type: 'json' };
import { fill } from '../../../aws/templates.ts';
import type { JsonObject } from '../../../core/json.ts';
import { clientArguments, fipsOf, literal } from '../terraform.ts';
import { mapTexts } from '../texts.ts';
import { type OldHalf, oldAccount } from './half.ts';

const caller = `\${data.aws_caller_identity.old.account_id}`;

/** Terraform takes a policy as a string. */
const policyText = (policy: JsonObject): string =>
  literal(JSON.stringify(policy)).replaceAll(oldAccount, caller);

/** main.tf.json. Its account number is that of the credentials that apply it. */
export function terraform(half: OldHalf): JsonObject {
  return fill(template, {
    PROVIDER: { region: half.region, ...fipsOf(half.region) },
    NAME: half.roleName,
    ROLE_PATH: literal(half.rolePath),
    ROLE_TEXT: half.roleText,
    TRUST_POLICY: policyText(half.role.trustPolicy),
    PERMISSIONS_BOUNDARY: half.role.permissionsBoundary, // null omits the argument
    POLICY_NAME: half.policyName,
    POLICY: policyText(half.role.policy),
    // Not mapTexts, because the operator chooses the keys too.
    TAGS: Object.fromEntries(
      Object.entries(half.role.tags).map(([key, value]) => [literal(key), literal(value)]),
    ),
    CLIENT: mapTexts(client(half.client), literal),
    OLD_EXTERNAL_ID: half.externalId,
  });
}

/** This syntax writes a block as a list. */
function client(request: OldHalf['client']): JsonObject {
  const { arguments: given, units } = clientArguments(request);
  return { ...given, token_validity_units: [units] };
}

/** The old account's half as a CloudFormation template (AWS::IAM::Role, AWS::Cognito::UserPoolClient). */
import template from '../../../../templates/handoff-cloudformation.json' with { type: 'json' };
import { toTagList } from '../../../aws/ownership.ts';
import { fill } from '../../../aws/templates.ts';
import type { JsonObject } from '../../../core/json.ts';
import { mapTexts } from '../texts.ts';
import { type OldHalf, oldAccount } from './half.ts';

/** The template as JSON. Its account number is that of the account where it is deployed. */
export function cloudFormation(half: OldHalf): JsonObject {
  return fill(template, {
    TITLE: half.roleText,
    NAME: half.roleName,
    ROLE_PATH: half.rolePath,
    ROLE_TEXT: half.roleText,
    TRUST_POLICY: half.role.trustPolicy,
    PERMISSIONS_BOUNDARY: half.role.permissionsBoundary ?? { Ref: 'AWS::NoValue' }, // omits the member
    POLICY_NAME: half.policyName,
    POLICY: mapTexts(half.role.policy, (text) =>
      text.includes(oldAccount) ? { 'Fn::Sub': text.replaceAll(oldAccount, `\${AWS::AccountId}`) } : text,
    ),
    TAGS: toTagList(half.role.tags),
    CLIENT: half.client,
    OLD_EXTERNAL_ID: half.externalId,
  });
}

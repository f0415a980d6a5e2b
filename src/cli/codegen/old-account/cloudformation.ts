/** The old account's half as a CloudFormation template (AWS::IAM::Role, AWS::Cognito::UserPoolClient). */
import template from '../../../../templates/handoff-cloudformation.json' with { type: 'json' };
import { fill } from '../../../aws/templates.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { ResourceType } from '../../../core/resource.ts';
import { cloudFormationResources } from '../cloudformation.ts';
import { mapTexts } from '../texts.ts';
import { type OldHalf, oldAccount } from './half.ts';

/** Logical IDs. The stacks of earlier versions have the first two. */
const ids: Readonly<Record<ResourceType, string>> = {
  role: 'MigrationRole',
  'app-client': 'MigrationClient',
  policy: 'MigrationPolicy',
  'policy-attachment': 'MigrationAttachment',
  'log-group': 'MigrationLogGroup',
  function: 'MigrationFunction',
  permission: 'MigrationPermission',
};

/** The template as JSON. Its account number is that of the account where it is deployed. */
export function cloudFormation(half: OldHalf): JsonObject {
  const resources = cloudFormationResources({ resources: half.resources, ids, codeSha256: '' });
  return fill(template, {
    TITLE: half.roleText,
    RESOURCES: mapTexts(resources, (text) =>
      text.includes(oldAccount) ? { 'Fn::Sub': text.replaceAll(oldAccount, `\${AWS::AccountId}`) } : text,
    ),
    OLD_EXTERNAL_ID: half.externalId,
  });
}

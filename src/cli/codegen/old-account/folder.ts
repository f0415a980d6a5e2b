/** Builds the folder for the old account's administrator. */

import template from '../../../../templates/handoff-cloudformation.json' with { type: 'json' };
import { fill } from '../../../aws/templates.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { ResourceType } from '../../../core/resource.ts';
import { cloudFormationResources } from '../cloudformation.ts';
import type { Files } from '../folder.ts';
import { block, Expression, Nested } from '../hcl.ts';
import { fipsOf, output, terraformResources } from '../terraform.ts';
import { jsonFile, mapTexts } from '../texts.ts';
import { type OldHalf, oldAccount } from './half.ts';
import { files, readme } from './readme.ts';
import { type ChangedRights, updateReadme } from './rights.ts';
import { makeScript, removalScript, updateScript } from './script.ts';

/** All its files, by name. */
export const handoffFiles = (half: OldHalf): Files => ({
  [files.readme]: readme(half),
  [files.cloudFormation]: jsonFile(cloudFormation(half)),
  [files.terraform]: terraform(half),
  // Earlier versions wrote it. Terraform refuses two files with the same resources.
  'terraform/main.tf.json': null,
  [files.make]: makeScript(half),
  [files.remove]: removalScript(half),
});

/** The files that change the rights of a half that exists, by name. The whole half is in two of them. */
export const updateFiles = (half: OldHalf, rights: ChangedRights): Files => ({
  [files.readme]: updateReadme(half, rights),
  [files.update]: updateScript(half),
  // CloudFormation and Terraform find the difference themselves.
  [files.cloudFormation]: jsonFile(cloudFormation(half)),
  [files.terraform]: terraform(half),
});

/** Logical IDs. The stacks of earlier versions have the first two. */
const ids: Readonly<Record<ResourceType, string>> = {
  role: 'MigrationRole',
  'app-client': 'MigrationClient',
  policy: 'MigrationPolicy',
  'policy-attachment': 'MigrationAttachment',
  'log-group': 'MigrationLogGroup',
  function: 'MigrationFunction',
  permission: 'MigrationPermission',
  'async-retries': 'MigrationRetries',
  group: 'MigrationGroup',
  alarm: 'MigrationAlarm',
  dashboard: 'MigrationDashboard',
};

/** The CloudFormation template as JSON. Its account number is that of the account where it is deployed. */
function cloudFormation(half: OldHalf): JsonObject {
  const resources = cloudFormationResources({ resources: half.resources, ids, codeSha256: '' });
  return fill(template, {
    TITLE: half.roleText,
    RESOURCES: mapTexts(resources, (text) =>
      text.includes(oldAccount) ? { 'Fn::Sub': text.replaceAll(oldAccount, `\${AWS::AccountId}`) } : text,
    ),
    OLD_EXTERNAL_ID: half.externalId,
  });
}

const signIn = {
  type: new Expression('string'),
  default: 'unknown',
  description: 'What people sign in to the pool with: email,phone_number or username,email',
};

/** main.tf. Its account number is that of the credentials that apply it. */
function terraform(half: OldHalf): string {
  const words = { whole: {}, within: { [oldAccount]: 'data.aws_caller_identity.old.account_id' } };
  const blocks = [
    block('terraform', [], {
      required_providers: new Nested({ aws: { source: 'hashicorp/aws', version: '>= 5.0' } }),
    }),
    block('provider', ['aws'], { region: half.region, ...fipsOf(half.region) }),
    block('variable', ['old_sign_in'], signIn),
    block('data', ['aws_caller_identity', 'old'], {}),
    ...terraformResources(half.resources, words),
    output('OldRoleArn', 'aws_iam_role.migration.arn'),
    block('output', ['OldExternalId'], { value: half.externalId }),
    output('OldClientId', 'aws_cognito_user_pool_client.migration.id'),
    output('OldSignIn', 'var.old_sign_in'),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/**
 * The desired state as CloudFormation templates.
 * One is for the new pool's Region. The old pool's Region gets its own if it differs.
 */
import type { Json, JsonObject } from '../../../core/json.ts';
import type { ResourceType } from '../../../core/resource.ts';
import { cloudFormationResources } from '../../codegen/cloudformation.ts';
import { mapTexts } from '../../codegen/texts.ts';
import type { Export } from './export.ts';
import { snippetFor } from './live.ts';
import { hasClient, type Part, references } from './parts.ts';

/** Logical IDs of the migration's own resources. */
const ids: Readonly<Record<ResourceType, string>> = {
  policy: 'Policy',
  role: 'Role',
  'policy-attachment': 'Attachment',
  'app-client': 'OldClient',
  'log-group': 'LogGroup',
  function: 'Function',
  permission: 'Permission',
  'async-retries': 'Retries',
  group: 'Group',
  alarm: 'Alarm',
  dashboard: 'Dashboard',
};

/** The S3 key of the code. New code gets a new key, so CloudFormation sees the change. */
export const codeKey = (sha256: string): string =>
  `cognito-migrate/${Buffer.from(sha256, 'base64').toString('hex').slice(0, 16)}.zip`;

/** The template for the resources of one account and Region. */
export function cloudFormation(parts: readonly Part[], { inputs, live, init }: Export): JsonObject {
  const makesClient = hasClient(parts);
  const words: Readonly<Record<string, Json>> = {
    [references.ROLE_ARN]: { 'Fn::GetAtt': ['Role', 'Arn'] },
    [references.POLICY_ARN]: { Ref: 'Policy' },
    [references.OLD_CLIENT_ID]: { Ref: makesClient ? 'OldClient' : 'OldClientId' },
  };
  const resources = parts.flatMap((part) => part.resources);
  const Resources = mapTexts(
    cloudFormationResources({ resources, ids, codeSha256: inputs.CODE_SHA256 }),
    (text) => (Object.hasOwn(words, text) ? (words[text] ?? text) : text),
  );
  const hasFunction = 'Function' in Resources;
  const asksForClient = !makesClient && JSON.stringify(parts).includes(references.OLD_CLIENT_ID);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `User migration ${inputs.OLD_USER_POOL_ID} to ${inputs.NEW_USER_POOL_ID} (cognito-migrate)`,
    ...(hasFunction
      ? {
          Metadata: {
            NotInThisTemplate: [
              `This does not change the live pool ${live.userPoolId}. To test the function and then set the trigger:`,
              init.join(' '),
              ...snippetFor('cloudformation', live).split('\n'),
            ],
          },
        }
      : {}),
    ...(hasFunction || asksForClient ? { Parameters: parametersOf(inputs.CODE_SHA256, asksForClient) } : {}),
    Resources,
    Outputs: {
      ...(makesClient ? { OldClientId: { Value: { Ref: 'OldClient' } } } : {}),
      ...(hasFunction ? { LambdaArn: { Value: { 'Fn::GetAtt': ['Function', 'Arn'] } } } : {}),
    },
  };
}

const parametersOf = (sha256: string, asksForClient: boolean): JsonObject => ({
  CodeBucket: { Type: 'String', Description: 'S3 bucket in this Region that handler.zip was uploaded to' },
  CodeKey: { Type: 'String', Default: codeKey(sha256), Description: 'where in that bucket it is' },
  ...(asksForClient
    ? {
        OldClientId: { Type: 'String', Description: 'ID of the app client that was created in the old pool' },
      }
    : {}),
});

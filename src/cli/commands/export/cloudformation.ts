/**
 * The desired state as CloudFormation templates.
 * One is for the new pool's Region. The old pool's Region gets its own if it differs.
 */
import type { Json, JsonObject } from '../../../core/json.ts';
import { mapTexts } from '../../codegen/texts.ts';
import type { Export } from './export.ts';
import { snippetFor } from './live.ts';
import { assertKnown, type ByStep, inputsOf, notPrinted, type Part, references } from './parts.ts';

/** Policy attachments are a property of the role. */
const known: ByStep<true> = {
  'lambda-role': true,
  'lambda-policy': true,
  'policy-attachments': true,
  'old-client': true,
  'log-group': true,
  'lambda-function': true,
  'invoke-permission': true,
  ...notPrinted,
};

/** The S3 key of the code. New code gets a new key, so CloudFormation sees the change. */
export const codeKey = (sha256: string): string =>
  `cognito-migrate/${Buffer.from(sha256, 'base64').toString('hex').slice(0, 16)}.zip`;

/** The template for the resources of one account and Region. */
export function cloudFormation(parts: readonly Part[], { inputs, live, init }: Export): JsonObject {
  assertKnown(parts, known);
  const hasClient = inputsOf(parts, 'old-client').length > 0;
  const words: Readonly<Record<string, Json>> = {
    [references.ROLE_ARN]: { 'Fn::GetAtt': ['Role', 'Arn'] },
    [references.POLICY_ARN]: { Ref: 'Policy' },
    [references.OLD_CLIENT_ID]: { Ref: hasClient ? 'OldClient' : 'OldClientId' },
  };
  const Resources = mapTexts(resourcesOf(parts, inputs.CODE_SHA256), (text) =>
    Object.hasOwn(words, text) ? (words[text] ?? text) : text,
  );
  const hasFunction = 'Function' in Resources;
  const asksForClient = !hasClient && JSON.stringify(parts).includes(references.OLD_CLIENT_ID);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `User migration ${inputs.OLD_USER_POOL_ID} to ${inputs.NEW_USER_POOL_ID} (cognito-migrate)`,
    ...(hasFunction
      ? {
          Metadata: {
            NotInThisTemplate: [
              `The pool ${live.userPoolId} is live and stays as it is. This proves the function, then sets the trigger:`,
              init.join(' '),
              ...snippetFor('cloudformation', live).split('\n'),
            ],
          },
        }
      : {}),
    ...(hasFunction || asksForClient ? { Parameters: parametersOf(inputs.CODE_SHA256, asksForClient) } : {}),
    Resources,
    Outputs: {
      ...(hasClient ? { OldClientId: { Value: { Ref: 'OldClient' } } } : {}),
      ...(hasFunction ? { LambdaArn: { Value: { 'Fn::GetAtt': ['Function', 'Arn'] } } } : {}),
    },
  };
}

const parametersOf = (sha256: string, asksForClient: boolean): JsonObject => ({
  CodeBucket: { Type: 'String', Description: 'S3 bucket in this Region that handler.zip was uploaded to' },
  CodeKey: { Type: 'String', Default: codeKey(sha256), Description: 'where in that bucket it is' },
  ...(asksForClient
    ? { OldClientId: { Type: 'String', Description: 'ID of the app client that was made in the old pool' } }
    : {}),
});

const tagList = (tags: Json | undefined): Json =>
  Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value: String(Value) }));

function resourcesOf(parts: readonly Part[], CodeSha256: string): JsonObject {
  const [role] = inputsOf(parts, 'lambda-role');
  const [policy] = inputsOf(parts, 'lambda-policy');
  const [client] = inputsOf(parts, 'old-client');
  const [group, retention] = inputsOf(parts, 'log-group');
  const [lambda] = inputsOf(parts, 'lambda-function');
  const [permission] = inputsOf(parts, 'invoke-permission');
  return {
    ...(policy && { Policy: policyResource(policy) }),
    ...(role && { Role: roleResource(role, inputsOf(parts, 'policy-attachments')) }),
    ...(client && { OldClient: { Type: 'AWS::Cognito::UserPoolClient', Properties: client } }),
    ...(group && { LogGroup: groupResource({ ...group, ...retention }) }),
    ...(lambda && { Function: functionResource(lambda, CodeSha256) }),
    ...(permission && { Permission: permissionResource(permission) }),
  };
}

/**
 * AWS::IAM::ManagedPolicy has no tags (aws-cloudformation/cloudformation-coverage-roadmap#1010).
 * init adds them.
 */
const policyResource = ({ PolicyName, Tags: _none, ...rest }: JsonObject): JsonObject => ({
  Type: 'AWS::IAM::ManagedPolicy',
  Properties: { ManagedPolicyName: PolicyName, ...rest },
});

const roleResource = (role: JsonObject, attachments: readonly JsonObject[]): JsonObject => ({
  Type: 'AWS::IAM::Role',
  Properties: { ...role, ManagedPolicyArns: attachments.flatMap(({ PolicyArn }) => PolicyArn ?? []) },
});

const groupResource = ({ logGroupName, retentionInDays, tags }: JsonObject): JsonObject => ({
  Type: 'AWS::Logs::LogGroup',
  Properties: { LogGroupName: logGroupName, RetentionInDays: retentionInDays, Tags: tagList(tags) },
});

const functionResource = ({ Tags, ...rest }: JsonObject, CodeSha256: string): JsonObject => ({
  Type: 'AWS::Lambda::Function',
  DependsOn: 'LogGroup',
  Metadata: { CodeSha256 },
  Properties: {
    ...rest,
    Code: { S3Bucket: { Ref: 'CodeBucket' }, S3Key: { Ref: 'CodeKey' } },
    Tags: tagList(Tags),
  },
});

/**
 * AWS::Lambda::Permission takes no statement ID (same roadmap, #2304).
 * init accepts an equivalent statement as its own.
 */
const permissionResource = ({ StatementId: _none, ...rest }: JsonObject): JsonObject => ({
  Type: 'AWS::Lambda::Permission',
  Properties: { ...rest, FunctionName: { Ref: 'Function' } },
});

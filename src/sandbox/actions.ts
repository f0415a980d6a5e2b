/**
 * The IAM actions that each call requires. Some differ from the name of the operation. Sources:
 * - Service Authorization Reference, "Actions, resources, and condition keys for AWS Lambda", table "API
 *   operations": CreateFunction requires lambda:CreateFunction, lambda:TagResource, and iam:PassRole
 *   (iam:PassedToService lambda.amazonaws.com).
 * - Lambda Developer Guide, "Using tags on Lambda functions": lambda:TagResource for "anyone who needs to
 *   call CreateFunction" with tags.
 * - IAM User Guide, "Tagging IAM roles" and "Tagging customer managed policies". These pages also say that
 *   iam:TagRole "requires that you also include the iam:ListRoleTags action". The Service Authorization
 *   Reference has no such dependency, so the local AWS doesn't require it.
 * - CloudWatch Logs API Reference, CreateLogGroup, member tags.
 * Cognito operations check their own permissions.
 */

import type { Call, RequestContext } from './operation.ts';
import { resourceArns, resourceContext } from './services/cloudwatch/tags.ts';
import { policyArn, policyContext, roleArn, roleContext, tagContext } from './services/iam/names.ts';
import { mappingArn, mappingContext } from './services/lambda/mappings.ts';
import { functionArn, functionContext, qualifiedArn } from './services/lambda/names.ts';
import { groupArn, groupContext, plainGroupArn, streamArn } from './services/logs/names.ts';

export interface Needed {
  readonly action: string;
  readonly resource: string;
  readonly context?: RequestContext;
  /** An older action that also grants the permission. */
  readonly or?: string;
}

type Rule = (call: Call) => readonly Needed[];

const text = (call: Call, name: string): string => {
  const value = call.input[name];
  return typeof value === 'string' ? value : '';
};

const given = (call: Call, name: string): boolean => {
  const value = call.input[name];
  if (value === undefined || value === null || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
};

const onRole =
  (extra: (call: Call) => RequestContext = () => ({})): Rule =>
  (call) => [
    {
      action: `iam:${call.operation}`,
      resource: roleArn(call),
      context: { ...roleContext(call), ...extra(call) },
    },
  ];

const onPolicy: Rule = (call) => [
  {
    action: `iam:${call.operation}`,
    resource: policyArn(call),
    context: { ...policyContext(call), ...tagContext(call) },
  },
];

const boundary = (call: Call): RequestContext =>
  given(call, 'PermissionsBoundary') ? { 'iam:PermissionsBoundary': text(call, 'PermissionsBoundary') } : {};

const iam: Readonly<Record<string, Rule>> = {
  CreateRole: (call) => [
    {
      action: 'iam:CreateRole',
      resource: roleArn(call),
      context: { ...boundary(call), ...tagContext(call) },
    },
    ...(given(call, 'Tags')
      ? [{ action: 'iam:TagRole', resource: roleArn(call), context: tagContext(call) }]
      : []),
  ],
  CreatePolicy: (call) => [
    { action: 'iam:CreatePolicy', resource: policyArn(call), context: tagContext(call) },
    ...(given(call, 'Tags')
      ? [{ action: 'iam:TagPolicy', resource: policyArn(call), context: tagContext(call) }]
      : []),
  ],
  TagRole: onRole(tagContext),
  UntagRole: onRole(tagContext),
  AttachRolePolicy: onRole((call) => ({ 'iam:PolicyARN': text(call, 'PolicyArn') })),
  DetachRolePolicy: onRole((call) => ({ 'iam:PolicyARN': text(call, 'PolicyArn') })),
  PutRolePermissionsBoundary: onRole(boundary),
  // List operations name no resource. The reference gives role* or policy* of the account, or *.
  ListRoles: (call) => [
    {
      action: 'iam:ListRoles',
      resource: `arn:${call.partition}:iam::${call.account}:role${text(call, 'PathPrefix') || '/'}`,
    },
  ],
  ListPolicies: (call) => [
    {
      action: 'iam:ListPolicies',
      resource: `arn:${call.partition}:iam::${call.account}:policy${text(call, 'PathPrefix') || '/'}`,
    },
  ],
  CreateServiceLinkedRole: (call) => {
    const service = text(call, 'AWSServiceName');
    const resource = `arn:${call.partition}:iam::${call.account}:role/aws-service-role/${service}/*`;
    return [{ action: 'iam:CreateServiceLinkedRole', resource, context: { 'iam:AWSServiceName': service } }];
  },
};

const policyOperations: ReadonlySet<string> = new Set([
  'GetPolicy',
  'DeletePolicy',
  'CreatePolicyVersion',
  'GetPolicyVersion',
  'ListPolicyVersions',
  'DeletePolicyVersion',
  'SetDefaultPolicyVersion',
  'TagPolicy',
  'UntagPolicy',
  'ListPolicyTags',
  'ListEntitiesForPolicy',
]);

const passRole = (call: Call): readonly Needed[] =>
  given(call, 'Role')
    ? [
        {
          action: 'iam:PassRole',
          resource: text(call, 'Role'),
          context: {
            'iam:PassedToService': 'lambda.amazonaws.com',
            'iam:AssociatedResourceArn': functionArn(call),
          },
        },
      ]
    : [];

/**
 * Adding a layer requires lambda:GetLayerVersion.
 * Lambda Developer Guide, "Adding layers to functions".
 */
const layers = ({ input }: Call): readonly Needed[] =>
  (Array.isArray(input.Layers) ? input.Layers : []).flatMap((arn) =>
    typeof arn === 'string' ? [{ action: 'lambda:GetLayerVersion', resource: arn }] : [],
  );

const onFunction =
  (action: string, extra: (call: Call) => RequestContext = () => ({})): Rule =>
  (call) => [{ action, resource: functionArn(call), context: { ...functionContext(call), ...extra(call) } }];

/**
 * For operations on a version or an alias.
 * Lambda Developer Guide, "Fine-tuning the Resources and Conditions sections of policies": "Actions that
 * operate on a function can be restricted to a specific function by function, version, or alias ARN".
 * Its table gives GetPolicy the function only. Its description says that it is about the version or alias.
 */
const onQualified =
  (action: string, extra: (call: Call) => RequestContext = () => ({})): Rule =>
  (call) => [{ action, resource: qualifiedArn(call), context: { ...functionContext(call), ...extra(call) } }];

const lambda: Readonly<Record<string, Rule>> = {
  CreateFunction: (call) => [
    { action: 'lambda:CreateFunction', resource: functionArn(call), context: tagContext(call) },
    ...(given(call, 'Tags')
      ? [{ action: 'lambda:TagResource', resource: functionArn(call), context: tagContext(call) }]
      : []),
    ...passRole(call),
  ],
  UpdateFunctionConfiguration: (call) => [
    ...onFunction('lambda:UpdateFunctionConfiguration')(call),
    ...passRole(call),
    ...layers(call),
  ],
  Invoke: onQualified('lambda:InvokeFunction'),
  GetPolicy: onQualified('lambda:GetPolicy'),
  RemovePermission: onQualified('lambda:RemovePermission'),
  AddPermission: onQualified('lambda:AddPermission', (call) => ({
    'lambda:Principal': text(call, 'Principal'),
  })),
  TagResource: onFunction('lambda:TagResource', tagContext),
  UntagResource: onFunction('lambda:UntagResource', tagContext),
  // The reference names no resource for these two: only a condition, or nothing.
  CreateEventSourceMapping: (call) => [
    { action: 'lambda:CreateEventSourceMapping', resource: '*', context: mappingContext(call) },
  ],
  ListEventSourceMappings: () => [{ action: 'lambda:ListEventSourceMappings', resource: '*' }],
  DeleteEventSourceMapping: (call) => [
    {
      action: 'lambda:DeleteEventSourceMapping',
      resource: mappingArn(call, text(call, 'UUID')),
      context: mappingContext(call),
    },
  ],
  ListFunctions: () => [{ action: 'lambda:ListFunctions', resource: '*' }],
};

const onGroup: Rule = (call) => [
  {
    action: `logs:${call.operation}`,
    resource: groupArn(call),
    context: { ...groupContext(call), ...tagContext(call) },
  },
];

const onStream: Rule = (call) => [{ action: `logs:${call.operation}`, resource: streamArn(call) }];

const logs: Readonly<Record<string, Rule>> = {
  CreateLogGroup: (call) => [
    { action: 'logs:CreateLogGroup', resource: groupArn(call), context: tagContext(call) },
    ...(given(call, 'tags')
      ? [
          {
            // "you must have either the logs:TagResource or logs:TagLogGroup permission"
            action: 'logs:TagResource',
            or: 'logs:TagLogGroup',
            resource: plainGroupArn(call, text(call, 'logGroupName')),
            context: tagContext(call),
          },
        ]
      : []),
  ],
  CreateLogStream: onStream,
  DeleteLogStream: onStream,
  PutLogEvents: onStream,
  GetLogEvents: onStream,
};

/**
 * The reference gives alarms and dashboards as resources. GetMetricData has none.
 * PutMetricAlarm and PutDashboard with tags also require cloudwatch:TagResource (CloudWatch API Reference).
 */
const cloudWatch: Rule = (call) => {
  const { operation } = call;
  if (operation === 'GetMetricData') return [{ action: 'cloudwatch:GetMetricData', resource: '*' }];
  const isTagging = /^Put|Tag/.test(operation);
  return resourceArns(call).flatMap((resource) => {
    const context = { ...resourceContext(call, resource), ...(isTagging ? tagContext(call) : {}) };
    const tagging = { action: 'cloudwatch:TagResource', resource, context };
    const action = `cloudwatch:${operation}`;
    const isTagged = operation.startsWith('Put') && given(call, 'Tags');
    return [{ action, resource, context }, ...(isTagged ? [tagging] : [])];
  });
};

/**
 * Actions that a call requires, in the order of the checks. Cognito operations check their own.
 * Service Authorization Reference: LookupEvents has no resource types.
 */
export function requirements(call: Call): readonly Needed[] {
  const { service, operation } = call;
  if (service === 'iam')
    return (iam[operation] ?? (policyOperations.has(operation) ? onPolicy : onRole()))(call);
  if (service === 'lambda') return (lambda[operation] ?? onFunction(`lambda:${operation}`))(call);
  if (service === 'logs') return (logs[operation] ?? onGroup)(call);
  if (service === 'monitoring') return cloudWatch(call);
  if (service === 'cloudtrail') return [{ action: `cloudtrail:${operation}`, resource: '*' }];
  // GetCallerIdentity and GetSessionToken require no permission (STS API Reference). AssumeRole also
  // evaluates the trust policy and makes its own decision.
  return [];
}

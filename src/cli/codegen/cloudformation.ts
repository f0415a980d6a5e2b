/** Resources as CloudFormation writes them, and the name of a migration's stack. */
import { type Json, type JsonObject, toJsonObject } from '../../core/json.ts';
import type { Resource, ResourceType } from '../../core/resource.ts';
import { suffixOf } from './texts.ts';

/**
 * The stack name of a migration, for `--stack-name`: letters, digits, and hyphens.
 * Two migrations in one account must not share a name.
 * The second one would replace the resources of the first.
 */
export const stackName = (newUserPoolId: string): string =>
  `cognito-migrate-${newUserPoolId.replaceAll('_', '-')}`;

/** The resources of one template, and what the template calls them. */
interface Template {
  readonly resources: readonly Resource[];
  /** The logical ID of the migration's own resource of that type. */
  readonly ids: Readonly<Record<ResourceType, string>>;
  /** Hash of the function's code. */
  readonly codeSha256: string;
}

/** `AuditLogGroup` for the log group that a step calls "audit". A logical ID has only letters and digits. */
function logicalId({ type, name }: Resource, { ids }: Template): string {
  if (name === undefined) return ids[type];
  const words = name.split(/[^a-z0-9]+/i).map((word) => word.replace(/^./, (first) => first.toUpperCase()));
  return `${words.join('')}${suffixOf(name)}${ids[type]}`;
}

const inputsOf = ({ calls }: Resource): readonly JsonObject[] => calls.map(({ input }) => input);

/** The inputs of all calls for resources of this type. */
const allInputs = ({ resources }: Template, type: ResourceType): readonly JsonObject[] =>
  resources.filter((one) => one.type === type).flatMap(inputsOf);

const tagList = (tags: Json | undefined): Json =>
  Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value: String(Value) }));

/** The entry of each type, in the order of the template. Undefined if another resource has it as a property. */
const printers: Readonly<
  Record<ResourceType, (inputs: readonly JsonObject[], template: Template) => JsonObject | undefined>
> = {
  // AWS::IAM::ManagedPolicy has no tags (aws-cloudformation/cloudformation-coverage-roadmap#1010).
  // init adds them.
  policy: ([{ PolicyName, Tags: _none, ...rest } = {}]) => ({
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: { ManagedPolicyName: PolicyName, ...rest },
  }),
  role: ([role = {}, inline], template) => ({
    Type: 'AWS::IAM::Role',
    Properties: inline === undefined ? withAttachments(role, template) : withInlinePolicy(role, inline),
  }),
  'policy-attachment': () => undefined,
  'app-client': ([client]) => ({ Type: 'AWS::Cognito::UserPoolClient', Properties: client }),
  'log-group': ([group, retention]) => {
    const { logGroupName, retentionInDays, tags } = { ...group, ...retention };
    return {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: logGroupName, RetentionInDays: retentionInDays, Tags: tagList(tags) },
    };
  },
  function: ([{ Tags, ...rest } = {}], { ids, codeSha256: CodeSha256 }) => ({
    Type: 'AWS::Lambda::Function',
    DependsOn: ids['log-group'],
    Metadata: { CodeSha256 },
    Properties: {
      ...rest,
      Code: { S3Bucket: { Ref: 'CodeBucket' }, S3Key: { Ref: 'CodeKey' } },
      Tags: tagList(Tags),
    },
  }),
  // AWS::Lambda::Permission takes no statement ID (same roadmap, #2304).
  // init accepts an equivalent statement as its own.
  permission: ([{ StatementId: _none, ...rest } = {}], { ids }) => ({
    Type: 'AWS::Lambda::Permission',
    Properties: { ...rest, FunctionName: { Ref: ids.function } },
  }),
  'async-retries': ([{ FunctionName: _name, ...rest } = {}], { ids }) => ({
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: { FunctionName: { Ref: ids.function }, Qualifier: '$LATEST', ...rest },
  }),
  group: ([group]) => ({ Type: 'AWS::Cognito::UserPoolGroup', Properties: group }),
  alarm: ([alarm]) => ({ Type: 'AWS::CloudWatch::Alarm', Properties: alarm }),
  // Its tags are younger than the resource type. init accepts the text of the dashboard, and adds them.
  dashboard: ([{ DashboardBody, Tags: _none, ...rest } = {}]) => ({
    Type: 'AWS::CloudWatch::Dashboard',
    Properties: { ...rest, DashboardBody: JSON.stringify(DashboardBody) },
  }),
};

function withAttachments(role: JsonObject, template: Template): JsonObject {
  const attached = allInputs(template, 'policy-attachment').filter(
    ({ RoleName }) => RoleName === role.RoleName,
  );
  const ManagedPolicyArns = attached.flatMap(({ PolicyArn }) => PolicyArn ?? []);
  return ManagedPolicyArns.length === 0 ? role : { ...role, ManagedPolicyArns };
}

/** A role with an inline policy. `AWS::NoValue` omits the member. */
const withInlinePolicy = (
  { Tags, PermissionsBoundary = { Ref: 'AWS::NoValue' }, ...role }: JsonObject,
  { PolicyName, PolicyDocument }: JsonObject,
): JsonObject => ({ ...role, PermissionsBoundary, Policies: [{ PolicyName, PolicyDocument }], Tags });

/** The member `Resources` of a template. */
export function cloudFormationResources(template: Template): JsonObject {
  const types = Object.keys(printers);
  const ordered = template.resources.toSorted((a, b) => types.indexOf(a.type) - types.indexOf(b.type));
  return toJsonObject(
    Object.fromEntries(
      ordered.flatMap((one) => {
        const printed = printers[one.type](inputsOf(one), template);
        return printed === undefined ? [] : [[logicalId(one, template), printed]];
      }),
    ),
  );
}

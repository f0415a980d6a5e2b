/** What somebody can do to the function so that passwords get out, or could: none of it was done by init. */
import { PutSubscriptionFilterCommand } from '@aws-sdk/client-cloudwatch-logs';
import { AttachRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionUrlConfigCommand,
  GetFunctionConfigurationCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  PutRuntimeManagementConfigCommand,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda';
import type { StepId } from '../../src/steps/ids.ts';
import { account, type ConfiguredAws, region } from '../fault-injection/scene.ts';

/** Lambda takes no change while another is in progress. */
async function configure(
  { sdk, name, clock }: ConfiguredAws,
  change: Omit<UpdateFunctionConfigurationCommandInput, 'FunctionName'>,
): Promise<void> {
  clock.advance(1_000);
  await sdk.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, ...change }));
  clock.advance(1_000);
}

/** Adds one variable to those that are there. */
export async function setVariable(aws: ConfiguredAws, name: string, value: string): Promise<void> {
  const { Environment } = await aws.sdk.lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: aws.name }),
  );
  await configure(aws, { Environment: { Variables: { ...Environment?.Variables, [name]: value } } });
}

export const permit = (
  aws: ConfiguredAws,
  StatementId: string,
  more: Partial<AddPermissionCommand['input']>,
) =>
  aws.sdk.lambda.send(
    new AddPermissionCommand({
      FunctionName: aws.name,
      StatementId,
      Action: 'lambda:InvokeFunction',
      Principal: '*',
      ...more,
    }),
  );

/** Publishes a version, and names it. */
export async function publish({ sdk, name }: ConfiguredAws, alias?: string): Promise<void> {
  const { Version } = await sdk.lambda.send(new PublishVersionCommand({ FunctionName: name }));
  if (alias !== undefined)
    await sdk.lambda.send(
      new CreateAliasCommand({ FunctionName: name, Name: alias, FunctionVersion: Version }),
    );
}

export const queueArn = (name: string): string => arn('sqs', name);

/** Lambda sends the function what comes by the queue. */
export const mapQueue = ({ sdk, name }: ConfiguredAws, queue = 'jobs', qualifier = '') =>
  sdk.lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: `${name}${qualifier}`,
      EventSourceArn: queueArn(queue),
    }),
  );

export const poolArn = ({ newPool }: ConfiguredAws): string =>
  `arn:aws:cognito-idp:${region}:${account}:userpool/${newPool}`;

const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

export interface Tampering {
  readonly what: string;
  readonly step: StepId;
  /** Path of what status shows. */
  readonly path: string;
  /** Words of what it means. */
  readonly means: RegExp;
  /** The command that removes it; absent where init repairs it. */
  readonly remove?: RegExp;
  tamper(aws: ConfiguredAws): Promise<unknown>;
}

const variables: readonly (readonly [name: string, value: string, means: RegExp])[] = [
  ['NODE_OPTIONS', '--require /opt/watch.js', /loads code .* read every password/],
  ['AWS_LAMBDA_EXEC_WRAPPER', '/opt/watch', /loads code .* read every password/],
  ['NODE_TLS_REJECT_UNAUTHORIZED', '0', /whom the function trusts/],
  ['NODE_EXTRA_CA_CERTS', '/opt/ca.pem', /whom the function trusts/],
  ['HTTPS_PROXY', 'http://user:secret-of-the-proxy@proxy.example.com:3128', /proxy/],
  ['AWS_ENDPOINT_URL_STS', 'https://sts.example.com/x', /Passwords would go to that address/],
  [
    'OLD_POOL_ENDPOINTS',
    'https://cognito-idp.eu-west-1.amazonaws.com.example.com',
    /Passwords would go to an address that init did not resolve/,
  ],
  ['SOME_VENDORS_KEY', 'secret-of-the-vendor', /init did not set it/],
];

export const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';
/** A policy document that allows everything. */
export const anything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

export const tamperings: readonly Tampering[] = [
  {
    what: 'a policy that lets anyone invoke it',
    step: 'invoke-permission',
    path: 'policy.open',
    means: /^Anyone in any AWS account can send it sign-ins, and try passwords/,
    remove: /^aws lambda remove-permission --function-name \S+ --region eu-west-1 --statement-id open$/,
    tamper: (aws) => permit(aws, 'open', {}),
  },
  {
    what: 'a policy that lets another account change its code',
    step: 'invoke-permission',
    path: 'policy.theirs',
    means: /can change the function, and read every password/,
    remove: /remove-permission .* --statement-id theirs$/,
    tamper: (aws) =>
      permit(aws, 'theirs', { Principal: '444455556666', Action: 'lambda:UpdateFunctionCode' }),
  },
  {
    what: 'a policy that lets Cognito invoke it for another pool',
    step: 'invoke-permission',
    path: 'policy.pool',
    means: /can send it sign-ins/,
    remove: /--statement-id pool$/,
    tamper: (aws) =>
      permit(aws, 'pool', { Principal: 'cognito-idp.amazonaws.com', SourceArn: `${poolArn(aws)}2` }),
  },
  {
    what: 'a layer',
    step: 'lambda-function',
    path: 'layers',
    means: /layer runs in the function. It can read every password/,
    remove: /^aws lambda update-function-configuration --function-name \S+ --region eu-west-1 --layers \[\]$/,
    tamper: (aws) => configure(aws, { Layers: [arn('lambda', 'layer:watch:3')] }),
  },
  {
    what: 'a file system',
    step: 'lambda-function',
    path: 'fileSystemConfigs',
    means: /load code from it/,
    remove: /--file-system-configs \[\]$/,
    tamper: (aws) =>
      configure(aws, {
        FileSystemConfigs: [
          { Arn: arn('elasticfilesystem', 'access-point/fsap-1'), LocalMountPath: '/mnt/x' },
        ],
      }),
  },
  {
    what: 'a network',
    step: 'lambda-function',
    path: 'vpcConfig',
    means: /pass through that network/,
    remove: /--vpc-config SubnetIds=\[\],SecurityGroupIds=\[\]$/,
    tamper: (aws) => configure(aws, { VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] } }),
  },
  {
    what: 'a dead-letter queue',
    step: 'lambda-function',
    path: 'deadLetterConfig',
    means: /with the password in them/,
    remove: /--dead-letter-config TargetArn=$/,
    tamper: (aws) => configure(aws, { DeadLetterConfig: { TargetArn: arn('sqs', 'letters') } }),
  },
  {
    what: 'a destination of asynchronous calls',
    step: 'lambda-function',
    path: 'asyncDestination',
    means: /with the password in them/,
    remove: /delete-function-event-invoke-config --function-name \S+ --region eu-west-1$/,
    tamper: ({ sdk, name }) =>
      sdk.lambda.send(
        new PutFunctionEventInvokeConfigCommand({
          FunctionName: name,
          DestinationConfig: { OnSuccess: { Destination: arn('sqs', 'results') } },
        }),
      ),
  },
  {
    what: 'tracing',
    step: 'lambda-function',
    path: 'tracingConfig',
    means: /X-Ray/,
    remove: /--tracing-config Mode=PassThrough$/,
    tamper: (aws) => configure(aws, { TracingConfig: { Mode: 'Active' } }),
  },
  {
    what: 'another log group',
    step: 'lambda-function',
    path: 'loggingConfig',
    means: /log has no passwords/,
    remove: /--logging-config LogFormat=Text,LogGroup=\/aws\/lambda\/\S+$/,
    tamper: (aws) => configure(aws, { LoggingConfig: { LogGroup: '/theirs' } }),
  },
  {
    what: 'a key',
    step: 'lambda-function',
    path: 'kmsKeyArn',
    means: /encrypts the function's settings/,
    remove: /--kms-key-arn ""$/,
    tamper: (aws) => configure(aws, { KMSKeyArn: arn('kms', 'key/1') }),
  },
  {
    what: 'snapshots',
    step: 'lambda-function',
    path: 'snapStart',
    means: /images of the memory/,
    remove: /--snap-start ApplyOn=None$/,
    tamper: (aws) => configure(aws, { SnapStart: { ApplyOn: 'PublishedVersions' } }),
  },
  {
    what: 'more space for files',
    step: 'lambda-function',
    path: 'ephemeralStorage',
    means: /writes no files/,
    remove: /--ephemeral-storage Size=512$/,
    tamper: (aws) => configure(aws, { EphemeralStorage: { Size: 1024 } }),
  },
  ...(['no', 'little'] as const).map(
    (share): Tampering => ({
      what: `${share} reserved concurrency`,
      step: 'lambda-function',
      path: 'concurrency',
      means: share === 'no' ? /nobody moves/ : /^Lambda runs at most 3 sign-ins at the same time/,
      remove: /^aws lambda delete-function-concurrency --function-name \S+ --region eu-west-1$/,
      tamper: ({ sdk, name }) =>
        sdk.lambda.send(
          new PutFunctionConcurrencyCommand({
            FunctionName: name,
            ReservedConcurrentExecutions: share === 'no' ? 0 : 3,
          }),
        ),
    }),
  ),
  {
    what: 'a pinned runtime',
    step: 'lambda-function',
    path: 'updateRuntimeOn',
    means: /no longer installs security updates of the runtime/,
    remove:
      /^aws lambda put-runtime-management-config --function-name \S+ --region eu-west-1 --update-runtime-on Auto$/,
    tamper: async ({ sdk, name }) => {
      const { RuntimeVersionConfig } = await sdk.lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: name }),
      );
      await sdk.lambda.send(
        new PutRuntimeManagementConfigCommand({
          FunctionName: name,
          UpdateRuntimeOn: 'Manual',
          RuntimeVersionArn: RuntimeVersionConfig?.RuntimeVersionArn,
        }),
      );
    },
  },
  {
    what: 'a subscription to its log',
    step: 'log-group',
    path: 'subscriptionFilters.theirs',
    means: /log goes there too. It has no passwords/,
    remove:
      /^aws logs delete-subscription-filter --log-group-name \S+ --filter-name theirs --region eu-west-1$/,
    tamper: ({ sdk, name }) =>
      sdk.logs.send(
        new PutSubscriptionFilterCommand({
          logGroupName: `/aws/lambda/${name}`,
          filterName: 'theirs',
          filterPattern: '',
          destinationArn: arn('lambda', 'function:collects-logs'),
        }),
      ),
  },
  {
    what: 'a function URL',
    step: 'lambda-function',
    path: 'functionUrl',
    means: /^Anyone on the internet can send it sign-ins/,
    remove: /^aws lambda delete-function-url-config --function-name \S+ --region eu-west-1$/,
    tamper: ({ sdk, name }) =>
      sdk.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName: name, AuthType: 'NONE' })),
  },
  {
    what: 'a published version',
    step: 'lambda-function',
    path: 'versions',
    means: /keeps earlier code and settings, and can be invoked/,
    remove: /^aws lambda delete-function --function-name \S+ --region eu-west-1 --qualifier 1$/,
    tamper: (aws) => publish(aws),
  },
  {
    what: 'an event source mapping',
    step: 'lambda-function',
    path: 'eventSourceMapping',
    means: /can send it sign-ins, and try passwords/,
    remove: /^aws lambda delete-event-source-mapping --uuid [0-9a-f-]{36} --region eu-west-1$/,
    tamper: (aws) => mapQueue(aws),
  },
  {
    what: "a further policy on the function's role",
    step: 'policy-attachments',
    path: 'attachedPolicies',
    means: /can do more than check passwords/,
    remove:
      /^aws iam detach-role-policy --role-name \S+ --policy-arn arn:aws:iam::aws:policy\/AdministratorAccess$/,
    tamper: ({ sdk, name }) =>
      sdk.iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: admin })),
  },
  {
    what: "an inline policy on the function's role",
    step: 'policy-attachments',
    path: 'inlinePolicies',
    means: /can do more than check passwords/,
    remove: /^aws iam delete-role-policy --role-name \S+ --policy-name extra$/,
    tamper: ({ sdk, name }) =>
      sdk.iam.send(
        new PutRolePolicyCommand({ RoleName: name, PolicyName: 'extra', PolicyDocument: anything }),
      ),
  },
  ...variables.map(
    ([name, value, means]): Tampering => ({
      what: `the variable ${name}`,
      step: 'lambda-function',
      path: `environment.${name}`,
      means,
      tamper: (aws) => setVariable(aws, name, value),
    }),
  ),
];

/** What CloudFormation and Terraform do with a resource: the calls of AWS behind it, made on the local AWS. */

import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateUserPoolClientCommand } from '@aws-sdk/client-cognito-identity-provider';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AddPermissionCommand, CreateFunctionCommand } from '@aws-sdk/client-lambda';
import { keysOf } from '../../../src/sandbox/index.ts';
import { account, type ConfiguredAws, region as ownRegion } from '../../fault-injection/scene.ts';
import { given } from '../../support/errors.ts';

/** Whatever a template says: AWS judges it. */
type Said = ReturnType<typeof JSON.parse>;

/** What CloudFormation calls a permission, by a rule of its own. */
export const ownSid = 'a-stack-Permission-1ABCDEFG';

/** A resource that was made: its reference and its attributes. */
export interface Made {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export type Make = (input: Said) => Promise<Made>;

/** Who makes it, where, and whose time passes meanwhile. */
export interface Place extends Pick<ConfiguredAws, 'sandbox' | 'clock'> {
  readonly sdk: Pick<ConfiguredAws['sdk'], 'idp' | 'iam' | 'lambda'>;
  readonly region?: string;
}

export function makersIn({ sdk, sandbox, clock, region = ownRegion }: Place, code: Uint8Array) {
  const credentials = keysOf(account);
  const logs = new CloudWatchLogsClient({ endpoint: sandbox.url, region, credentials, maxAttempts: 1 });
  return {
    policy: async (input: Said): Promise<Made> => {
      const { Policy } = await sdk.iam.send(new CreatePolicyCommand(input));
      const Arn = given(Policy?.Arn, 'ARN');
      return { ref: Arn, attributes: { arn: Arn } };
    },
    role: async (input: Said): Promise<Made> => {
      const { Role } = await sdk.iam.send(new CreateRoleCommand(input));
      clock.advance(60_000); // Lambda has heard of it by then
      const Arn = given(Role?.Arn, 'ARN');
      return { ref: given(Role?.RoleName), attributes: { Arn, arn: Arn, name: given(Role?.RoleName) } };
    },
    attachment: async (input: Said): Promise<Made> => {
      await sdk.iam.send(new AttachRolePolicyCommand(input));
      return { ref: '', attributes: {} };
    },
    inline: async (input: Said): Promise<Made> => {
      await sdk.iam.send(new PutRolePolicyCommand(input));
      return { ref: '', attributes: {} };
    },
    client: async (input: Said): Promise<Made> => {
      const { UserPoolClient } = await sdk.idp.send(new CreateUserPoolClientCommand(input));
      const id = given(UserPoolClient?.ClientId, 'client ID');
      return { ref: id, attributes: { id } };
    },
    logGroup: async ({ logGroupName, tags, retentionInDays }: Said): Promise<Made> => {
      await logs.send(new CreateLogGroupCommand({ logGroupName, tags }));
      await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
      return { ref: logGroupName, attributes: {} };
    },
    function: async (input: Said): Promise<Made> => {
      const made = await sdk.lambda.send(new CreateFunctionCommand({ ...input, Code: { ZipFile: code } }));
      clock.advance(60_000); // until it is active
      const [name, Arn] = [given(made.FunctionName), given(made.FunctionArn)];
      return { ref: name, attributes: { Arn, arn: Arn, function_name: name } };
    },
    permission: async (input: Said): Promise<Made> => {
      await sdk.lambda.send(new AddPermissionCommand(input));
      return { ref: '', attributes: {} };
    },
  };
}

export type Makers = ReturnType<typeof makersIn>;

/** Tags as a map, as all but IAM want them. */
export const tagMap = (tags: readonly { Key: string; Value: string }[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

export const tagList = (tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Somebody who may do exactly what a policy says: a session of a role with that one managed policy. */
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { keysOf, type Sandbox } from '../../src/sandbox/index.ts';
import type { Keys } from '../sandbox/support.ts';
import { given } from '../support/errors.ts';
import { region } from '../support/local-aws.ts';

/** The administrator of an account. */
export const adminOf = (account: string): Keys => keysOf(account);

const config = (sandbox: Sandbox, credentials: Keys) => ({
  endpoint: sandbox.url,
  region,
  credentials,
  maxAttempts: 1,
});

export interface OperatorRole {
  readonly arn: string;
  /** Arrives like any other managed policy: IAM refuses one that is too long. */
  allow(policy: object): Promise<void>;
  /** Allows that while `work` goes on. */
  during<T>(actions: readonly string[], work: () => Promise<T>): Promise<T>;
  session(): Promise<Keys>;
}

/** A role without any permission yet, which `trusted` accounts may enter. */
export async function operatorRole(
  sandbox: Sandbox,
  account: string,
  trusted: readonly string[] = [account],
  RoleName = 'operator',
): Promise<OperatorRole> {
  const iam = new IAMClient(config(sandbox, adminOf(account)));
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: trusted }, Action: 'sts:AssumeRole' }],
  });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const arn = given(Role?.Arn, 'role ARN');
  return {
    arn,
    async allow(policy) {
      const command = new CreatePolicyCommand({
        PolicyName: RoleName,
        PolicyDocument: JSON.stringify(policy),
      });
      const PolicyArn = given((await iam.send(command)).Policy?.Arn, 'policy ARN');
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    },
    async during(Action, work) {
      const PolicyName = 'for-a-while';
      const PolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
      });
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
      try {
        return await work();
      } finally {
        await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
      }
    },
    async session() {
      const sts = new STSClient(config(sandbox, adminOf(account)));
      const { Credentials } = await sts.send(
        new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'journey' }),
      );
      return {
        accessKeyId: given(Credentials?.AccessKeyId),
        secretAccessKey: given(Credentials?.SecretAccessKey),
        sessionToken: given(Credentials?.SessionToken),
      };
    },
  };
}

/** Runs with these keys in the environment, where the SDK looks first. */
export async function as<T>(keys: Keys, work: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  process.env.AWS_ACCESS_KEY_ID = keys.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = keys.secretAccessKey;
  if (keys.sessionToken === undefined) delete process.env.AWS_SESSION_TOKEN;
  else process.env.AWS_SESSION_TOKEN = keys.sessionToken;
  try {
    return await work();
  } finally {
    process.env = before;
  }
}

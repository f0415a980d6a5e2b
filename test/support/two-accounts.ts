/** A local AWS with the old pool in one account and Region, the new one in another, and a profile for each account. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { onTestFinished, vi } from 'vitest';
import {
  createSandbox,
  keysOf,
  noDelays,
  type Sandbox,
  type SandboxOptions,
} from '../../src/sandbox/index.ts';
import { given } from './errors.ts';
import { type Sdk, type Side, sdkOf } from './sdk.ts';
import { tempFolder } from './temp.ts';

/** `third` is of neither pool. */
export const accounts = { old: '444455556666', new: '111122223333', third: '777788889999' } as const;

/** Plain SDK clients of one account's administrator. */
export interface Admin extends Side, Sdk {}

export interface TwoAccounts {
  readonly sandbox: Sandbox;
  readonly old: Admin & { readonly pool: string };
  readonly new: Admin & { readonly pool: string; readonly client: string };
  /** Name of the role on either side, and of the function. */
  readonly name: string;
  readonly folder: string;
  readonly state: string;
  /** Flags: both pools. */
  readonly pools: readonly string[];
  /** Flags: state file and endpoint. */
  readonly where: readonly string[];
  /** Adds a user with a password to the old pool. */
  addUser(username: string, password: string): Promise<void>;
  /** Signs in to the new pool; throws what Cognito answers. */
  signIn(username: string, password: string): Promise<void>;
  /** Status of a user in the new pool. */
  statusOf(username: string): Promise<string | undefined>;
}

export interface Regions {
  readonly old: string;
  readonly new: string;
}

const admin = (sandbox: Sandbox, side: Side): Admin => ({ ...side, ...sdkOf(sandbox.url, side) });

/** Profiles `new`, `old` and `third`, and `with-code`: the old one by a role that needs an MFA code, if a test makes that role. */
const configuration = (regions: Regions): string => `[profile new]
aws_access_key_id = ${keysOf(accounts.new).accessKeyId}
aws_secret_access_key = local
region = ${regions.new}

[profile old]
aws_access_key_id = ${keysOf(accounts.old).accessKeyId}
aws_secret_access_key = local
region = ${regions.old}

[profile third]
aws_access_key_id = ${keysOf(accounts.third).accessKeyId}
aws_secret_access_key = local

[profile with-code]
role_arn = arn:aws:iam::${accounts.new}:role/operator
source_profile = new
mfa_serial = arn:aws:iam::${accounts.new}:mfa/phone
region = ${regions.new}
`;

/** Starts it without delays. AWS_CONFIG_FILE names the profiles until the test calls vi.unstubAllEnvs. */
export async function startTwoAccounts(
  regions: Regions = { old: 'eu-west-1', new: 'us-east-2' },
  options: SandboxOptions = {},
): Promise<TwoAccounts> {
  const sandbox = await createSandbox({ delays: noDelays, ...options });
  onTestFinished(() => sandbox.close());
  const folder = await tempFolder();
  const config = join(folder, 'aws-config');
  await writeFile(config, configuration(regions));
  vi.stubEnv('AWS_CONFIG_FILE', config);
  const from = admin(sandbox, { account: accounts.old, region: regions.old });
  const to = admin(sandbox, { account: accounts.new, region: regions.new });
  const [oldPool, newPool] = await Promise.all([addPool(from, 'legacy-users'), addPool(to, 'customers')]);
  const { UserPoolClient } = await to.idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId: newPool,
      ClientName: 'web',
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    }),
  );
  const client = given(UserPoolClient?.ClientId, 'client ID');
  const state = join(folder, 'state.json');
  sandbox.journal.clear();
  return {
    sandbox,
    old: { ...from, pool: oldPool },
    new: { ...to, pool: newPool, client },
    name: `cognito-migrate-${newPool}`,
    folder,
    state,
    pools: ['--old-user-pool-id', oldPool, '--new-user-pool-id', newPool],
    where: ['--state', state, '--endpoint-url', sandbox.url],
    async addUser(Username, Password) {
      const UserAttributes = [
        { Name: 'email', Value: Username },
        { Name: 'email_verified', Value: 'true' },
      ];
      await from.idp.send(
        new AdminCreateUserCommand({
          UserPoolId: oldPool,
          Username,
          UserAttributes,
          MessageAction: 'SUPPRESS',
        }),
      );
      await from.idp.send(
        new AdminSetUserPasswordCommand({ UserPoolId: oldPool, Username, Password, Permanent: true }),
      );
    },
    async signIn(USERNAME, PASSWORD) {
      const AuthParameters = { USERNAME, PASSWORD };
      const command = new InitiateAuthCommand({
        ClientId: client,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters,
      });
      given((await to.idp.send(command)).AuthenticationResult?.AccessToken, 'token');
    },
    async statusOf(Username) {
      const command = new AdminGetUserCommand({ UserPoolId: newPool, Username });
      return (await to.idp.send(command)).UserStatus;
    },
  };
}

async function addPool({ idp }: Admin, PoolName: string): Promise<string> {
  const command = new CreateUserPoolCommand({ PoolName, UsernameAttributes: ['email'] });
  return given((await idp.send(command)).UserPool?.Id, 'pool ID');
}

/** Flags: one profile for each account. */
export const profiles = ['--profile', 'new', '--old-profile', 'old'] as const;

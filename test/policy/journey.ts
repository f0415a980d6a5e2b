/** Everything that a person does with the program in the life of a migration, as somebody who may do only what a policy says. */
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateIdentityProviderCommand,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  ListUserPoolClientsCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreatePolicyCommand, CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { DeleteFunctionCommand, GetFunctionCommand, PublishVersionCommand } from '@aws-sdk/client-lambda';
import { onTestFinished } from 'vitest';
import type { WholeTask } from '../../src/core/permission.ts';
import { noDelays, type Sandbox } from '../../src/sandbox/index.ts';
import { plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import { cognitoSettings } from '../../src/sandbox/services/cognito/settings.ts';
import type { Keys } from '../sandbox/support.ts';
import { fakeClock } from '../support/clock.ts';
import { given } from '../support/errors.ts';
import { account, type LocalAws, region, startLocalAws } from '../support/local-aws.ts';
import { type CliResult, fakeIo, json, runCli } from '../support/run-cli.ts';
import { tempFolder } from '../support/temp.ts';
import { breakClient, breakFunction, breakLog, breakOldRole, breakRole, nothing, trustOf } from './drift.ts';
import { adminOf, as } from './operator.ts';
import type { Policy, Statement } from './removal.ts';

export const otherAccount = '444455556666';
export const user = { username: 'ana@example.com', password: 'Old-password-of-ana-1' };

export interface PolicyAws {
  readonly pools: LocalAws;
  readonly sandbox: Sandbox;
  readonly newPool: string;
  readonly oldPool: string;
  /** Account of the old pool. */
  readonly oldAccount: string;
  /** Flags of every command. */
  readonly flags: readonly string[];
  readonly name: string;
}

const smsRole = `arn:aws:iam::${account}:role/service-role/sends-text-messages`;

const sender = `arn:aws:lambda:${region}:${account}:function:sends-messages`;

/** A pool that needs everything a pool can need: tags, a role for text messages, a key, MFA that an update drops. */
const demanding: Partial<CreateUserPoolCommandInput> = {
  UsernameAttributes: ['email'],
  UserPoolTags: { team: 'identity' },
  SmsConfiguration: { SnsCallerArn: smsRole, ExternalId: 'text-messages' },
  LambdaConfig: {
    CustomEmailSender: { LambdaArn: sender, LambdaVersion: 'V1_0' },
    KMSKeyID: `arn:aws:kms:${region}:${account}:key/1`,
  },
};

/** @param oldAccount where the old pool is. */
export async function openPolicyAws(oldAccount = account): Promise<PolicyAws> {
  const pools = await startLocalAws({ delays: noDelays });
  const { sandbox, sdk } = pools;
  const newPool = await pools.addPool('demanding', demanding);
  const MfaConfiguration = 'OPTIONAL';
  await sdk.idp.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId: newPool,
      MfaConfiguration,
      SoftwareTokenMfaConfiguration: { Enabled: true },
    }),
  );
  cognitoSettings(sandbox.world).mfaFactorsAfterUpdate = 'dropped';
  await sdk.idp.send(partnerOf(newPool));
  await pools.addClient(newPool, 'web', {
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  await pools.addClient(newPool, 'ios', { GenerateSecret: true });
  const oldPool = oldAccount === account ? pools.oldPool : await elsewhere(sandbox, oldAccount);
  const state = `${await tempFolder()}/state.json`;
  return {
    pools,
    sandbox,
    newPool,
    oldPool,
    oldAccount,
    name: `cognito-migrate-${newPool}`,
    flags: [
      ...['--old-user-pool-id', oldPool, '--new-user-pool-id', newPool],
      ...['--state', state, '--endpoint-url', sandbox.url],
    ],
  };
}

/** The old pool in an account of its own. */
async function elsewhere(sandbox: Sandbox, args: string): Promise<string> {
  const idp = new CognitoIdentityProviderClient({
    endpoint: sandbox.url,
    region,
    credentials: adminOf(args),
  });
  onTestFinished(() => idp.destroy());
  const command = new CreateUserPoolCommand({
    PoolName: 'legacy-users',
    UsernameAttributes: ['email'],
    // Its users came from somewhere too, which the doctor looks at.
    LambdaConfig: { UserMigration: `arn:aws:lambda:${region}:${args}:function:earlier-migration` },
  });
  const UserPoolId = given((await idp.send(command)).UserPool?.Id, 'pool ID');
  const { username: Username, password: Password } = user;
  const UserAttributes = [
    { Name: 'email', Value: Username },
    { Name: 'email_verified', Value: 'true' },
  ];
  await idp.send(
    new AdminCreateUserCommand({ UserPoolId, Username, UserAttributes, MessageAction: 'SUPPRESS' }),
  );
  await idp.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }));
  return UserPoolId;
}

const isStatement = (value: unknown): value is Statement =>
  typeof value === 'object' && value !== null && 'Sid' in value && 'Action' in value && 'Resource' in value;

/** The role that a killed import leaves. */
async function leaveImportRole({ pools: { sdk }, name, oldPool, newPool }: PolicyAws): Promise<void> {
  const RoleName = `${name}-import`;
  const Tags = [
    { Key: 'cognito-migrate:pool', Value: newPool },
    { Key: 'cognito-migrate:old-pool', Value: oldPool },
  ];
  const AssumeRolePolicyDocument = trustOf('cognito-idp.amazonaws.com');
  await sdk.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, Tags }));
  const policy = { RoleName, PolicyName: 'cognito-migrate', PolicyDocument: nothing };
  await sdk.iam.send(new PutRolePolicyCommand(policy));
}

/** What `cognito-migrate policy` prints for an administrator. */
export async function printedPolicy({ flags }: PolicyAws, ...more: readonly string[]): Promise<Policy> {
  const printed = json(await runCli(['policy', ...flags, '--json', ...more]));
  const { policy } = printed;
  if (typeof policy !== 'object' || policy === null || !('Statement' in policy)) throw new Error('no policy');
  const { Statement } = policy;
  if (!Array.isArray(Statement)) throw new Error('no statements');
  return { Version: '2012-10-17', Statement: Statement.filter(isStatement) };
}

export interface Stop {
  readonly command: string;
  readonly result: CliResult;
}

/** Who runs the commands of one task, and with which flags of their own. */
export interface Operator {
  readonly keys: Keys;
  readonly flags?: readonly string[];
}
export type Operators = Readonly<Record<WholeTask, Operator>>;

/** One value for each task, made one after the other. */
export async function forEachTask<T>(
  make: (task: WholeTask) => Promise<T>,
): Promise<Readonly<Record<WholeTask, T>>> {
  return {
    init: await make('init'),
    watch: await make('watch'),
    users: await make('users'),
    finish: await make('finish'),
  };
}

/**
 * The whole journey. Returns where it stopped, if it did.
 * @param operators one for each task, or the keys of the one who does all of them.
 * @param more flags of each command that says how things are made.
 */
export async function journey(
  ground: PolicyAws,
  operators: Operators | Keys,
  more: readonly string[] = [],
): Promise<Stop | undefined> {
  const { flags } = ground;
  const operatorOf = (task: WholeTask): Operator =>
    'accessKeyId' in operators ? { keys: operators } : operators[task];
  const flagsOf = (task: WholeTask): string[] => [...flags, ...more, ...(operatorOf(task).flags ?? [])];
  const trying = ['--username', user.username, '--password-stdin'];
  const commands: readonly (readonly [WholeTask, ...string[]] | (() => Promise<void>))[] = [
    ['init', 'doctor', ...flagsOf('init')],
    ['init', 'plan', ...flagsOf('init')],
    ['init', 'init', ...flagsOf('init'), '--all-new-clients', '--yes'],
    ['init', 'init', ...flagsOf('init'), '--yes'],
    ['init', 'plan', ...flagsOf('init')],
    ['users', 'users', ...flagsOf('users')],
    // With a rate, the limit of AWS isn't read.
    ['users', 'users', ...flagsOf('users'), '--mfa', '--rate', '18'],
    ['watch', 'status', ...flagsOf('watch'), '--probe'],
    ['watch', 'try', ...flagsOf('watch'), ...trying],
    ['watch', 'try', ...flagsOf('watch'), ...trying, '--for-real', '--client-id', 'ios'],
    ...(more.includes('--move-once')
      ? [
          () => untilClosed(ground),
          ['watch', 'unmark', ...flagsOf('watch'), '--username-stdin', '--yes'] as const,
        ]
      : []),
    ['watch', 'logs', ...flags.slice(2)],
    () => breakEverything(ground, more),
    ['init', 'init', ...flagsOf('init'), '--yes', '--accept', 'CM411'],
    () => unpublish(ground),
    ...(more.includes('--alarms')
      ? [
          ['init', 'init', ...flagsOf('init'), '--alarms', 'none', '--yes'] as const,
          ['init', 'init', ...flagsOf('init'), '--yes'] as const,
        ]
      : []),
    ['watch', 'status', ...flagsOf('watch')],
    // Where the users cannot be counted in time, the metrics of the function say how many have moved, or its log.
    async () => void ground.sandbox.faults.add({ ...unlisted, times: 100 }),
    ['finish', 'teardown', ...flagsOf('finish'), '--dry-run'],
    async () => void ground.sandbox.faults.add({ ...unmeasured, times: 100 }),
    ['finish', 'teardown', ...flagsOf('finish'), '--dry-run'],
    async () => ground.sandbox.faults.clear(),
    () => leaveImportRole(ground),
    ['finish', 'teardown', ...flagsOf('finish'), '--dry-run'],
    ['finish', 'teardown', ...flagsOf('finish'), '--yes'],
  ];
  const clients = await clientIds(ground);
  for (const command of commands) {
    if (typeof command === 'function') {
      await command();
      continue;
    }
    const [task, ...words] = command;
    const argv = words.map((word) => clients.get(word) ?? word);
    const fake = fakeIo();
    // Far ahead of every line that the function writes, whose clock is the real one.
    const io = { ...fake, io: { ...fake.io, clock: fakeClock(Date.now()) } };
    if (command.includes('--username-stdin')) io.stdin.end(`${user.username}\n`);
    if (command.includes('--password-stdin')) io.stdin.end(`${user.password}\n`);
    const result = await as(operatorOf(task).keys, () => runCli(argv, io));
    if (result.code !== 0) return { command: argv.join(' '), result };
  }
  return undefined;
}

/** Fails like a service that has too much to do, before any permission counts. */
const unlisted = { kind: 'internal-error', operation: 'ListUsers' } as const;
const unmeasured = { kind: 'internal-error', operation: 'GetMetricData' } as const;

async function clientIds({ pools, newPool }: PolicyAws): Promise<Map<string, string>> {
  const { UserPoolClients = [] } = await pools.sdk.idp.send(
    new ListUserPoolClientsCommand({ UserPoolId: newPool, MaxResults: 60 }),
  );
  return new Map(UserPoolClients.map(({ ClientName = '', ClientId = '' }) => [ClientName, ClientId]));
}

async function breakEverything(ground: PolicyAws, more: readonly string[]): Promise<void> {
  const { pools, sandbox, name, newPool, oldPool, oldAccount } = ground;
  const { sdk } = pools;
  await breakFunction(sdk.lambda, name);
  await sdk.lambda.send(new PublishVersionCommand({ FunctionName: name }));
  if (!more.includes('--role-arn')) {
    await breakRole(sdk.iam, name, `arn:aws:iam::${account}:policy/${name}`);
  }
  await breakLog(sdk.logs, name);
  const clients = await clientIds(ground);
  await breakClient(sdk.idp, newPool, given(clients.get('web')));
  const config = { endpoint: sandbox.url, region, credentials: adminOf(oldAccount) };
  const old = { idp: new CognitoIdentityProviderClient(config), iam: new IAMClient(config) };
  const { Configuration } = await sdk.lambda.send(new GetFunctionCommand({ FunctionName: name }));
  if (!more.includes('--old-client-id'))
    await breakClient(old.idp, oldPool, given(Configuration?.Environment?.Variables?.OLD_CLIENT_ID));
  if (oldAccount !== account) await breakOldRole(old.iam, name);
}

/** Deletes the version that breakEverything published: init leaves it, and status reports it. */
const unpublish = async ({ pools, name }: PolicyAws): Promise<void> =>
  void (await pools.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName: name, Qualifier: '1' })));

/** How a migration is set up: the flags that say so, of `policy` and of every command. */
export type Setup = (ground: PolicyAws) => Promise<readonly string[]>;

/** Roles and users get tags only where someone asks for them. */
export const tagged: Setup = async () => ['--tag', 'cost=42'];

export const withOldSub: Setup = async () => ['--add-old-sub'];

export const withBoundary: Setup = async ({ pools }) => {
  const command = new CreatePolicyCommand({
    PolicyName: 'boundary',
    PolicyDocument: documentOf({ Action: ['cognito-idp:*', 'logs:*'], Resource: '*' }),
  });
  const boundary = given((await pools.sdk.iam.send(command)).Policy?.Arn, 'policy ARN');
  return ['--permissions-boundary', boundary];
};

/** An execution role that an administrator provides. */
export const withExistingRole: Setup = async ({ pools }) => {
  const RoleName = 'made-by-security';
  const { Role } = await pools.sdk.iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: documentOf({
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  await pools.sdk.iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'old-pool',
      PolicyDocument: documentOf(
        { Action: ['cognito-idp:AdminGetUser', 'cognito-idp:AdminInitiateAuth'], Resource: '*' },
        { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' },
      ),
    }),
  );
  return ['--role-arn', given(Role?.Arn, 'role ARN')];
};

/** Alarms and a dashboard. With a role of ours, the whole policy would be longer than IAM takes. */
export const withAlarms: Setup = async (ground) => [...(await withExistingRole(ground)), '--alarms'];

/** Guarded sign-ups. The app clients say nothing about the attributes that they write, so nobody signs up by themselves. */
export const withGuard: Setup = async ({ newPool, sandbox }) => {
  plantPoolFields(sandbox.world, newPool, { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
  return ['--add-old-sub', '--guard-sign-up'];
};

/** Groups that users keep. The provided role needs the rights for the work after a move. */
export const withGroups: Setup = async (ground) => {
  const { pools, oldPool, newPool, sandbox } = ground;
  // Nobody signs up, so nobody claims the old ID of another user.
  plantPoolFields(sandbox.world, newPool, { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
  const flags = await withExistingRole(ground);
  await pools.sdk.iam.send(
    new PutRolePolicyCommand({
      RoleName: 'made-by-security',
      PolicyName: 'after-a-move',
      PolicyDocument: documentOf({
        Action: [
          ...['cognito-idp:ListUsers', 'cognito-idp:AdminListGroupsForUser'],
          ...['cognito-idp:AdminGetUser', 'cognito-idp:AdminAddUserToGroup', 'lambda:InvokeFunction'],
        ],
        Resource: '*',
      }),
    }),
  );
  await pools.sdk.idp.send(new CreateGroupCommand({ UserPoolId: oldPool, GroupName: 'admins' }));
  return [...flags, '--add-old-sub', '--groups', 'all'];
};

/** A group that gets the role of the application's administrators. */
export const withGroupRole: Setup = async (ground) => {
  const flags = await withGroups(ground);
  return [...flags, '--group-role', 'admins=arn:aws:iam::111122223333:role/admins-of-the-app'];
};

/** An identity provider that fills an address, and nothing of ours. */
export const partnerOf = (UserPoolId: string) =>
  new CreateIdentityProviderCommand({
    UserPoolId,
    ProviderName: 'Partner',
    ProviderType: 'OIDC',
    ProviderDetails: { client_id: 'x' },
    AttributeMapping: { email: 'email' },
  });

/** Old users who are closed after the move. */
const closing =
  (how: 'disable' | 'mark', right: string): Setup =>
  async (ground) => {
    const { pools, oldPool, newPool, sandbox } = ground;
    await pools.sdk.idp.send(partnerOf(oldPool));
    plantPoolFields(sandbox.world, newPool, { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
    const flags = await withExistingRole(ground);
    await pools.sdk.iam.send(
      new PutRolePolicyCommand({
        RoleName: 'made-by-security',
        PolicyName: 'after-a-move',
        PolicyDocument: documentOf({
          Action: ['cognito-idp:ListUsers', right, 'cognito-idp:AdminGetUser', 'lambda:InvokeFunction'],
          Resource: '*',
        }),
      }),
    );
    return [...flags, '--add-old-sub', '--move-once', how];
  };

export const withMarks: Setup = closing('mark', 'cognito-idp:AdminUpdateUserAttributes');
export const withDisabling: Setup = closing('disable', 'cognito-idp:AdminDisableUser');

/** Waits until the work after the move has closed the old user. */
async function untilClosed({ pools, oldPool }: PolicyAws): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const request = new AdminGetUserCommand({ UserPoolId: oldPool, Username: user.username });
    const { Enabled, UserAttributes = [] } = await pools.sdk.idp.send(request);
    if (Enabled === false || UserAttributes.some(({ Name }) => Name === 'custom:moved_to')) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the old user is still open');
}

/** An app client of the old pool that an administrator provides. */
export const withExistingOldClient: Setup = async ({ pools, oldPool }) => {
  const client = await pools.addClient(oldPool, 'made-by-security', {
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  return ['--old-client-id', client];
};

const documentOf = (...statements: readonly object[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
  });

/** `policy` has no flags for tags, since its statements allow any, and for the guard, since --add-old-sub says all it needs. */
export const flagsOfPolicy = (flags: readonly string[]): readonly string[] =>
  flags.filter((flag, index) => !['--tag', '--guard-sign-up'].includes(flag) && flags[index - 1] !== '--tag');

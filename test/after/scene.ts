/** Two pools, the function's role with exactly its rights, and the function in this process on the clock of the local AWS. */
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminSetUserPasswordCommand,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { vi } from 'vitest';
import { bothPools } from '../../src/lambda/both-pools.ts';
import { readEnvironment } from '../../src/lambda/environment.ts';
import { oldPool } from '../../src/lambda/old-pool.ts';
import { oldPoolCalls } from '../../src/lambda/pool-calls.ts';
import { makeHandler } from '../../src/lambda/serve.ts';
import { type AfterMove, oldSubName, type Settings } from '../../src/lambda/settings.ts';
import { encodeSettings } from '../../src/lambda/settings-codec.ts';
import { createSandbox, noDelays, type Sandbox } from '../../src/sandbox/index.ts';
import { fakeClock } from '../sandbox/support.ts';
import { given } from '../support/errors.ts';
import { type Sdk, sdkOf } from '../support/sdk.ts';

export const region = 'eu-west-1';
export const account = '111122223333';
const otherAccount = '444455556666';
export const password = 'Correct-horse-1';
export const functionName = 'migrate';

/** Old names and new names of the groups. `staff` and `crew` become one. */
export const groups = { admins: 'admins', staff: 'team', crew: 'team' } as const;

export interface SceneOptions {
  /** The old pool is in another account, and the function takes a role there. */
  readonly isCrossAccount?: boolean;
  /** People have usernames in both pools, and an email address as an alias. */
  readonly hasUsernames?: boolean;
  /** The old pool has no attributes for the mark. */
  readonly lacksMark?: boolean;
  readonly clock?: ReturnType<typeof fakeClock>;
}

export interface Scene {
  readonly sandbox: Sandbox;
  readonly clock: ReturnType<typeof fakeClock>;
  readonly old: Sdk & { readonly pool: string; readonly client: string };
  readonly new: Sdk & { readonly pool: string; readonly client: string };
  readonly roleArn: string;
  /** The function's variables. */
  variables(afterMove: AfterMove): Record<string, string>;
  /** The function in this process. It keeps what an execution environment keeps. */
  start(afterMove: AfterMove): Running;
  /** A user of the old pool, who is in these groups. */
  addOldUser(name: string, inGroups?: readonly string[]): Promise<Mover>;
  /** The user as Cognito creates them after a hand-over. */
  create(person: Mover, more?: Readonly<Record<string, string>>): Promise<void>;
  /** All that the work after a move can change, apart from the time in a mark. */
  stateOf(person: Mover): Promise<object>;
}

export interface Mover {
  readonly name: string;
  readonly oldUsername: string;
  readonly oldSub: string;
}

export interface Running {
  /** One event. Undefined: it was thrown back. */
  send(event: object): Promise<unknown>;
  /** An event as Lambda delivers it: again after 1 and 2 minutes if the function fails. */
  deliver(name: string): Promise<number>;
  readonly lines: Record<string, unknown>[];
}

const policy = (...statements: object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string | readonly string[], Resource: string) => ({
  Effect: 'Allow',
  Action,
  Resource,
});
const trust = (Principal: object, more: object = {}): string =>
  policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more });

const oldRights = [
  'AdminGetUser',
  'AdminInitiateAuth',
  'ListUsers',
  'AdminListGroupsForUser',
  'AdminDisableUser',
  'AdminUpdateUserAttributes',
];

/** Starts a local AWS with everything that init would have made. The caller closes it. */
export async function startScene(options: SceneOptions = {}): Promise<Scene> {
  const { isCrossAccount = false, hasUsernames = false, lacksMark = false, clock = fakeClock() } = options;
  const sandbox = await createSandbox({ delays: noDelays, now: clock.now, sleep: clock.sleep });
  const old = sdkOf(sandbox.url, { account: isCrossAccount ? otherAccount : account, region });
  const own = sdkOf(sandbox.url, { account, region });
  const kind: Partial<CreateUserPoolCommandInput> = hasUsernames
    ? { AliasAttributes: ['email'] }
    : { UsernameAttributes: ['email'] };
  const text = { AttributeDataType: 'String' } as const;
  const poolOf = async ({ idp }: Sdk, PoolName: string, Schema: CreateUserPoolCommandInput['Schema']) => {
    const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName, ...kind, Schema }));
    const UserPoolId = given(UserPool?.Id);
    const { UserPoolClient } = await idp.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: 'app',
        ExplicitAuthFlows: [
          'ALLOW_USER_PASSWORD_AUTH',
          'ALLOW_ADMIN_USER_PASSWORD_AUTH',
          'ALLOW_REFRESH_TOKEN_AUTH',
        ],
      }),
    );
    return { id: UserPoolId, arn: given(UserPool?.Arn), client: given(UserPoolClient?.ClientId) };
  };
  const oldPoolMade = await poolOf(
    old,
    'old',
    lacksMark
      ? []
      : [
          { Name: 'moved_at', ...text },
          { Name: 'moved_to', ...text },
        ].map((one) => ({ ...one, Mutable: true })),
  );
  const newPoolMade = await poolOf(own, 'new', [{ Name: 'old_sub', ...text, Mutable: false }]);
  for (const GroupName of new Set(['unchosen', ...Object.keys(groups)]))
    await old.idp.send(new CreateGroupCommand({ UserPoolId: oldPoolMade.id, GroupName }));
  for (const GroupName of new Set(['unchosen', ...Object.values(groups)]))
    await own.idp.send(new CreateGroupCommand({ UserPoolId: newPoolMade.id, GroupName }));

  const onOld = allow(
    oldRights.map((name) => `cognito-idp:${name}`),
    oldPoolMade.arn,
  );
  const { Role } = await own.iam.send(
    new CreateRoleCommand({
      RoleName: functionName,
      AssumeRolePolicyDocument: trust({
        Service: 'lambda.amazonaws.com',
        AWS: `arn:aws:iam::${account}:root`,
      }),
    }),
  );
  const roleArn = given(Role?.Arn);
  const oldRoleArn = `arn:aws:iam::${otherAccount}:role/old`;
  await own.iam.send(
    new PutRolePolicyCommand({
      RoleName: functionName,
      PolicyName: 'rights',
      PolicyDocument: policy(
        allow(['cognito-idp:AdminGetUser', 'cognito-idp:AdminAddUserToGroup'], newPoolMade.arn),
        allow('lambda:InvokeFunction', `arn:aws:lambda:${region}:${account}:function:${functionName}`),
        allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], '*'),
        isCrossAccount ? allow('sts:AssumeRole', oldRoleArn) : onOld,
      ),
    }),
  );
  if (isCrossAccount) {
    const condition = { Condition: { StringEquals: { 'sts:ExternalId': 'external' } } };
    await old.iam.send(
      new CreateRoleCommand({
        RoleName: 'old',
        AssumeRolePolicyDocument: trust({ AWS: roleArn }, condition),
      }),
    );
    await old.iam.send(
      new PutRolePolicyCommand({ RoleName: 'old', PolicyName: 'rights', PolicyDocument: policy(onOld) }),
    );
  }
  const session = { RoleArn: roleArn, RoleSessionName: functionName, DurationSeconds: 3600 };
  const { Credentials } = await own.sts.send(new AssumeRoleCommand(session));
  vi.stubEnv('AWS_ACCESS_KEY_ID', given(Credentials?.AccessKeyId));
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', given(Credentials?.SecretAccessKey));
  vi.stubEnv('AWS_SESSION_TOKEN', given(Credentials?.SessionToken));

  const email = { type: 'String', max: 2048 } as const;
  const signIn = hasUsernames
    ? { usernameAttributes: [], aliasAttributes: ['email' as const] }
    : { usernameAttributes: ['email' as const], aliasAttributes: [] };
  const settings: Settings = {
    mfa: 'block',
    oldPoolMfa: 'OFF',
    forgotPassword: 'on',
    onBadAttribute: 'drop',
    weakPassword: 'allow',
    map: { rename: { sub: oldSubName }, drop: [], set: {} },
    schema: {
      email,
      email_verified: { type: 'Boolean' },
      [oldSubName]: { type: 'String', mutable: false },
    },
    newPool: { ...signIn, caseSensitive: true },
    oldPool: signIn,
  };
  const variables = (afterMove: AfterMove) => ({
    OLD_USER_POOL_ID: oldPoolMade.id,
    OLD_USER_POOL_REGION: region,
    OLD_CLIENT_ID: oldPoolMade.client,
    NEW_USER_POOL_ID: newPoolMade.id,
    MIGRATION_SETTINGS: encodeSettings({ ...settings, afterMove }),
    ...(isCrossAccount && { OLD_ROLE_ARN: oldRoleArn, OLD_EXTERNAL_ID: 'external' }),
  });

  const start: Scene['start'] = (afterMove) => {
    const environment = readEnvironment({
      ...variables(afterMove),
      AWS_REGION: region,
      AWS_LAMBDA_FUNCTION_NAME: functionName,
      AWS_ENDPOINT_URL: sandbox.url,
    });
    const call = oldPoolCalls(environment, clock);
    const lines: Record<string, unknown>[] = [];
    const handler = makeHandler({
      start: () => ({
        environment,
        pool: oldPool(environment, clock, call),
        both: bothPools(environment, given(environment.newPool), clock, call),
      }),
      clock,
      write: (line) => lines.push(JSON.parse(line)),
    });
    const context = { getRemainingTimeInMillis: () => 30_000 };
    const send = (event: object) => handler(event, context).catch(() => undefined);
    const deliver = async (userName: string) => {
      const event = { triggerSource: 'CognitoMigrate_AfterMove', userName };
      for (const [at, pause] of [60_000, 120_000, 0].entries()) {
        const ended = await handler(event, context).then(
          () => true,
          () => false,
        );
        if (ended) return at + 1;
        clock.advance(pause);
      }
      return 3;
    };
    return { send, deliver, lines };
  };

  const addOldUser: Scene['addOldUser'] = async (name, inGroups = [...Object.keys(groups), 'unchosen']) => {
    const UserPoolId = oldPoolMade.id;
    const mail = `${name}@example.com`;
    const { User } = await old.idp.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username: hasUsernames ? name : mail,
        MessageAction: 'SUPPRESS',
        UserAttributes: attributesOf({ email: mail, email_verified: 'true' }),
      }),
    );
    const Username = given(User?.Username);
    await old.idp.send(
      new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: password, Permanent: true }),
    );
    for (const GroupName of inGroups)
      await old.idp.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName }));
    const oldSub = given(User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value);
    return { name: hasUsernames ? name : mail, oldUsername: Username, oldSub };
  };

  const create: Scene['create'] = async ({ name, oldSub }, more = {}) => {
    const mail = name.includes('@') ? name : `${name}@example.com`;
    await own.idp.send(
      new AdminCreateUserCommand({
        UserPoolId: newPoolMade.id,
        Username: name,
        MessageAction: 'SUPPRESS',
        UserAttributes: attributesOf({ email: mail, email_verified: 'true', [oldSubName]: oldSub, ...more }),
      }),
    );
  };

  const stateOf: Scene['stateOf'] = async ({ name, oldUsername }) => {
    const member = { UserPoolId: newPoolMade.id, Username: name };
    const listed = await own.idp.send(new AdminListGroupsForUserCommand(member));
    const user = await old.idp.send(
      new AdminGetUserCommand({ UserPoolId: oldPoolMade.id, Username: oldUsername }),
    );
    const attributes = Object.fromEntries(
      (user.UserAttributes ?? []).map(({ Name = '', Value }) => [Name, Value]),
    );
    const { 'custom:moved_at': movedAt, 'custom:moved_to': movedTo } = attributes;
    return {
      groups: (listed.Groups ?? []).map(({ GroupName }) => GroupName).toSorted(),
      enabled: user.Enabled,
      hasTime: movedAt !== undefined && !Number.isNaN(Date.parse(movedAt)),
      movedTo,
      attributes: Object.keys(attributes).toSorted(),
    };
  };

  return {
    sandbox,
    clock,
    old: { ...old, pool: oldPoolMade.id, client: oldPoolMade.client },
    new: { ...own, pool: newPoolMade.id, client: newPoolMade.client },
    roleArn,
    variables,
    start,
    addOldUser,
    create,
    stateOf,
  };
}

const attributesOf = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }));

/** An event of the Pre token generation trigger, as Cognito sends it. */
export async function tokenEvent(
  { new: { idp, pool } }: Scene,
  { name }: Pick<Mover, 'name'>,
  version: string,
  more: object = {},
): Promise<{ readonly request: object; readonly response: Record<string, unknown> }> {
  const user = await idp.send(new AdminGetUserCommand({ UserPoolId: pool, Username: name }));
  const { Groups = [] } = await idp.send(
    new AdminListGroupsForUserCommand({ UserPoolId: pool, Username: name }),
  );
  const userAttributes = Object.fromEntries(
    (user.UserAttributes ?? []).map(({ Name, Value }) => [Name, Value]),
  );
  return {
    ...{ version, triggerSource: 'TokenGeneration_Authentication', region, userPoolId: pool },
    ...{ userName: user.Username, ...more },
    request: {
      userAttributes,
      groupConfiguration: {
        groupsToOverride: Groups.map(({ GroupName }) => GroupName),
        iamRolesToOverride: [],
        preferredRole: null,
      },
    },
    response: { [version === '1' ? 'claimsOverrideDetails' : 'claimsAndScopeOverrideDetails']: null },
  };
}

/** The groups that an answer sets, or undefined if it leaves them alone. */
export function groupsIn(event: unknown): unknown {
  const member = (value: unknown, name: string): unknown =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, name)
      ? Reflect.get(value, name)
      : undefined;
  const response = member(event, 'response');
  const details =
    member(response, 'claimsOverrideDetails') ?? member(response, 'claimsAndScopeOverrideDetails');
  return member(member(details, 'groupOverrideDetails'), 'groupsToOverride');
}

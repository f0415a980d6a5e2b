import {
  AddCustomAttributesCommand,
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  type AdminCreateUserCommandInput,
  AdminDeleteUserCommand,
  AdminLinkProviderForUserCommand,
  AdminListGroupsForUserCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  CreateGroupCommand,
  ListGroupsCommand,
  ListUsersCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, test } from 'vitest';
import { keysOf } from '../../../../src/sandbox/index.ts';
import { cognitoSettings, deliveries } from '../../../../src/sandbox/services/cognito/index.ts';
import { policyOf } from '../../support.ts';
import { account, errorOf, type LocalCognito, newClient, newPool, startLocalCognito } from './support.ts';
import { attributesOf, getUser, newUser, password, signIn } from './users-support.ts';

function create(
  scene: LocalCognito,
  poolId: string,
  name: string,
  input: Partial<AdminCreateUserCommandInput> = {},
) {
  return scene.client.send(
    new AdminCreateUserCommand({ UserPoolId: poolId, Username: name, MessageAction: 'SUPPRESS', ...input }),
  );
}

const attribute = (Name: string, Value: string) => ({ Name, Value });

describe('AdminCreateUser', () => {
  test('makes a user who must change a temporary password', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    const { User } = await create(scene, poolId, 'bob', {
      UserAttributes: [attribute('email', 'b@example.com')],
    });
    expect(User).toMatchObject({ Username: 'bob', Enabled: true, UserStatus: 'FORCE_CHANGE_PASSWORD' });
    expect((await attributesOf(scene, poolId, 'bob')).sub).toMatch(/^[0-9a-f-]{36}$/);
    expect((await errorOf(create(scene, poolId, 'bob'))).name).toBe('UsernameExistsException');
    await scene.client.send(
      new AdminSetUserPasswordCommand({
        UserPoolId: poolId,
        Username: 'bob',
        Password: password,
        Permanent: true,
      }),
    );
    expect((await getUser(scene, poolId, 'bob')).UserStatus).toBe('CONFIRMED');
    await scene.client.send(new AdminDeleteUserCommand({ UserPoolId: poolId, Username: 'bob' }));
    expect((await errorOf(getUser(scene, poolId, 'bob'))).name).toBe('UserNotFoundException');
  });

  test('sends an invitation unless it is suppressed, by the media asked for', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    const UserAttributes = [attribute('email', 'b@example.com'), attribute('phone_number', '+4912345678')];
    await create(scene, poolId, 'quiet', { UserAttributes });
    expect(deliveries(scene.sandbox.world, poolId)).toEqual([]);
    await create(scene, poolId, 'bob', { MessageAction: undefined, UserAttributes });
    await create(scene, poolId, 'eve', {
      MessageAction: undefined,
      UserAttributes,
      DesiredDeliveryMediums: ['EMAIL', 'SMS'],
    });
    expect(
      deliveries(scene.sandbox.world, poolId).map(({ username, medium }) => `${username} ${medium}`),
    ).toEqual(['bob SMS', 'eve EMAIL', 'eve SMS']);
    await create(scene, poolId, 'bob', { MessageAction: 'RESEND' });
    expect(deliveries(scene.sandbox.world, poolId)).toHaveLength(4);
  });

  test.each([
    ['custom:none', 'x', 'Attribute does not exist in schema'],
    ['custom:short', 'abcd', 'longer'],
    ['custom:age', 'old', 'number'],
    ['custom:age', '7', 'small'],
    ['email', 'nonsense', 'Invalid email address format'],
    ['phone_number', '0123', 'Invalid phone number format'],
    ['email_verified', 'perhaps', 'boolean'],
    ['birthdate', '1.1.2000', 'shorter'],
    ['updated_at', 'today', 'number'],
  ])('%s = %s does not conform to the schema', async (name, value, text) => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene, {
      Schema: [
        { Name: 'short', AttributeDataType: 'String', StringAttributeConstraints: { MaxLength: '3' } },
        { Name: 'age', AttributeDataType: 'Number', NumberAttributeConstraints: { MinValue: '18' } },
      ],
    });
    const error = await errorOf(create(scene, poolId, 'bob', { UserAttributes: [attribute(name, value)] }));
    expect(error.name).toBe('InvalidParameterException');
    expect(error.message).toContain(`Attributes did not conform to the schema: ${name}: `);
    expect(error.message).toContain(text);
  });

  test('an immutable attribute can be set at creation and never again', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene, {
      Schema: [{ Name: 'old_sub', AttributeDataType: 'String', Mutable: false }],
    });
    await create(scene, poolId, 'bob', { UserAttributes: [attribute('custom:old_sub', '1')] });
    const change = new AdminUpdateUserAttributesCommand({
      UserPoolId: poolId,
      Username: 'bob',
      UserAttributes: [attribute('custom:old_sub', '2')],
    });
    expect((await errorOf(scene.client.send(change))).message).toBe(
      'user.custom:old_sub: Attribute cannot be updated.',
    );
    expect((await attributesOf(scene, poolId, 'bob'))['custom:old_sub']).toBe('1');
  });
});

describe('names', () => {
  test('e-mail addresses as usernames: the name is a sub, in any letter case one user', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene, {
      UsernameAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
    });
    const name = await newUser(scene, poolId, 'Bob@Example.com');
    const attributes = await attributesOf(scene, poolId, 'bob@example.com');
    expect(name).toBe(attributes.sub);
    expect(attributes.email).toBe('Bob@Example.com');
    expect((await getUser(scene, poolId, name)).Username).toBe(name);
    expect((await errorOf(create(scene, poolId, 'BOB@example.com'))).name).toBe('UsernameExistsException');
    expect((await errorOf(create(scene, poolId, 'bob'))).message).toBe('Username should be an email.');
  });

  test('case-sensitive pools hold two of them', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene, { UsernameAttributes: ['email'] });
    await newUser(scene, poolId, 'Bob@example.com');
    await newUser(scene, poolId, 'bob@example.com');
    expect((await errorOf(getUser(scene, poolId, 'BOB@example.com'))).name).toBe('UserNotFoundException');
  });

  test('aliases count once verified, and belong to one user', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene, { AliasAttributes: ['email', 'preferred_username'] });
    const clientId = await newClient(scene, poolId);
    await newUser(scene, poolId, 'bob', { email: 'b@example.com' });
    expect((await errorOf(signIn(scene, clientId, 'b@example.com'))).name).toBe('UserNotFoundException');
    const verify = (name: string) =>
      scene.client.send(
        new AdminUpdateUserAttributesCommand({
          UserPoolId: poolId,
          Username: name,
          UserAttributes: [attribute('email', 'b@example.com'), attribute('email_verified', 'true')],
        }),
      );
    await verify('bob');
    expect((await signIn(scene, clientId, 'b@example.com')).AuthenticationResult).toBeDefined();
    await newUser(scene, poolId, 'eve', { email: 'b@example.com', preferred_username: 'evie' });
    expect((await errorOf(verify('eve'))).name).toBe('AliasExistsException');
    expect((await attributesOf(scene, poolId, 'eve')).email_verified).toBeUndefined();
    expect((await getUser(scene, poolId, 'evie')).Username).toBe('eve');
    await create(scene, poolId, 'ann', {
      ForceAliasCreation: true,
      UserAttributes: [attribute('email', 'b@example.com'), attribute('email_verified', 'true')],
    });
    expect((await getUser(scene, poolId, 'b@example.com')).Username).toBe('ann');
    expect((await attributesOf(scene, poolId, 'bob')).email_verified).toBe('false');
    expect((await errorOf(create(scene, poolId, 'c@example.com'))).message).toContain(
      'Username cannot be of email format',
    );
  });

  test('a changed e-mail address is unverified until said otherwise', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    await newUser(scene, poolId, 'bob', { email: 'b@example.com', email_verified: 'true' });
    await scene.client.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: poolId,
        Username: 'bob',
        UserAttributes: [attribute('email', 'new@example.com')],
      }),
    );
    expect((await attributesOf(scene, poolId, 'bob')).email_verified).toBe('false');
  });
});

describe('ListUsers', () => {
  test('filters, pages, and picks attributes', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    for (const name of ['ann', 'anna', 'bob'])
      await newUser(scene, poolId, name, { email: `${name}@example.com` });
    const list = async (Filter?: string, AttributesToGet?: string[]) => {
      const { Users } = await scene.client.send(
        new ListUsersCommand({ UserPoolId: poolId, Filter, AttributesToGet }),
      );
      return Users?.map(({ Username }) => Username);
    };
    expect(await list('username ^= "ann"')).toEqual(['ann', 'anna']);
    expect(await list('email = "bob@example.com"')).toEqual(['bob']);
    expect(await list('email = "BOB@Example.com"')).toEqual(['bob']);
    expect(await list('username = "BOB"')).toEqual([]);
    expect(await list('cognito:user_status = "CONFIRMED"')).toHaveLength(3);
    expect((await errorOf(list('custom:x = "1"'))).name).toBe('InvalidParameterException');
    const first = await scene.client.send(
      new ListUsersCommand({ UserPoolId: poolId, Limit: 2, AttributesToGet: ['email'] }),
    );
    expect(first.Users?.[0]?.Attributes).toEqual([attribute('email', 'ann@example.com')]);
    const { PaginationToken } = first;
    const second = await scene.client.send(
      new ListUsersCommand({ UserPoolId: poolId, Limit: 2, PaginationToken }),
    );
    expect(second.Users?.map(({ Username }) => Username)).toEqual(['bob']);
    expect(second.PaginationToken).toBeUndefined();
    // One user without the attribute is enough.
    const lacking = list(undefined, ['email', 'phone_number']);
    expect((await errorOf(lacking)).name).toBe('InvalidParameterException');
    expect(await list('username = "nobody"', ['phone_number'])).toEqual([]);
  });
});

test('SignUp is refused where only administrators create users, and where the client may not write', async () => {
  const scene = await startLocalCognito();
  const closed = await newPool(scene, { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
  const command = (ClientId: string) =>
    new SignUpCommand({
      ClientId,
      Username: 'bob',
      Password: password,
      UserAttributes: [attribute('name', 'Bob')],
    });
  expect(await errorOf(scene.client.send(command(await newClient(scene, closed))))).toEqual({
    name: 'NotAuthorizedException',
    message: 'SignUp is not permitted for this user pool',
  });
  const open = await newPool(scene);
  const narrow = await newClient(scene, open, { WriteAttributes: ['email'] });
  expect((await errorOf(scene.client.send(command(narrow)))).message).toBe(
    'A client attempted to write unauthorized attribute',
  );
});

test.each([
  ['standard', []],
  ['at-creation', ['custom:first']],
  ['all', ['custom:first', 'custom:later']],
] as const)(
  'a client without WriteAttributes sets custom attributes at sign-up (%s)',
  async (writesWithoutList, expected) => {
    const scene = await startLocalCognito();
    cognitoSettings(scene.sandbox.world).writesWithoutList = writesWithoutList;
    const custom = (Name: string) => ({ Name, AttributeDataType: 'String' as const, Mutable: false });
    const poolId = await newPool(scene, { Schema: [custom('first')] });
    const ClientId = await newClient(scene, poolId);
    await scene.client.send(
      new AddCustomAttributesCommand({ UserPoolId: poolId, CustomAttributes: [custom('later')] }),
    );
    const isAccepted = async (Name: string) => {
      const UserAttributes = [attribute(Name, 'x')];
      const command = new SignUpCommand({ ClientId, Username: Name, Password: password, UserAttributes });
      return scene.client.send(command).then(
        () => true,
        () => false,
      );
    };
    const names = ['nickname', 'custom:first', 'custom:later', 'email_verified', 'custom:none'];
    const accepted = [];
    for (const name of names) if (await isAccepted(name)) accepted.push(name);
    expect(accepted).toEqual(['nickname', ...expected]);
  },
);

test('groups and links', async () => {
  const scene = await startLocalCognito();
  const poolId = await newPool(scene);
  await newUser(scene, poolId, 'bob');
  await scene.client.send(new CreateGroupCommand({ UserPoolId: poolId, GroupName: 'a', Precedence: 1 }));
  await scene.client.send(new CreateGroupCommand({ UserPoolId: poolId, GroupName: 'b' }));
  const add = (GroupName: string) =>
    scene.client.send(new AdminAddUserToGroupCommand({ UserPoolId: poolId, Username: 'bob', GroupName }));
  await add('b');
  expect((await errorOf(add('c'))).name).toBe('ResourceNotFoundException');
  const { Groups } = await scene.client.send(new ListGroupsCommand({ UserPoolId: poolId }));
  expect(Groups?.map(({ GroupName }) => GroupName)).toEqual(['a', 'b']);
  const own = await scene.client.send(
    new AdminListGroupsForUserCommand({ UserPoolId: poolId, Username: 'bob' }),
  );
  expect(own.Groups?.map(({ GroupName }) => GroupName)).toEqual(['b']);
  await scene.client.send(
    new AdminLinkProviderForUserCommand({
      UserPoolId: poolId,
      DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: 'bob' },
      SourceUser: {
        ProviderName: 'Google',
        ProviderAttributeName: 'Cognito_Subject',
        ProviderAttributeValue: '1',
      },
    }),
  );
  expect((await attributesOf(scene, poolId, 'bob')).identities).toContain('Google');
});

test('a role may do on a pool what its policy says, and nothing else', async () => {
  const scene = await startLocalCognito();
  const config = {
    endpoint: scene.sandbox.url,
    region: 'eu-west-1',
    credentials: keysOf(account),
  };
  const iam = new IAMClient(config);
  const trust = policyOf({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'sts:AssumeRole',
  });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust }));
  const poolId = await newPool(scene);
  await newUser(scene, poolId, 'bob');
  const allow = policyOf({
    Effect: 'Allow',
    Action: 'cognito-idp:AdminGetUser',
    Resource: `arn:aws:cognito-idp:eu-west-1:${account}:userpool/${poolId}`,
  });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument: allow }));
  const { Credentials } = await new STSClient(config).send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'session' }),
  );
  const session = scene.clientOf({
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  });
  const asRole = { ...scene, client: session };
  expect((await getUser(asRole, poolId, 'bob')).Username).toBe('bob');
  expect((await errorOf(create(asRole, poolId, 'eve'))).name).toBe('AccessDeniedException');
  const other = await newPool(scene);
  expect((await errorOf(getUser(asRole, other, 'bob'))).name).toBe('AccessDeniedException');
});

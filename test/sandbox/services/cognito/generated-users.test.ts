import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminListGroupsForUserCommand,
  AdminUpdateUserAttributesCommand,
  CreateGroupCommand,
  DescribeUserPoolCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { GeneratedUsers, numberedUsers } from '../../../../src/sandbox/services/cognito/generated-users.ts';
import { generateUsers } from '../../../../src/sandbox/services/cognito/index.ts';
import { UserDirectory } from '../../../../src/sandbox/services/cognito/user-directory.ts';
import { given } from '../../../support/errors.ts';
import { errorOf, newClient, newPool, startLocalCognito } from './support.ts';

const million = 1_000_000;
const password = 'Passw0rd!';

async function largePool(settings: Parameters<typeof newPool>[1] = {}) {
  const scene = await startLocalCognito();
  const UserPoolId = await newPool(scene, settings);
  generateUsers(scene.sandbox.world, UserPoolId, million, password);
  return { scene, client: scene.client, UserPoolId };
}

describe('a pool of a million users', () => {
  test('finds each by name, address, and sub', async () => {
    const { client, UserPoolId } = await largePool({ AliasAttributes: ['email'] });
    const get = (Username: string) => client.send(new AdminGetUserCommand({ UserPoolId, Username }));
    const user = await get('user-0999999');
    expect(user).toMatchObject({ Username: 'user-0999999', UserStatus: 'CONFIRMED', Enabled: true });
    const sub = given(user.UserAttributes?.find(({ Name }) => Name === 'sub')?.Value, 'sub');
    expect(await get(sub)).toMatchObject({ Username: 'user-0999999' });
    expect(await get('user-0000042@example.com')).toMatchObject({ Username: 'user-0000042' });
    expect(await errorOf(get('user-1000000'))).toMatchObject({ name: 'UserNotFoundException' });
    const { UserPool } = await client.send(new DescribeUserPoolCommand({ UserPoolId }));
    expect(UserPool?.EstimatedNumberOfUsers).toBe(million);
  });

  test('lists them in pages, in order, those made later last', async () => {
    const { client, UserPoolId } = await largePool();
    await client.send(
      new AdminCreateUserCommand({ UserPoolId, Username: 'later', MessageAction: 'SUPPRESS' }),
    );
    const first = await client.send(new ListUsersCommand({ UserPoolId, Limit: 2 }));
    expect(first.Users?.map(({ Username }) => Username)).toEqual(['user-0000000', 'user-0000001']);
    const second = await client.send(
      new ListUsersCommand({ UserPoolId, Limit: 1, PaginationToken: first.PaginationToken }),
    );
    expect(second.Users?.map(({ Username }) => Username)).toEqual(['user-0000002']);
    const found = await client.send(new ListUsersCommand({ UserPoolId, Filter: 'username = "later"' }));
    expect(found.Users?.map(({ Username }) => Username)).toEqual(['later']);
    expect(found.PaginationToken).toBeUndefined();
  });

  test('keeps what changes, and nothing else', async () => {
    const { client, UserPoolId } = await largePool({ AliasAttributes: ['email'] });
    const Username = 'user-0000007';
    await client.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId,
        Username,
        UserAttributes: [
          { Name: 'email', Value: 'seven@example.org' },
          { Name: 'email_verified', Value: 'true' },
        ],
      }),
    );
    await client.send(new CreateGroupCommand({ UserPoolId, GroupName: 'staff' }));
    await client.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName: 'staff' }));
    const get = (name: string) => client.send(new AdminGetUserCommand({ UserPoolId, Username: name }));
    expect(await get('seven@example.org')).toMatchObject({ Username });
    expect(await errorOf(get('user-0000007@example.com'))).toMatchObject({ name: 'UserNotFoundException' });
    const { Groups } = await client.send(new AdminListGroupsForUserCommand({ UserPoolId, Username }));
    expect(Groups?.map(({ GroupName }) => GroupName)).toEqual(['staff']);
    await client.send(new AdminDeleteUserCommand({ UserPoolId, Username: 'user-0000008' }));
    expect(await errorOf(get('user-0000008'))).toMatchObject({ name: 'UserNotFoundException' });
    const page = await client.send(new ListUsersCommand({ UserPoolId, Limit: 9 }));
    expect(page.Users?.at(-1)?.Username).toBe('user-0000009');
  });

  test('refuses names that one of them has, and lets each sign in', async () => {
    const { scene, client, UserPoolId } = await largePool({ UsernameAttributes: ['email'] });
    const create = (Username: string) =>
      client.send(new AdminCreateUserCommand({ UserPoolId, Username, MessageAction: 'SUPPRESS' }));
    expect(await errorOf(create('user-0123456@example.com'))).toMatchObject({
      name: 'UsernameExistsException',
    });
    await create('new@example.com');
    const ClientId = await newClient(scene, UserPoolId);
    const signIn = (PASSWORD: string) =>
      client.send(
        new AdminInitiateAuthCommand({
          UserPoolId,
          ClientId,
          AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: 'user-0123456@example.com', PASSWORD },
        }),
      );
    expect((await signIn(password)).AuthenticationResult?.AccessToken).toBeDefined();
    expect(await errorOf(signIn('Wrong-0ne!'))).toMatchObject({ name: 'NotAuthorizedException' });
  });
});

describe('kinds of users', () => {
  const kinds = [
    'CONFIRMED',
    'UNCONFIRMED',
    'FORCE_CHANGE_PASSWORD',
    'RESET_REQUIRED',
    'EXTERNAL_PROVIDER',
    'disabled',
    'unverified',
  ] as const;

  test.each(['AliasAttributes', 'UsernameAttributes'])(
    'take turns by number, in a pool where the address is in %s',
    async (setting) => {
      const scene = await startLocalCognito();
      const { client } = scene;
      const UserPoolId = await newPool(scene, { [setting]: ['email'] });
      generateUsers(scene.sandbox.world, UserPoolId, 14, password, kinds);
      const { Users = [] } = await client.send(new ListUsersCommand({ UserPoolId }));
      const once = Users.slice(0, 7).map(({ UserStatus, Enabled, Attributes }) => [
        UserStatus,
        Enabled,
        Attributes?.find(({ Name }) => Name === 'email_verified')?.Value,
      ]);
      expect(once).toEqual([
        ['CONFIRMED', true, 'true'],
        ['UNCONFIRMED', true, 'false'],
        ['FORCE_CHANGE_PASSWORD', true, 'true'],
        ['RESET_REQUIRED', true, 'true'],
        ['EXTERNAL_PROVIDER', true, 'false'],
        ['CONFIRMED', false, 'true'],
        ['CONFIRMED', true, 'false'],
      ]);
      for (const { Username } of Users)
        expect(await client.send(new AdminGetUserCommand({ UserPoolId, Username }))).toMatchObject({
          Username,
        });
      const federated = Users.filter(({ UserStatus }) => UserStatus === 'EXTERNAL_PROVIDER');
      expect(federated.map(({ Username }) => Username)).toEqual([
        'Google_user-0000004',
        'Google_user-0000011',
      ]);
      const ClientId = await newClient(scene, UserPoolId);
      const signIn = (n: number) =>
        client.send(
          new AdminInitiateAuthCommand({
            UserPoolId,
            ClientId,
            AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
            AuthParameters: { USERNAME: given(Users[n]?.Username), PASSWORD: password },
          }),
        );
      expect((await signIn(0)).AuthenticationResult?.AccessToken).toBeDefined();
      expect((await errorOf(signIn(1))).name).toBe('UserNotConfirmedException');
      expect((await signIn(2)).ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
      expect((await errorOf(signIn(3))).name).toBe('PasswordResetRequiredException');
      expect((await errorOf(signIn(4))).name).toBe('NotAuthorizedException');
      expect((await errorOf(signIn(5))).message).toContain('disabled');
      expect((await signIn(6)).AuthenticationResult?.AccessToken).toBeDefined();
    },
  );
});

describe('the work of a call', () => {
  const counted = () => {
    const generation = numberedUsers(million, { isAddressTheName: false, created: 0 });
    let made = 0;
    const make: typeof generation.make = (n) => {
      made += 1;
      return generation.make(n);
    };
    const users = new UserDirectory();
    users.generate(new GeneratedUsers({ ...generation, make }));
    return { users, made: () => made };
  };

  test('is a user for a look-up', () => {
    const { users, made } = counted();
    expect([...users.withValue('email', 'USER-0500000@example.com')].map(({ username }) => username)).toEqual(
      ['user-0500000'],
    );
    expect([...users.withValue('username', 'nobody')]).toEqual([]);
    expect(made()).toBe(1);
  });

  test('is a page for a page, wherever it begins', () => {
    const { users, made } = counted();
    const page = users.after(900_000)[Symbol.iterator]();
    for (let n = 0; n < 60; n += 1) page.next();
    expect(made()).toBe(60);
  });

  test('is a page for a page of those whose sub begins alike', () => {
    const { users, made } = counted();
    const page = users.withSubPrefix('f', 900_000)[Symbol.iterator]();
    const subs = Array.from({ length: 60 }, () => given<{ sub: string }>(page.next().value, 'user').sub);
    expect(made()).toBe(60);
    expect(subs.every((sub) => sub.startsWith('f'))).toBe(true);
    expect([...users.withSubPrefix('abcde', 0)]).toHaveLength(1);
    expect(made()).toBe(61);
  });

  test('two holders of one user see the same changes', () => {
    const { users } = counted();
    const [one, other] = ['user-0000003', 'user-0000003'].map(
      (name) => [...users.withValue('username', name)][0],
    );
    expect(one).toBe(other);
    given(one, 'user').status = 'RESET_REQUIRED';
    expect(users.get(given(one, 'user').sub)?.status).toBe('RESET_REQUIRED');
    expect(users.size).toBe(million);
  });
});

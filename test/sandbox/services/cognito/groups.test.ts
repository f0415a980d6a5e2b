/** Groups of the local AWS: their members, their limits, and their place in tokens. */
import {
  AdminAddUserToGroupCommand,
  AdminDeleteUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  CreateGroupCommand,
  DeleteGroupCommand,
  GetGroupCommand,
  ListUsersInGroupCommand,
  UpdateGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { beforeEach, describe, expect, test } from 'vitest';
import { cognitoSettings } from '../../../../src/sandbox/services/cognito/index.ts';
import { cognitoKind } from '../../../../src/sandbox/services/cognito/state.ts';
import {
  answers,
  errorOf,
  functionArn,
  type LocalCognito,
  newClient,
  newPool,
  type Player,
  startLocalCognito,
} from './support.ts';
import { newUser, signIn } from './users-support.ts';

let scene: LocalCognito;
let UserPoolId: string;
beforeEach(async () => {
  scene = await startLocalCognito();
  UserPoolId = await newPool(scene);
});

const create = (GroupName: string, more: object = {}) =>
  scene.client.send(new CreateGroupCommand({ UserPoolId, GroupName, ...more }));
const add = (Username: string, GroupName: string) =>
  scene.client.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName }));
const members = async (GroupName: string, more: object = {}) => {
  const { Users, NextToken } = await scene.client.send(
    new ListUsersInGroupCommand({ UserPoolId, GroupName, ...more }),
  );
  return { names: Users?.map(({ Username }) => Username), NextToken };
};

test('a group is read, changed, and deleted, with its memberships', async () => {
  await create('staff', { Description: 'all of us', Precedence: 3 });
  await newUser(scene, UserPoolId, 'bob');
  await add('bob', 'staff');
  scene.clock.advance(5000);
  await scene.client.send(new UpdateGroupCommand({ UserPoolId, GroupName: 'staff', Precedence: 1 }));
  const { Group } = await scene.client.send(new GetGroupCommand({ UserPoolId, GroupName: 'staff' }));
  expect(Group).toMatchObject({ GroupName: 'staff', Description: 'all of us', Precedence: 1 });
  expect(Number(Group?.LastModifiedDate) - Number(Group?.CreationDate)).toBe(5000);
  expect((await members('staff')).names).toEqual(['bob']);

  await scene.client.send(new DeleteGroupCommand({ UserPoolId, GroupName: 'staff' }));
  for (const command of [
    new GetGroupCommand({ UserPoolId, GroupName: 'staff' }),
    new DeleteGroupCommand({ UserPoolId, GroupName: 'staff' }),
  ])
    expect((await errorOf(scene.client.send(command as GetGroupCommand))).name).toBe(
      'ResourceNotFoundException',
    );
  expect((await errorOf(members('staff'))).name).toBe('ResourceNotFoundException');
  await create('staff');
  expect((await members('staff')).names).toEqual([]);
});

test('members are listed in pages, without those who left or were deleted', async () => {
  await create('staff');
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    await newUser(scene, UserPoolId, name);
    await add(name, 'staff');
    await add(name, 'staff');
  }
  const leave = { UserPoolId, Username: 'a', GroupName: 'staff' };
  await scene.client.send(new AdminRemoveUserFromGroupCommand(leave));
  await scene.client.send(new AdminDeleteUserCommand({ UserPoolId, Username: 'd' }));
  const first = await members('staff', { Limit: 2 });
  expect(first.names).toEqual(['b', 'c']);
  const second = await members('staff', { Limit: 2, NextToken: first.NextToken });
  expect(second.names).toEqual(['e']);
  expect(second.NextToken).toBeUndefined();
  await add('a', 'staff');
  expect((await members('staff')).names).toEqual(['b', 'c', 'e', 'a']);
});

test('a user is in at most 100 groups', async () => {
  await newUser(scene, UserPoolId, 'bob');
  for (let number = 0; number <= 100; number += 1) await create(`g${number}`);
  for (let number = 0; number < 100; number += 1) await add('bob', `g${number}`);
  expect((await errorOf(add('bob', 'g100'))).name).toBe('LimitExceededException');
  await add('bob', 'g99');
  const command = new AdminListGroupsForUserCommand({ UserPoolId, Username: 'bob', Limit: 60 });
  const { Groups, NextToken } = await scene.client.send(command);
  expect([Groups?.length, NextToken !== undefined]).toEqual([60, true]);
});

describe('groups in tokens', () => {
  const trigger = functionArn('tokens');
  const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
  let clientId: string;

  async function signedIn(player: Player, version?: string) {
    UserPoolId = await newPool(scene, {
      LambdaConfig:
        version === undefined
          ? { PreTokenGeneration: trigger }
          : { PreTokenGenerationConfig: { LambdaArn: trigger, LambdaVersion: 'V2_0' } },
    });
    clientId = await newClient(scene, UserPoolId);
    await create('a', { Precedence: 2, RoleArn: role('a') });
    await create('b', { Precedence: 1, RoleArn: role('b') });
    await create('late');
    await newUser(scene, UserPoolId, 'bob');
    await add('bob', 'a');
    await add('bob', 'b');
    scene.play(trigger, player);
    return claimsOf('bob');
  }
  async function claimsOf(name: string) {
    const { AuthenticationResult } = await signIn(scene, clientId, name);
    const [id, access] = [AuthenticationResult?.IdToken, AuthenticationResult?.AccessToken].map(
      (token): Record<string, unknown> =>
        JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString()),
    );
    return { id, access };
  }
  const requested = () => scene.invocations.at(-1)?.event.request.groupConfiguration;

  test('come with their roles, the one of the lowest precedence preferred', async () => {
    const { id, access } = await signedIn(answers({}));
    expect(requested()).toEqual({
      groupsToOverride: ['a', 'b'],
      iamRolesToOverride: [role('a'), role('b')],
      preferredRole: role('b'),
    });
    expect(id).toMatchObject({
      'cognito:groups': ['a', 'b'],
      'cognito:roles': [role('a'), role('b')],
      'cognito:preferred_role': role('b'),
    });
    expect(access).toMatchObject({ 'cognito:groups': ['a', 'b'] });
    expect(access).not.toHaveProperty('cognito:roles');
  });

  test.each([
    ['null', null],
    ['an empty object', {}],
    ['an empty list', { groupsToOverride: [] }],
  ])('are suppressed by %s', async (_, groupOverrideDetails) => {
    const { id, access } = await signedIn(answers({ claimsOverrideDetails: { groupOverrideDetails } }));
    for (const claims of [id, access]) expect(claims).not.toHaveProperty('cognito:groups');
    expect(id).not.toHaveProperty('cognito:roles');
  });

  test('are overridden by an event of version 2', async () => {
    const groupOverrideDetails = { groupsToOverride: ['x'], preferredRole: role('x') };
    const { id, access } = await signedIn(
      answers({ claimsAndScopeOverrideDetails: { groupOverrideDetails } }),
      'V2_0',
    );
    expect(scene.invocations.at(-1)?.event.version).toBe('2');
    expect(id).toMatchObject({ 'cognito:groups': ['x'], 'cognito:preferred_role': role('x') });
    expect(access).toMatchObject({ 'cognito:groups': ['x'] });
  });

  test.each([
    ['pre-token', ['a', 'b', 'late']],
    ['post-authentication', ['a', 'b']],
    ['next-token', ['a', 'b']],
  ] as const)('that the trigger adds to the pool are seen from %s on', async (from, seen) => {
    cognitoSettings(scene.sandbox.world).groupsSeenFrom = from;
    const player: Player = (event) => {
      const pool = scene.sandbox.world
        .states(cognitoKind)
        .map(({ state }) => state.pools.get(UserPoolId))
        .find((one) => one !== undefined);
      for (const user of pool?.users.values() ?? []) user.groups.add('late');
      return answers({})(event);
    };
    const { id } = await signedIn(player);
    expect(id).toHaveProperty('cognito:groups', seen);
    expect((await claimsOf('bob')).id).toHaveProperty('cognito:groups', ['a', 'b', 'late']);
  });
});

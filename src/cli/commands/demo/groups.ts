/** The demo with groups: a user who moves is in them from the second token on, or already in the first. Nobody moves twice. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AdminAddUserToGroupCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod/mini';
import { errorName } from '../../../aws/errors.ts';
import { CheckError } from '../../../core/errors.ts';
import type { Context } from '../../context.ts';
import {
  demoScene,
  type LocalKeys,
  localClient,
  type Scene,
  type SetPool,
  setScene,
} from '../sandbox/index.ts';
import { withEnvironment } from './environment.ts';
import { account, environmentOf, type Stage } from './one-account.ts';
import { runInit } from './run-init.ts';
import { type Person, people, persistently } from './sign-in.ts';
import { groupsText } from './view.ts';

/** The groups of the old pool, and the users in them. */
const oldGroups = [
  { GroupName: 'admins', Precedence: 1, members: [people.ana.username] },
  { GroupName: 'beta', Description: 'Sees new features first', members: [people.ana.username] },
  { GroupName: 'staff', members: [people.ben.username] },
];

/** Nobody signs up there. Where anyone can, groups need app clients that can't write the old ID. */
export const closedScene = {
  ...demoScene,
  pools: demoScene.pools.map((pool) => ({
    ...pool,
    settings: { ...pool.settings, AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } },
  })),
};

const groupsWith = (username: string): string[] =>
  oldGroups.flatMap(({ GroupName, members }) =>
    members.some((member) => member === username) ? [GroupName] : [],
  );

/** Longest wait for the work after a move, and the pause between two looks, in milliseconds. */
const [longestMs, pauseMs] = [60_000, 100];

/** Sets both pools, and works in them with an administrator's client. */
export async function withClient(
  scene: Scene,
  { url, keysOf }: Stage,
  work: (
    idp: CognitoIdentityProviderClient,
    keys: LocalKeys,
    pools: readonly [SetPool, SetPool],
  ) => Promise<void>,
): Promise<void> {
  const keys = keysOf(account);
  const [oldPool, newPool] = await setScene(scene, url, keys);
  if (oldPool === undefined || newPool === undefined) throw new Error('the demo scene has two pools');
  const idp = new CognitoIdentityProviderClient(localClient(url, demoScene.region, keys));
  try {
    await work(idp, keys, [oldPool, newPool]);
  } finally {
    idp.destroy();
  }
}

export function demoOfGroups(context: Context, stage: Stage): Promise<void> {
  const { reporter } = context;
  const { username: Username } = people.ana;
  return withClient(closedScene, stage, async (idp, keys, [oldPool, newPool]) => {
    await addGroups(idp, oldPool, oldGroups);
    reporter.text(
      `  ${oldPool.name} ${oldPool.id} has ${oldPool.users} users and ${oldGroups.length} groups.\n  ${newPool.name} ${newPool.id} has none.\n`,
    );
    const pools = ['--old-user-pool-id', oldPool.id, '--new-user-pool-id', newPool.id];
    const where = ['--state', join(stage.folder, 'state.json'), '--endpoint-url', stage.url];
    const wishes = [
      '--add-old-sub',
      '--groups',
      'all',
      '--move-once',
      'disable',
      '--all-new-clients',
      '--yes',
    ];
    const initWith = (...more: string[]): Promise<void> =>
      withEnvironment(environmentOf(keys), () => runInit(context, [...pools, ...where, ...wishes, ...more]));
    await initWith();

    const expected = groupsWith(Username);
    const firstToken = await persistently(() => groupsInToken(idp, newPool, people.ana));
    await untilIn(idp, newPool, Username, expected);
    const secondToken = await groupsInToken(idp, newPool, people.ana);
    const group = { UserPoolId: newPool.id, Username, GroupName: 'admins' };
    await idp.send(new AdminRemoveUserFromGroupCommand(group));
    const afterRemoval = await groupsInToken(idp, newPool, people.ana);
    await untilDisabled(idp, oldPool, Username);
    await idp.send(new AdminDeleteUserCommand({ UserPoolId: newPool.id, Username }));
    const afterDeletion = await groupsInToken(idp, newPool, people.ana).then(() => 'signed in', errorName);
    await initWith('--groups-in-first-token');
    const withTrigger = {
      oldGroups: groupsWith(people.ben.username),
      firstToken: await persistently(() => groupsInToken(idp, newPool, people.ben)),
    };
    const own = { newPool, oldGroups: expected, firstToken, secondToken, afterRemoval };
    const shown = { ...own, afterDeletion, withTrigger };
    reporter.data({
      json: { command: 'demo', oldPool, ...shown },
      text: (style) => groupsText(shown, style),
    });
  });
}

/** Adds groups, and their members. */
export async function addGroups(
  idp: CognitoIdentityProviderClient,
  { id: UserPoolId }: SetPool,
  groups: readonly { readonly GroupName: string; readonly members: readonly string[] }[],
): Promise<void> {
  for (const { members, ...group } of groups) {
    const { GroupName } = group;
    await idp.send(new CreateGroupCommand({ ...group, UserPoolId }));
    for (const Username of members)
      await idp.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName }));
  }
}

const Claims = z.object({ 'cognito:groups': z.optional(z.array(z.string())) });

/** Signs the user in, and reads the groups in the ID token. */
export async function groupsInToken(
  idp: CognitoIdentityProviderClient,
  { clients }: SetPool,
  { username, password }: Person,
): Promise<readonly string[]> {
  const { AuthenticationResult } = await idp.send(
    new InitiateAuthCommand({
      ClientId: clients[0]?.id,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD: password },
    }),
  );
  return groupsIn(AuthenticationResult?.IdToken);
}

export function groupsIn(token: string | undefined): readonly string[] {
  const [, payload = ''] = token?.split('.') ?? [];
  const claims = Claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  return (claims['cognito:groups'] ?? []).toSorted();
}

/** Waits until the user is disabled, which is the last part of the work after the move. */
async function untilDisabled(
  idp: CognitoIdentityProviderClient,
  { id: UserPoolId }: SetPool,
  Username: string,
): Promise<void> {
  for (let waitedMs = 0; waitedMs < longestMs; waitedMs += pauseMs) {
    const { Enabled } = await idp.send(new AdminGetUserCommand({ UserPoolId, Username }));
    if (Enabled === false) return;
    await sleep(pauseMs);
  }
  throw new CheckError('The old user is not disabled', { code: 'DEMO_FAILED', expected: 'disabled' });
}

/** Waits for the work after the move. Throws CheckError if it takes too long. */
export async function untilIn(
  idp: CognitoIdentityProviderClient,
  { id: UserPoolId }: SetPool,
  Username: string,
  expected: readonly string[],
): Promise<void> {
  let found: string[] = [];
  for (let waitedMs = 0; waitedMs < longestMs; waitedMs += pauseMs) {
    const { Groups = [] } = await idp.send(new AdminListGroupsForUserCommand({ UserPoolId, Username }));
    found = Groups.map(({ GroupName = '' }) => GroupName).toSorted();
    if (found.join() === expected.join()) return;
    await sleep(pauseMs);
  }
  throw new CheckError('The user is not in the groups of the old pool', {
    code: 'DEMO_FAILED',
    expected,
    found,
  });
}

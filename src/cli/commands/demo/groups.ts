/** The demo with groups: a user who moves is in them from the second token on. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AdminAddUserToGroupCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod/mini';
import { CheckError } from '../../../core/errors.ts';
import type { Context } from '../../context.ts';
import { demoScene, localClient, type SetPool, setScene } from '../sandbox/index.ts';
import { withEnvironment } from './environment.ts';
import { account, environmentOf, type Stage } from './one-account.ts';
import { runInit } from './run-init.ts';
import { people, persistently } from './sign-in.ts';
import { groupsText } from './view.ts';

const { username: Username, password: PASSWORD } = people.ana;

/** The groups of the old pool, and whether the user is in them. */
const oldGroups = [
  { GroupName: 'admins', Precedence: 1, isMember: true },
  { GroupName: 'beta', Description: 'Sees new features first', isMember: true },
  { GroupName: 'staff', isMember: false },
];

/** Nobody signs up there. Where anyone can, groups need app clients that can't write the old ID. */
const closedScene = {
  ...demoScene,
  pools: demoScene.pools.map((pool) => ({
    ...pool,
    settings: { ...pool.settings, AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } },
  })),
};

/** Longest wait for the work after a move, and the pause between two looks, in milliseconds. */
const [longestMs, pauseMs] = [60_000, 100];

export async function demoOfGroups(context: Context, stage: Stage): Promise<void> {
  const { reporter } = context;
  const { url, folder } = stage;
  const keys = stage.keysOf(account);
  const [oldPool, newPool] = await setScene(closedScene, url, keys);
  if (oldPool === undefined || newPool === undefined) throw new Error('the demo scene has two pools');
  const idp = new CognitoIdentityProviderClient(localClient(url, demoScene.region, keys));
  try {
    await addGroups(idp, oldPool);
    reporter.text(
      `  ${oldPool.name} ${oldPool.id} has ${oldPool.users} users and ${oldGroups.length} groups.\n  ${newPool.name} ${newPool.id} has none.\n`,
    );
    const pools = ['--old-user-pool-id', oldPool.id, '--new-user-pool-id', newPool.id];
    const where = ['--state', join(folder, 'state.json'), '--endpoint-url', url];
    const choices = ['--add-old-sub', '--groups', 'all', '--all-new-clients', '--yes'];
    await withEnvironment(environmentOf(keys), () => runInit(context, [...pools, ...where, ...choices]));

    const expected = oldGroups.flatMap(({ GroupName, isMember }) => (isMember ? [GroupName] : []));
    const firstToken = await persistently(() => groupsInToken(idp, newPool));
    await untilIn(idp, newPool, expected);
    const secondToken = await groupsInToken(idp, newPool);
    const group = { UserPoolId: newPool.id, Username, GroupName: 'admins' };
    await idp.send(new AdminRemoveUserFromGroupCommand(group));
    const afterRemoval = await groupsInToken(idp, newPool);
    const shown = { newPool, oldGroups: expected, firstToken, secondToken, afterRemoval };
    reporter.data({
      json: { command: 'demo', oldPool, ...shown },
      text: (style) => groupsText(shown, style),
    });
  } finally {
    idp.destroy();
  }
}

async function addGroups(idp: CognitoIdentityProviderClient, { id: UserPoolId }: SetPool): Promise<void> {
  for (const { isMember, ...group } of oldGroups) {
    const { GroupName } = group;
    await idp.send(new CreateGroupCommand({ ...group, UserPoolId }));
    if (isMember) await idp.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName }));
  }
}

const Claims = z.object({ 'cognito:groups': z.optional(z.array(z.string())) });

/** Signs the user in, and reads the groups in the ID token. */
async function groupsInToken(
  idp: CognitoIdentityProviderClient,
  { clients }: SetPool,
): Promise<readonly string[]> {
  const { AuthenticationResult } = await idp.send(
    new InitiateAuthCommand({
      ClientId: clients[0]?.id,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: Username, PASSWORD },
    }),
  );
  const [, payload = ''] = AuthenticationResult?.IdToken?.split('.') ?? [];
  const claims = Claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  return (claims['cognito:groups'] ?? []).toSorted();
}

/** Waits for the work after the move. Throws CheckError if it takes too long. */
async function untilIn(
  idp: CognitoIdentityProviderClient,
  { id: UserPoolId }: SetPool,
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

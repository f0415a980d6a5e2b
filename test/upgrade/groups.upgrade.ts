/** A migration of version 1.0.0 that copies groups from today on, while users sign in; then it is taken down. */
import {
  AdminAddUserToGroupCommand,
  AdminListGroupsForUserCommand,
  CreateGroupCommand,
  DescribeUserPoolCommand,
  InitiateAuthCommand,
  ListGroupsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { describe, expect, test, vi } from 'vitest';
import { snapshot, withoutGroups } from '../fault-injection/snapshot.ts';
import { given } from '../support/errors.ts';
import type { CliResult } from '../support/run-cli.ts';
import { type Installed, openInstalled } from './installed.ts';
import { SignIns } from './sign-ins.ts';
import { addOldUser } from './users.ts';

/** The state that keeps the old sub. Anyone may sign up there, which has to be accepted. */
const state = 'every-choice';
const withGroups = [
  ...['init', '--yes', '--json', '--groups', 'admins', '--groups', 'staff=team', '--add-old-sub'],
  ...['--accept', 'CM122'],
];
const withGroup = ['init', '--yes', '--json', '--groups', 'admins', '--add-old-sub', '--accept', 'CM122'];
const inFirstToken = [...withGroup, '--groups-in-first-token'];
const dora = { username: 'dora@example.com', password: 'Old-password-of-dora-1' };

const expectExit = ({ code, stdout, stderr }: CliResult, wanted = 0): void =>
  expect(code, `${stderr}\n${stdout}`).toBe(wanted);

/** Version 1.0.0's migration, and two groups of the old pool that it knew nothing of. */
async function open(): Promise<Installed> {
  const installed = await openInstalled(state);
  const { oldSdk, oldPool: UserPoolId } = installed;
  for (const GroupName of ['admins', 'staff'])
    await oldSdk.idp.send(new CreateGroupCommand({ UserPoolId, GroupName }));
  return installed;
}

async function groupsOf({ sdk, newPool }: Installed): Promise<(string | undefined)[]> {
  const { Groups = [] } = await sdk.idp.send(new ListGroupsCommand({ UserPoolId: newPool }));
  return Groups.map(({ GroupName }) => GroupName).toSorted();
}

/** A user of the old group admins moves, and is an admin of the new pool soon after. */
async function moveDora({ oldSdk, oldPool, sdk, newPool, clients }: Installed): Promise<void> {
  await addOldUser(oldSdk, oldPool, dora);
  const member = { UserPoolId: oldPool, Username: dora.username, GroupName: 'admins' };
  await oldSdk.idp.send(new AdminAddUserToGroupCommand(member));
  await sdk.idp.send(
    new InitiateAuthCommand({
      ClientId: given(clients.web, 'client web'),
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: dora.username, PASSWORD: dora.password },
    }),
  );
  const list = new AdminListGroupsForUserCommand({ UserPoolId: newPool, Username: dora.username });
  await vi.waitFor(
    async () =>
      expect((await sdk.idp.send(list)).Groups).toEqual([expect.objectContaining({ GroupName: 'admins' })]),
    { timeout: 20_000, interval: 100 },
  );
}

describe.each([
  ['with the state file', ['admins']],
  // A group can't have tags, so nobody knows that team is ours.
  ['without the state file', ['admins', 'team']],
] as const)('%s', (file, left) => {
  test('groups are added while users sign in; teardown leaves only groups with members or of unknown origin', async () => {
    const installed = await open();
    const { environment } = await installed.functionNow();
    const signIns = new SignIns(installed, environment);
    expectExit(await signIns.during(() => installed.program(...withGroups)));
    expect(signIns.failed).toEqual([]);
    expect(await groupsOf(installed)).toEqual(['admins', 'team']);
    await moveDora(installed);

    if (file === 'without the state file') await installed.loseFile();
    const planned = await installed.program('plan', '--json');
    expectExit(planned);
    expect(JSON.parse(planned.stdout)).toMatchObject({ changes: 0 });
    const seen = await installed.program('status', '--probe', '--json');
    expectExit(seen);
    expect(JSON.parse(seen.stdout)).toMatchObject({ healthy: true, groups: expect.anything() });

    expectExit(await installed.program('teardown', '--yes', '--json'));
    expect(await groupsOf(installed)).toEqual(left);
    await signIns.forget();
    expect(withoutGroups(snapshot(installed))).toBe(withoutGroups(installed.before));
  });
});

describe.each(['with', 'without'] as const)('%s the state file', (file) => {
  test('groups are added to first tokens while users sign in; teardown empties that trigger too', async () => {
    const installed = await open();
    const { sandbox, sdk, newPool: UserPoolId } = installed;
    const triggersNow = async () => {
      const { UserPool } = await sdk.idp.send(new DescribeUserPoolCommand({ UserPoolId }));
      return UserPool?.LambdaConfig;
    };
    const { UserMigration: LambdaArn, ...others } = given(await triggersNow());
    expect(others).toEqual({});
    const { environment } = await installed.functionNow();
    const signIns = new SignIns(installed, environment);
    sandbox.journal.clear();
    expectExit(await signIns.during(() => installed.program(...inFirstToken)));
    expect(signIns.failed).toEqual([]);
    const updates = sandbox.journal.writes().filter(({ operation }) => operation === 'UpdateUserPool');
    expect(updates).toHaveLength(1);
    const PreTokenGenerationConfig = { LambdaVersion: 'V1_0', LambdaArn };
    expect(await triggersNow()).toEqual({
      UserMigration: LambdaArn,
      PreTokenGeneration: LambdaArn,
      PreTokenGenerationConfig,
    });
    await signIns.one('with both triggers');
    expect(signIns.failed).toEqual([]);

    if (file === 'without') await installed.loseFile();
    const planned = await installed.program('plan', '--json');
    expectExit(planned);
    expect(JSON.parse(planned.stdout)).toMatchObject({ changes: 0 });
    const seen = await installed.program('status', '--probe', '--json');
    expectExit(seen);
    expect(JSON.parse(seen.stdout)).toMatchObject({ healthy: true, groupsInFirstToken: true });

    expectExit(await installed.program('teardown', '--yes', '--json'));
    await signIns.forget();
    expect(withoutGroups(snapshot(installed))).toBe(withoutGroups(installed.before));
  });
});

test('a handoff of version 1.0.0 lacks the rights: init changes nothing, and once that is accepted, users still move', async () => {
  const installed = await openInstalled('handed-off');
  const { oldSdk, oldPool: UserPoolId, program } = installed;
  await oldSdk.idp.send(new CreateGroupCommand({ UserPoolId, GroupName: 'admins' }));
  const { environment } = await installed.functionNow();
  const signIns = new SignIns(installed, environment);
  installed.sandbox.journal.clear();
  const unasked = await program(...withGroup);
  expectExit(unasked, 8);
  expect(unasked.stderr).toContain('[CM611]');
  expect(unasked.stderr).toContain('cognito-migrate handoff --update');
  expect(installed.sandbox.journal.writes()).toEqual([]);

  const accepted = [...withGroup, '--accept', 'CM611'];
  const refused = await signIns.during(() => program(...accepted));
  expectExit(refused, 8);
  expect(refused.stderr).toContain('cognito-idp:ListUsers, cognito-idp:AdminListGroupsForUser');
  expect(refused.stderr).toContain('cognito-migrate handoff --update');
  expect(refused.stderr).toContain('Users still move.');
  await signIns.one('afterwards');
  expect(signIns.failed).toEqual([]);

  // The administrator of the old account adds what the new handoff asks for.
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'cognito-idp:*', Resource: '*' }],
  });
  const RoleName = `cognito-migrate-${installed.newPool}`;
  await oldSdk.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'more', PolicyDocument }));
  installed.clock.advance(60_000);
  expectExit(await program(...withGroup));
  await moveDora(installed);
});

// npm run bench:sync -- USERS: `sync --all` for so many users who moved, of whom every twentieth lacks a group, and for
// 10,000 beside it. Exits with 1 if a bound that is a count or bytes is exceeded, or if a count is wrong.
import {
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  callsLine,
  line,
  number,
  PAGE,
  printHead,
  runLines,
  runProgram,
  SMALL,
  secondsAtCeiling,
  usersWanted,
} from './bench.mjs';

const users = usersWanted('bench:sync');
/** One of so many users is in the group: 50,000 of a million. */
const MEMBER_EVERY = 20;
/** The first digits of the sub take turns, and a run works on one digit after another. Each has members. */
const DIGITS = 16;
/** Documented requests per second: of lists of users, and of memberships. */
const LISTS_PER_SECOND = 30;
const WRITES_PER_SECOND = 25;
/** The function itself does the work of younger users. */
const HOUR = 3_600_000;

/** Runs `sync --all` over two new pools of so many users each, all of whom have moved. */
async function syncAll(count) {
  let members = 0;
  let added;
  const run = await runProgram(async (parts) => {
    const { sandbox, idp, pool, advance, setUp, generateUsers, poolById } = parts;
    const old = await pool('legacy-users');
    const { UserPool } = await idp.send(
      new CreateUserPoolCommand({
        PoolName: 'customers',
        AliasAttributes: ['email'],
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        Schema: [{ Name: 'old_sub', AttributeDataType: 'String', Mutable: false }],
      }),
    );
    const fresh = UserPool.Id;
    await idp.send(new CreateGroupCommand({ UserPoolId: old, GroupName: 'staff' }));
    generateUsers(sandbox.world, old, count, 'Some-password-1');
    // Both pools compute the sub of a user from their number.
    const moved = (_, sub) => ({ 'custom:old_sub': sub });
    generateUsers(sandbox.world, fresh, count, 'Some-password-1', [], moved);
    const { users: oldUsers, groups } = poolById(sandbox.world, old);
    let n = 0;
    for (const { sub } of oldUsers.values()) {
      n += 1;
      if (Math.floor((n - 1) / DIGITS) % MEMBER_EVERY !== 0) continue;
      members += 1;
      groups.get('staff').members.set(sub, { seq: members, sub });
    }
    const { UserPoolClient } = await idp.send(
      new CreateUserPoolClientCommand({ UserPoolId: fresh, ClientName: 'web' }),
    );
    const pools = ['--old-user-pool-id', old, '--new-user-pool-id', fresh];
    const choices = ['--map', 'sub=custom:old_sub', '--groups', 'staff'];
    await setUp('init', ...pools, '--new-client-id', UserPoolClient.ClientId, ...choices, '--yes');
    added = () => poolById(sandbox.world, fresh).groups.get('staff').members;
    advance(HOUR);
    return ['sync', '--all', '--yes', ...pools];
  });
  return { ...run, count, members, added: [...added().values()].length };
}

function report(run, small) {
  const { count, members, document } = run;
  console.log(`\n${number(count)} users who moved, ${number(members)} of them in a group`);
  const { users: read, repeated, memberships, gone, failed } = document;
  const isRight =
    document.ok &&
    read === count &&
    [repeated, memberships, run.added].every((value) => value === members) &&
    gone === 0 &&
    Object.keys(failed).length === 0;
  line('result', `${number(read)} read, ${number(memberships)} memberships added`, '', isRight);
  const memberLists = Math.ceil(members / PAGE) + 1;
  callsLine('ListUsers', run.countOf('ListUsers'), Math.ceil(count / PAGE));
  callsLine('ListUsersInGroup', run.countOf('ListUsersInGroup'), memberLists);
  callsLine('AdminGetUser', run.countOf('AdminGetUser'), members);
  callsLine('AdminAddUserToGroup', run.countOf('AdminAddUserToGroup'), members);
  const perUser = ['ListUsers', 'ListUsersInGroup', 'AdminGetUser', 'AdminAddUserToGroup'];
  line('other calls', number(run.calls - run.countOf(...perUser)), '');
  const virtualSeconds = (Date.parse(document.to) - Date.parse(document.from)) / 1000;
  // The members of the groups are read first. Then users are read and written at the same time.
  const lists = Math.ceil(count / PAGE);
  const atCeiling =
    secondsAtCeiling(memberLists, LISTS_PER_SECOND) +
    Math.max(secondsAtCeiling(lists, LISTS_PER_SECOND), secondsAtCeiling(members, WRITES_PER_SECOND));
  runLines(run, { virtualSeconds, atCeiling }, small);
}

printHead();
const small = users > SMALL ? await syncAll(SMALL) : undefined;
if (small !== undefined) report(small);
report(await syncAll(users), small);

// npm run bench:scale -- [--write FILE] [USERS…]: calls, memory, and time of the commands that run over users, one line each.
// Without numbers: 1,000, 100,000, and 1,000,000. With --write, the page docs/scale.md. A test holds its counts at 1,000.
import { writeFile } from 'node:fs/promises';
import { argv } from 'node:process';
import { parseArgs } from 'node:util';
import {
  AdminAddUserToGroupCommand,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  paginateListUsers,
} from '@aws-sdk/client-cognito-identity-provider';
import { number, runProgram } from './bench.mjs';

const hour = 3_600_000;
const password = 'Some-password-1';
const between = ({ old, fresh }) => ['--old-user-pool-id', old, '--new-user-pool-id', fresh];

/** Two pools: half of the old users have moved. They did so an hour ago. */
async function pools({ sandbox, idp, pool, generateUsers, advance }, users) {
  const old = await pool('legacy-users');
  const { UserPool } = await idp.send(
    new CreateUserPoolCommand({
      PoolName: 'customers',
      AliasAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      Schema: [{ Name: 'old_sub', AttributeDataType: 'String', Mutable: false }],
    }),
  );
  const fresh = UserPool.Id;
  generateUsers(sandbox.world, old, users, password);
  const withOldSub = (_, sub) => ({ 'custom:old_sub': sub });
  generateUsers(sandbox.world, fresh, Math.ceil(users / 2), password, ['CONFIRMED'], withOldSub);
  advance(hour);
  return { old, fresh };
}

/** The same with a migration between them. */
async function migration(tools, users, choices = [], before = async () => undefined) {
  const made = await pools(tools, users);
  await before(made.old);
  const { UserPoolClient } = await tools.idp.send(
    new CreateUserPoolClientCommand({ UserPoolId: made.fresh, ClientName: 'web' }),
  );
  const words = ['--new-client-id', UserPoolClient.ClientId, '--map', 'sub=custom:old_sub', ...choices];
  await tools.setUp('init', ...between(made), ...words, '--yes');
  return made;
}

/** Past sign-ins, as the function counts them. */
async function putMoves({ sandbox, keysOf }, { old, fresh }, count) {
  const to = sandbox.world.now();
  for (const dimensions of [{ newUserPoolId: fresh }, { newUserPoolId: fresh, oldUserPoolId: old }]) {
    const metric = { region: 'eu-west-1', namespace: 'CognitoMigrate', name: 'Migrated', dimensions, count };
    const { status } = await fetch(`${sandbox.url}/_sandbox/metrics`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keysOf(sandbox.account).accessKeyId}` },
      body: JSON.stringify({ account: sandbox.account, ...metric, from: to - 30 * 24 * hour, to }),
    });
    if (status !== 201) throw new Error(`the metric was refused with ${status}`);
  }
}

/** One in a hundred old users is in a group. */
async function fillGroup({ idp }, UserPoolId, GroupName, users) {
  await idp.send(new CreateGroupCommand({ UserPoolId, GroupName }));
  let left = Math.ceil(users / 100);
  for await (const { Users } of paginateListUsers({ client: idp }, { UserPoolId })) {
    const some = Users.slice(0, left);
    await Promise.all(
      some.map(({ Username }) =>
        idp.send(new AdminAddUserToGroupCommand({ UserPoolId, GroupName, Username })),
      ),
    );
    left -= some.length;
    if (left === 0) return;
  }
}

/** By command: what it finds, and its words. */
const commands = {
  async users(tools, users) {
    return ['users', ...between(await pools(tools, users))];
  },
  async import(tools, users) {
    Object.assign(tools.sandbox.world.delays, { importStart: 5000, importRow: 33 });
    const words = ['--yes', '--import-ends-old-passwords'];
    return ['import', ...between(await pools(tools, users)), ...words];
  },
  async 'sync --all'(tools, users) {
    const made = await migration(tools, users, ['--groups', 'staff'], (old) =>
      fillGroup(tools, old, 'staff', users),
    );
    return ['sync', '--all', '--yes', ...between(made)];
  },
  async status(tools, users) {
    const made = await migration(tools, users);
    await putMoves(tools, made, users);
    return ['status', ...between(made)];
  },
};

/** `4 h 30 min`. */
function duration(seconds) {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const page = (rows) => `# Scale

How many calls the commands make, and how long they take, by the number of users in the old pool. Half of these users have moved. For
\`status\`, it is the number of past sign-ins. One user in a hundred is in a group, which \`sync --all\` copies.

| command | users | calls | time at the quota's pace | peak memory |
| --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}

- **Calls** are requests to AWS. \`ListUsers\` returns 60 users at most, so \`users\` needs one call for 60 users of each pool.
- **Pace**: a run takes 40% of the documented quota at first, and at most 60%, so that sign-ins keep the rest. \`--rate\` changes that.
  The times are for default quotas and a latency of 50 ms. In import jobs, Cognito itself needs most of the time.
- **Memory** is that of the whole process, Node.js included. It differs a little from run to run.
- \`status\` makes the same calls for any number of sign-ins, because CloudWatch has added them up.

The local AWS of this project, with its documented rate limits, was the other side. Time was virtual. Repeat it in a clone with
\`npm run bench:scale\`. A test holds the calls for 1,000 users.
`;

const { values, positionals } = parseArgs({
  args: argv.slice(2),
  options: { write: { type: 'string' } },
  allowPositionals: true,
});
const sizes = positionals.length > 0 ? positionals.map(Number) : [1_000, 100_000, 1_000_000];
const rows = [];
for (const [command, prepare] of Object.entries(commands))
  for (const users of sizes) {
    const run = await runProgram((tools) => prepare(tools, users));
    if (run.throttled > 0) throw new Error(`${command}: ${run.throttled} calls were refused for their rate`);
    const memory = `${Math.round(run.peakBytes / 1024 ** 2)} MB`;
    const row = [`\`${command}\``, number(users), number(run.calls), duration(run.virtualSeconds), memory];
    rows.push(row);
    console.log(row.join('  '));
  }
if (values.write !== undefined) await writeFile(values.write, page(rows));

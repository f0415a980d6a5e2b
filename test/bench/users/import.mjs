// npm run bench:import -- USERS: `import` from an old pool of so many users, half of whom have moved, and from one of 10,000
// beside it. Exits with 1 if a bound that is a count or bytes is exceeded, if jobs wait for each other too long, or if the
// counts of users are wrong.
import { CreateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
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

const users = usersWanted('bench:import');
/** Documented ListUsers requests per second (UserList). */
const LISTS_PER_SECOND = 30;
/** The longest pause between two looks at a running job. */
const LONGEST_POLL_SECONDS = 30;
const JOB_SIZE = 20_000;
const PARTS = 16;

/** Runs `import` over two new pools. */
async function importAll(count) {
  let seen;
  const run = await runProgram(async ({ sandbox, idp, pool, generateUsers, poolById }) => {
    const old = await pool('legacy-users');
    const { UserPool } = await idp.send(
      new CreateUserPoolCommand({
        PoolName: 'customers',
        AliasAttributes: ['email'],
        AutoVerifiedAttributes: ['email'],
        Schema: [{ Name: 'old_sub', AttributeDataType: 'String', Mutable: false }],
      }),
    );
    generateUsers(sandbox.world, old, count, 'Some-password-1');
    const moved = Math.ceil(count / 2);
    const withOldSub = (_, sub) => ({ 'custom:old_sub': sub });
    generateUsers(sandbox.world, UserPool.Id, moved, 'Some-password-1', ['CONFIRMED'], withOldSub);
    Object.assign(sandbox.world.delays, { importStart: 5000, importRow: 33 });
    seen = { sandbox, pool: poolById(sandbox.world, UserPool.Id), moved };
    const consent = ['--yes', '--import-ends-old-passwords'];
    return ['import', '--old-user-pool-id', old, '--new-user-pool-id', UserPool.Id, ...consent];
  });
  return { ...run, ...seen, count };
}

/** Least requests for one reading of so many users. From a reading in parts, each part has a last page. */
const pagesOf = (count) =>
  count <= JOB_SIZE ? Math.ceil(count / PAGE) : PARTS * Math.ceil(count / PARTS / PAGE);

/** Seconds between the end of each job and the start of the next one. */
function gapsOf(jobs) {
  return jobs.slice(1).map(({ started }, index) => (started - jobs[index].completed) / 1000);
}

function report(run, small) {
  const { count, moved, document, pool, sandbox } = run;
  const rest = count - moved;
  console.log(`\n${number(count)} users in the old pool, ${number(moved)} of them in the new one`);
  const jobs = pool.importJobs;
  const { imported, skipped, failed } = document;
  const isRight =
    imported === rest && skipped + failed === 0 && document.moved === moved && pool.users.size === count;
  line('imported', `${number(imported)} in ${number(jobs.length)} jobs`, `all ${number(rest)}`, isRight);
  // One reading for the plan, and one for the rows. Both ask both pools.
  callsLine('ListUsers', run.countOf('ListUsers'), 2 * (pagesOf(count) + pagesOf(moved)));
  const jobCalls = run.countOf('CreateUserImportJob', 'PutObject', 'StartUserImportJob');
  callsLine('calls that make jobs', jobCalls, 3 * jobs.length);
  line('looks at jobs', number(run.countOf('DescribeUserImportJob')), '');
  const [widest, bound] = [Math.max(0, ...gapsOf(jobs)), LONGEST_POLL_SECONDS];
  line('widest gap between jobs', `${widest.toFixed(1)} s`, `bound ${bound} s, one poll`, widest <= bound);
  const { calls } = sandbox.journal;
  // Until the first job, the program works at its own pace. After that, it waits for AWS.
  const untilFirst = calls.filter(({ time }) => time < jobs[0].created);
  const lists = untilFirst.filter(({ operation }) => operation === 'ListUsers').length;
  const virtualSeconds = (jobs[0].created - calls[0].time) / 1000;
  runLines(run, { virtualSeconds, atCeiling: secondsAtCeiling(lists, LISTS_PER_SECOND) }, small);
  const inAll = (jobs.at(-1).completed - calls[0].time) / 1000;
  line('virtual time of all jobs', `${number(Math.round(inAll))} s`, '');
}

printHead();
const small = users > SMALL ? await importAll(SMALL) : undefined;
if (small !== undefined) report(small);
report(await importAll(users), small);

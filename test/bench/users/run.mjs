// npm run bench:users -- USERS: `users --out` over two pools of so many users, and over two of 10,000 beside it.
// Exits with 1 if a bound that is a count or bytes is exceeded, or if the counts of users are wrong.
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
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

const users = usersWanted('bench:users');
/** One after the other, so that every state of the survey occurs. */
const KINDS = [
  ...['CONFIRMED', 'CONFIRMED', 'CONFIRMED', 'CONFIRMED', 'CONFIRMED', 'RESET_REQUIRED'],
  ...['UNCONFIRMED', 'EXTERNAL_PROVIDER', 'disabled', 'unverified', 'FORCE_CHANGE_PASSWORD'],
];

/** The name of a user of an identity provider is no name of an old user. */
const NEW_KINDS = ['CONFIRMED', 'EXTERNAL_PROVIDER', 'CONFIRMED', 'UNCONFIRMED'];

/** Documented ListUsers requests per second (UserList). */
const LISTS_PER_SECOND = 30;

/** Runs `users` over two new pools of so many users each. */
async function survey(count) {
  let file = '';
  const run = await runProgram(async ({ sandbox, pool, folder, generateUsers }) => {
    const old = await pool('legacy-users');
    const fresh = await pool('customers', [{ Name: 'old_sub', AttributeDataType: 'String', Mutable: false }]);
    generateUsers(sandbox.world, old, count, 'Some-password-1', KINDS);
    // Every second user has moved. Half of the others have their names taken, and the rest is free to move.
    const moved = (n, sub) => (n % 2 === 0 ? { 'custom:old_sub': sub } : {});
    generateUsers(sandbox.world, fresh, count, 'Some-password-1', NEW_KINDS, moved);
    file = join(folder, `users-${count}.csv`);
    return ['users', '--old-user-pool-id', old, '--new-user-pool-id', fresh, '--out', file];
  });
  return { ...run, count, rows: await linesOf(file) };
}

async function linesOf(file) {
  let lines = 0;
  for await (const chunk of createReadStream(file)) for (const byte of chunk) if (byte === 10) lines += 1;
  return lines;
}

function report(run, small) {
  const { count, document } = run;
  console.log(`\n${number(count)} users in each pool`);
  const { states } = document;
  const sum = Object.values(states).reduce((all, one) => all + one, 0);
  const isRight =
    document.total === count &&
    sum === count &&
    states.moved === Math.ceil(count / 2) &&
    document.exact &&
    document.complete &&
    run.rows === count + 1;
  line(
    'states',
    Object.entries(states)
      .filter(([, users]) => users > 0)
      .map(([state, users]) => `${number(users)} ${state}`)
      .join(', '),
    '',
    isRight,
  );
  const listed = run.countOf('ListUsers');
  callsLine('ListUsers', listed, 2 * Math.ceil(count / PAGE));
  line('other calls', number(run.calls - listed), '');
  const virtualSeconds = (Date.parse(document.to) - Date.parse(document.from)) / 1000;
  runLines(run, { virtualSeconds, atCeiling: secondsAtCeiling(listed, LISTS_PER_SECOND) }, small);
}

printHead();
const small = users > SMALL ? await survey(SMALL) : undefined;
if (small !== undefined) report(small);
report(await survey(users), small);

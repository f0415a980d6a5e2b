// npm run bench:users -- USERS: `users --out` over two pools of so many users, and over two of 10,000 beside it. The local
// AWS is this process, which computes the users from their numbers, with the documented rate limits. The program is a
// process of its own. Both are on one virtual clock, so that a million users take minutes instead of half an hour.
// Exits with 1 if a bound that is a count or bytes is exceeded, or if the counts of users are wrong.
import { fork } from 'node:child_process';
import { createReadStream, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { build } from 'esbuild';
import { buildHandler } from '../../../scripts/build-handler.mjs';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const SMALL = 10_000;
const users = Number(process.argv[2] ?? SMALL);
if (!Number.isInteger(users) || users < 1) {
  console.error('npm run bench:users -- USERS takes a whole number of at least 1.');
  process.exit(2);
}

const LATENCY = 50;
const PAGE = 60;
const MB = 1024 ** 2;
/** The pace: 40% of the documented 30 requests per second at first, one more every 10 s, 60% at most. */
const PACE = { first: 12, most: 18, raiseEverySeconds: 10 };
const BOUNDS = { callsAboveMinimum: 0.03, peak: 256 * MB, peakAboveSmall: 100 * MB, share: 0.95 };
const ACCOUNT = '111122223333';
/** One after the other, so that every state of the survey occurs. */
const KINDS = [
  ...['CONFIRMED', 'CONFIRMED', 'CONFIRMED', 'CONFIRMED', 'CONFIRMED', 'RESET_REQUIRED'],
  ...['UNCONFIRMED', 'EXTERNAL_PROVIDER', 'disabled', 'unverified', 'FORCE_CHANGE_PASSWORD'],
];

/** The name of a user of an identity provider is no name of an old user. */
const NEW_KINDS = ['CONFIRMED', 'EXTERNAL_PROVIDER', 'CONFIRMED', 'UNCONFIRMED'];

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cognito-migrate-bench-')));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Bundles these exports of the sources into a folder. Returns the file. */
async function bundle(name, contents) {
  await build({
    absWorkingDir: root,
    stdin: { contents, resolveDir: root, sourcefile: `${name}.mjs` },
    outdir: join(folder, name),
    entryNames: name,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
    define: { __filename: JSON.stringify('cognito-migrate') },
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
  });
  return join(folder, name, `${name}.mjs`);
}

const [program, aws] = await Promise.all([
  bundle(
    'program',
    "export { main } from './src/cli/program.ts'; export { Interrupt } from './src/cli/terminal/interrupt.ts';",
  ),
  bundle(
    'local-aws',
    [
      "export * from './src/sandbox/index.ts';",
      "export { generateUsers } from './src/sandbox/services/cognito/helpers.ts';",
      "export { cognitoSettings } from './src/sandbox/services/cognito/settings.ts';",
    ].join('\n'),
  ),
  buildHandler({ outdir: folder }),
]);
const { cognitoSettings, createSandbox, generateUsers, keysOf, noDelays } = await import(
  pathToFileURL(aws).href
);

/** Runs `users` over two new pools of so many users each. */
async function survey(count) {
  const keys = keysOf(ACCOUNT);
  const child = fork(
    fileURLToPath(new URL('survey.mjs', import.meta.url)),
    [program, join(folder, 'handler.zip')],
    {
      cwd: folder,
      env: {
        AWS_ACCESS_KEY_ID: keys.accessKeyId,
        AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
        AWS_REGION: 'eu-west-1',
      },
    },
  );
  let now = Date.parse('2026-11-22T12:00:00Z');
  let sleeps = 0;
  const asleep = new Map();
  const sleep = (ms) =>
    new Promise((resolve) => {
      sleeps += 1;
      asleep.set(sleeps, resolve);
      child.send({ sleep: sleeps, ms });
    });
  const sandbox = await createSandbox({ delays: noDelays, account: ACCOUNT, now: () => now, sleep });
  const idp = new CognitoIdentityProviderClient({
    endpoint: sandbox.url,
    region: 'eu-west-1',
    credentials: keys,
  });
  const pool = async (PoolName, Schema) => {
    const AliasAttributes = ['email'];
    const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName, AliasAttributes, Schema }));
    return UserPool.Id;
  };
  const old = await pool('legacy-users');
  const fresh = await pool('customers', [{ Name: 'old_sub', AttributeDataType: 'String', Mutable: false }]);
  generateUsers(sandbox.world, old, count, 'Some-password-1', KINDS);
  // Every second user has moved. Half of the others have their names taken, and the rest is free to move.
  const moved = (n, sub) => (n % 2 === 0 ? { 'custom:old_sub': sub } : {});
  generateUsers(sandbox.world, fresh, count, 'Some-password-1', NEW_KINDS, moved);
  cognitoSettings(sandbox.world).requestRates = 'documented';
  sandbox.journal.clear();
  sandbox.world.delays.latency = LATENCY;

  const file = join(folder, `users-${count}.csv`);
  const where = ['--endpoint-url', sandbox.url, '--state', join(folder, 'none.json')];
  const pools = ['--old-user-pool-id', old, '--new-user-pool-id', fresh];
  const result = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the program's process ended with ${code}`)));
    child.on('message', (message) => {
      if (message.ready)
        child.send({
          argv: ['users', ...pools, ...where, '--json', '--out', file],
          start: now,
        });
      else if (message.wake !== undefined) {
        now = message.now;
        asleep.get(message.wake)();
        asleep.delete(message.wake);
      } else resolve(message);
    });
  });
  const calls = sandbox.journal.calls;
  const listed = calls.filter(({ operation }) => operation === 'ListUsers').length;
  const throttled = calls.filter(({ result: answer }) => answer === 'TooManyRequestsException').length;
  idp.destroy();
  await sandbox.close();
  if (result.code !== 0) throw new Error(`users ended with ${result.code}:\n${result.err}${result.out}`);
  const document = JSON.parse(result.out);
  return {
    count,
    listed,
    others: calls.length - listed,
    throttled,
    document,
    rows: await linesOf(file),
    virtualSeconds: (Date.parse(document.to) - Date.parse(document.from)) / 1000,
    ...result,
  };
}

async function linesOf(file) {
  let lines = 0;
  for await (const chunk of createReadStream(file)) for (const byte of chunk) if (byte === 10) lines += 1;
  return lines;
}

/** The seconds that so many requests take at the pacer's own ceiling. */
function secondsAtCeiling(requests) {
  let [seconds, raised, perSecond] = [0, 0, PACE.first];
  for (let left = requests - 1; left > 0; left -= 1) {
    const steps = Math.floor((seconds - raised) / PACE.raiseEverySeconds);
    raised += steps * PACE.raiseEverySeconds;
    perSecond = Math.min(PACE.most, perSecond + steps);
    seconds += 1 / perSecond;
  }
  return seconds;
}

let isOver = false;
const number = (value) => value.toLocaleString('en-US');
const megabytes = (bytes) => `${(bytes / MB).toFixed(0)} MB`;
function line(label, value, bound, isFine) {
  if (isFine === false) isOver = true;
  const verdict = isFine === undefined ? '' : isFine ? '  ok' : '  OVER';
  console.log(`  ${label.padEnd(26)}${value}${bound === '' ? '' : `   (${bound})`}${verdict}`);
}

function report(run, small) {
  const { count, document, listed } = run;
  const least = 2 * Math.ceil(count / PAGE);
  const most = Math.floor(least * (1 + BOUNDS.callsAboveMinimum));
  const share = secondsAtCeiling(listed) / run.virtualSeconds;
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
  line('ListUsers', number(listed), `least ${number(least)}, at most ${number(most)} (+3%)`, listed <= most);
  line('other calls', number(run.others), '');
  line('refused for their rate', number(run.throttled), 'bound 0', run.throttled === 0);
  const isFast = share >= BOUNDS.share;
  line(
    "share of pacer's ceiling",
    `${(share * 100).toFixed(1)}%${isFast ? '' : '  UNDER'}`,
    'goal 95%; a time, so it never fails',
  );
  line('virtual time', `${run.virtualSeconds.toFixed(0)} s`, `took ${run.seconds.toFixed(0)} s here`);
  line(
    'peak memory',
    megabytes(run.peakBytes),
    `bound ${megabytes(BOUNDS.peak)}`,
    run.peakBytes <= BOUNDS.peak,
  );
  if (small === undefined) return;
  const above = run.peakBytes - small.peakBytes;
  const bound = `bound ${megabytes(BOUNDS.peakAboveSmall)}`;
  line(`  above ${number(SMALL)} users`, megabytes(above), bound, above <= BOUNDS.peakAboveSmall);
}

console.log(`Node ${process.version}, latency ${LATENCY} ms, rate limits as documented, virtual clock`);
const small = users > SMALL ? await survey(SMALL) : undefined;
if (small !== undefined) report(small);
report(await survey(users), small);
process.exitCode = isOver ? 1 : 0;

// What the benches of long runs over users share. The local AWS is this process, which computes the users from their
// numbers, with the documented rate limits. The program is a process of its own. Both are on one virtual clock, so that a
// million users take minutes instead of half an hour. Only counts and bytes fail a bench, because machines differ in speed.
import { fork } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { build } from 'esbuild';
import { buildHandler } from '../../../scripts/build-handler.mjs';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** The pools that the memory of a large run is compared with. */
export const SMALL = 10_000;
/** Users on a page of a list. */
export const PAGE = 60;
const LATENCY = 50;
const MB = 1024 ** 2;
const BOUNDS = { callsAboveMinimum: 0.03, peak: 256 * MB, peakAboveSmall: 100 * MB, share: 0.95 };
const ACCOUNT = '111122223333';

/** The number of users on the command line. Ends the process if there is none. */
export function usersWanted(script) {
  const users = Number(process.argv[2] ?? SMALL);
  if (Number.isInteger(users) && users >= 1) return users;
  console.error(`npm run ${script} -- USERS takes a whole number of at least 1.`);
  process.exit(2);
}

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
      "export { generateUsers, poolById } from './src/sandbox/services/cognito/helpers.ts';",
      "export { cognitoSettings } from './src/sandbox/services/cognito/settings.ts';",
    ].join('\n'),
  ),
  buildHandler({ outdir: folder }),
]);
const parts = await import(pathToFileURL(aws).href);
const { cognitoSettings, createSandbox, keysOf, noDelays } = parts;

/** Runs of this process so far. Each has a state file of its own. */
let runs = 0;

/**
 * Runs the program once against a new local AWS.
 * @param prepare makes pools in it, and returns the words of the command line. Its calls are not counted.
 */
export async function runProgram(prepare) {
  const keys = keysOf(ACCOUNT);
  const child = fork(
    fileURLToPath(new URL('program.mjs', import.meta.url)),
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
  runs += 1;
  const where = ['--endpoint-url', sandbox.url, '--state', join(folder, `state-${runs}.json`)];
  const advance = (ms) => {
    now += ms;
  };
  /** Runs a command in this process, without limits and latency. Its state file is that of the measured run. */
  const setUp = async (...words) => {
    const { main, Interrupt } = await import(pathToFileURL(program).href);
    // The SDK reads them from here.
    process.env.AWS_ACCESS_KEY_ID = keys.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = keys.secretAccessKey;
    let text = '';
    const sink = () =>
      new PassThrough().on('data', (some) => {
        text += some;
      });
    const interrupt = new Interrupt(process.exit, () => undefined);
    const io = {
      env: {
        ...process.env,
        AWS_ACCESS_KEY_ID: keys.accessKeyId,
        AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      },
      ...{ stdin: sink(), stdout: sink(), stderr: sink(), interrupt },
      clock: { now: () => now, sleep: async () => undefined },
      handlerZip: pathToFileURL(join(folder, 'handler.zip')),
    };
    const code = await main([...words, ...where], io);
    if (code !== 0) throw new Error(`${words[0]} ended with ${code}:\n${text}`);
  };
  const argv = await prepare({ ...parts, sandbox, idp, pool, folder, advance, setUp });
  cognitoSettings(sandbox.world).requestRates = 'documented';
  sandbox.journal.clear();
  sandbox.world.delays.latency = LATENCY;
  const start = now;
  const result = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the program's process ended with ${code}`)));
    child.on('message', (message) => {
      if (message.ready) {
        child.send({ argv: [...argv, ...where, '--json'], start });
      } else if (message.wake !== undefined) {
        now = message.now;
        asleep.get(message.wake)();
        asleep.delete(message.wake);
      } else resolve(message);
    });
  });
  const { calls } = sandbox.journal;
  const countOf = (...operations) => calls.filter(({ operation }) => operations.includes(operation)).length;
  const throttled = calls.filter(({ result: answer }) => answer === 'TooManyRequestsException').length;
  idp.destroy();
  await sandbox.close();
  if (result.code !== 0) throw new Error(`${argv[0]} ended with ${result.code}:\n${result.err}${result.out}`);
  return { ...result, countOf, calls: calls.length, throttled, document: JSON.parse(result.out) };
}

/**
 * The seconds that so many requests take at the pacer's own ceiling: 40% of the limit at first, one more every 10 s, and
 * 60% at most.
 * @param limit documented requests per second of their category.
 */
export function secondsAtCeiling(requests, limit) {
  const raiseEverySeconds = 10;
  let [seconds, raised, perSecond] = [0, 0, limit * 0.4];
  for (let left = requests - 1; left > 0; left -= 1) {
    const steps = Math.floor((seconds - raised) / raiseEverySeconds);
    raised += steps * raiseEverySeconds;
    perSecond = Math.min(limit * 0.6, perSecond + steps);
    seconds += 1 / perSecond;
  }
  return seconds;
}

export const number = (value) => value.toLocaleString('en-US');
const megabytes = (bytes) => `${(bytes / MB).toFixed(0)} MB`;

/** Prints one line. A value that isn't fine fails the bench. */
export function line(label, value, bound, isFine) {
  if (isFine === false) process.exitCode = 1;
  const verdict = isFine === undefined ? '' : isFine ? '  ok' : '  OVER';
  console.log(`  ${label.padEnd(26)}${value}${bound === '' ? '' : `   (${bound})`}${verdict}`);
}

export function printHead() {
  console.log(`Node ${process.version}, latency ${LATENCY} ms, rate limits as documented, virtual clock`);
}

/** @param least the calls of that kind that the command cannot do without. */
export function callsLine(label, calls, least) {
  const most = Math.floor(least * (1 + BOUNDS.callsAboveMinimum));
  line(label, number(calls), `least ${number(least)}, at most ${number(most)} (+3%)`, calls <= most);
}

/**
 * Prints the refusals, the pace, and the memory of a run.
 * @param small the run over pools of SMALL users. Undefined for that run itself.
 */
export function runLines({ throttled, seconds, peakBytes }, { virtualSeconds, atCeiling }, small) {
  line('refused for their rate', number(throttled), 'bound 0', throttled === 0);
  const share = atCeiling / virtualSeconds;
  const isFast = share >= BOUNDS.share;
  line(
    "share of pacer's ceiling",
    `${(share * 100).toFixed(1)}%${isFast ? '' : '  UNDER'}`,
    'goal 95%; a time, so it never fails',
  );
  line('virtual time', `${virtualSeconds.toFixed(0)} s`, `took ${seconds.toFixed(0)} s here`);
  line('peak memory', megabytes(peakBytes), `bound ${megabytes(BOUNDS.peak)}`, peakBytes <= BOUNDS.peak);
  if (small === undefined) return;
  const above = peakBytes - small.peakBytes;
  const bound = `bound ${megabytes(BOUNDS.peakAboveSmall)}`;
  line(`  above ${number(SMALL)} users`, megabytes(above), bound, above <= BOUNDS.peakAboveSmall);
}

// npm run bench:cli [-- ROUNDS]: how long the program takes to start, and a fresh init at 50 ms for each call of AWS against
// the seven AWS CLI commands that it replaces. Everything in turns, so that a busy machine is as unfair to one as to the
// other. Prints times and ratios and asserts none of them; fails only when a command fails.
import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { buildHandler } from '../../../scripts/build-handler.mjs';
import { buildProgram } from '../../../scripts/build-program.mjs';
import { environment, findAwsCli, sevenCommands } from './by-hand.mjs';
import { startLocalAws } from './local-aws.mjs';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const rounds = Number(process.argv[2] ?? 9);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error('npm run bench:cli -- ROUNDS takes a whole number of at least 1.');
  process.exit(2);
}
const LATENCY = 50;

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cognito-migrate-bench-')));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** The program of these sources, in a folder of its own: nobody's next build pulls it away. */
const dist = join(folder, 'dist');
await Promise.all([buildProgram({ outdir: dist }), buildHandler({ outdir: dist })]);
const main = join(dist, 'cli/main.js');

const open = await startLocalAws();
const near = await open(0);
const far = await open(LATENCY);
const { keys } = far; // of this process, so of both
const awsCli = findAwsCli(folder, keys);

/** Runs Node with these arguments and gives the milliseconds until it has ended, with this exit code. */
async function node(args, exitCode = 0) {
  const began = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: environment(folder, keys),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.resume();
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  const ms = performance.now() - began;
  if (code !== exitCode) throw new Error(`node ${args.join(' ')} ended with ${code}:\n${said}`);
  return ms;
}

let migrations = 0;
const init = ({ old, fresh, web }, endpoint) => {
  migrations += 1;
  return [
    ...[main, 'init', '--old-user-pool-id', old, '--new-user-pool-id', fresh, '--new-client-id', web],
    ...['--yes', '--state', join(folder, `state-${migrations}.json`), '--endpoint-url', endpoint],
  ];
};
/** What there is to look at for status. */
const installed = init(await near.pools(), near.url);
await node(installed);
const status = [main, 'status', ...installed.slice(installed.indexOf('--state'))];

const counts = new Map();
/** One that talks to AWS: its calls are noted beside its time. Its pools are made before the time begins. */
async function counted(name, work) {
  const pools = await far.pools();
  let ms = 0;
  const count = await far.counted(async () => {
    const began = performance.now();
    await work(pools);
    ms = performance.now() - began;
  });
  counts.set(name, [...(counts.get(name) ?? []), count]);
  return ms;
}

const zip = join(dist, 'handler.zip');
const contestants = new Map([
  ['node -e 0', () => node(['-e', '0'])],
  ['--version', () => node([main, '--version'])],
  ['--help', () => node([main, '--help'])],
  ['__complete', () => node([main, '__complete', 'bash', 'cognito-migrate init --m', '--m'])],
  // Told no pools, it says so and ends with 2, but not before it has loaded all that it would need.
  ['all clients', () => node([main, 'status', '--no-input', '--state', join(folder, 'none.json')], 2)],
  ['status', () => node(status)],
  ['init', () => counted('init', (pools) => node(init(pools, far.url)))],
]);
if (awsCli !== undefined) {
  const seven = (pools) =>
    sevenCommands({ aws: awsCli.file, home: folder, keys, endpoint: far.url, zip, pools });
  contestants.set('seven commands', () => counted('seven commands', seven));
}

const times = new Map([...contestants.keys()].map((name) => [name, []]));
for (const contestant of contestants.values()) await contestant(); // fills the disk caches, and is thrown away
counts.clear();
for (let round = 0; round < rounds; round += 1)
  for (const [name, contestant] of contestants) times.get(name).push(await contestant());
await Promise.all([near.close(), far.close()]);

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const least = (values) => Math.min(...values);
const row = (cells) =>
  console.log(cells.map((cell, i) => (i ? String(cell).padStart(15) : cell.padEnd(16))).join(''));
console.log(
  `\nNode ${process.version}, ${availableParallelism()} CPUs, ${Math.round(totalmem() / 2 ** 30)} GB, ${rounds} rounds in turns; ` +
    `AWS on loopback, ${LATENCY} ms a call for init and the seven commands, without AWS's own waits\n`,
);
row(['', 'median ms', 'best ms', 'AWS calls', 'in a row', 'writes in row']);
for (const [name, all] of times) {
  const count = (what) => (counts.has(name) ? least(counts.get(name).map((one) => one[what])) : '');
  row([
    name,
    median(all).toFixed(0),
    least(all).toFixed(0),
    count('calls'),
    count('inARow'),
    count('writesInARow'),
  ]);
}
const ratio = (a, b) =>
  [median, least]
    .map((statistic) => `${(statistic(times.get(a)) / statistic(times.get(b))).toFixed(2)}×`)
    .join(', best ');
const line = (a, b, budget) =>
  console.log(`${`${a} against ${b}`.padEnd(34)}${ratio(a, b)}   (budget ${budget})`);
console.log();
line('--version', 'node -e 0', '1.5×');
line('--help', 'node -e 0', '1.5×');
line('__complete', 'node -e 0', '1.5×');
line('all clients', 'node -e 0', '3.6×: status that is told no pools, which has loaded everything by then');
line('status', 'node -e 0', 'none: its calls too, without latency');
if (awsCli === undefined)
  console.log(
    'There is no aws on the PATH: the seven commands were left out, and init has nothing beside it.',
  );
else line('init', 'seven commands', `0.38×, reads and probe included; ${awsCli.version}, ${awsCli.file}`);
const coldStart = median(counts.get('init').map((one) => one.coldStart));
console.log(
  `${coldStart.toFixed(0)} ms of init are the start of the function's process, which the probe waits for.`,
);

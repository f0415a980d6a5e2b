// npm run bench:handler [-- ROUNDS] [--node PATH]: the zip under the official Lambda runtime client, against an empty
// handler and against the same logic on aws-sdk v2, in one interleaved run. Prints times as ratios; budgets that are
// counts or bytes have tests. --node runs the functions on another Node.js; `--node 24` on that of the npm package.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { unzipSync } from 'fflate';
import { buildHandler } from '../../../scripts/build-handler.mjs';
import { startAws } from './aws-stub.mjs';
import { startRuntimeApi } from './runtime-api.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const cache = join(root, 'node_modules/.cache/cognito-migrate-bench');
const { values, positionals } = parseArgs({ options: { node: { type: 'string' } }, allowPositionals: true });
const rounds = Number(positionals[0] ?? 15);
const node =
  values.node === '24' ? join(cache, 'node_modules/node/bin/node') : (values.node ?? process.execPath);
const WARM = 30;
/** By another name: five searches a second are all that the function makes, the first sign-in included. */
const [WARM_SEARCHES, SEARCHES_A_SECOND] = [14, 5];

const EVENT = {
  version: '1',
  triggerSource: 'UserMigration_Authentication',
  region: 'us-east-1',
  userPoolId: 'us-east-1_bench',
  userName: 'ana',
  callerContext: { awsSdkVersion: 'bench', clientId: 'bench' },
  request: { password: 'Correct-horse-1', validationData: null, clientMetadata: null },
  response: { userAttributes: null, finalUserStatus: null, messageAction: null },
};

/** The runtime client compiles native code and is no dependency of the package: it lives in a cache folder of its own. */
function installRuntime() {
  const parts = ['aws-lambda-ric/dist/index.mjs', 'node/bin/node'];
  if (parts.every((part) => existsSync(join(cache, 'node_modules', part)))) return;
  console.log(`Installing aws-lambda-ric 3, aws-sdk 2, and Node.js 24 into ${cache} (minutes, once).`);
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'package.json'), '{"private":true}\n');
  try {
    // npm is a shell script on Windows, where the runtime client does not build anyway.
    execFileSync('npm', ['install', 'aws-lambda-ric@3', 'aws-sdk@2', 'node@24', '--no-audit', '--no-fund'], {
      cwd: cache,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } catch {
    console.error(
      'aws-lambda-ric compiles itself: it needs Linux or macOS with a C++ compiler, make, cmake,',
    );
    console.error(
      'autoconf, automake, libtool, python3 and the headers of Node. Install them and run this again.',
    );
    process.exit(1);
  }
}

/** Lays the three functions out as Lambda would. */
async function layOut() {
  const built = await buildHandler({ outdir: join(cache, 'build') });
  const places = Object.fromEntries(
    ['empty', 'handler', 'v2'].map((name) => [name, join(cache, 'run', name)]),
  );
  for (const place of Object.values(places)) {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place, { recursive: true });
  }
  writeFileSync(join(places.empty, 'index.mjs'), 'export const handler = async (event) => event;\n');
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(built.zip))))
    writeFileSync(join(places.handler, name), bytes);
  // aws-sdk is found in the cache's node_modules: outside the function, as in the runtimes that had it.
  writeFileSync(join(places.v2, 'index.cjs'), readFileSync(new URL('sdk-v2.cjs', import.meta.url), 'utf8'));
  return { places, zipBytes: statSync(built.zip).size };
}

/** MIGRATION_SETTINGS of a function that finds users by their email, and of one that copies groups after the move. */
async function settingsOf() {
  const outfile = join(cache, 'build/settings-codec.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['src/lambda/settings-codec.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  });
  const { decodeSettings, encodeSettings } = await import(pathToFileURL(outfile).href);
  const defaults = decodeSettings(undefined);
  const byName = encodeSettings({
    ...defaults,
    findBy: 'email',
    oldPool: { ...defaults.oldPool, usernameAttributes: [], aliasAttributes: [] },
    newPool: { ...defaults.newPool, usernameAttributes: ['email'], caseSensitive: false },
  });
  const groups = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`group-${i}`, `group-${i}`]));
  const withGroups = encodeSettings({
    ...defaults,
    map: { ...defaults.map, rename: { sub: 'custom:old_sub' } },
    afterMove: { groups, groupsInFirstToken: true, moveOnce: 'mark' },
  });
  return { byName, withGroups };
}

const aws = await startAwsAndRuntime();

async function startAwsAndRuntime() {
  installRuntime();
  return {
    stub: await startAws(),
    api: await startRuntimeApi(),
    ...(await layOut()),
    ...(await settingsOf()),
  };
}

/** Starts one function, measures it, and ends it. */
async function once({ name, role, byName, withGroups }) {
  const { api, stub, places } = aws;
  const event = byName ? { ...EVENT, userName: 'ana@example.com' } : EVENT;
  api.reset();
  stub.zero();
  const began = performance.now();
  const child = spawn(node, [join(cache, 'node_modules/aws-lambda-ric/bin/index.mjs'), 'index.handler'], {
    cwd: places[name],
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: api.address,
      AWS_LAMBDA_FUNCTION_NAME: 'bench',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1',
      AWS_ENDPOINT_URL: stub.url,
      OLD_USER_POOL_ID: 'us-east-1_old',
      OLD_USER_POOL_REGION: 'us-east-1',
      OLD_CLIENT_ID: 'client',
      ...(role && { OLD_ROLE_ARN: 'arn:aws:iam::111122223333:role/old', OLD_EXTERNAL_ID: 'external' }),
      ...(byName && { MIGRATION_SETTINGS: aws.byName, FIND_BY: 'email' }),
      ...(withGroups && { MIGRATION_SETTINGS: aws.withGroups, NEW_USER_POOL_ID: 'us-east-1_bench' }),
    },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    const init =
      (await Promise.race([api.idle(), ended.then(() => Promise.reject(new Error(`${name} ended`)))])) -
      began;
    const first = await api.invoke(event);
    if (name !== 'empty' && !first.body.includes('CONFIRMED'))
      throw new Error(`${name} did not migrate: ${first.body}`);
    const cold = { ...stub.counts };
    const cpu = cpuTime(child.pid);
    stub.zero();
    const warm = [];
    const count = byName ? WARM_SEARCHES : WARM;
    for (let i = 0; i < count; i++) {
      if (byName && (i + 1) % SEARCHES_A_SECOND === 0) await pause(1_050);
      const { ms, body } = await api.invoke(event);
      if (name !== 'empty' && !body.includes('CONFIRMED'))
        throw new Error(`${name} did not migrate: ${body}`);
      warm.push(ms);
    }
    return {
      init,
      cold: init + first.ms,
      warm: median(warm.slice(5)),
      rss: peakRss(child.pid),
      cpu,
      coldCounts: cold,
      warmRequests: stub.counts.requests / count,
      warmConnections: stub.counts.connections,
      assumeRole: cold.assumeRole + stub.counts.assumeRole,
    };
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

/** Peak memory in MB, where the kernel tells it. */
function peakRss(pid) {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** Milliseconds that all threads together have used until now, where the kernel tells it. Others' load changes it little. */
function cpuTime(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
      .reduce((sum, ms) => sum + ms, 0);
  } catch {
    return Number.NaN;
  }
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const VARIANTS = [
  { name: 'empty' },
  { name: 'handler' },
  { name: 'handler', role: true },
  { name: 'handler', byName: true },
  { name: 'handler', withGroups: true },
  { name: 'v2' },
  { name: 'v2', role: true },
  { name: 'v2', byName: true },
];
const label = ({ name, role, byName, withGroups }) =>
  `${name}${role ? ' + role' : ''}${byName ? ' by name' : ''}${withGroups ? ' + groups' : ''}`;
const results = new Map(VARIANTS.map((variant) => [label(variant), []]));
for (const variant of VARIANTS) await once(variant); // fills the disk caches, and is thrown away
for (let round = 0; round < rounds; round++)
  for (const variant of VARIANTS) results.get(label(variant)).push(await once(variant));
aws.api.close();
aws.stub.close();

const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
const medianOf = (variant, what) => median(results.get(variant).map((one) => one[what]));
const row = (cells) =>
  console.log(cells.map((cell, i) => (i ? String(cell).padStart(11) : cell.padEnd(16))).join(''));
console.log(
  `\nNode ${version}, ${availableParallelism()} CPUs, ${Math.round(totalmem() / 2 ** 30)} GB, aws-lambda-ric 3, ` +
    `medians of ${rounds} interleaved starts, AWS on loopback without latency\n`,
);
row(['', 'init ms', 'cold ms', 'cold CPU', 'warm ms', 'peak MB', 'requests', 'new conns', 'AssumeRole']);
for (const variant of results.keys())
  row([
    variant,
    ...['init', 'cold', 'cpu', 'warm', 'rss'].map((what) => medianOf(variant, what).toFixed(1)),
    ...['warmRequests', 'warmConnections', 'assumeRole'].map((what) => medianOf(variant, what)),
  ]);
const best = (variant, what) => Math.min(...results.get(variant).map((one) => one[what]));
/** Medians, and the best starts beside them: on a busy machine these say more about the function. */
const ratio = (a, b, what) =>
  `${(medianOf(a, what) / medianOf(b, what)).toFixed(2)}×, best starts ${(best(a, what) / best(b, what)).toFixed(2)}×`;
const initBudget = version.startsWith('v20.') ? '1.3×' : '1.45×';
console.log(`
init  against an empty handler         ${ratio('handler', 'empty', 'init')}   (budget ${initBudget})
cold  against aws-sdk v2               ${ratio('handler', 'v2', 'cold')}   (budget 0.40×)
cold  against aws-sdk v2, with a role  ${ratio('handler + role', 'v2 + role', 'cold')}   (budget 0.45×)
cold CPU time against aws-sdk v2       ${ratio('handler', 'v2', 'cpu')}
warm  against aws-sdk v2               ${ratio('handler', 'v2', 'warm')}   (budget 1.0×)
warm  by another name, against v2      ${ratio('handler by name', 'v2 by name', 'warm')}   (budget 1.0×, 3 requests)
warm  with groups, against v2 without  ${ratio('handler + groups', 'v2', 'warm')}   (3 requests)
memory against aws-sdk v2              ${ratio('handler', 'v2', 'rss')}
zip   ${(aws.zipBytes / 1024).toFixed(1)} KB                             (budget 25 KB)`);

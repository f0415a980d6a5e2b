/**
 * Packs the package, installs the tarball beside Node.js 20, 22, and 24, and runs the demo with each: `npm run release:check`.
 * The versions of Node.js come from the npm registry, so this is no part of `npm test`.
 * `--node MAJOR,MAJOR` chooses versions. The exit code is 1 if one of them fails.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, env, exit, platform } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  args: argv.slice(2),
  options: { node: { type: 'string', default: '20,22,24' } },
});

const home = await mkdtemp(join(tmpdir(), 'cognito-migrate-release-'));
/** npm is a batch file on Windows, which only a shell starts. */
const run = (command, args, options) =>
  promisify(execFile)(command, args, {
    maxBuffer: 16 * 1024 * 1024,
    shell: platform === 'win32',
    ...options,
  });

let failed = false;
try {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', home], { cwd: root });
  // The build prints its own line first.
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n')));
  console.log(
    `${packed.filename}: ${packed.files.length} files, ${Math.round(packed.unpackedSize / 1024)} KB unpacked`,
  );
  for (const major of values.node.split(',')) {
    const result = await check(major, join(home, packed.filename)).catch((error) => {
      failed = true;
      return `FAILED\n${error.stdout ?? ''}${error.stderr ?? error.stack}`;
    });
    console.log(`Node.js ${major}: ${result}`);
  }
} finally {
  await rm(home, { recursive: true, force: true, maxRetries: 10 });
}
exit(failed ? 1 : 0);

/** Installs both in a new folder, and runs what a new user runs first. Returns a line for people. */
async function check(major, tarball) {
  const cwd = join(home, `node-${major}`);
  await mkdir(cwd);
  await writeFile(join(cwd, 'package.json'), '{ "private": true }\n');
  await run('npm', ['install', '--no-audit', '--no-fund', `node@${major}`, tarball], { cwd });
  const node = join(cwd, 'node_modules', 'node', 'bin', platform === 'win32' ? 'node.exe' : 'node');
  const program = join(cwd, 'node_modules', 'cognito-migrate', 'dist', 'cli', 'main.js');
  const call = async (...args) =>
    (
      await run(node, [program, ...args], {
        cwd,
        env: { PATH: env.PATH, HOME: home, NO_COLOR: '1' },
        shell: false,
      })
    ).stdout;
  const version = (await run(node, ['--version'], { cwd, shell: false })).stdout.trim();
  if (!version.startsWith(`v${major}.`)) throw new Error(`the installed Node.js is ${version}`);
  const own = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).version;
  const printed = (await call('--version')).trim();
  if (printed !== own) throw new Error(`--version printed ${printed}, not ${own}`);
  const demo = await call('demo');
  if (!demo.includes('signed in') || !demo.includes('and moved')) throw new Error(`no user moved:\n${demo}`);
  return `${version}: installed, version ${printed}, and a user moved in the demo`;
}

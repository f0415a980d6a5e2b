/**
 * How much of src/ the tests run, by folder: `npm run coverage -- [test paths]`. Child processes are included.
 * Tests that run in the process of Vitest are counted by Vitest. The program that other tests start is built with source
 * maps, and NODE_V8_COVERAGE makes each of its processes leave a report. A line counts if either of them has run it.
 */
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import process, { argv, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { mergeProcessCovs } from '@bcoe/v8-coverage';
import { build } from 'esbuild';
import convert from 'v8-to-istanbul';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'cognito-migrate-coverage-'));
const program = join(folder, 'dist');
const reports = join(folder, 'processes');

/** The program as ES modules with source maps. Everything beside it is that of dist/. */
async function buildWithSourceMaps() {
  await cp(join(root, 'dist'), program, { recursive: true });
  await Promise.all(['cli', 'chunks'].map((name) => rm(join(program, name), { recursive: true })));
  await build({
    absWorkingDir: root,
    entryPoints: { 'cli/main': 'src/cli/main.ts' },
    chunkNames: 'chunks/[name]-[hash]',
    outdir: program,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    mainFields: ['module', 'main'],
    define: { __filename: JSON.stringify('cognito-migrate') },
    // Some packages call require(). The name must not be one of theirs.
    banner: {
      js: 'import{createRequire as forCoverage}from"node:module";const require=forCoverage(import.meta.url);',
    },
    logLevel: 'error',
  });
  await writeFile(join(program, 'package.json'), '{"type":"module"}\n');
}

function runTests(paths) {
  const coverage = {
    enabled: true,
    provider: 'v8',
    reporter: 'json',
    reportsDirectory: join(folder, 'vitest'),
    include: 'src/**/*.ts',
    reportOnFailure: true,
  };
  const flags = Object.entries(coverage).map(([name, value]) => `--coverage.${name}=${value}`);
  const env = { ...process.env, NODE_V8_COVERAGE: reports, COVERAGE_PROGRAM: program };
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  return (
    spawnSync(execPath, [vitest, 'run', ...flags, ...paths], { cwd: root, env, stdio: 'inherit' }).status ?? 1
  );
}

/** Lines by file, each with whether it has run. Only lines that the compiler sees as statements. */
async function linesInVitest() {
  const report = JSON.parse(await readFile(join(folder, 'vitest/coverage-final.json'), 'utf8'));
  return new Map(
    Object.values(report).map(({ path, statementMap, s }) => {
      const lines = new Map();
      for (const [id, { start }] of Object.entries(statementMap))
        lines.set(start.line, (lines.get(start.line) ?? false) || s[id] > 0);
      return [relative(root, path).replaceAll('\\', '/'), lines];
    }),
  );
}

/** Adds what the processes of the program have run. They ran copies of it, in other folders. */
async function addProcesses(lines) {
  const names = await readdir(reports).catch(() => []);
  let merged = { result: [] };
  let processes = 0;
  for (const name of names) {
    const { result } = JSON.parse(await readFile(join(reports, name), 'utf8'));
    const own = result.flatMap(({ url, ...rest }) => {
      const [, file] = /\/cognito-migrate-built-[^/]+\/dist\/((?:cli|chunks)\/[^/]+\.js)$/.exec(url) ?? [];
      return file === undefined ? [] : [{ url: join(program, file), ...rest }];
    });
    if (own.length > 0) processes += 1;
    merged = mergeProcessCovs([merged, { result: own }]);
  }
  for (const { url, functions } of merged.result) {
    const script = convert(url);
    await script.load();
    script.applyCoverage(functions);
    for (const [path, { statementMap, s }] of Object.entries(script.toIstanbul())) {
      const known = lines.get(relative(root, path).replaceAll('\\', '/'));
      for (const [id, { start }] of Object.entries(statementMap))
        if (s[id] > 0 && known?.has(start.line)) known.set(start.line, true);
    }
    script.destroy();
  }
  return processes;
}

/** src/cli/commands and src/cli, but no deeper. */
function folderOf(path) {
  const parts = dirname(path).split('/');
  return parts.slice(0, parts[1] === 'cli' ? 3 : 2).join('/');
}

function summary(lines) {
  const folders = new Map();
  for (const [path, known] of lines)
    for (const name of [folderOf(path), 'all']) {
      const sum = folders.get(name) ?? { run: 0, all: 0 };
      sum.all += known.size;
      sum.run += [...known.values()].filter(Boolean).length;
      folders.set(name, sum);
    }
  return [...folders]
    .sort(([a], [b]) => (a === 'all') - (b === 'all') || (a < b ? -1 : 1))
    .map(([name, { run, all }]) => {
      const share = all === 0 ? '' : `${((100 * run) / all).toFixed(1)}%`;
      return `${name.padEnd(24)}${String(run).padStart(7)} of ${String(all).padStart(6)} lines ${share.padStart(7)}`;
    });
}

try {
  await buildWithSourceMaps();
  const code = runTests(argv.slice(2));
  const lines = await linesInVitest();
  const before = summary(lines).at(-1);
  const processes = await addProcesses(lines);
  console.log(`\n${summary(lines).join('\n')}`);
  console.log(`\nWithout the ${processes} processes of the program: ${before?.replace(/^all +/, '')}`);
  process.exitCode = code;
} finally {
  await rm(folder, { recursive: true, force: true });
}

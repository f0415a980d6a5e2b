import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { generatedFiles } from './generated-files.mjs';
import { groupChunks } from './group-chunks.mjs';
import { mergeChunks } from './merge-chunks.mjs';
import { slimD3 } from './slim-d3.mjs';
import { slimSdk } from './slim-sdk.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Uses the ES modules of the SDK, not its CommonJS ones. Only ES modules allow tree shaking.
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  metafile: true,
};

/** CommonJS has no import.meta. */
const ownAddress = {
  define: { 'import.meta.url': 'address', 'import.meta.dirname': '__dirname' },
  banner: '"use strict";const address=require("url").pathToFileURL(__filename).href;',
};

/** Files that are bundled whole, each for itself, because they must load at once. */
const quick = {
  'chunks/command-line': 'src/cli/command-line.ts',
  'chunks/bug-report': 'src/cli/bug-report.ts',
  'chunks/complete': 'src/cli/commands/completion/complete.ts',
};

const commandIn = (folder) => `src/cli/commands/${folder}/command.ts`;
/** All commands that call AWS. */
const calling = ['src/cli/commands/aws-commands.ts', 'src/cli/commands/status/index.ts'];
/** Commands that read no migration. */
const explaining = ['completion', 'config-schema', 'explain'].map(commandIn);

/**
 * The chunks that all `sources` load become one file, because each file that is loaded costs time.
 * Chunks that one of `others` loads stay alone, so that nothing loads more than it needs.
 */
const groups = {
  'every-command': { sources: ['src/cli/run-command.ts'], others: [] },
  'every-output': { sources: ['merge-chunks:reporting', ...calling], others: [] },
  'every-migration': { sources: [commandIn('env'), ...calling], others: explaining },
  'every-aws-command': {
    sources: calling,
    others: [...explaining, 'src/cli/terminal/reporters/terminal.ts'],
  },
};

/**
 * Bundles the program: cli/main.js, the command line for --help, the answers to a shell, and chunks/ for the rest.
 * The bundle is split into chunks, and a command loads only the chunks it uses.
 * All output is CommonJS, which Node runs without its ES module loader.
 * That saves a sixth of the load time of a command on Node 20.
 * @param {{ outdir: string, plugins?: readonly import('esbuild').Plugin[] }} options folder, plugins
 * @returns {Promise<import('esbuild').Metafile>} of both parts
 */
export async function buildProgram({ outdir, plugins = [] }) {
  const later = new Map();
  const start = await build({
    ...options,
    entryPoints: { 'cli/main': 'src/cli/main.ts', ...quick },
    outdir,
    format: 'cjs',
    plugins: [...plugins, ownImports(later), lazyModules, onlyVersions],
    supported: required,
    define: ownAddress.define,
    banner: { js: ownAddress.banner },
  });
  const rest = await build({
    ...options,
    entryPoints: Object.fromEntries([...later].map(([file, name]) => [`chunks/${name}`, file])),
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    // esbuild splits only ES modules.
    format: 'esm',
    splitting: true,
    write: false,
    plugins: [...plugins, reportPage, mergeChunks(root), slimSdk, lazyModules, onlyVersions, onlySpinners],
    // write-file-atomic reads it, only to make its names unique.
    define: { __filename: JSON.stringify('cognito-migrate') },
  });
  const report = await build({
    ...options,
    entryPoints: { 'chunks/report': 'src/report/page.ts' },
    outdir,
    format: 'cjs',
    plugins: [...plugins, slimD3, onlyVersions],
  });
  const chunks = await Promise.all(
    rest.outputFiles.map(async ({ path, text }) => ({ name: basename(path), code: await asCommonJs(text) })),
  );
  const grouped = groupChunks(chunks, rest.metafile.outputs, groups);
  await mkdir(join(outdir, 'chunks'), { recursive: true });
  await Promise.all([
    writeFile(join(outdir, 'package.json'), '{"type":"commonjs"}\n'),
    generatedFiles().then((files) =>
      Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(outdir, name), text))),
    ),
    ...grouped.files.map(({ name, code }) => writeFile(join(outdir, 'chunks', name), code)),
  ]);
  return {
    inputs: { ...report.metafile.inputs, ...rest.metafile.inputs, ...start.metafile.inputs },
    outputs: { ...report.metafile.outputs, ...grouped.outputs, ...start.metafile.outputs },
  };
}

/** Turns import() into a promise of a require(). */
const required = { 'dynamic-import': false };

/** @param {string} source of an ES module */
async function asCommonJs(source) {
  const { code } = await transform(source, {
    format: 'cjs',
    platform: 'node',
    target: options.target,
    minify: true,
    supported: required,
    ...(source.includes('import.meta.url') && ownAddress),
  });
  return code;
}

/** Leaves the lazy imports of the quick files to the second part. */
const ownImports = (later) => ({
  name: 'own-imports',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const file = resolve(resolveDir, path);
      const own = basename(file, '.ts');
      const name = ['index', 'command'].includes(own) ? basename(dirname(file)) : own;
      if (!(`chunks/${name}` in quick)) later.set(file, name);
      return { path: `../chunks/${name}.js`, external: true };
    });
  },
});

/**
 * The page of the report is a bundle of its own, with its scales and its copies of small helpers.
 * Otherwise, what it shares with the commands would be one more chunk, and each command would load it.
 */
const reportPage = {
  name: 'report-page',
  setup({ onResolve }) {
    onResolve({ filter: /\/report\/page\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './report.js', external: true } : undefined,
    );
  },
};

/** Modules of Node.js that packages load eagerly, and what this program needs of them. */
const INSTEAD = {
  // commander runs commands in separate files with it. This program has none.
  child_process: {
    importer: /[\\/]commander[\\/]/,
    contents: "module.exports = { get spawn() { return process.getBuiltinModule('child_process').spawn; } };",
  },
  // write-file-atomic makes its names unique with it. This program has one thread.
  worker_threads: {
    importer: /[\\/]write-file-atomic[\\/]/,
    contents: 'module.exports = { threadId: 0 };',
  },
};

const lazyModules = {
  name: 'lazy-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?(child_process|worker_threads)$/ }, ({ path, importer }) => {
      const name = path.replace('node:', '');
      return INSTEAD[name].importer.test(importer) ? { path: name, namespace: 'lazy' } : undefined;
    });
    onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => ({ contents: INSTEAD[path].contents }));
  },
};

/** ora shows one of these two. The other 90 would be 30 KB of the package. */
const onlySpinners = {
  name: 'only-spinners',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]cli-spinners[\\/]spinners\.json$/ }, async ({ path }) => {
      const { dots, line } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ dots, line }), loader: 'json' };
    });
  },
};

/** This program and the clients of the SDK import a package.json only for its version. */
const onlyVersions = {
  name: 'only-versions',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

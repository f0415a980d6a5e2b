import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { fewFiles } from './merge-chunks.mjs';
import { slimErrors } from './slim-sdk.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // The ES modules of the SDK rather than its CommonJS ones: only those can be shaken.
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  metafile: true,
};

/**
 * Bundles the program: cli/main.js, which is all that --version and --help need, and chunks/ for the rest, divided so that a
 * command loads what it uses. All of it is CommonJS, which Node runs without its loader of ES modules: a sixth of the time
 * that a command takes to load on Node 20.
 * @param {{ outdir: string, plugins?: readonly import('esbuild').Plugin[] }} where it goes, and what else is done to it
 * @returns {Promise<import('esbuild').Metafile>} of both parts
 */
export async function buildProgram({ outdir, plugins = [] }) {
  const later = new Map();
  const start = await build({
    ...options,
    entryPoints: { main: 'src/cli/main.ts' },
    outdir: join(outdir, 'cli'),
    format: 'cjs',
    plugins: [...plugins, ownImports(later), lazyChildProcess],
    supported: required,
  });
  const rest = await build({
    ...options,
    entryPoints: Object.fromEntries([...later].map(([file, name]) => [`chunks/${name}`, file])),
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    // esbuild divides ES modules only.
    format: 'esm',
    splitting: true,
    write: false,
    plugins: [...plugins, fewFiles(root), slimErrors, lazyChildProcess],
    // write-file-atomic asks for it; it is only there to be unlike others.
    define: { __filename: JSON.stringify('cognito-migrate') },
  });
  await mkdir(join(outdir, 'chunks'), { recursive: true });
  await Promise.all([
    writeFile(join(outdir, 'package.json'), '{"type":"commonjs"}\n'),
    ...rest.outputFiles.map(async ({ path, text }) => writeFile(path, await asCommonJs(text))),
  ]);
  return {
    inputs: { ...rest.metafile.inputs, ...start.metafile.inputs },
    outputs: { ...rest.metafile.outputs, ...start.metafile.outputs },
  };
}

/** An import() becomes a promise of a require. */
const required = { 'dynamic-import': false };

/** @param {string} source of an ES module */
async function asCommonJs(source) {
  const { code } = await transform(source, {
    format: 'cjs',
    platform: 'node',
    target: options.target,
    minify: true,
    supported: required,
    ...(source.includes('import.meta.url') && {
      define: { 'import.meta.url': 'address' },
      banner: 'const address=require("url").pathToFileURL(__filename).href;',
    }),
  });
  return code;
}

/** What main imports only when it is needed is left to the second part. */
const ownImports = (later) => ({
  name: 'own-imports',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const file = resolve(resolveDir, path);
      const name = basename(file, '.ts');
      later.set(file, name === 'index' ? basename(dirname(file)) : name);
      return { path: `../chunks/${later.get(file)}.js`, external: true };
    });
  },
});

/** commander asks for it at once, for commands in files of their own, of which there are none here. */
const lazyChildProcess = {
  name: 'lazy-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path: 'child_process', namespace: 'lazy' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'lazy' }, () => ({
      contents:
        "module.exports = { get spawn() { return process.getBuiltinModule('child_process').spawn; } };",
    }));
  },
};

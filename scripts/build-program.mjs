import { writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { fewFiles } from './few-files.mjs';

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
 * command loads what it uses. main.js is CommonJS: a single file that Node runs without its loader of ES modules.
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
  });
  await writeFile(join(outdir, 'cli/package.json'), '{"type":"commonjs"}\n');
  const rest = await build({
    ...options,
    entryPoints: Object.fromEntries([...later].map(([file, name]) => [`chunks/${name}`, file])),
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    splitting: true,
    plugins: [...plugins, fewFiles(root), lazyChildProcess, requiredBuiltins],
    // What CommonJS modules (write-file-atomic) have and ES modules have not; it is only there to be unlike others.
    define: { __filename: JSON.stringify('cognito-migrate') },
  });
  return {
    inputs: { ...rest.metafile.inputs, ...start.metafile.inputs },
    outputs: { ...rest.metafile.outputs, ...start.metafile.outputs },
  };
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

/** CommonJS modules get Node's own modules without a require of their own, which ES modules would have to make first. */
const requiredBuiltins = {
  name: 'required-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(node:)?(${builtinModules.join('|')})$`) }, ({ kind, path }) =>
      kind === 'require-call' ? { path: path.replace(/^node:/, ''), namespace: 'required' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
    }));
  },
};

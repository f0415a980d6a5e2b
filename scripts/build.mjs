/** Builds dist/: the program, bundled with code splitting, and the function's zip. */
import { chmod, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildHandler } from './build-handler.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

await rm(`${root}dist`, { recursive: true, force: true });
const [{ metafile }, { zip }] = await Promise.all([
  build({
    absWorkingDir: root,
    entryPoints: { 'cli/main': 'src/cli/main.ts' },
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // The ES modules of the SDK rather than its CommonJS ones: only those can be shaken.
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true, // errors are told apart by the names of their classes
    legalComments: 'none',
    metafile: true,
    // CommonJS dependencies (commander, write-file-atomic) use what Node gives to CommonJS modules only.
    banner: {
      js: [
        "import{createRequire as __cr}from'node:module';import{fileURLToPath as __fu}from'node:url';",
        'const require=__cr(import.meta.url),__filename=__fu(import.meta.url);',
      ].join(''),
    },
  }),
  buildHandler({ outdir: `${root}dist` }),
]);
await chmod(`${root}dist/cli/main.js`, 0o755);
const bytes = Object.values(metafile.outputs).reduce((sum, { bytes: size }) => sum + size, 0);
console.log(
  `dist: ${Object.keys(metafile.outputs).length} files, ${Math.round(bytes / 1024)} KB, and ${zip.split('/').at(-1)}`,
);

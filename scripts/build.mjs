/** Builds dist/: the program, bundled with code splitting, the function's zip, and the licences of what is in them. */
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildHandler } from './build-handler.mjs';
import { notices } from './notices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Built beside it and moved into place, so that a failed build leaves the last good one. */
const draft = `${root}dist.${process.pid}`;

try {
  const [{ metafile }] = await Promise.all([
    build({
      absWorkingDir: root,
      entryPoints: { 'cli/main': 'src/cli/main.ts' },
      outdir: draft,
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
    buildHandler({ outdir: draft }),
  ]);
  await chmod(`${draft}/cli/main.js`, 0o755);
  // The function's packages are the program's too.
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  await writeFile(`${draft}/THIRD-PARTY-NOTICES.txt`, await notices(root, inputs));
  await rm(`${root}dist`, { recursive: true, force: true });
  await rename(draft, `${root}dist`);
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  console.log(
    `dist: ${Object.keys(metafile.outputs).length} files, ${Math.round(bytes / 1024)} KB, and the handler's zip`,
  );
} finally {
  await rm(draft, { recursive: true, force: true });
}

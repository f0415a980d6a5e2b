/**
 * Builds dist/: the program, the zip of the function, and the licenses of everything in them.
 * The bill of materials in it goes with a release, not into the package.
 * The program is bundled with code splitting.
 */
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { buildHandler } from './build-handler.mjs';
import { buildProgram } from './build-program.mjs';
import { bundledPackages, notices } from './notices.mjs';
import { sbom } from './sbom.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Builds in a folder next to dist/ and then renames it. A failed build thus keeps the last good one. */
const draft = `${root}dist.${process.pid}`;

try {
  const [program, { metafile: handler }] = await Promise.all([
    buildProgram({ outdir: draft }),
    buildHandler({ outdir: draft }),
  ]);
  await chmod(`${draft}/cli/main.js`, 0o755);
  const packages = await bundledPackages(root, [program, handler].flatMap(inputsOf));
  await writeFile(
    `${draft}/THIRD-PARTY-NOTICES.txt`,
    notices(packages, await readFile(`${root}LICENSE`, 'utf8')),
  );
  await writeFile(`${draft}/sbom.cdx.json`, `${JSON.stringify(await sbom(root, packages), null, 2)}\n`);
  await packPages(`${draft}/docs.json.br`);
  await rm(`${root}dist`, { recursive: true, force: true });
  await rename(draft, `${root}dist`);
  const bytes = Object.values(program.outputs).reduce((sum, output) => sum + output.bytes, 0);
  console.log(
    `dist: ${Object.keys(program.outputs).length} files, ${Math.round(bytes / 1024)} KB, and the handler's zip`,
  );
} finally {
  await rm(draft, { recursive: true, force: true });
}

/** The pages of the documentation that explain prints, by name. Compressed, because the package is limited to 2 MB. */
async function packPages(file) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/commands/explain/topics.ts'],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
  });
  const source = Buffer.from(outputFiles[0].contents).toString('base64');
  const { pageNames } = await import(`data:text/javascript;base64,${source}`);
  const pages = await Promise.all(
    pageNames.map(async (name) => [name, await readFile(`${root}docs/${name}.md`, 'utf8')]),
  );
  await writeFile(file, brotliCompressSync(JSON.stringify(Object.fromEntries(pages))));
}

/** The files that gave at least one byte to a bundle. */
function inputsOf({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
}

import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { ZipArchive } from 'archiver';
import { build } from 'esbuild';
import { builtinsAsRequired, slimSdk } from './slim-sdk.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The same date in every zip. CodeSha256 then changes only with the code. Zip dates begin in 1980. */
const DATE = new Date('1980-01-01T00:00:00Z');

/**
 * Bundles the Lambda handler and zips it.
 * The zip is byte for byte the same for the same sources and dependencies.
 * @param {{ outdir: string }} options the folder for handler.zip
 * @returns {Promise<{ zip: string, files: { name: string, bytes: number }[] }>}
 */
export async function buildHandler({ outdir }) {
  const files = await bundleHandler();
  await mkdir(outdir, { recursive: true });
  const zip = join(outdir, 'handler.zip');
  await writeZip(zip, files);
  return { zip, files: files.map(({ name, contents }) => ({ name, bytes: contents.length })) };
}

/** The files of the bundle, sorted by name: index.mjs and its lazily loaded chunks. */
export async function bundleHandler() {
  const result = await build({
    absWorkingDir: root,
    entryPoints: { index: 'src/lambda/handler.ts' },
    outdir: 'handler',
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Uses the ES modules of the SDK, not the CommonJS ones of "main". Only ES modules allow tree shaking.
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    outExtension: { '.js': '.mjs' },
    plugins: [slimSdk, builtinsAsRequired],
  });
  return result.outputFiles
    .map(({ path, contents }) => ({ name: basename(path), contents }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function writeZip(path, files) {
  await rm(path, { force: true });
  const archive = new ZipArchive({ zlib: { level: 9 }, statConcurrency: 1 });
  for (const { name, contents } of files)
    archive.append(Buffer.from(contents), { name, date: DATE, mode: 0o644 });
  await Promise.all([pipeline(archive, createWriteStream(path)), archive.finalize()]);
}

import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { ZipArchive } from 'archiver';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The same moment in every zip: CodeSha256 then says whether the code changed. 1980 is where zip dates begin. */
const DATE = new Date('1980-01-01T00:00:00Z');

/**
 * Bundles the Lambda handler and zips it, byte for byte the same for the same sources and dependencies.
 * @param {{ outdir: string }} options where handler.zip goes
 * @returns {Promise<{ zip: string, files: { name: string, bytes: number }[] }>}
 */
export async function buildHandler({ outdir }) {
  const files = await bundleHandler();
  await mkdir(outdir, { recursive: true });
  const zip = join(outdir, 'handler.zip');
  await writeZip(zip, files);
  return { zip, files: files.map(({ name, contents }) => ({ name, bytes: contents.length })) };
}

/** The bundle's files, sorted by name: index.mjs and its lazily loaded chunks. */
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
    // The ES modules of the SDK, not the CommonJS ones that "main" names: only those can be shaken.
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    outExtension: { '.js': '.mjs' },
    plugins: [leaveOut, versionOnly],
  });
  return result.outputFiles
    .map(({ path, contents }) => ({ name: basename(path), contents }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * What the SDK brings along for other places than a Lambda function, and the handler never calls: its credentials come
 * from the environment, it runs in no browser, and it reads no event streams. A call would fail loudly.
 */
const LEFT_OUT = new Map([
  [
    '@aws-sdk/credential-provider-node',
    "export const defaultProvider = () => () => Promise.reject(new Error('left out of the handler'));",
  ],
  ['bowser', 'export default {};'],
  ['@smithy/core/event-streams', 'export {};'],
]);

/** @type {import('esbuild').Plugin} */
const leaveOut = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    onResolve(
      { filter: /^(@aws-sdk\/credential-provider-node|bowser|@smithy\/core\/event-streams)$/ },
      ({ path }) => ({
        path,
        namespace: 'left-out',
        sideEffects: false,
      }),
    );
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({ contents: LEFT_OUT.get(path) }));
  },
};

/**
 * The clients read their own package.json for the version in the user agent; the rest of it stays behind.
 * @type {import('esbuild').Plugin}
 */
const versionOnly = {
  name: 'version-only',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

async function writeZip(path, files) {
  await rm(path, { force: true });
  const archive = new ZipArchive({ zlib: { level: 9 }, statConcurrency: 1 });
  for (const { name, contents } of files)
    archive.append(Buffer.from(contents), { name, date: DATE, mode: 0o644 });
  await Promise.all([pipeline(archive, createWriteStream(path)), archive.finalize()]);
}

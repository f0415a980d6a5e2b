import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { ZipArchive } from 'archiver';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The same date in every zip. CodeSha256 then changes only with the code. Zip dates begin in 1980. */
const DATE = new Date('1980-01-01T00:00:00Z');

/**
 * Bundles the Lambda handler and zips it.
 * The zip is byte for byte the same for the same sources and dependencies.
 * @param {{ outdir: string }} options the folder for handler.zip
 * @returns {Promise<{ zip: string, metafile: import('esbuild').Metafile }>} its path, and the content of the bundle
 */
export async function buildHandler({ outdir }) {
  const { outputFiles, metafile } = await bundleHandler();
  const files = outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }));
  await mkdir(outdir, { recursive: true });
  const zip = join(outdir, 'handler.zip');
  await writeZip(zip, files);
  return { zip, metafile };
}

function bundleHandler() {
  return build({
    absWorkingDir: root,
    entryPoints: { index: 'src/lambda/handler.ts' },
    outdir: 'handler',
    write: false,
    metafile: true,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Uses the ES modules of packages, not the CommonJS ones of "main". Only ES modules allow tree shaking.
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    outExtension: { '.js': '.mjs' },
    plugins: [builtinsAsRequired],
  });
}

/**
 * Loads the built-in modules of Node as CommonJS does.
 * For an ES import, Node first reads every export, and reading some of them loads more code.
 * That loads all of undici for node:http, and the Web Crypto API for node:crypto.
 * @type {import('esbuild').Plugin}
 */
const builtinsAsRequired = {
  name: 'builtins-as-required',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(node:)?(${builtinModules.join('|')})$`) }, ({ path }) => ({
      path: path.replace(/^(node:)?/, 'node:'),
      namespace: 'builtin',
    }));
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
    }));
  },
};

async function writeZip(path, files) {
  await rm(path, { force: true });
  const archive = new ZipArchive({ zlib: { level: 9 }, statConcurrency: 1 });
  for (const { name, contents } of files)
    archive.append(Buffer.from(contents), { name, date: DATE, mode: 0o644 });
  await Promise.all([pipeline(archive, createWriteStream(path)), archive.finalize()]);
}

/** What is bundled, told by the bundler itself rather than by the script that writes the notices. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import * as z from 'zod';
import { buildProgram } from '../../scripts/build-program.mjs';
import { slimSdk } from '../../scripts/slim-sdk.mjs';
import { root } from './support.ts';

const Manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  repository: z.union([z.string(), z.object({ url: z.string() })]).optional(),
});

export interface Bundled extends z.output<typeof Manifest> {
  /** Texts of its licence and notice files. */
  readonly texts: readonly string[];
}

async function bundleProgram(): Promise<Metafile> {
  const outdir = await mkdtemp(join(tmpdir(), 'cognito-migrate-bundled-'));
  try {
    return await buildProgram({ outdir });
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

async function bundleHandler(): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/lambda/handler.ts'],
    outdir: 'out',
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    minifySyntax: true,
    treeShaking: true,
    plugins: [slimSdk],
  });
  return metafile;
}

/** Every package that has given at least one byte to the program or to the function. */
export async function bundledPackages(): Promise<Bundled[]> {
  const metafiles = await Promise.all([bundleProgram(), bundleHandler()]);
  const files = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
    ),
  );
  const folders = new Set(
    files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file) ?? []),
  );
  return Promise.all([...folders].map((folder) => readPackage(join(root, folder))));
}

async function readPackage(folder: string): Promise<Bundled> {
  const manifest = Manifest.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
  const files = (await readdir(folder)).filter((name) => /^(licen[cs]e|notice|copying)\b/i.test(name));
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return { ...manifest, texts };
}

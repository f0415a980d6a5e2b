/** What is bundled, told by the bundler itself rather than by the script that writes the notices. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import * as z from 'zod';
import { root } from './support.ts';

const Manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

export interface Bundled extends z.output<typeof Manifest> {
  /** Texts of its licence and notice files. */
  readonly texts: readonly string[];
}

async function bundle(entry: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
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
  });
  return metafile;
}

/** Every package that has given at least one byte to the program or to the function. */
export async function bundledPackages(): Promise<Bundled[]> {
  const metafiles = await Promise.all(['src/cli/main.ts', 'src/lambda/handler.ts'].map(bundle));
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

/** What is bundled, told by the bundler itself rather than by the script that writes the notices. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import * as z from 'zod';
import { buildHandler } from '../../scripts/build-handler.mjs';
import { buildProgram } from '../../scripts/build-program.mjs';
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

async function bundles(): Promise<Metafile[]> {
  const outdir = await mkdtemp(join(tmpdir(), 'cognito-migrate-bundled-'));
  try {
    const [program, handler] = await Promise.all([buildProgram({ outdir }), buildHandler({ outdir })]);
    return [program, handler.metafile];
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

/** Every package that has given at least one byte to the program or to the function. */
export async function bundledPackages(): Promise<Bundled[]> {
  const files = (await bundles()).flatMap(({ outputs }) =>
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

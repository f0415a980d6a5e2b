/** The function of a version to come: today's code, in a zip that no version before has had. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { inject } from 'vitest';
import { given } from '../support/errors.ts';

export interface Zip {
  readonly bytes: Uint8Array;
  /** As Lambda says it. */
  readonly sha256: string;
}

/** The hash of a zip, as Lambda says it. */
export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');

/** @param end further code behind that of today; by itself a comment. */
export async function newerZip(end = '// of a version to come'): Promise<Zip> {
  const files = unzipSync(new Uint8Array(await readFile(inject('handlerZip'))));
  const code = strFromU8(given(files['index.mjs'], 'index.mjs'));
  const changed = { ...files, 'index.mjs': strToU8(`${code}\n${end}\n`) };
  const bytes = zipSync(changed, { mtime: '2026-01-01T00:00:00Z' });
  return { bytes, sha256: sha256Of(bytes) };
}

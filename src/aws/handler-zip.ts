/** The zip with the function's code. The build makes it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

export interface HandlerZip {
  readonly bytes: Uint8Array;
  /** Base64 SHA-256, as Lambda reports it in CodeSha256. */
  readonly sha256: string;
}

/** Reads the zip, and its hash in Lambda's own format. Fails only if the package is incomplete. */
export async function readHandlerZip(file: URL): Promise<HandlerZip> {
  const bytes = new Uint8Array(await readFile(file));
  return { bytes, sha256: createHash('sha256').update(bytes).digest('base64') };
}

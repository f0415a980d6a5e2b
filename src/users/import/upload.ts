/**
 * Uploads the file of an import job to the pre-signed address that CreateUserImportJob returned.
 * Anyone who knows that address can upload another file, so it is treated like a password: no text, error, or file has
 * it. AWS CLI reference, create-user-import-job: PUT, within 15 minutes, with the header of the encryption.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { setRoute } from '../../aws/network-errors.ts';
import { agentOf } from '../../aws/request-handler.ts';
import { stoppedWaiting } from '../../aws/retry.ts';
import { AwsError } from '../../core/errors.ts';
import { suffixOf } from '../../lambda/endpoints.ts';

export interface Upload {
  /** PreSignedUrl of the job. */
  readonly url: string;
  /** Path of the file. */
  readonly file: string;
  readonly region: string;
  /** The endpoint of this run, if it is not AWS itself. */
  readonly endpoint: string | undefined;
  /** Longest silence of the other side, in milliseconds. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
  onProgress(bytes: number, all: number): void;
}

/** Why S3, or something in its place, did not take the file. */
export type UploadRefusal = 'expired' | 'busy' | 'too-large' | 'refused';

/** The upload was answered with a refusal. */
export class UploadError extends Error {
  readonly refusal: UploadRefusal;
  constructor(refusal: UploadRefusal, message: string) {
    super(message);
    this.name = 'UploadError';
    this.refusal = refusal;
  }
}

/**
 * Sends the file.
 * @throws UploadError for a refusal. Errors of the network are those of any other request.
 */
export async function upload(args: Upload): Promise<void> {
  const url = uploadAddress(args);
  const { size } = await stat(args.file);
  const answer = await put(url, size, args);
  const refusal = refusalOf(answer);
  if (refusal !== undefined) throw refusal;
}

/**
 * The address, if it leads to S3 in the partition of the pool.
 * @throws AwsError for any other address. Its text doesn't have the address.
 */
export function uploadAddress({ url, region, endpoint }: Pick<Upload, 'url' | 'region' | 'endpoint'>): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  const isPlain = address?.username === '' && address.password === '';
  if (address !== undefined && isPlain && (isS3(address, region) || isOwn(address, endpoint))) return address;
  throw new AwsError('AWS named an address for the upload that is not in Amazon S3', {
    code: 'UPLOAD_REFUSED',
    hint: ['Check --endpoint-url and AWS_ENDPOINT_URL. Nothing was sent.'],
  });
}

/** `BUCKET.s3.us-east-2.amazonaws.com`, and its older and its FIPS and dual-stack forms. */
function isS3({ protocol, hostname, port }: URL, region: string): boolean {
  const suffix = suffixOf(region).replaceAll('.', String.raw`\.`);
  const place = region.replaceAll(/[^a-z0-9-]/g, '');
  const s3 = String.raw`s3(-fips)?(\.dualstack)?([.-]${place})?`;
  const host = new RegExp(String.raw`^([a-z0-9][a-z0-9.-]*\.)?${s3}\.${suffix}$`);
  return protocol === 'https:' && port === '' && host.test(hostname);
}

/** The local AWS answers for S3 as well. */
function isOwn({ origin, hostname }: URL, endpoint: string | undefined): boolean {
  const isLoopback = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(hostname);
  return isLoopback && endpoint !== undefined && new URL(endpoint).origin === origin;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Characters of an answer that are read. The code of an error is at its beginning. */
const longestAnswer = 4096;

async function put(url: URL, size: number, args: Upload): Promise<Answer> {
  const agent = await agentOf(url);
  const { request: send } = url.protocol === 'https:' ? https : http;
  const headers = { 'content-length': size, 'x-amz-server-side-encryption': 'aws:kms' };
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const { signal, silenceMs } = args;
      const request = send(url, { method: 'PUT', agent, headers, signal }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          if (text.length < longestAnswer) text += part;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.on('error', reject);
      });
      request.setTimeout(silenceMs, () => request.destroy(silent()));
      request.on('error', reject);
      const file = createReadStream(args.file);
      let sent = 0;
      file.on('data', (part) => {
        sent += part.length;
        args.onProgress(sent, size);
      });
      file.on('error', (error) => request.destroy(error));
      request.on('close', () => file.destroy());
      file.pipe(request);
    });
  } catch (error) {
    if (args.signal.aborted) throw stoppedWaiting();
    throw error instanceof Error ? known(error, url) : error;
  } finally {
    agent.destroy();
  }
}

const silent = (): Error => Object.assign(new Error('the upload gets no answer'), { code: 'ETIMEDOUT' });

/** The error with its host. The address stays out of all texts. */
function known(error: Error, { hostname }: URL): Error {
  setRoute(error, { host: hostname });
  return error;
}

function refusalOf({ status, text }: Answer): UploadError | undefined {
  const isDone = status >= 200 && status < 300;
  // S3 answers an upload without a text (API_PutObject). A page with this status is that of a proxy.
  if (isDone && text.trim() === '') return undefined;
  if (isDone)
    return new UploadError(
      'refused',
      `Something in the place of Amazon S3 answered the upload with a page of its own (HTTP ${status}).`,
    );
  const code = /<Code>(\w{1,64})<\/Code>/.exec(text)?.[1];
  const named = code === undefined ? `HTTP ${status}` : `${code} (HTTP ${status})`;
  if (/Request has expired/.test(text))
    return new UploadError('expired', 'The address for the upload has expired.');
  const isBusy = status >= 500 || code === 'RequestTimeout';
  if (isBusy) return new UploadError('busy', `Amazon S3 is not answering well: ${named}`);
  if (status === 413)
    return new UploadError('too-large', `Something on the way finds the file too large: ${named}`);
  const who = code === undefined ? 'Something in the place of Amazon S3' : 'Amazon S3';
  return new UploadError('refused', `${who} refused the file of the import job: ${named}`);
}

/**
 * The upload of the file of an import job: PUT to the pre-signed address of CreateUserImportJob.
 * In AWS, the address is in S3, and the answers are those of S3's REST API.
 */
import type { IncomingMessage } from 'node:http';
import type { Fault } from '../../faults.ts';
import type { JournalEntry } from '../../journal.ts';
import type { Reaction } from '../../protocol/answer.ts';
import type { Runtime } from '../../runtime.ts';
import { mostBytes } from './import-csv.ts';
import { digest, uploadSeconds } from './import-jobs.ts';
import { cognitoKind, type ImportJob } from './state.ts';

const path = /^\/_import\/(\d{12})\/([^/]+)\/([^/]+)$/;

export const isUploadPath = (pathname: string): boolean => path.test(pathname);

const refused = (status: number, code: string, message: string): Reaction => ({
  kind: 'answer',
  answer: {
    status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': 'LOCAL' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  },
});

const stored: Reaction = {
  kind: 'answer',
  answer: {
    status: 200,
    headers: { 'x-amz-request-id': 'LOCAL', 'x-amz-server-side-encryption': 'aws:kms' },
    body: '',
  },
};

/** Takes a file, and records the upload in the journal. A file that breaks off is not kept. */
export async function receiveUpload(
  { world, journal, faults }: Runtime,
  message: IncomingMessage,
  url: URL,
  connection: number,
): Promise<Reaction> {
  const [, account = '', poolId = '', jobId = ''] = path.exec(url.pathname) ?? [];
  const file = await readFile(message);
  const entry = journal.begin({
    service: 's3',
    operation: 'PutObject',
    account,
    region: poolId.split('_')[0] ?? '',
    caller: 'anonymous',
    connection,
    input: { UserPoolId: poolId, JobId: jobId, ContentLength: file.size },
  });
  await faults.notify('before', entry);
  if (world.delays.latency > 0) await world.sleep(world.delays.latency);
  const fault = faults.take(entry);
  const isAfter = fault?.kind === 'lost-response' || fault?.position === 'after';
  if (fault !== undefined && !isAfter) {
    const reaction = faultReaction(fault, entry);
    await faults.notify('after', entry);
    return reaction;
  }
  const pool = world
    .states(cognitoKind)
    .map(({ state }) => state.pools.get(poolId))
    .find((one) => one?.account === account);
  const job = pool?.importJobs.find(({ id }) => id === jobId);
  const reaction = refusal(world.now(), message, url, job) ?? stored;
  if (reaction === stored && job !== undefined) job.file = file;
  entry.result = reaction === stored ? 'ok' : 'AccessDenied';
  await faults.notify('after', entry);
  return fault === undefined ? reaction : faultReaction(fault, entry);
}

/** Keeps no more than the largest file that a job takes. */
async function readFile(message: IncomingMessage): Promise<NonNullable<ImportJob['file']>> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const part = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += part.length;
    if (size <= mostBytes) parts.push(part);
  }
  return { bytes: Buffer.concat(parts), size };
}

function refusal(
  now: number,
  { method, headers }: IncomingMessage,
  url: URL,
  job: ImportJob | undefined,
): Reaction | undefined {
  const token = digest(url.searchParams.get('X-Amz-Signature') ?? '');
  const isSigned = headers['x-amz-server-side-encryption'] === 'aws:kms';
  if (job === undefined || token !== job.token || method !== 'PUT' || !isSigned)
    return refused(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    );
  if (now >= job.created + uploadSeconds * 1000) return refused(403, 'AccessDenied', 'Request has expired');
  return undefined;
}

function faultReaction({ kind }: Fault, entry: JournalEntry): Reaction {
  const before = entry.result === 'ok' ? 'ok, then ' : '';
  entry.fault = kind;
  entry.result = `${before}${kind}`;
  if (kind === 'throttle') return refused(503, 'SlowDown', 'Please reduce your request rate.');
  if (kind === 'internal-error')
    return refused(500, 'InternalError', 'We encountered an internal error. Please try again.');
  if (kind === 'access-denied') return refused(403, 'AccessDenied', 'Access Denied');
  return { kind: kind === 'time-out' ? 'hang' : 'reset' };
}

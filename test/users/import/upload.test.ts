/** The upload of the file of an import job: to S3 or the local AWS only, and never a word of its address. */
import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { StartUserImportJobCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { isTransient, toMigrateError } from '../../../src/aws/errors.ts';
import { CancelledError } from '../../../src/core/errors.ts';
import { type Upload, UploadError, upload, uploadAddress } from '../../../src/users/import/upload.ts';
import { fakeClock } from '../../support/clock.ts';
import { given } from '../../support/errors.ts';
import { createImport, describeImport, importRole } from '../../support/import-jobs.ts';
import { startLocalAws } from '../../support/local-aws.ts';
import { tempFolder } from '../../support/temp.ts';

const secret = 'X-Amz-Signature=5ecre7';

beforeEach(() => {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'])
    for (const spelling of [name, name.toLowerCase()]) vi.stubEnv(spelling, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function fileOf(text: string): Promise<string> {
  const file = join(await tempFolder(), 'chunk.csv');
  await writeFile(file, text);
  return file;
}

/** A server in the place of S3. Returns its origin. */
async function serverOf(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

const uploading = async (origin: string, more: Partial<Upload> = {}): Promise<Upload> => ({
  url: `${origin}/_import?${secret}`,
  file: await fileOf('a,b\n'.repeat(1000)),
  region: 'eu-west-1',
  endpoint: origin,
  silenceMs: 60_000,
  signal: new AbortController().signal,
  onProgress: () => undefined,
  ...more,
});

/** What the upload was refused with. Nothing of it has the address. */
async function refusedBy(args: Upload): Promise<unknown> {
  const error: unknown = await upload(args).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error('it was not refused');
  const texts = [error, toMigrateError(error)].map((one) =>
    one instanceof Error ? [one.message, one.stack, JSON.stringify(one), JSON.stringify({ ...one })] : [],
  );
  expect(JSON.stringify(texts)).not.toContain('5ecre7');
  return error;
}

test('the local AWS takes the file, and imports it', async () => {
  const aws = await startLocalAws();
  const pool = await aws.addPool('import', { AutoVerifiedAttributes: ['email'] });
  const { JobId, PreSignedUrl: url } = await createImport(aws.sdk.idp, pool, await importRole(aws.sdk.iam));
  const progress: (readonly number[])[] = [];
  const file = await fileOf('not a header\n'.repeat(20_000));
  const args = { url, file, endpoint: aws.sandbox.url };
  await upload({ ...(await uploading('')), ...args, onProgress: (...seen) => progress.push(seen) });
  expect(progress.at(-1)).toEqual([260_000, 260_000]);
  expect(progress.length).toBeGreaterThan(1);
  await aws.sdk.idp.send(new StartUserImportJobCommand({ UserPoolId: pool, JobId }));
  expect(await describeImport(aws.sdk.idp, pool, JobId)).toMatchObject({
    Status: 'Failed',
    CompletionMessage: 'The header of the CSV file does not match the user pool.',
  });
});

test('an address that has expired says so', async () => {
  const clock = fakeClock();
  const aws = await startLocalAws({ now: clock.now, sleep: clock.sleep });
  const { idp, iam } = aws.sdk;
  const { PreSignedUrl: url } = await createImport(idp, aws.newPool, await importRole(iam));
  clock.advance(900_000);
  const error = await refusedBy({ ...(await uploading(aws.sandbox.url)), url });
  expect(error).toMatchObject({ name: 'UploadError', refusal: 'expired' });
});

describe('where it may go', () => {
  const address =
    (url: string, region = 'us-east-2', endpoint?: string) =>
    () =>
      uploadAddress({ url, region, endpoint });
  const bucket = 'aws-cognito-idp-user-import-abc';

  test.each([
    ['us-east-2', `https://${bucket}.s3.us-east-2.amazonaws.com/1/2/3?${secret}`],
    ['us-east-2', `https://${bucket}.s3-us-east-2.amazonaws.com/1/2/3?${secret}`],
    ['us-east-1', `https://${bucket}.s3.amazonaws.com/1/2/3?${secret}`],
    ['us-east-2', `https://s3.us-east-2.amazonaws.com/${bucket}/1/2/3?${secret}`],
    ['us-gov-west-1', `https://${bucket}.s3-fips.us-gov-west-1.amazonaws.com/1?${secret}`],
    ['us-east-2', `https://${bucket}.s3.dualstack.us-east-2.amazonaws.com/1?${secret}`],
    ['cn-north-1', `https://${bucket}.s3.cn-north-1.amazonaws.com.cn/1?${secret}`],
  ])('%s: %s', (region, url) => {
    expect(address(url, region)().href).toBe(url);
  });

  test.each([
    ['plain HTTP', `http://${bucket}.s3.us-east-2.amazonaws.com/1?${secret}`],
    ['another host', `https://${bucket}.s3.us-east-2.amazonaws.com.example.org/1?${secret}`],
    ['a host that only ends like S3', `https://evils3.us-east-2.amazonaws.com/1?${secret}`],
    ['another Region', `https://${bucket}.s3.eu-west-1.amazonaws.com/1?${secret}`],
    ['another service', `https://sts.us-east-2.amazonaws.com/1?${secret}`],
    ['another port', `https://${bucket}.s3.us-east-2.amazonaws.com:8443/1?${secret}`],
    ['another partition', `https://${bucket}.s3.us-east-2.amazonaws.com.cn/1?${secret}`],
    ['credentials', `https://a:b@${bucket}.s3.us-east-2.amazonaws.com/1?${secret}`],
    ['loopback without a local AWS', `http://127.0.0.1:4566/_import?${secret}`],
    ['a file', `file:///etc/passwd?${secret}`],
    ['no address', `not an address ${secret}`],
    ['nothing', ''],
  ])('not to %s', (_, url) => {
    expect(address(url)).toThrow('AWS named an address for the upload that is not in Amazon S3');
    try {
      address(url)();
    } catch (error) {
      expect(JSON.stringify([error, error instanceof Error && error.stack])).not.toContain('5ecre7');
    }
  });

  test('loopback only where the local AWS is', () => {
    const url = `http://127.0.0.1:4566/_import?${secret}`;
    expect(address(url, 'us-east-2', 'http://127.0.0.1:4566')().href).toBe(url);
    expect(address(url, 'us-east-2', 'http://127.0.0.1:4567')).toThrow('not in Amazon S3');
    expect(address(`https://example.org/?${secret}`, 'us-east-2', 'https://example.org')).toThrow(
      'not in Amazon S3',
    );
  });
});

describe('what can answer', () => {
  const xml = (code: string) =>
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>m</Message></Error>`;

  test.each([
    [
      'a redirect',
      302,
      '',
      'refused',
      'Something in the place of Amazon S3 refused the file of the import job: HTTP 302',
    ],
    [
      'HTML of a proxy',
      403,
      '<html>Blocked</html>',
      'refused',
      'Something in the place of Amazon S3 refused the file of the import job: HTTP 403',
    ],
    [
      'a limit of a proxy',
      413,
      '<html>Too large</html>',
      'too-large',
      'Something on the way finds the file too large: HTTP 413',
    ],
    [
      'a page of a proxy that looks like success',
      200,
      '<html>Please sign in to the network</html>',
      'refused',
      'Something in the place of Amazon S3 answered the upload with a page of its own (HTTP 200).',
    ],
    [
      'a wrong signature',
      403,
      xml('SignatureDoesNotMatch'),
      'refused',
      'Amazon S3 refused the file of the import job: SignatureDoesNotMatch (HTTP 403)',
    ],
    ['too much to do', 503, xml('SlowDown'), 'busy', 'Amazon S3 is not answering well: SlowDown (HTTP 503)'],
    [
      'a time-out of S3',
      400,
      xml('RequestTimeout'),
      'busy',
      'Amazon S3 is not answering well: RequestTimeout (HTTP 400)',
    ],
  ])('%s', async (_, status, body, refusal, message) => {
    let requests = 0;
    const origin = await serverOf((request, response) => {
      requests += 1;
      request.resume();
      request.on('end', () => {
        response.writeHead(status, { location: '/elsewhere' });
        response.end(body);
      });
    });
    const error = await refusedBy(await uploading(origin));
    expect(error).toBeInstanceOf(UploadError);
    expect(error).toMatchObject({ refusal, message });
    expect(requests).toBe(1);
  });

  test('a connection that breaks off is a failure that passes', async () => {
    const origin = await serverOf((request) => {
      request.once('data', () => request.socket.resetAndDestroy());
    });
    const error = await refusedBy(await uploading(origin));
    expect(isTransient(error)).toBe(true);
    expect(given(toMigrateError(error)).message).toMatch(/^AWS cannot be reached/);
  });

  test('a proxy that cuts it at 10 MB', async () => {
    let received = 0;
    const origin = await serverOf((request) => {
      request.on('data', (part: Buffer) => {
        received += part.length;
        if (received > 10_000_000) request.socket.resetAndDestroy();
      });
    });
    let sent = 0;
    const file = await fileOf('a,b\n'.repeat(3_000_000));
    const onProgress = (bytes: number): void => {
      sent = bytes;
    };
    const error = await refusedBy(await uploading(origin, { file, onProgress }));
    expect(isTransient(error)).toBe(true);
    expect(received).toBeGreaterThan(10_000_000);
    expect(sent).toBeGreaterThan(10_000_000);
    expect(received).toBeLessThan(12_000_000);
  });

  test('silence ends, and is a failure that passes', async () => {
    const origin = await serverOf((request) => {
      request.resume();
    });
    const error = await refusedBy(await uploading(origin, { silenceMs: 50 }));
    expect(isTransient(error)).toBe(true);
  });

  test('Ctrl-C ends it', async () => {
    const stop = new AbortController();
    const origin = await serverOf((request) => {
      request.once('data', () => stop.abort());
    });
    expect(await refusedBy(await uploading(origin, { signal: stop.signal }))).toBeInstanceOf(CancelledError);
  });

  test('a file that is gone is no failure of AWS', async () => {
    const origin = await serverOf((_request, response) => response.end());
    const file = join(await tempFolder(), 'gone.csv');
    expect(await refusedBy(await uploading(origin, { file }))).toMatchObject({ code: 'ENOENT' });
  });
});

test('it goes through the proxy, which may refuse it', async () => {
  const connects: string[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    connects.push(request.url ?? '');
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${address.port}`);
  const url = `https://bucket.s3.eu-west-1.amazonaws.com/1?${secret}`;
  const error = await refusedBy({ ...(await uploading('http://127.0.0.1:1')), url });
  expect(connects).toEqual(['bucket.s3.eu-west-1.amazonaws.com:443']);
  expect(given(toMigrateError(error)).message).toContain('refuses the connection (HTTP 407)');
});

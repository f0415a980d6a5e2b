import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { type Answer, AwsError, connectTo } from './send.ts';

/** Credentials for one request. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** One service in one Region. */
export interface Endpoint {
  /** The Region that requests are signed for. */
  readonly region: string;
  readonly url: string;
}

/** The content of a request, which is always a POST. */
export interface Request {
  /** With escaped segments. Absent means `/`. */
  readonly path?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends a signed request. `read` turns its answer into a result, or throws an AwsError. */
export type Call = <T>(request: Request, read: (answer: Answer) => T, signal?: AbortSignal) => Promise<T>;

/**
 * Returns a caller of one service.
 * @param service The name in the signature.
 * @param now Milliseconds since 1970, by this computer's clock.
 * @param timeoutMs Milliseconds for a whole request.
 */
export function signedCaller(
  service: 'cognito-idp' | 'lambda' | 'sts',
  { region, url }: Endpoint,
  credentials: () => Promise<Keys>,
  now: () => number,
  timeoutMs?: number,
): Call {
  const endpoint = new URL(url);
  const send = connectTo(endpoint, timeoutMs);
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  /** Milliseconds by which AWS's clock is ahead of ours. */
  let skewMs = 0;

  const attempt = async ({ path = '/', headers, body }: Request, signal?: AbortSignal): Promise<Answer> => {
    const content = { ...headers, host: endpoint.host, 'content-length': String(Buffer.byteLength(body)) };
    const { protocol, hostname, port } = endpoint;
    const signed = await signer.sign(
      {
        method: 'POST',
        protocol,
        hostname,
        ...(port !== '' && { port: Number(port) }),
        path,
        query: {},
        headers: content,
        body,
      },
      { signingDate: new Date(now() + skewMs) },
    );
    return send(path, signed.headers, body, signal);
  };

  return async (request, read, signal) => {
    const answer = await attempt(request, signal);
    try {
      return read(answer);
    } catch (error) {
      const skew = skewBehind(error, answer, now() + skewMs);
      if (skew === undefined) throw error;
      skewMs += skew;
      return read(await attempt(request, signal));
    }
  };
}

/** Errors that a wrong clock can cause, each before AWS does anything with the request. */
const CLOCK_ERRORS: ReadonlySet<string> = new Set([
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'RequestInTheFuture',
  'AuthFailure',
]);

/** AWS accepts a difference of five minutes. A smaller one isn't the cause. */
const TOLERATED_SKEW_MS = 4 * 60_000;

/** Milliseconds by which AWS's clock is ahead, if that explains the error. Otherwise undefined. */
function skewBehind(error: unknown, { headers }: Answer, signedAt: number): number | undefined {
  if (!(error instanceof AwsError) || !CLOCK_ERRORS.has(error.name)) return undefined;
  const skew = Date.parse(headers.date ?? '') - signedAt;
  return Math.abs(skew) > TOLERATED_SKEW_MS ? skew : undefined;
}

/** Node's SHA-256, as the signer takes it. */
class Sha256 {
  private readonly hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof data === 'string') return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

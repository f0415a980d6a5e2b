/** A server that writes the bytes that a test gives it, as no HTTP library would. */
import { createHash, createHmac } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** One request, as it came. */
export interface RawRequest {
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Which connection it came over, from 1. */
  readonly connection: number;
}

/** Bytes to write; `close` then ends the connection. 'silence' writes nothing. */
export type RawAnswer = 'silence' | { readonly bytes: string | Buffer; readonly close?: boolean };

export interface RawServer {
  readonly port: number;
  readonly requests: RawRequest[];
  answer: (request: RawRequest, count: number) => RawAnswer;
  /** Resolves once a connection has sent something, whatever that is. */
  heard(): Promise<void>;
  reset(): void;
  close(): Promise<void>;
}

/** A complete response. Its length is right unless a header says otherwise. */
export function http(
  status: number,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): RawAnswer {
  const content = Buffer.from(body);
  const lines = Object.entries({ 'content-length': String(content.length), ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return { bytes: Buffer.concat([Buffer.from(`HTTP/1.1 ${status} x\r\n${lines.join('')}\r\n`), content]) };
}

export async function startRawServer(): Promise<RawServer> {
  const requests: RawRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const events = new EventEmitter();
  let hasHeard = false;
  const server = createServer((socket) => {
    const connection = ++connections;
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const request = parse(received, connection);
      hasHeard = true;
      events.emit('heard');
      if (request === undefined) return;
      received = Buffer.alloc(0);
      requests.push(request);
      const answer = raw.answer(request, requests.length);
      if (answer === 'silence') return;
      socket.write(answer.bytes);
      if (answer.close) socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const raw: RawServer = {
    port,
    requests,
    answer: () => 'silence',
    heard: async () => {
      if (!hasHeard) await once(events, 'heard');
    },
    reset() {
      requests.length = 0;
      hasHeard = false;
      raw.answer = () => 'silence';
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return raw;
}

function parse(received: Buffer, connection: number): RawRequest | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [first = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n');
  const [, path = ''] = first.split(' ');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const body = received.subarray(end + 4);
  return body.length < Number(headers.get('content-length') ?? 0)
    ? undefined
    : { path, headers, body: body.toString('utf8'), connection };
}

/**
 * The signature that a request must have, worked out from the request alone.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signatureOf(
  { path, headers, body }: RawRequest,
  secret: string,
): { sent: string; right: string } {
  const authorization = headers.get('authorization') ?? '';
  const [, scope = '', names = '', sent = ''] =
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? [];
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const signed = names.split(';').map((name) => `${name}:${headers.get(name)}\n`);
  // The signature is over the path escaped twice, for every service but S3.
  const canonicalPath = path.split('/').map(encodeURIComponent).join('/');
  const canonical = ['POST', canonicalPath, '', signed.join(''), names, sha256(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers.get('x-amz-date'), scope, sha256(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>(
      (last, part) => createHmac('sha256', last).update(part).digest(),
      `AWS4${secret}`,
    );
  return { sent, right: createHmac('sha256', key).update(toSign).digest('hex') };
}

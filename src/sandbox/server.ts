/** The HTTP server of the local AWS: one port for all services, on loopback only. */

import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { answerControl } from './control.ts';
import { dispatch, errorAnswer, type Request } from './dispatch.ts';
import { parseObject } from './input.ts';
import { accountOfKey } from './keys.ts';
import { ServiceError, type ServiceName, serviceNames } from './operation.ts';
import type { Answer, Reaction } from './protocol/answer.ts';
import { readTarget } from './protocol/json.ts';
import { readQuery } from './protocol/query.ts';
import { isLambdaPath, readLambda } from './protocol/rest-lambda.ts';
import type { Runtime } from './runtime.ts';
import { hostedPage, isHostedPage } from './services/cognito/hosted-login.ts';
import { isUploadPath, receiveUpload } from './services/cognito/import-upload.ts';

/**
 * Limits HTTP access to programs on this machine and to pages of servers on this machine.
 * A page from elsewhere sends its own Origin. If its name was rebound to 127.0.0.1, it sends its own Host.
 */
const loopback = /^(127\.0\.0\.1|\[::1\]|([a-z0-9-]+\.)*localhost)(:\d{1,5})?$/i;

/**
 * The reason to refuse a request.
 * Undefined if its Host is loopback and its Origin is loopback or absent.
 */
function refusal({ host = '', origin }: IncomingHttpHeaders): string | undefined {
  if (!loopback.test(host)) return 'The local AWS answers on loopback names only (Host header).';
  if (origin === undefined) return undefined;
  const [, rest = ''] = /^https?:\/\/(.*)$/i.exec(origin) ?? [];
  return loopback.test(rest)
    ? undefined
    : 'The local AWS answers pages of this machine only (Origin header).';
}

/**
 * Lambda's limit for a zip sent directly (50 MB, in base64), in bytes.
 * It is the largest limit of any operation here.
 */
const largestBody = 70_167_211;

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const part = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += part.length;
    if (size > largestBody)
      throw new ServiceError('RequestEntityTooLargeException', 'Request must be smaller', 413);
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const firstValue = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

/** Finds the service and operation by target, path, or form. AWS's own endpoints use the host. */
function identifyRequest(
  message: IncomingMessage,
  url: URL,
  body: string,
  connection: number,
): Request | { readonly refused: Answer } {
  const authorization = firstValue(message.headers.authorization);
  const sessionToken = firstValue(message.headers['x-amz-security-token']);
  const origin = { authorization, sessionToken, connection };
  const target = firstValue(message.headers['x-amz-target']);
  if (target !== undefined) {
    const named = readTarget(target);
    if (!named)
      return refuse(
        signedService(authorization),
        'UnknownOperationException',
        `Unknown target ${target}.`,
        400,
      );
    const input = parseObject(body === '' ? '{}' : body);
    if (!input)
      return refuse(named.service, 'SerializationException', 'The request body is not a JSON object.', 400);
    return { ...named, input, ...origin };
  }
  if (isLambdaPath(url.pathname)) {
    const named = readLambda(message.method ?? 'GET', url, message.headers, body);
    const path = `${message.method} ${url.pathname}`;
    if (!named)
      return refuse('lambda', 'UnknownOperationException', `The local AWS does not know ${path}.`, 404);
    return { service: 'lambda', ...named, ...origin };
  }
  const named = readQuery(body === '' ? url.search.slice(1) : body);
  if (named) return { ...named, ...origin };
  const service = signedService(authorization);
  const code = service === 'iam' || service === 'sts' ? 'InvalidAction' : 'UnknownOperationException';
  return refuse(service, code, 'The local AWS does not know this request.', 404);
}

function signedService(authorization: string | undefined): ServiceName {
  return serviceNames.find((name) => authorization?.includes(`/${name}/aws4_request`)) ?? 'cognito-idp';
}

function refuse(
  service: ServiceName,
  code: string,
  message: string,
  status: number,
): { readonly refused: Answer } {
  return { refused: errorAnswer(service, new ServiceError(code, message, status)) };
}

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
  response.end(answer.body);
}

/** Doesn't read the body. Closes the connection instead. */
function forbid(response: ServerResponse, reason: string): void {
  const headers = { 'content-type': 'application/json', connection: 'close' };
  send(response, { status: 403, headers, body: JSON.stringify({ message: reason }) });
}

const hasKey = (authorization: string | undefined): boolean =>
  accountOfKey(/^Bearer (\S+)$/.exec(authorization ?? '')?.[1] ?? '') !== undefined;

async function serve(
  runtime: Runtime,
  message: IncomingMessage,
  response: ServerResponse,
  connection: number,
): Promise<void> {
  const reason = refusal(message.headers);
  if (reason !== undefined) {
    forbid(response, reason);
    return;
  }
  const url = new URL(message.url ?? '/', 'http://127.0.0.1');
  if (url.pathname.startsWith('/_sandbox/')) {
    if (!hasKey(message.headers.authorization)) {
      forbid(response, 'Authorization: Bearer ACCESS_KEY_ID is missing, or not of this run.');
      return;
    }
    send(response, answerControl(runtime, message.method ?? 'GET', url, await readBody(message)));
    return;
  }
  if (isUploadPath(url.pathname)) {
    react(message, response, await receiveUpload(runtime, message, url, connection));
    return;
  }
  const body = await readBody(message);
  if (isHostedPage(url.pathname)) {
    const { method = 'GET', headers } = message;
    send(response, await hostedPage(runtime.world, { method, url, cookie: headers.cookie, body }));
    return;
  }
  const request = identifyRequest(message, url, body, connection);
  if ('refused' in request) {
    send(response, request.refused);
    return;
  }
  react(message, response, await dispatch(runtime, request));
}

function react(message: IncomingMessage, response: ServerResponse, reaction: Reaction): void {
  if (reaction.kind === 'answer') send(response, reaction.answer);
  else if (reaction.kind === 'reset') message.socket.resetAndDestroy();
}

/** Starts to listen on 127.0.0.1. */
export async function listen(
  runtime: Runtime,
  port: number,
): Promise<{ readonly server: Server; readonly port: number }> {
  const connections = new WeakMap<object, number>();
  let count = 0;
  const server = createServer((message, response) => {
    serve(runtime, message, response, connections.get(message.socket) ?? 0).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return;
      const failure =
        error instanceof ServiceError
          ? error
          : new ServiceError('InternalFailure', `Local AWS: ${String(error)}`, 500);
      send(response, errorAnswer('cognito-idp', failure));
    });
  });
  server.on('connection', (socket) => {
    count += 1;
    connections.set(socket, count);
  });
  // Longer than clients keep idle connections, so the server never closes one just as a client uses it.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The local AWS has no port');
  return { server, port: address.port };
}

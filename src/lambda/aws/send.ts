import type { IncomingHttpHeaders } from 'node:http';

/** Milliseconds until a connection is open, TLS included. */
const CONNECTION_TIMEOUT_MS = 1000;

/** Milliseconds for a whole request. Two requests fit into the budget of one event. */
const REQUEST_TIMEOUT_MS = 1800;

/** Answers of AWS have a few kilobytes. Anything larger isn't one, and must not fill the memory. */
const MAX_ANSWER_BYTES = 1 << 20;

/** A complete HTTP response. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Name of the error for an answer that isn't in AWS's format. */
export const UNRECOGNIZED = 'UnrecognizedResponse';

/**
 * A failed call.
 * `name` is AWS's own name of the error, or one of TimeoutError, AbortError, UnrecognizedResponse,
 * ConnectionError, and ConnectionLost.
 * `status` is the HTTP status, if there was an answer.
 */
export class AwsError extends Error {
  override readonly name: string;
  readonly status: number | undefined;
  constructor(name: string, message = '', status?: number) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/** Name of the error for a connection that failed before AWS received the request. */
const UNSENT = 'ConnectionError';

/** Name of the error for a connection that failed before its answer was complete. AWS may have acted. */
const LOST = 'ConnectionLost';

/** Sends a POST request, and resolves with the complete answer. Rejects with an AwsError. */
export type Send = (
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal?: AbortSignal,
) => Promise<Answer>;

/**
 * Returns a sender to one endpoint. It keeps its connections open between requests.
 * @param timeoutMs Milliseconds for a whole request.
 */
export function connectTo(endpoint: URL, timeoutMs = REQUEST_TIMEOUT_MS): Send {
  const isTls = endpoint.protocol === 'https:';
  // Loads only the module that is used.
  const { Agent, request: open } = isTls
    ? process.getBuiltinModule('node:https')
    : process.getBuiltinModule('node:http');
  const agent = new Agent({ keepAlive: true });
  const whenOpen = isTls ? 'secureConnect' : 'connect';

  return (path, headers, body, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new AwsError('AbortError'));
      const request = open(endpoint, { method: 'POST', path, agent, headers });
      const timers = new Set<NodeJS.Timeout>();
      let mayHaveArrived = false;
      let isOver = false;
      const after = (ms: number) => {
        const timer = setTimeout(() => fail(new AwsError('TimeoutError')), ms);
        timers.add(timer);
        return timer;
      };
      const end = () => {
        isOver = true;
        for (const timer of timers) clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      const fail = (error: Error) => {
        end();
        reject(error);
        // Closes the connection too. A late answer could otherwise reach the next request.
        request.destroy();
      };
      const abort = () => fail(new AwsError('AbortError'));

      const failConnection = (error: Error) => {
        if (isParserError(error)) return fail(new AwsError(UNRECOGNIZED));
        fail(new AwsError(mayHaveArrived ? LOST : UNSENT));
      };

      request.on('error', failConnection);
      request.on('close', () => {
        // Node closes the connection without an error if the answer switches to another protocol.
        if (!isOver) fail(new AwsError(LOST));
      });
      request.on('socket', (socket) => {
        // A kept connection that fails is often one that AWS closed while the function was frozen
        // (aws/aws-sdk-js-v3#1196), but AWS may also have received the request on it.
        mayHaveArrived = !socket.connecting;
        if (mayHaveArrived) return;
        const timer = after(CONNECTION_TIMEOUT_MS);
        socket.once(whenOpen, () => {
          clearTimeout(timer);
          mayHaveArrived = true;
        });
      });
      request.on('response', (response) => {
        mayHaveArrived = true;
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          chunks.push(chunk);
          if (bytes > MAX_ANSWER_BYTES) fail(new AwsError(UNRECOGNIZED));
        });
        response.on('error', failConnection); // the connection closed in the middle
        response.on('end', () => {
          end();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          });
        });
      });
      signal?.addEventListener('abort', abort);
      after(timeoutMs);
      request.end(body);
    });
}

/** Whether Node's HTTP parser could not read the answer. */
function isParserError(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && error.code.startsWith('HPE_');
}

/**
 * Middleware that keeps the raw JSON of an answer, and sends raw JSON as a request.
 * The SDK silently drops every field that its model lacks, from answers and requests (aws/smithy-typescript:
 * schema serde iterates over the members of the schema). UpdateUserPool and UpdateUserPoolClient reset fields
 * that a request omits. So they would reset a field that AWS adds after this program was built. This
 * middleware works inside the SDK's ordinary signing, retries, and error handling.
 */
import { type JsonObject, parseObject } from '../../core/json.ts';

/**
 * Position of {@link rawResponse}, between the wire and the SDK's parser.
 * It's innermost in the deserialize step.
 */
export const rawResponseOptions = { step: 'deserialize', priority: 'low', name: 'keepRawResponse' } as const;

/**
 * Position of {@link rawRequest}, after serialization and before signing.
 * It's last in the build step.
 */
export const rawRequestOptions = { step: 'build', priority: 'low', name: 'sendRawRequest' } as const;

/** Position of {@link onlyOnce}, inside the SDK's retry loop. */
export const onlyOnceOptions = { step: 'finalizeRequest', priority: 'low', name: 'sendOnlyOnce' } as const;

/** ID in a command whose whole body is replaced. AWS refuses it if the replacement doesn't happen. */
export const replacedOnTheWire = 'replaced-on-the-wire';

/**
 * Keeps the JSON of the answer to one command.
 * @returns The middleware, to add to the command with {@link rawResponseOptions}, and `json()`. After the
 * command was sent, `json()` returns the JSON. It throws if the answer isn't a JSON object.
 */
export function rawResponse() {
  let text: string | undefined;
  return {
    middleware:
      <A, R extends { response: unknown }>(next: (args: A) => Promise<R>) =>
      async (args: A): Promise<R> => {
        const result = await next(args);
        const { response } = result;
        if (hasBody(response) && response.statusCode < 300) {
          const bytes = await collect(response.body);
          response.body = bytes;
          text = new TextDecoder().decode(bytes);
        }
        return result;
      },
    json(): JsonObject {
      const json = text === undefined ? undefined : parseObject(text);
      if (json === undefined) throw new Error('The answer of AWS is not a JSON object.');
      return json;
    },
  };
}

/**
 * Sends `body` instead of the body that the SDK serialized.
 * @returns The middleware, to add to the command with {@link rawRequestOptions}. It throws if the request has
 * an unknown shape. Then nothing is sent.
 */
export function rawRequest(body: JsonObject) {
  return <A extends { request: unknown }, R>(next: (args: A) => Promise<R>) =>
    async (args: A): Promise<R> => {
      const { request } = args;
      if (!isJsonRequest(request))
        throw new Error('The request of the AWS SDK has a shape that is not known.');
      const text = JSON.stringify(body);
      request.body = text;
      request.headers['content-length'] = String(Buffer.byteLength(text));
      return next(args);
    };
}

/** Thrown by {@link onlyOnce} instead of a second attempt. `cause` is the failure of the first. */
class NotSentAgain extends Error {
  constructor(cause: unknown) {
    super('The call was not sent a second time.', { cause });
  }
}

/**
 * Stops the SDK from sending the same body again after a failure.
 * The body is the whole configuration as it was read a moment ago. Seconds later, it could undo someone
 * else's change. The caller reads again instead.
 */
export function onlyOnce() {
  let first: { readonly error: unknown } | undefined;
  return <A, R>(next: (args: A) => Promise<R>) =>
    async (args: A): Promise<R> => {
      if (first !== undefined) throw new NotSentAgain(first.error);
      try {
        return await next(args);
      } catch (error) {
        first = { error };
        throw error;
      }
    };
}

/** Waits for a command with {@link onlyOnce}. Throws AWS's own error, not that of the blocked retry. */
export async function asAnswered<T>(sent: Promise<T>): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    throw error instanceof NotSentAgain ? error.cause : error;
  }
}

function hasBody(response: unknown): response is { statusCode: number; body: unknown } {
  return typeof response === 'object' && response !== null && 'statusCode' in response && 'body' in response;
}

function isJsonRequest(request: unknown): request is { body: unknown; headers: Record<string, string> } {
  return (
    typeof request === 'object' &&
    request !== null &&
    'body' in request &&
    'headers' in request &&
    typeof request.headers === 'object' &&
    request.headers !== null &&
    Object.entries(request.headers).some(
      ([name, value]) => name.toLowerCase() === 'content-type' && value === 'application/x-amz-json-1.1',
    )
  );
}

async function collect(body: unknown): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  if (typeof body === 'string') return Buffer.from(body);
  if (!isChunks(body)) throw new Error('The answer of AWS has a body that cannot be read.');
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}

function isChunks(body: unknown): body is AsyncIterable<Uint8Array | string> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/**
 * The SDK drops every field that its model does not have, from answers and from requests, without a word
 * (aws/smithy-typescript: schema serde iterates over the members of the schema). UpdateUserPool and
 * UpdateUserPoolClient reset what a request leaves out, so a field that AWS adds after this program was built would
 * be reset by it. These middlewares keep the JSON of an answer, and send JSON of our own, inside the SDK's
 * ordinary signing, retrying and error handling.
 */
import { type JsonValue, parseObject, type RawJson } from './json.ts';

/** Where {@link rawResponse} sits: innermost of the deserialize step, between the wire and the SDK's parser. */
export const rawResponseOptions = { step: 'deserialize', priority: 'low', name: 'keepRawResponse' } as const;

/** Where {@link rawRequest} sits: last of the build step, after the body was serialised and before it is signed. */
export const rawRequestOptions = { step: 'build', priority: 'low', name: 'sendRawRequest' } as const;

/** Where {@link onlyOnce} sits: inside the SDK's retry loop. */
export const onlyOnceOptions = { step: 'finalizeRequest', priority: 'low', name: 'sendOnlyOnce' } as const;

/** Given to a command whose whole body is replaced. AWS refuses it as an ID, should the replacement ever not happen. */
export const replacedOnTheWire = 'replaced-on-the-wire';

/**
 * Keeps the JSON of the answer to one command.
 * @returns the middleware to add to the command with {@link rawResponseOptions}, and `json()`, which gives the JSON
 * once the command was sent. `json()` throws when the answer was not a JSON object.
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
    json(): RawJson {
      const json = text === undefined ? undefined : parseObject(text);
      if (json === undefined) throw new Error('The answer of AWS is not a JSON object.');
      return json;
    },
  };
}

/**
 * Sends `body` instead of what the SDK serialised.
 * @returns the middleware to add to the command with {@link rawRequestOptions}. It throws when the request does not
 * have the shape it knows: then nothing is sent.
 */
export function rawRequest(body: { readonly [key: string]: JsonValue }) {
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

/** What {@link onlyOnce} throws instead of a second attempt. `cause` is the failure of the first. */
class NotSentAgain extends Error {
  constructor(cause: unknown) {
    super('The call was not sent a second time.', { cause });
  }
}

/**
 * Stops the SDK from sending the same body again after a failure. The body is the whole configuration as it was read
 * a moment ago; seconds later it could undo what somebody else has changed since. The caller reads again instead.
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

/** Waits for a command with {@link onlyOnce} and throws what AWS answered, not that it was not asked again. */
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

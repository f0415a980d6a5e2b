import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the trigger was asked and answered. */
export interface ServedInvocation {
  readonly event: unknown;
  readonly answer: unknown;
}

/** Lambda's Invoke operation for one function, as far as cognito-local calls it. */
export interface InvokeServer {
  readonly url: string;
  readonly invocations: ServedInvocation[];
  close(): Promise<void>;
}

/**
 * Serves a handler. cognito-local creates a user even from an empty response, which AWS takes for "no such user"
 * (https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html); so an empty response
 * is told to it as an error of the function.
 */
export async function serveHandler(
  load: () => Promise<(event: unknown) => Promise<unknown>>,
): Promise<InvokeServer> {
  const invocations: ServedInvocation[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const event: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const failed = (errorMessage: string) =>
      response
        .writeHead(200, { 'x-amz-function-error': 'Unhandled' })
        .end(JSON.stringify({ errorType: 'Error', errorMessage }));
    try {
      const answer = await (await load())(event);
      invocations.push({ event, answer });
      if (isEmpty(answer)) failed('no such user');
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } catch (error) {
      invocations.push({ event, answer: error });
      failed(error instanceof Error ? error.message : 'unknown');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    invocations,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isEmpty(answer: unknown): boolean {
  const attributes = member(member(answer, 'response'), 'userAttributes');
  return typeof attributes !== 'object' || attributes === null || Object.keys(attributes).length === 0;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

/** A server before the local AWS, which answers some of its requests itself. */
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';

export interface FrontAnswer {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

/**
 * @param answer undefined where the local AWS answers. The operation is empty for a protocol without one in its headers.
 * @returns its address
 */
export async function inFrontOf(
  target: string,
  answer: (path: string, operation: string, body: string) => FrontAnswer | undefined,
): Promise<string> {
  const server = createServer(async (request, response) => {
    const { url: path = '/', method = 'GET', headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks);
    const operation = String(headers['x-amz-target']).split('.')[1] ?? '';
    const own = answer(path, operation, body.toString());
    if (own !== undefined) {
      response.writeHead(own.status, { 'content-type': own.type ?? 'application/x-amz-json-1.1' });
      response.end(own.body);
      return;
    }
    const kept = Object.entries(headers).flatMap(([name, value]) =>
      name === 'host' || name === 'connection' || typeof value !== 'string' ? [] : [[name, value]],
    );
    const sent = { method, headers: Object.fromEntries(kept), ...(body.length === 0 ? {} : { body }) };
    const behind = await fetch(`${target}${path}`, sent);
    response.writeHead(behind.status, Object.fromEntries(behind.headers));
    response.end(Buffer.from(await behind.arrayBuffer()));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

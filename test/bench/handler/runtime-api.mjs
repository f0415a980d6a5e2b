import { createServer } from 'node:http';

/**
 * The Lambda Runtime API, as much of it as a runtime client needs: next, response, error. One function process at a time.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function startRuntimeApi() {
  let waiting; // the runtime's open request for the next event
  let ready; // told when the runtime asks for its first event, or the next
  let pending; // who waits for the answer to the event under way
  let count = 0;

  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    if (request.url.endsWith('/invocation/next')) {
      waiting = response;
      ready?.(performance.now());
      return;
    }
    response.writeHead(202).end();
    const error = /\/(init\/)?error$/.test(request.url);
    pending?.({ at: performance.now(), error, body });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    address: `127.0.0.1:${server.address().port}`,
    /** Resolves with the time at which the runtime asks for an event: its start-up is over. */
    idle: () =>
      new Promise((resolve) => {
        if (waiting) resolve(performance.now());
        else ready = resolve;
      }),
    /** Hands over one event, and resolves with the answer and the time it took. */
    async invoke(event) {
      await this.idle();
      const response = waiting;
      waiting = undefined;
      const began = performance.now();
      const answer = await new Promise((resolve) => {
        pending = resolve;
        response
          .writeHead(200, {
            'content-type': 'application/json',
            'lambda-runtime-aws-request-id': `request-${++count}`,
            'lambda-runtime-deadline-ms': String(Date.now() + 5000),
            'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:111122223333:function:bench',
          })
          .end(JSON.stringify(event));
      });
      return { ms: answer.at - began, error: answer.error, body: answer.body };
    },
    /** Forgets a process that is gone. */
    reset() {
      waiting = undefined;
      ready = undefined;
      pending = undefined;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

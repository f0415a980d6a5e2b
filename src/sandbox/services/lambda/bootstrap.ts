/**
 * The program in the child process of a function. It does what Lambda's Node.js runtime does.
 * It is text that is written next to the function's code. This also works if the sandbox is one bundled file.
 * Lambda Developer Guide, "Define Lambda function handler in Node.js" and "Log and monitor Node.js Lambda
 * functions".
 */
export const bootstrapSource = String.raw`
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { pathToFileURL } from 'node:url';

const root = process.env.LAMBDA_TASK_ROOT;
const dot = process.env._HANDLER.indexOf('.', process.env._HANDLER.lastIndexOf('/') + 1);
const file = process.env._HANDLER.slice(0, dot);
const path = process.env._HANDLER.slice(dot + 1).split('.');
const asJson = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
let requestId;

// A world can have another time than this computer. Small differences are those of a message between processes.
const realNow = Date.now;
let ahead = 0;
Date.now = () => realNow() + ahead;

const levels = { debug: 'DEBUG', error: 'ERROR', info: 'INFO', log: 'INFO', trace: 'TRACE', warn: 'WARN' };
for (const [name, level] of Object.entries(levels)) {
  console[name] = (...values) => {
    const timestamp = new Date().toISOString();
    if (asJson) {
      const message = values.length === 1 && typeof values[0] !== 'string' ? values[0] : format(...values);
      process.stdout.write(JSON.stringify({ timestamp, level, requestId, message }) + '\n');
    } else {
      const text = format(...values).replaceAll('\n', '\r');
      process.stdout.write(timestamp + '\t' + (requestId ?? 'undefined') + '\t' + level + '\t' + text + '\n');
    }
  };
}

const describe = (error) => {
  if (error instanceof Error || (typeof error === 'object' && error !== null && 'message' in error)) {
    const trace = typeof error.stack === 'string' ? error.stack.split('\n') : [];
    return { errorType: error.name ?? 'Error', errorMessage: String(error.message), trace };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
};
const named = (name, message) => Object.assign(new Error(message), { name });

const flushed = (id) => Promise.all([process.stdout, process.stderr].map((stream) =>
  new Promise((resolve) => stream.write('\u0000' + id + '\n', resolve))));
const send = async (message) => {
  await flushed(message.id);
  process.send(message);
};

const load = async () => {
  const found = ['.js', '.mjs', '.cjs'].map((extension) => join(root, file + extension)).find((name) => existsSync(name));
  if (!found) throw named('Runtime.ImportModuleError', "Error: Cannot find module '" + file + "'");
  const module = await import(pathToFileURL(found).href);
  let handler = module;
  for (const step of path) handler = handler?.[step] ?? handler?.default?.[step];
  const shown = process.env._HANDLER;
  if (handler === undefined) throw named('Runtime.HandlerNotFound', shown + ' is undefined or not exported');
  if (typeof handler !== 'function') throw named('Runtime.HandlerNotFound', shown + ' is not a function');
  if (process.env.AWS_EXECUTION_ENV === 'AWS_Lambda_nodejs24.x' && handler.length >= 3) {
    throw named('Runtime.CallbackHandlerDeprecated',
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. '
      + 'You need to modify this function to use a supported handler signature to use Node.js 24 or later.');
  }
  return handler;
};

const call = (handler, event, context) => new Promise((resolve, reject) => {
  const callback = (error, value) => (error === null || error === undefined ? resolve(value) : reject(error));
  const result = handler(event, context, callback);
  if (typeof result?.then === 'function') result.then(resolve, reject);
  else if (handler.length < 3) resolve(result);
});

process.on('disconnect', () => process.exit());
process.on('uncaughtException', (error) => fail(error));
process.on('unhandledRejection', (error) => fail(named('Runtime.UnhandledPromiseRejection', String(error))));
const fail = async (error) => {
  await send({ id: requestId ?? 'init', error: describe(error) });
  process.exit(129);
};

try {
  const handler = await load();
  await send({ id: 'init' });
  process.on('message', async ({ id, payload, deadline, arn, now }) => {
    requestId = id;
    ahead = Math.abs(now - realNow()) > 5000 ? now - realNow() : 0;
    // "Root=…;Parent=…;Sampled=…;Lineage=…" (Lambda Developer Guide, _X_AMZN_TRACE_ID).
    process.env._X_AMZN_TRACE_ID = 'Root=1-' + Math.floor(now / 1000).toString(16) + '-' + id.replaceAll('-', '').slice(0, 24)
      + ';Parent=' + id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18) + ';Sampled=0';
    const context = {
      callbackWaitsForEmptyEventLoop: true,
      functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
      invokedFunctionArn: arn,
      awsRequestId: id,
      getRemainingTimeInMillis: () => Math.max(0, deadline - realNow()),
    };
    try {
      const value = await call(handler, JSON.parse(payload), context);
      await send({ id, payload: JSON.stringify(value === undefined ? null : value) ?? 'null' });
    } catch (error) {
      const { errorType, errorMessage, trace } = describe(error);
      const text = JSON.stringify({ errorType, errorMessage, stack: trace });
      if (asJson) console.error({ errorType, errorMessage, stackTrace: trace });
      else process.stderr.write(new Date().toISOString() + '\t' + id + '\tERROR\tInvoke Error \t' + text + '\n');
      await send({ id, error: { errorType, errorMessage, trace } });
    }
  });
} catch (error) {
  await fail(error);
}
`;

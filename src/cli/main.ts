#!/usr/bin/env node
/** The program: nothing but the process around {@link main}. */
import nodeModule from 'node:module';
import { exitCodes } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import { main } from './program.ts';
import { Interrupt } from './terminal/interrupt.ts';
import { processIo } from './terminal/io.ts';

// The SDK is pinned inside our bundle, so its advice about Node versions is ours to follow, not the user's.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// Node from 22.1 on keeps what it has compiled: a third of the time that the SDK takes to load is gone the second time.
if ('enableCompileCache' in nodeModule && typeof nodeModule.enableCompileCache === 'function')
  nodeModule.enableCompileCache();

const interrupt = new Interrupt(
  (code) => process.exit(code),
  (line) => process.stderr.write(`${line}\n`),
);
process.on('SIGINT', interrupt.press);
process.on('SIGTERM', interrupt.press);
// nohup, which sees to it that standard error is no terminal, means that the program is to go on.
if (process.stderr.isTTY) process.on('SIGHUP', interrupt.hangUp);
// A reader that has seen enough (head, less) closes the pipe: nothing more to say, and no reason to stop half-way. Nor is
// a disk that is full, but whoever wanted the result must not take it for written.
let lost: Error | undefined;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') lost ??= error;
});
process.stderr.on('error', () => undefined); // whom could it be told?
process.on('exit', (code) => {
  if (lost === undefined) return;
  process.stderr.write(`  ✖ Standard output cannot be written: ${printable(lost.message)}\n`);
  process.exitCode = code || exitCodes.usage.code;
});

// What ends before main has ended is no success.
let hasEnded = false;
process.on('exit', (code) => {
  if (!hasEnded) process.exitCode = code || exitCodes.bug.code;
});
void main(process.argv.slice(2), processIo(interrupt)).then((code) => {
  hasEnded = true;
  process.exitCode = code;
});

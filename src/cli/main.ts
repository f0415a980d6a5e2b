#!/usr/bin/env node
/** The program: only the process around {@link main}. */
import { exitCodes } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import { keepCompiledCode } from './compile-cache.ts';
import { main } from './program.ts';
import { Interrupt } from './terminal/interrupt.ts';
import { processIo } from './terminal/io.ts';

// Our bundle pins the SDK, so its advice about Node versions is for us, not for the user.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

keepCompiledCode(process.env);

let hasEnded = false;
const interrupt = new Interrupt(
  (code) => {
    hasEnded = true;
    process.exit(code);
  },
  (line) => process.stderr.write(`${line}\n`),
  (signal) => process.kill(0, signal), // the whole process group: npx too
);
process.on('SIGINT', interrupt.press);
process.on('SIGTERM', interrupt.press);
// With nohup, standard error is not a terminal, and the program must continue.
if (process.stderr.isTTY) process.on('SIGHUP', interrupt.hangUp);
// A reader such as head or less may close the pipe. No more output is needed then.
// That is no reason to stop halfway. Neither is a full disk.
// But a full disk must not look like a written result.
let lost: Error | undefined;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') lost ??= error;
  interrupt.outputClosed();
});
process.stderr.on('error', () => undefined); // nowhere left to report it
process.on('exit', (code) => {
  if (lost === undefined) return;
  process.stderr.write(`  ✖ Standard output cannot be written: ${printable(lost.message)}\n`);
  process.exitCode = code || exitCodes.usage.code;
});

// An exit before main ends is not a success, unless it is meant.
process.on('exit', (code) => {
  if (!hasEnded) process.exitCode = code || exitCodes.bug.code;
});
void main(process.argv.slice(2), processIo(interrupt)).then((code) => {
  hasEnded = true;
  process.exitCode = code;
});

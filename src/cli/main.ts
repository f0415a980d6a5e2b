#!/usr/bin/env node
/** The program: nothing but the process around {@link main}. */
import { Interrupt } from './interrupt.ts';
import { processIo } from './io.ts';
import { main } from './program.ts';

// The SDK is pinned inside our bundle, so its advice about Node versions is ours to follow, not the user's.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const interrupt = new Interrupt(
  (code) => process.exit(code),
  (line) => process.stderr.write(`${line}\n`),
);
process.on('SIGINT', interrupt.press);
process.on('SIGTERM', interrupt.press);
// A reader that has seen enough (head, less) closes the pipe: nothing more to say, and no reason to stop half-way.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await main(process.argv.slice(2), processIo(interrupt));

// The process of the program: runs the command that its parent sends, on the virtual clock, and reports what it printed
// and how much memory it had at most. Nothing else runs here, so that the memory is the program's own.
import { PassThrough, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { virtualClock } from './virtual-clock.mjs';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const [, , program, handlerZip] = process.argv;
const { Interrupt, main } = await import(pathToFileURL(program).href);

class Sink extends Writable {
  text = '';
  _write(chunk, _encoding, done) {
    this.text += chunk;
    done();
  }
}

process.once('message', async ({ argv, start }) => {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const interrupt = new Interrupt(
    (code) => process.exit(code),
    () => undefined,
  );
  const clock = virtualClock(start);
  const io = {
    env: process.env,
    stdout,
    stderr,
    stdin: new PassThrough(),
    clock,
    interrupt,
  };
  const began = performance.now();
  const code = await main(argv, {
    ...io,
    handlerZip: pathToFileURL(handlerZip),
    requestTimeout: 60_000,
  });
  process.send({
    code,
    out: stdout.text,
    err: stderr.text,
    virtualSeconds: (clock.now() - start) / 1000,
    seconds: (performance.now() - began) / 1000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  });
  process.disconnect();
});
process.send({ ready: true });

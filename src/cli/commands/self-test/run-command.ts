/** Runs our own commands in this process, through the same entry point as the command line. */

import { Writable } from 'node:stream';
import type { Emit } from '../../../core/events.ts';
import { isJsonObject } from '../../../core/json.ts';
import type { Ran } from '../../../self-test/scene.ts';
import type { Context } from '../../context.ts';

/** Runs a command without a terminal, our environment variables, or any output on the screen. */
export async function runCommand(
  { io, main }: Pick<Context, 'io' | 'main'>,
  words: readonly string[],
  watch: Emit,
): Promise<Ran> {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const calls: string[] = [];
  const note: Emit = (event) => {
    if (event.type === 'call') calls.push(`${event.service}.${event.operation}`);
    watch(event);
  };
  const code = await main([...words, '--json'], { ...io, env: {}, stdout, stderr, watch: note });
  return { code, document: parse(stdout.text), said: stderr.text.trim(), calls };
}

class Collected extends Writable {
  text = '';
  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  const document: unknown = text === '' ? {} : JSON.parse(text);
  return isJsonObject(document) ? document : {};
}

/** Reads a line key by key, without echo. */
import { StringDecoder } from 'node:string_decoder';
import type { Io } from '../io.ts';

const enter = ['\r', '\n'];
const erase = ['\b', '\u007f'];
/** Ctrl-C and Ctrl-D, which are only characters in raw mode. */
const giveUp = ['\u0003', '\u0004'];
const ends = [...enter, ...giveUp];

/** The typed keys after these key presses. */
function after(typed: readonly string[], keys: readonly string[]): readonly string[] {
  const [key, ...rest] = keys;
  if (key === undefined) return typed;
  return after(erase.includes(key) ? typed.slice(0, -1) : [...typed, key], rest);
}

/** Reads up to Enter. Undefined if the operator gave up. Echo is off before this function returns. */
export function readSecret({ stdin, stderr }: Pick<Io, 'stdin' | 'stderr'>): Promise<string | undefined> {
  const decoder = new StringDecoder('utf8');
  let typed: readonly string[] = [];
  stdin.setRawMode?.(true);
  return new Promise((resolve) => {
    const finish = (answer: string | undefined): void => {
      stdin.removeListener('data', hear);
      stdin.removeListener('end', end);
      stdin.setRawMode?.(false);
      stdin.pause();
      stderr.write('\n');
      resolve(answer);
    };
    const end = (): void => finish(undefined);
    const hear = (data: Buffer): void => {
      const pressed = [...decoder.write(data)];
      const last = pressed.findIndex((key) => ends.includes(key));
      typed = after(typed, last === -1 ? pressed : pressed.slice(0, last));
      if (last !== -1) finish(enter.includes(pressed[last] ?? '') ? typed.join('') : undefined);
    };
    stdin.on('data', hear);
    stdin.once('end', end);
    stdin.resume();
  });
}

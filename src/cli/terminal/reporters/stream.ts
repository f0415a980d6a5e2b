/**
 * Prints NDJSON on standard output: one line per event as it happens, and the final document last.
 * Scripts read these lines. docs/scripting.md describes them. A change that could break a reader raises `v`.
 */
import type { Event } from '../../../core/events.ts';
import { jsonText } from '../../../core/printable.ts';
import { publishedDone } from '../../../core/published-names.ts';
import type { Io } from '../io.ts';
import { errorText, type Reporter, withoutBusyLine } from '../reporter.ts';
import type { Style } from '../style.ts';
import { Result } from './json.ts';

/** Version of the lines. */
const v = 1;

export function streamReporter(io: Io, style: Style): Reporter {
  const result = new Result();
  let isOver = false;
  const print = (type: string, members: object): void => {
    const at = new Date(io.clock.now()).toISOString();
    io.stdout.write(`${jsonText({ v, type, at, ...members })}\n`);
  };
  const end = (document: object): void => {
    isOver = true;
    print('result', document);
  };
  const emit = (event: Event): void => {
    result.hear(event);
    if (!isOver) print(event.type, membersOf(event));
  };
  return {
    ...withoutBusyLine,
    style,
    emit,
    text: () => undefined,
    askAbout: () => undefined,
    data(document) {
      document.notes?.forEach(emit);
      end(result.toJson(document));
    },
    error(error) {
      end(result.ofFailure(error));
      io.stderr.write(`${style.unbroken(errorText(error, style))}\n`);
    },
    stop: () => undefined,
  };
}

/** Omits empty members: a step with one resource has no key. Names outcomes as scripts know them. Rounds times to whole milliseconds. */
function membersOf({ type: _type, ...members }: Event): object {
  return {
    ...members,
    ...('key' in members && members.key === '' ? { key: undefined } : {}),
    ...('done' in members ? { done: publishedDone(members.done) } : {}),
    ...('ms' in members ? { ms: Math.round(members.ms) } : {}),
  };
}

/** One JSON document on standard output, at the end; what goes wrong is in it and, for people, on standard error. */
import type { Event } from '../../core/events.ts';
import type { Io } from '../io.ts';
import { callLine } from './lines.ts';
import { errorText, type Reporter, type Verbosity } from './reporter.ts';
import type { Style } from './style.ts';

export function jsonReporter(io: Io, style: Style, { verbose }: Verbosity): Reporter {
  const notes: object[] = [];
  const print = (document: object): void => {
    io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  };
  return {
    style,
    emit(event: Event) {
      if (event.type === 'note') {
        const { type: _type, ...note } = event;
        notes.push(note);
      }
      if (event.type === 'call' && verbose) io.stderr.write(`${callLine(event, style)}\n`);
    },
    text: () => undefined,
    data: (document) => print({ ok: true, ...document.json, ...(notes.length === 0 ? {} : { notes }) }),
    error(error) {
      print({ ok: false, error: error.toJSON(), ...(notes.length === 0 ? {} : { notes }) });
      io.stderr.write(`${errorText(error, style)}\n`);
    },
    stop: () => undefined,
  };
}

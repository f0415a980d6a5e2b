/**
 * Prints one JSON document on standard output at the end.
 * Errors appear in it and, for people, on standard error.
 */
import type { MigrateError } from '../../../core/errors.ts';
import type { Event } from '../../../core/events.ts';
import { jsonText } from '../../../core/printable.ts';
import { callLine } from '../format-event.ts';
import type { Io } from '../io.ts';
import { type Document, errorText, type Reporter, type Verbosity, withoutBusyLine } from '../reporter.ts';
import type { Style } from '../style.ts';

/** Builds the document of a command, for success and failure alike. Includes the notes from its run, and its config file. */
export class Result {
  readonly #notes: object[] = [];
  #configFile: string | undefined;

  hear(event: Event): void {
    if (event.type === 'config') this.#configFile = event.file;
    if (event.type !== 'note') return;
    const { type: _type, ...note } = event;
    this.#notes.push(note);
  }

  toJson({ json }: Document): object {
    return { ok: true, ...json, ...this.#rest() };
  }

  ofFailure(error: MigrateError): object {
    return { ok: false, error: error.toJSON(), ...this.#rest() };
  }

  #rest(): object {
    return {
      ...(this.#configFile === undefined ? {} : { configFile: this.#configFile }),
      ...(this.#notes.length === 0 ? {} : { notes: this.#notes }),
    };
  }
}

export function jsonReporter(io: Io, style: Style, { verbose }: Verbosity): Reporter {
  const result = new Result();
  const print = (document: object): void => {
    io.stdout.write(`${jsonText(document, 2)}\n`);
  };
  return {
    ...withoutBusyLine,
    style,
    emit(event) {
      result.hear(event);
      if (event.type === 'call' && verbose) io.stderr.write(`${style.unbroken(callLine(event, style))}\n`);
    },
    text: () => undefined,
    askAbout: () => undefined,
    data(document) {
      for (const note of document.notes ?? []) result.hear(note);
      print(result.toJson(document));
    },
    error(error) {
      print(result.ofFailure(error));
      io.stderr.write(`${style.unbroken(errorText(error, style))}\n`);
    },
    stop: () => undefined,
  };
}

/** Prints one line per event. For logs, pipes, and terminals that cannot move their cursor. */
import type { Event } from '../../../core/events.ts';
import { callLine, configLine, doneLine, failedLine, noteLine, titleText } from '../format-event.ts';
import type { Io } from '../io.ts';
import {
  documentText,
  errorText,
  quietText,
  type Reporter,
  type Verbosity,
  withoutBusyLine,
} from '../reporter.ts';
import type { Style } from '../style.ts';

export function plainReporter(io: Io, style: Style, { quiet, verbose }: Verbosity): Reporter {
  const say = (line: string): void => {
    io.stderr.write(`${style.shown(line)}\n`);
  };
  const line = (event: Event): string | undefined => {
    switch (event.type) {
      case 'done':
        return doneLine(event, style);
      case 'failed':
        return failedLine(event, style);
      case 'wait':
        return style.dim(`    ${titleText(event.title)}: ${event.message}`);
      case 'note':
        return noteLine(event, style);
      case 'config':
        return configLine(event, style);
      case 'call':
        return verbose ? callLine(event, style) : undefined;
      default:
        return undefined;
    }
  };
  const emit = (event: Event): void => {
    const text = quiet ? undefined : line(event);
    if (text !== undefined) say(text);
  };
  return {
    ...withoutBusyLine,
    style,
    emit,
    text: (block) => {
      if (!quiet) say(block);
    },
    askAbout: say,
    data: (document) => {
      const text = quiet ? quietText(document, io) : documentText(document, io);
      if (text !== undefined) io.stdout.write(`${text}\n`);
      document.notes?.forEach(emit);
    },
    error: (error) => say(errorText(error, style)),
    stop: () => undefined,
  };
}

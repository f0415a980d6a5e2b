/** Prints one line per event. For logs, pipes, and terminals that cannot move their cursor. */
import type { Event } from '../../../core/events.ts';
import { callLine, configLine, doneLine, failedLine, noteLine } from '../format-event.ts';
import type { Io } from '../io.ts';
import { documentText, errorText, type Reporter, type Verbosity, withoutBusyLine } from '../reporter.ts';
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
        return style.dim(`    ${event.title}: ${event.message}`);
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
  return {
    ...withoutBusyLine,
    style,
    emit(event) {
      const text = quiet ? undefined : line(event);
      if (text !== undefined) say(text);
    },
    text: (block) => {
      if (!quiet) say(block);
    },
    askAbout: say,
    data: (document) => {
      io.stdout.write(`${documentText(document, io)}\n`);
    },
    error: (error) => say(errorText(error, style)),
    stop: () => undefined,
  };
}

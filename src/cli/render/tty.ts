/** A terminal: finished steps as lines, what is under way in one spinner below them. */
import ora from 'ora';
import type { Event } from '../../core/events.ts';
import { recordName } from '../../core/state.ts';
import { hasColor, type Io } from '../io.ts';
import { callLine, doneLine, failedLine, noteLine } from './lines.ts';
import { documentText, errorText, type Reporter, type Verbosity } from './reporter.ts';
import type { Style } from './style.ts';

export function ttyReporter(io: Io, style: Style, { verbose }: Verbosity): Reporter {
  const color = hasColor(io, io.stderr) ? 'cyan' : false;
  const spinner = ora({ stream: io.stderr, prefixText: ' ', discardStdin: false, color });
  const underWay = new Map<string, string>();
  /** A spinner that is not there needs no clearing away. */
  const halt = (): void => {
    if (spinner.isSpinning) spinner.stop();
  };

  /** Prints above the spinner. */
  const say = (line: string): void => {
    halt();
    io.stderr.write(`${style.shown(line)}\n`);
    spin();
  };
  const spin = (): void => {
    const text = [...underWay.values()].join(' · ');
    if (text === '') {
      halt();
      return;
    }
    const width = (io.stderr.columns ?? 80) - 6;
    spinner.text = text.length > width ? `${text.slice(0, width - 1)}…` : text;
    if (!spinner.isSpinning) spinner.start();
  };
  const nameOf = (event: { step: string; key: string }): string => recordName(event.step, event.key);

  const line = (event: Event): string | undefined => {
    switch (event.type) {
      case 'done':
        return doneLine(event, style);
      case 'failed':
        return failedLine(event, style);
      case 'note':
        return noteLine(event, style);
      case 'call':
        return verbose ? callLine(event, style) : undefined;
      default:
        return undefined;
    }
  };
  const follow = (event: Event): void => {
    if (event.type === 'start') underWay.set(nameOf(event), event.doing === 'check' ? 'probe' : event.title);
    if (event.type === 'wait') underWay.set(nameOf(event), `${event.title}  ${event.message}`);
    if (event.type === 'done' || event.type === 'failed') underWay.delete(nameOf(event));
  };
  const emit = (event: Event): void => {
    follow(event);
    const text = line(event);
    if (text === undefined) spin();
    else say(text);
  };
  return {
    style,
    emit,
    text: say,
    data(document) {
      halt();
      io.stdout.write(`${documentText(document, io)}\n`);
    },
    error(error) {
      underWay.clear();
      halt();
      io.stderr.write(`${style.shown(errorText(error, style))}\n`);
    },
    stop() {
      underWay.clear();
      halt();
    },
  };
}

/** Prints finished steps as lines, and shows work in progress in one spinner below them. */
import type { Event } from '../../../core/events.ts';
import { recordName } from '../../../core/state.ts';
import { callLine, configLine, doneLine, failedLine, noteLine, titleText } from '../format-event.ts';
import type { Io } from '../io.ts';
import { documentText, errorText, type Reporter, type Verbosity } from '../reporter.ts';
import { makeSpinner, sayWaits } from '../spinner.ts';
import type { Style } from '../style.ts';

export function ttyReporter(io: Io, style: Style, { verbose }: Verbosity): Reporter {
  const spinner = makeSpinner(io);
  const say = (block: string): void => spinner.say(style.shown(block));
  const nameOf = (event: { step: string; key: string }): string => recordName(event.step, event.key);

  const line = (event: Event): string | undefined => {
    switch (event.type) {
      case 'done':
        return doneLine(event, style);
      case 'failed':
        return failedLine(event, style);
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
  const follow = (event: Event): void => {
    if (event.type === 'start')
      spinner.show(nameOf(event), titleText(event.doing === 'check' ? 'probe' : event.title));
    if (event.type === 'wait') spinner.show(nameOf(event), `${titleText(event.title)}  ${event.message}`);
    if (event.type === 'done' || event.type === 'failed') spinner.drop(nameOf(event));
  };
  const emit = (event: Event): void => {
    follow(event);
    const text = line(event);
    if (text !== undefined) say(text);
  };
  return {
    style,
    emit,
    busy: sayWaits(spinner, io.clock),
    asking: spinner.whileAsking,
    text: say,
    askAbout: say,
    data(document) {
      spinner.end();
      io.stdout.write(`${documentText(document, io)}\n`);
      document.notes?.forEach(emit);
    },
    error(error) {
      spinner.end();
      io.stderr.write(`${style.shown(errorText(error, style))}\n`);
    },
    stop: spinner.end,
  };
}

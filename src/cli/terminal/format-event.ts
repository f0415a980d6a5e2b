/** Formats events as lines of text. The plain reporter and the terminal reporter print them. */
import type { Done, Event } from '../../core/events.ts';
import { duration, type Style } from './style.ts';

type EventOf<T extends Event['type']> = Extract<Event, { type: T }>;

const words: Record<Done, string> = {
  created: 'created',
  updated: 'updated',
  unchanged: 'in place',
  existing: 'provided by you, kept',
  checked: '',
  removed: 'removed',
  absent: 'already gone',
  left: 'kept',
};

/** Events keep the title of version 1.0.0 for the test call of the function. */
export const titleText = (title: string): string => (title === 'probe' ? 'test call' : title);

/** The title of a check. Its own title is that of the function. */
const titleOf = (event: EventOf<'done'>): string =>
  titleText(event.done === 'checked' ? 'probe' : event.title);

/** The longest title (`old app client`), and two spaces. */
const titleWidth = 16;

export function doneLine(event: EventOf<'done'>, style: Style): string {
  const isQuiet = event.done === 'unchanged' || event.done === 'absent' || event.done === 'existing';
  const sign = event.done === 'left' ? style.dim('=') : isQuiet ? style.dim('✔') : style.ok;
  const detail = event.detail ?? words[event.done];
  const time = isQuiet ? '' : style.dim(`  ${duration(event.ms)}`);
  return `  ${sign} ${titleOf(event).padEnd(titleWidth)}${detail}${time}`;
}

export const failedLine = (event: EventOf<'failed'>, style: Style): string =>
  `  ${style.bad} ${titleText(event.title)}`;

export function noteLine(event: EventOf<'note'>, style: Style): string {
  const sign = event.level === 'warning' ? style.warn : style.dim('·');
  const [first = '', ...more] = event.message.split('\n');
  const id = event.id === undefined ? '' : `   [${event.id}]`;
  return [`  ${sign} ${first}${id}`, ...more.map((line) => `    ${line}`)].join('\n');
}

export const configLine = ({ file }: EventOf<'config'>, style: Style): string =>
  `  ${style.dim('·')} Config file: ${file}`;

export const callLine = (event: EventOf<'call'>, style: Style): string =>
  style.dim(
    `    ${event.service}.${event.operation} ${Math.round(event.ms)} ms${event.error ? ` ${event.error}` : ''}`,
  );

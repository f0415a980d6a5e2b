/** Bars of the function's reasons, with what they mean. The numbers are in a table. */
import { scaleLinear } from 'd3-scale';
import { number } from '../core/format-number.ts';
import { timeText } from './dates.ts';
import { type Html, html } from './html.ts';

export interface ReasonCount {
  readonly outcome: string;
  readonly reason: string;
  readonly count: number;
  /** What it means for the user, as a part of a sentence. */
  readonly means: string;
}

export interface Reasons {
  /** The most frequent one first. */
  readonly rows: readonly ReasonCount[];
  /** Milliseconds since the epoch: the start of the period that they cover. */
  readonly since: number;
  /** False if the log of that period held more than was read. */
  readonly isComplete: boolean;
  /** Why the log could not be read. */
  readonly failure?: string | undefined;
}

/** Anyone who can write to the log can write any reason. The function itself has fewer. */
const mostRows = 60;

interface Kind {
  readonly words: string;
  /** Class of the bar. */
  readonly color: string;
}

const kinds: ReadonlyMap<string, Kind> = new Map([
  ['migrated', { words: 'moved with the password', color: 'good' }],
  ['reset', { words: 'moved without the password', color: 'warning' }],
  ['untouched', { words: 'did not move', color: 'soft' }],
  ['refused', { words: 'sign-up refused', color: 'soft' }],
  ['failed', { words: 'failed', color: 'bad' }],
]);

const kindOf = (outcome: string): Kind => kinds.get(outcome) ?? { words: outcome, color: 'soft' };

const sentence = (text: string): string => {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
};

/** @param at the end of the period: the time of the reading. */
export function reasonsOf({ rows, since, isComplete, failure }: Reasons, at: number): Html {
  if (failure !== undefined) return html`<p>The log could not be read: ${failure}</p>`;
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  const period = html`<p class="soft">From the function’s log, ${timeText(since)} to ${timeText(at)}. ${boundText(total, isComplete)}</p>`;
  if (rows.length === 0) return html`<p>No sign-in reached the function in this time.</p>${period}`;
  const [shown, others] = [rows.slice(0, mostRows), rows.slice(mostRows)];
  const length = scaleLinear()
    .domain([0, Math.max(...shown.map(({ count }) => count))])
    .range([0, 100]);
  return html`${period}
<table>
<thead><tr><th scope="col" class="number">Sign-ins</th><th scope="col">Reason</th></tr></thead>
<tbody>
${shown.map((row) => rowOf(row, length(row.count)))}
${others.length === 0 ? undefined : html`<tr><td class="number">${number(sumOf(others))}</td><td>${number(others.length)} other reasons</td></tr>`}
</tbody>
</table>`;
}

const sumOf = (rows: readonly ReasonCount[]): number => rows.reduce((sum, { count }) => sum + count, 0);

/** The log is read newest period first, and never further back than 30 days. */
function boundText(total: number, isComplete: boolean): string {
  const count = `${number(total)} ${total === 1 ? 'sign-in' : 'sign-ins'}`;
  return isComplete
    ? `${count}. The report reads at most the last 30 days of the log, and fewer if they are too long.`
    : `The first ${count} of this time: the log is too long to read all of them.`;
}

/** A bar is never so short that it disappears. */
const shortest = 0.5;

function rowOf({ outcome, reason, count, means }: ReasonCount, length: number): Html {
  const { words, color } = kindOf(outcome);
  const bar = Math.max(shortest, Math.round(length * 10) / 10);
  return html`<tr><td class="number">${number(count)}</td><td>
<strong>${reason}</strong> <span class="${color}">${words}</span>
<svg class="bar ${color}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${bar}" height="8"/></svg>
${means === reason ? undefined : sentence(means)}
</td></tr>
`;
}

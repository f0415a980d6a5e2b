/** The output of logs: sums by reason, then each of the newest outcomes. */

import type { LoggedOutcome, Outcomes } from '../../../aws/migration-log.ts';
import { number } from '../../../core/format-number.ts';
import type { SignIns } from '../../../core/sign-ins-document.ts';
import { explanationOf, outcomeText, reasonCounts } from '../../terminal/reasons.ts';
import type { Document } from '../../terminal/reporter.ts';
import { heading, type Style } from '../../terminal/style.ts';
import { whyNothingText } from '../sign-ins/index.ts';

export interface ReadLog {
  readonly group: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly outcomes: Outcomes;
  /** The newest outcomes, oldest first. */
  readonly listed: readonly LoggedOutcome[];
  /** How apps sign in. Only if nothing reached the function. */
  readonly signIns: SignIns | undefined;
}

type Sum = ReturnType<typeof reasonCounts>[number];

const iso = (at: number): string => new Date(at).toISOString();

/** One outcome, for scripts. */
const outcomeJson = ({ at, outcome, reason, trigger, durationMs, fault }: LoggedOutcome) => ({
  at: iso(at),
  outcome,
  reason,
  trigger,
  durationMs: durationMs ?? null,
  ...(fault === undefined ? {} : { fault }),
});

/** One outcome as one line. Columns are wide enough for usual values: the next outcomes are unknown. */
export const outcomeDocument = (one: LoggedOutcome): Document => ({
  json: outcomeJson(one),
  text: (style) => outcomeLine(one, { outcome: 9, reason: 20 }, style),
});

export function logsDocument(log: ReadLog): Document {
  const sums = reasonCounts(log.outcomes.reasons);
  const read = sums.reduce((total, { count }) => total + count, 0);
  return {
    json: {
      command: 'logs',
      logGroup: log.group,
      since: iso(log.since),
      read,
      complete: log.outcomes.isComplete,
      sums: sums.map((sum) => ({ ...sum, means: explanationOf(sum.outcome, sum.reason).means })),
      outcomes: log.listed.map(outcomeJson),
      ...(log.signIns === undefined ? {} : { signIns: log.signIns }),
    },
    text: (style) =>
      [
        '',
        heading([log.group, style.dim(`since ${iso(log.since)}`)], style),
        ...sumsText(sums, style),
        ...(log.signIns === undefined ? [] : whyNothingText(log.signIns)).map((line) => `  ${line}`),
        ...listText(log.listed, read, style),
        ...endText(read, log),
      ].join('\n'),
  };
}

/** How far the log was read, and where else to look. */
function endText(read: number, { outcomes, since }: ReadLog): string[] {
  if (read === 0) return ['', ...elsewhere];
  const count = read === 1 ? '1 sign-in' : `${number(read)} sign-ins`;
  const end = outcomes.isComplete
    ? `${count} since ${iso(since)}; that is all of them.`
    : `${count} read, and there are more. A later --since reads the rest.`;
  return [
    '',
    `  ${end}`,
    '  Not listed: sign-ins with SRP (Secure Remote Password), and users who had already moved. Cognito does not call the function for them.',
  ];
}

/** Where sign-ins are that the log does not have, most likely first. */
const elsewhere: readonly string[] = [
  '  Where else to look:',
  '  1. Does your app use SRP (Secure Remote Password), the default of most libraries? Then Cognito never calls the function. Switch it to USER_PASSWORD_AUTH.',
  '  2. Is it longer ago?  cognito-migrate logs --since 1w',
  '  3. Is something broken?  cognito-migrate status',
  '  4. Have these users already moved? Cognito calls the function only for users whom the new pool does not know.',
];

function signOf(outcome: string, style: Style): string {
  if (outcome === 'migrated') return style.ok;
  if (outcome === 'failed') return style.bad;
  return outcome === 'reset' ? style.warn : style.dim('·');
}

function sumsText(sums: readonly Sum[], style: Style): string[] {
  if (sums.length === 0) return ['', '  No sign-in has reached the function since then.'];
  const width = (args: (sum: Sum) => string): number => Math.max(...sums.map((sum) => args(sum).length));
  const [counts, outcomes, reasons] = [
    width(({ count }) => number(count)),
    width(outcomeText),
    width(({ reason }) => reason),
  ];
  return [
    '',
    ...sums.map((sum) => {
      const { outcome, reason, count } = sum;
      const means = style.dim(explanationOf(outcome, reason).means);
      return `  ${signOf(outcome, style)} ${number(count).padStart(counts)}  ${outcomeText(sum).padEnd(outcomes)}  ${reason.padEnd(reasons)}  ${means}`;
    }),
  ];
}

interface Widths {
  readonly outcome: number;
  readonly reason: number;
}

function outcomeLine(one: LoggedOutcome, widths: Widths, style: Style): string {
  const { at, reason, trigger, durationMs, fault } = one;
  const time = durationMs === undefined ? '' : `${durationMs} ms`;
  const extra = [trigger === 'forgot-password' ? 'forgot password' : '', fault ?? ''].filter(Boolean);
  return `  ${style.dim(iso(at))}  ${outcomeText(one).padEnd(widths.outcome)}  ${reason.padEnd(widths.reason)}  ${time.padStart(8)}  ${extra.join(', ')}`.trimEnd();
}

function listText(listed: readonly LoggedOutcome[], read: number, style: Style): string[] {
  if (listed.length === 0) return [];
  const widths = {
    outcome: Math.max(...listed.map((one) => outcomeText(one).length)),
    reason: Math.max(...listed.map(({ reason }) => reason.length)),
  };
  const head = listed.length < read ? `  The newest ${number(listed.length)}` : '  One by one';
  return ['', head, ...listed.map((one) => outcomeLine(one, widths, style))];
}

/** The option --since: where a command begins to read. */
import { UsageError } from '../../core/errors.ts';

/** CloudWatch keeps metrics for 15 months, in milliseconds. */
export const metricsKeptMs = 455 * 86_400_000;

const units = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const isUnit = (text: string): text is keyof typeof units => Object.hasOwn(units, text);

/**
 * Parses 30m, 1h, 2d, or 1w before `now`, or a date, into milliseconds since the epoch.
 * Throws UsageError for any other text, and for a future time.
 */
export function parseSince(text: string, now: number): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([a-z])$/.exec(text) ?? [];
  if (isUnit(unit)) return Math.max(0, now - Number(count) * units[unit]);
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (date > now)
    throw new UsageError(`--since must be in the past (got ${JSON.stringify(text)})`, {
      code: 'BAD_INPUT',
      found: text,
    });
  if (!Number.isNaN(date)) return date;
  throw new UsageError(
    `--since must be a time, such as 30m, 1h, 2d, or 1w, or a date (got ${JSON.stringify(text)})`,
    {
      code: 'BAD_INPUT',
      found: text,
    },
  );
}

/** The pace of long runs, as the operator names it. */
import { UsageError } from '../../core/errors.ts';
import type { OwnValue } from './options.ts';

/** The maximum. AWS refuses more in any case. */
const fastest = 1000;

/** Requests per second. Undefined if nobody named them. Throws UsageError for anything but a number. */
export function parseRate(given: OwnValue | undefined): number | undefined {
  if (given === undefined) return undefined;
  const { text, source } = given;
  const rate = Number(text);
  if (text.trim() !== '' && rate > 0 && rate <= fastest) return rate;
  throw new UsageError(
    `${source} must be a number of requests per second, up to ${fastest} (got ${JSON.stringify(text)})`,
    { code: 'BAD_INPUT', found: text, hint: [] },
  );
}

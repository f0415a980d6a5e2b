/** The options of users that are not variables of a migration. */
import * as z from 'zod/mini';
import { UsageError } from '../../../core/errors.ts';
import { anyOf } from '../../../core/variables/word-list.ts';
import { type UserState, userStates } from '../../../users/classify.ts';
import { type Format, formats } from '../../../users/rows.ts';

const Given = z.object({
  out: z.optional(z.string()),
  format: z.optional(z.string()),
  only: z.optional(z.string()),
  columns: z.optional(z.string()),
  rate: z.optional(z.string()),
  // The variable MFA is another option, and the environment may give it.
  mfa: z.optional(z.unknown()),
  jsonSchema: z.optional(z.boolean()),
});

export interface UsersOptions {
  readonly out: Out | undefined;
  readonly readsMfa: boolean;
  /** Requests per second. */
  readonly rate: number | undefined;
  readonly wantsSchema: boolean;
}

/** The file to write, and what it holds. */
export interface Out {
  readonly file: string;
  readonly format: Format;
  /** Undefined for all of them. */
  readonly only: ReadonlySet<UserState> | undefined;
  /** As given. Only the old pool's schema says whether they exist. */
  readonly columns: string | undefined;
}

/** Throws UsageError for wrong values. */
export function parseOptions(given: Record<string, unknown>): UsersOptions {
  const { out, format, only, columns, rate, mfa, jsonSchema } = Given.parse(given);
  if (out === undefined) {
    const lost = Object.entries({ '--format': format, '--only': only, '--columns': columns });
    const [flag] = lost.find(([, value]) => value !== undefined) ?? [];
    if (flag !== undefined)
      throw bad(`${flag} chooses what --out writes, and there is no --out`, flag, ['Add  --out FILE.']);
  }
  if (out === '') throw bad('--out must name a file', out);
  return {
    out:
      out === undefined
        ? undefined
        : { file: out, format: formatOf(format, out), only: statesOf(only), columns },
    readsMfa: mfa === true,
    rate: rate === undefined ? undefined : rateOf(rate),
    wantsSchema: jsonSchema === true,
  };
}

function formatOf(given: string | undefined, file: string): Format {
  if (given === undefined) return /\.(ndjson|jsonl)$/i.test(file) ? 'ndjson' : 'csv';
  const format = formats.find((one) => one === given);
  if (format === undefined)
    throw bad(`--format must be ${anyOf(formats)} (got ${JSON.stringify(given)})`, given);
  return format;
}

function statesOf(given: string | undefined): ReadonlySet<UserState> | undefined {
  if (given === undefined) return undefined;
  const words = given.split(',').map((word) => word.trim());
  const wrong = words.filter((word) => !userStates.some((state) => state === word));
  if (wrong.length > 0)
    throw bad(`--only: there is no state ${wrong.map((word) => JSON.stringify(word)).join(', ')}`, given, [
      `States: ${userStates.join(', ')}`,
    ]);
  return new Set(userStates.filter((state) => words.includes(state)));
}

/** The maximum. AWS refuses more in any case. */
const fastest = 1000;

function rateOf(given: string): number {
  const rate = Number(given);
  if (given.trim() !== '' && rate > 0 && rate <= fastest) return rate;
  throw bad(
    `--rate must be a number of requests per second, up to ${fastest} (got ${JSON.stringify(given)})`,
    given,
  );
}

const bad = (message: string, found: string, hint: readonly string[] = []): UsageError =>
  new UsageError(message, { code: 'BAD_INPUT', found, hint });

/** The options of users that are not variables of a migration. Each can also come from the environment. */
import type { Command } from 'commander';
import { UsageError } from '../../../core/errors.ts';
import { anyOf } from '../../../core/variables/word-list.ts';
import { type UserState, userStates } from '../../../users/classify.ts';
import { type Format, formatByEnding, formats } from '../../../users/rows.ts';
import { isOn, type OwnValue, ownValueOf } from '../../inputs/options.ts';
import { parseRate } from '../../inputs/rate.ts';
import type { Io } from '../../terminal/io.ts';

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
  readonly columns: OwnValue | undefined;
}

type Flag = '--out' | '--format' | '--only' | '--columns' | '--mfa' | '--rate';

/** Throws UsageError for wrong values. */
export function parseOptions(command: Command, env: Io['env']): UsersOptions {
  const given = (flag: Flag) => ownValueOf(flag, command, env);
  const file = given('--out');
  if (file === undefined) {
    // A variable for all runs is no mistake in a run without a file.
    const lost = (['--format', '--only', '--columns'] as const).find((flag) => given(flag)?.isTyped);
    if (lost !== undefined)
      throw bad(`${lost} chooses what --out writes, and there is no --out`, lost, ['Add  --out FILE.']);
  }
  if (file?.text === '') throw bad(`${file.source} must name a file`, file.text);
  return {
    out: file && {
      file: file.text,
      format: formatOf(given('--format'), file.text),
      only: statesOf(given('--only')),
      columns: given('--columns'),
    },
    readsMfa: isOn(given('--mfa')),
    rate: parseRate(given('--rate')),
    wantsSchema: command.getOptionValue('jsonSchema') === true,
  };
}

function formatOf(given: OwnValue | undefined, file: string): Format {
  if (given === undefined) return formatByEnding(file);
  const { text, source } = given;
  const format = formats.find((one) => one === text);
  if (format === undefined)
    throw bad(`${source} must be ${anyOf(formats)} (got ${JSON.stringify(text)})`, text);
  return format;
}

function statesOf(given: OwnValue | undefined): ReadonlySet<UserState> | undefined {
  if (given === undefined) return undefined;
  const words = given.text.split(',').map((word) => word.trim());
  const wrong = words.filter((word) => !userStates.some((state) => state === word));
  if (wrong.length > 0)
    throw bad(
      `${given.source}: there is no state ${wrong.map((word) => JSON.stringify(word)).join(', ')}`,
      given.text,
      [`States: ${userStates.join(', ')}`],
    );
  return new Set(userStates.filter((state) => words.includes(state)));
}

const bad = (message: string, found: string, hint: readonly string[] = []): UsageError =>
  new UsageError(message, { code: 'BAD_INPUT', found, hint });

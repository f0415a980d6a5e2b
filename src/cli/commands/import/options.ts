/** The options of import that are not variables of a migration, and the operator's consent. */
import type { Command } from 'commander';
import { mostRows } from '../../../aws/user-pool/import-limits.ts';
import { UsageError } from '../../../core/errors.ts';
import { type Format, formatByEnding } from '../../../users/rows.ts';
import type { Given } from '../../inputs/load-inputs.ts';
import { missing } from '../../inputs/missing.ts';
import { isOn, type OwnValue, ownValueOf } from '../../inputs/options.ts';
import type { Io } from '../../terminal/io.ts';

export interface ImportOptions {
  /** Agrees that imported users lose their old passwords. */
  readonly endsOldPasswords: boolean;
  /** The most users of one job. */
  readonly jobSize: number;
  /** Requests per second. */
  readonly rate: number | undefined;
  /** Only deletes what killed runs have left on this machine. */
  readonly cleans: boolean;
  /** Also creates the disabled users, who stay disabled. */
  readonly withDisabled: boolean;
  /** Takes earlier imports back. */
  readonly undoes: boolean;
  /** Gets the names of users whom a job refuses. */
  readonly out: { readonly file: string; readonly format: Format } | undefined;
  readonly wantsSchema: boolean;
}

/** A job of this size blocks the pool for about 11 minutes. */
const usualJobSize = 20_000;
const fastest = 1000;

/** Throws UsageError for wrong values. */
export function parseOptions(command: Command, env: Io['env']): ImportOptions {
  const jobSize = numberOf(ownValueOf('--job-size', command, env), mostRows, 'users');
  if (jobSize !== undefined && !Number.isInteger(jobSize))
    throw bad(`--job-size must be a whole number (got ${jobSize})`, jobSize);
  const file = ownValueOf('--out', command, env);
  if (file?.text === '') throw bad(`${file.source} must name a file`, file.text);
  return {
    endsOldPasswords: command.getOptionValue('importEndsOldPasswords') === true,
    jobSize: jobSize ?? usualJobSize,
    rate: numberOf(ownValueOf('--rate', command, env), fastest, 'requests per second'),
    cleans: command.getOptionValue('clean') === true,
    withDisabled: isOn(ownValueOf('--with-disabled', command, env)),
    undoes: command.getOptionValue('undo') === true,
    out: file && { file: file.text, format: formatByEnding(file.text) },
    wantsSchema: command.getOptionValue('jsonSchema') === true,
  };
}

function numberOf(given: OwnValue | undefined, most: number, what: string): number | undefined {
  if (given === undefined) return undefined;
  const { text, source } = given;
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= most) return value;
  throw bad(`${source} must be a number of ${what}, up to ${most} (got ${JSON.stringify(text)})`, text);
}

const bad = (message: string, found: unknown): UsageError =>
  new UsageError(message, { code: 'BAD_INPUT', found });

/** The flag beside --yes. A script that only agrees to everything must not end passwords. */
const endsPasswords = {
  flag: '--import-ends-old-passwords',
  describe: 'agree that imported users lose their old passwords for good',
};

/** Asks for the pool's name. Throws UsageError if nobody can answer and the flags don't agree. */
export async function consent(
  { prompts, resolved }: Given,
  { endsOldPasswords }: ImportOptions,
  name: string,
): Promise<void> {
  const isYes = resolved.values.YES === true;
  if (isYes && endsOldPasswords) return;
  if (prompts === undefined) throw missing(isYes ? [] : ['YES'], endsOldPasswords ? [] : [endsPasswords]);
  await prompts.input({
    message: `Their old passwords end for good. To continue, type the new pool's name (${name})`,
    validate: async (answer) =>
      answer === name || `That is not ${name}. Ctrl-C cancels, and nothing changes.`,
  });
}

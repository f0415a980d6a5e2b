/** The start of every command that works on a migration. Reads all inputs, and asks nothing yet. */
import { StateFileError } from '../../core/errors.ts';
import { loadState, type State } from '../../core/state.ts';
import { declarationOf, flagOf, names } from '../../core/variables/index.ts';
import type { Context } from '../context.ts';
import type { Prompts } from '../terminal/questions.ts';
import { type ConfigFile, loadConfigFile } from './config-file.ts';
import { mfaCodeFrom } from './mfa-code.ts';
import { flagsOf } from './options.ts';
import { assertOffered } from './pool-ids.ts';
import { type Resolved, resolve } from './resolve.ts';

/** The operator's input: flags, environment, config file, and state file. */
export interface Given {
  readonly resolved: Resolved;
  readonly file: string;
  readonly state: State | undefined;
  /** The values that come from the config file. Undefined without such a file. */
  readonly configured: Configured | undefined;
  /** Undefined if nobody can answer, or if the operator turned questions off. */
  readonly prompts: Prompts | undefined;
  /** Asks for the code of an MFA device. */
  readonly mfaCode: (serial: string) => Promise<string>;
}

/** The part of a config file that applies. No flag or environment variable overrides it. */
export interface Configured {
  readonly file: string;
  /** By member of the file. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Reads flags, environment, config file, and state file.
 * Throws UsageError for all wrong values at once, and for a pool that cannot exist.
 * Throws StateFileError for a config file of another migration.
 */
export async function loadInputs({ io, command, reporter, openPrompts }: Context): Promise<Given> {
  const flags = flagsOf(command);
  const { values, sources } = resolve(['STATE', 'CONFIG'], { flags, env: io.env });
  const file = values.STATE ?? '';
  const takesConfig = command.options.some(({ long }) => long === flagOf('CONFIG'));
  const isLeftOut = sources.has('CONFIG') && values.CONFIG === undefined;
  const [state, config] = await Promise.all([
    loadState(file),
    takesConfig && !isLeftOut ? loadConfigFile(values.CONFIG) : undefined,
  ]);
  if (config !== undefined) reporter.emit({ type: 'config', file: config.file });
  const resolved = resolve(names, { flags, env: io.env, config, state });
  if (config !== undefined) assertSameAsState(config, resolved, file, state);
  const { OLD_USER_POOL_ID, NEW_USER_POOL_ID, ...rest } = resolved.values;
  for (const id of [OLD_USER_POOL_ID, NEW_USER_POOL_ID]) if (id !== undefined) assertOffered(id);
  const mayAsk = !rest.YES && !rest.NO_INPUT && !rest.JSON;
  const prompts = mayAsk ? await openPrompts() : undefined;
  const configured = config && configuredBy(config, resolved);
  return { resolved, file, state, configured, prompts, mfaCode: mfaCodeFrom(prompts) };
}

const configuredBy = ({ file, values }: ConfigFile, { sources }: Resolved): Configured => ({
  file,
  values: Object.fromEntries(
    [...values]
      .filter(([name]) => sources.get(name) === 'config file')
      .map(([, { member, value }]) => [member, value]),
  ),
});

/** Throws StateFileError if the files belong to different migrations. Before any call to AWS. */
function assertSameAsState(
  config: ConfigFile,
  { values, sources }: Resolved,
  file: string,
  state: State | undefined,
): void {
  for (const [name, { member }] of config.values) {
    const [before, now] = [state?.variables[name], values[name]];
    const isOwn = sources.get(name) === 'config file' && declarationOf(name).fixed === true;
    if (!isOwn || before === undefined || now === undefined || before === now) continue;
    throw new StateFileError(
      `${config.file} and ${file} belong to different migrations: ${member} is ${now} in the first, and ${before} in the second`,
      {
        code: 'STATE_OTHER_MIGRATION',
        expected: before,
        found: now,
        hint: [
          `${flagOf('STATE')} FILE  names another state file.`,
          `${flagOf('CONFIG')} none  ignores the config file.`,
        ],
      },
    );
  }
}

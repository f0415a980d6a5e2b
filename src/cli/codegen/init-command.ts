/** A command as it must be run for this very migration: every flag that says something else than the default. */

import { quoted } from '../../core/shell.ts';
import { declarationOf, flagOf, type Inputs, names, type VarName } from '../../core/variables/index.ts';
import { defaultName } from '../../steps/names.ts';

/** Chosen for one run, or settled by others of them: never part of the migration itself. */
const notOfMigration: readonly VarName[] = ['ALL_NEW_CLIENTS', 'REGION', 'YES', 'NO_INPUT', 'DRY_RUN'];

/** Of one person's machine. */
const ofMachine: readonly VarName[] = ['PROFILE', 'OLD_PROFILE', 'ENDPOINT_URL', 'STATE'];

/** All that tell one migration from another. */
const telling: readonly VarName[] = names.filter(
  (name) =>
    !notOfMigration.includes(name) && !ofMachine.includes(name) && declarationOf(name).group !== 'Output',
);

/**
 * `npx cognito-migrate init` for whoever has the files: each flag with its value as one part. The profile for the old account is
 * one of them: its name may be another on that machine, but without any the old pool would not be found.
 */
export const initCommand = (inputs: Partial<Inputs>): string[] =>
  commandFor('init', inputs, [...telling, 'OLD_PROFILE']);

/** The same for who runs this now. */
export const initCommandHere = (inputs: Partial<Inputs>): string[] =>
  commandFor('init', inputs, [...telling, ...ofMachine]);

/** A command and those of these flags that say something. */
export function commandFor(command: string, inputs: Partial<Inputs>, wanted: readonly VarName[]): string[] {
  const standard: Partial<Inputs> =
    inputs.NEW_USER_POOL_ID === undefined ? {} : { NAME: defaultName(inputs.NEW_USER_POOL_ID) };
  const flags = wanted.flatMap((name) => {
    const isStandard = same(inputs[name], declarationOf(name).default ?? standard[name]);
    const flag = flagOf(name);
    return flag === undefined || isStandard ? [] : wordsOf(inputs[name]).map((word) => `${flag}${word}`);
  });
  return [`npx cognito-migrate ${command}`, ...flags];
}

const same = (value: unknown, standard: unknown): boolean =>
  value === undefined || JSON.stringify(value) === JSON.stringify(standard);

/** What stands behind the flag, once for each time that it is given. */
function wordsOf(value: unknown): string[] {
  if (value === true) return [''];
  if (typeof value === 'string' || typeof value === 'number') return [` ${quoted(String(value))}`];
  if (Array.isArray(value)) return value.flatMap(wordsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => wordsOf(`${key}=${member}`));
}

/** The command over several lines, for a shell. */
export const overLines = (parts: readonly string[], indent = ''): string =>
  parts.map((part, index) => `${indent}${index === 0 ? '' : '  '}${part}`).join(' \\\n');

/** Builds a command line for this migration: every flag whose value differs from the default. */

import { quoted } from '../../core/shell.ts';
import { declarationOf, flagOf, type Inputs, names, type VarName } from '../../core/variables/index.ts';
import { defaultName } from '../../steps/names.ts';

/** Variables of one run, or implied by other variables. They are not part of the migration itself. */
const notOfMigration: readonly VarName[] = [
  'ALL_NEW_CLIENTS',
  'REGION',
  'CONFIG',
  'YES',
  'NO_INPUT',
  'DRY_RUN',
];

/** Variables specific to one person's machine. */
const ofMachine: readonly VarName[] = ['PROFILE', 'OLD_PROFILE', 'ENDPOINT_URL', 'STATE'];

/** All variables that distinguish one migration from another. */
const identifyingNames: readonly VarName[] = names.filter(
  (name) =>
    !notOfMigration.includes(name) && !ofMachine.includes(name) && declarationOf(name).group !== 'Output',
);

/**
 * `npx cognito-migrate init` for anyone with the files. Each flag and its value are one part.
 * Includes the profile for the old account, whose name may differ on that machine.
 * Without any profile, init would not find the old pool.
 */
export const initCommand = (inputs: Partial<Inputs>): string[] =>
  commandFor('init', inputs, [...identifyingNames, 'OLD_PROFILE']);

/** The same command for this machine. Includes its profiles, endpoint, and state file. */
export const initCommandHere = (inputs: Partial<Inputs>): string[] =>
  commandFor('init', inputs, [...identifyingNames, ...ofMachine]);

/** A command with each of these flags whose value differs from the default. */
export function commandFor(command: string, inputs: Partial<Inputs>, wanted: readonly VarName[]): string[] {
  const defaults: Partial<Inputs> =
    inputs.NEW_USER_POOL_ID === undefined ? {} : { NAME: defaultName(inputs.NEW_USER_POOL_ID) };
  const flags = wanted.flatMap((name) => {
    const isDefault = same(inputs[name], declarationOf(name).default ?? defaults[name]);
    const flag = flagOf(name);
    return flag === undefined || isDefault ? [] : wordsOf(inputs[name]).map((word) => `${flag}${word}`);
  });
  return [`npx cognito-migrate ${command}`, ...flags];
}

const same = (value: unknown, defaultValue: unknown): boolean =>
  value === undefined || JSON.stringify(value) === JSON.stringify(defaultValue);

/** The text after the flag, once for each time that the flag appears. */
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

/** The order of the two calls that update a function. Sign-ins continue between them. */
import type { Difference, Json } from '../core/json.ts';
import { understands } from './older-function.ts';

/** Values of each switch, from least to most permissive. */
const switches: Readonly<Record<string, readonly Json[]>> = {
  'settings.mfa': ['block', 'reset', 'allow'],
  'settings.oldPoolMfa': ['ON', 'OPTIONAL', 'OFF'],
  'settings.forgotPassword': ['off', 'on'],
  'settings.onBadAttribute': ['refuse', 'drop'],
  'settings.weakPassword': ['reset', 'allow'],
};

/**
 * Paths where each entry grants a right or a feature.
 * An entry is an environment variable, or a rule that writes an attribute.
 */
const entries = ['environment.', 'settings.map.rename.', 'settings.map.set.'];

/** Rules that exclude attributes from the copy. */
const drops = 'settings.map.drop';

const itemsOf = (value: Json | undefined): readonly (Json | undefined)[] =>
  Array.isArray(value) ? value : [value];

function isTakenAway({ path, actual, expected }: Difference): boolean {
  const values = switches[path];
  if (values !== undefined && actual !== undefined && expected !== undefined)
    return values.indexOf(expected) < values.indexOf(actual);
  if (path.startsWith(drops)) return itemsOf(expected).some((item) => !itemsOf(actual).includes(item));
  return expected === undefined && entries.some((start) => path.startsWith(start));
}

/**
 * Whether to update the configuration before the code.
 * True if the configuration removes a right or a feature. New code must not have it even for a second.
 * Otherwise the code goes first, because new code runs with the configuration of earlier versions.
 * The code also goes first if the current code would refuse the settings.
 * That code turns every user away over one unknown setting.
 * @param code Hash of the current code.
 * @param differences Differences between the configurations, without the code.
 */
export const isConfigurationFirst = (
  code: string,
  settings: Json | undefined,
  differences: readonly Difference[],
): boolean => differences.some(isTakenAway) && understands(code, settings);

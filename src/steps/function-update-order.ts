/** Order of the two calls that update a function. Sign-ins go on between them. */
import type { Difference, Json } from '../core/json.ts';
import { understands } from './older-function.ts';

/** Values of each switch, from the one that permits least to the one that permits most. */
const switches: Readonly<Record<string, readonly Json[]>> = {
  'settings.mfa': ['block', 'reset', 'allow'],
  'settings.oldPoolMfa': ['ON', 'OPTIONAL', 'OFF'],
  'settings.forgotPassword': ['off', 'on'],
  'settings.onBadAttribute': ['refuse', 'drop'],
  'settings.weakPassword': ['reset', 'allow'],
};

/** Each entry is a right or a feature: a variable of the environment, or a rule that writes an attribute. */
const entries = ['environment.', 'settings.map.rename.', 'settings.map.set.'];

/** Rules that keep attributes from being copied. */
const drops = 'settings.map.drop';

const itemsOf = (value: Json | undefined): readonly (Json | undefined)[] =>
  Array.isArray(value) ? value : [value];

function isTakenAway({ path, found, wanted }: Difference): boolean {
  const values = switches[path];
  if (values !== undefined && found !== undefined && wanted !== undefined)
    return values.indexOf(wanted) < values.indexOf(found);
  if (path.startsWith(drops)) return itemsOf(wanted).some((item) => !itemsOf(found).includes(item));
  return wanted === undefined && entries.some((start) => path.startsWith(start));
}

/**
 * Whether the configuration is updated before the code: where it takes a right or a feature away, which new code must not have
 * even for a second. Otherwise the code goes first, since new code runs with the configuration of earlier versions. Code goes
 * first too where the code that is there would refuse the settings: it turns everybody away over one that it does not know.
 * @param code hash of the code that is there.
 * @param differences between the configurations, without the code.
 */
export const isConfigurationFirst = (
  code: string,
  settings: Json | undefined,
  differences: readonly Difference[],
): boolean => differences.some(isTakenAway) && understands(code, settings);

import { type Difference, type JsonObject, numberAt, objectAt, withKey } from '../../core/json.ts';
import { settingDifferences, withoutEmptyTexts } from '../lossless-update/index.ts';
import { withDefaults } from './defaults.ts';
import { neverEmptyPoolTexts, volatilePoolFields } from './fields.ts';
import type { PoolImage } from './read.ts';

const notSettings: ReadonlySet<string> = new Set([...volatilePoolFields, 'LastModifiedDate']);

/** Changes by someone else since `before` was read: any setting, or only the date of the last change. */
export function changedSince(before: PoolImage, now: PoolImage): Difference[] {
  return [
    ...settingDifferences(now.raw, before.raw, volatilePoolFields),
    ...mfaDifferences(now.mfa, before.mfa),
  ];
}

/**
 * Differences from the expected state after a write.
 * Omits dates and numbers that change on their own.
 */
export function poolDifferences(actual: PoolImage, expected: PoolImage): Difference[] {
  const found = settingDifferences(spelledOut(actual.raw), spelledOut(expected.raw), notSettings);
  return [...found, ...mfaDifferences(actual.mfa, expected.mfa)];
}

/** Defaults that an update made visible, and that applied before (see defaults.ts). */
export function shownDefaults(actual: PoolImage, expected: PoolImage): Difference[] {
  const changed = new Set(poolDifferences(actual, expected).map(({ path }) => path));
  return settingDifferences(temporaryDays(actual.raw), temporaryDays(expected.raw), notSettings).filter(
    ({ path, expected: was }) => was === undefined && !changed.has(path),
  );
}

const spelledOut = (raw: JsonObject): JsonObject =>
  withDefaults(temporaryDays(withoutEmptyTexts(raw, neverEmptyPoolTexts)));

function mfaDifferences(actual: JsonObject, expected: JsonObject): Difference[] {
  return settingDifferences(actual, expected).map((line) => ({ ...line, path: `mfa.${line.path}` }));
}

/**
 * Writes the validity of temporary passwords under its newer name.
 * This setting has two names (see update-fallbacks.ts). Both sides of a comparison need the same one. After
 * an update, AWS may show an older pool's number under either name.
 */
function temporaryDays(raw: JsonObject): JsonObject {
  const config = objectAt(raw, 'AdminCreateUserConfig');
  const policies = objectAt(raw, 'Policies');
  const policy = objectAt(policies, 'PasswordPolicy');
  const older = numberAt(config, 'UnusedAccountValidityDays');
  if (config === undefined || older === undefined || policies === undefined || policy === undefined)
    return raw;
  const days = numberAt(policy, 'TemporaryPasswordValidityDays') ?? older;
  const newer = withKey(policies, 'PasswordPolicy', withKey(policy, 'TemporaryPasswordValidityDays', days));
  const trimmed = withKey(
    raw,
    'AdminCreateUserConfig',
    withKey(config, 'UnusedAccountValidityDays', undefined),
  );
  return withKey(trimmed, 'Policies', newer);
}

/** Top-level keys of `raw` that aren't settings. */
export const poolKeysThatAreNoSettings = notSettings;

import {
  type Difference,
  differences,
  numberAt,
  objectAt,
  type RawJson,
  withKey,
  withoutEmptyTexts,
} from '../lossless-update/index.ts';
import { withDefaults } from './defaults.ts';
import { neverEmptyPoolTexts, volatilePoolFields } from './fields.ts';
import type { PoolImage } from './read.ts';

const notSettings: ReadonlySet<string> = new Set([...volatilePoolFields, 'LastModifiedDate']);

/** Changes by someone else since `before` was read: any setting, or only the date of the last change. */
export function changedSince(before: PoolImage, now: PoolImage): Difference[] {
  return [...differences(before.raw, now.raw, volatilePoolFields), ...mfaDifferences(before.mfa, now.mfa)];
}

/**
 * Differences from the expected state after a write.
 * Omits dates and numbers that change on their own.
 */
export function settingsDifferences(wanted: PoolImage, after: PoolImage): Difference[] {
  const found = differences(spelledOut(wanted.raw), spelledOut(after.raw), notSettings);
  return [...found, ...mfaDifferences(wanted.mfa, after.mfa)];
}

/** Defaults that an update made visible, and that applied before (see defaults.ts). */
export function shownDefaults(wanted: PoolImage, after: PoolImage): Difference[] {
  const changed = new Set(settingsDifferences(wanted, after).map(({ path }) => path));
  return differences(temporaryDays(wanted.raw), temporaryDays(after.raw), notSettings).filter(
    ({ path, before }) => before === undefined && !changed.has(path),
  );
}

const spelledOut = (raw: RawJson): RawJson =>
  withDefaults(temporaryDays(withoutEmptyTexts(raw, neverEmptyPoolTexts)));

function mfaDifferences(before: RawJson, after: RawJson): Difference[] {
  return differences(before, after).map((line) => ({ ...line, path: `mfa.${line.path}` }));
}

/**
 * Writes the validity of temporary passwords under its newer name.
 * This setting has two names (see update-fallbacks.ts). Both sides of a comparison need the same one. After
 * an update, AWS may show an older pool's number under either name.
 */
function temporaryDays(raw: RawJson): RawJson {
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

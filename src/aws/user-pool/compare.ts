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

/** What somebody else has changed since `before` was read: any setting, or the date of the last change alone. */
export function changedSince(before: PoolImage, now: PoolImage): Difference[] {
  return [...differences(before.raw, now.raw, volatilePoolFields), ...mfaDifferences(before.mfa, now.mfa)];
}

/** What is not as it should be after a write. Dates and numbers that change on their own are left out. */
export function settingsDifferences(wanted: PoolImage, after: PoolImage): Difference[] {
  const found = differences(spelledOut(wanted.raw), spelledOut(after.raw), notSettings);
  return [...found, ...mfaDifferences(wanted.mfa, after.mfa)];
}

/** Defaults that an update has made visible, and that were in force before: see defaults.ts. */
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
 * One setting under two names (see refusals.ts): how long a temporary password is valid. Written under the newer name in
 * both before they are compared, since AWS may show an older pool's number under either once it was updated.
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

/** Top-level keys of `raw` that hold no setting of their own. */
export const poolKeysThatAreNoSettings = notSettings;

import {
  type Difference,
  differences,
  numberAt,
  objectAt,
  type RawJson,
  stringAt,
  stringsAt,
  withKey,
  withoutEmptyTexts,
} from '../lossless-update/index.ts';
import { neverEmptyClientTexts } from './fields.ts';
import { defaultsWith } from './flows.ts';
import type { ClientImage } from './read.ts';

/** Top-level keys that hold no setting. */
export const clientKeysThatAreNoSettings: ReadonlySet<string> = new Set(['LastModifiedDate']);

/** What somebody else has changed since `before` was read: any setting, or the date of the last change alone. */
export function clientChangedSince(before: ClientImage, now: ClientImage): Difference[] {
  return differences(before.raw, now.raw);
}

/** What is not as it should be after a write. */
export function clientDifferences(wanted: ClientImage, after: ClientImage): Difference[] {
  return differences(spelledOut(wanted.raw), spelledOut(after.raw), clientKeysThatAreNoSettings);
}

const defaultUnits: RawJson = { AccessToken: 'hours', IdToken: 'hours', RefreshToken: 'days' };

/**
 * Values that AWS documents as standing for another: an empty list of flows for its three default flows, a refresh token
 * validity of 0 or none for 30 days, no PreventUserExistenceErrors for LEGACY, and no unit for days or hours (API reference,
 * UpdateUserPoolClient and TokenValidityUnitsType). AWS may show them only once a client was updated.
 */
function spelledOut(raw: RawJson): RawJson {
  const kept = withoutEmptyTexts(raw, neverEmptyClientTexts);
  const flows = stringsAt(raw, 'ExplicitAuthFlows') ?? [];
  const rotation = stringAt(objectAt(raw, 'RefreshTokenRotation'), 'Feature');
  const named = flows.length === 0 ? withKey(kept, 'ExplicitAuthFlows', defaultsWith(rotation)) : kept;
  const units = { ...defaultUnits, ...objectAt(raw, 'TokenValidityUnits') };
  const zero = (numberAt(raw, 'RefreshTokenValidity') ?? 0) === 0 && units.RefreshToken === 'days';
  const days = zero ? withKey(named, 'RefreshTokenValidity', 30) : named;
  const errors = stringAt(raw, 'PreventUserExistenceErrors') ?? 'LEGACY';
  return withKey(withKey(days, 'TokenValidityUnits', units), 'PreventUserExistenceErrors', errors);
}

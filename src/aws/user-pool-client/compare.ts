import {
  type Difference,
  type JsonObject,
  numberAt,
  objectAt,
  stringAt,
  stringsAt,
  withKey,
} from '../../core/json.ts';
import { settingDifferences, withoutEmptyTexts } from '../lossless-update/index.ts';
import { neverEmptyClientTexts } from './fields.ts';
import { defaultsWith } from './flows.ts';
import type { RawClient } from './read.ts';

/** Top-level keys that aren't settings. */
export const clientKeysThatAreNoSettings: ReadonlySet<string> = new Set(['LastModifiedDate']);

/** Changes by someone else since `before` was read: any setting, or only the date of the last change. */
export function clientChangedSince(before: RawClient, now: RawClient): Difference[] {
  return settingDifferences(now.raw, before.raw);
}

/** Differences from the expected state after a write. */
export function clientDifferences(actual: RawClient, expected: RawClient): Difference[] {
  return settingDifferences(spelledOut(actual.raw), spelledOut(expected.raw), clientKeysThatAreNoSettings);
}

const defaultUnits: JsonObject = { AccessToken: 'hours', IdToken: 'hours', RefreshToken: 'days' };

/**
 * Writes out values that AWS documents as equivalent to another.
 * An empty list of flows means its three default flows. A refresh token validity of 0 or none means 30 days.
 * A missing PreventUserExistenceErrors means LEGACY. A missing unit means days or hours (API reference,
 * UpdateUserPoolClient and TokenValidityUnitsType). AWS may show these values only after an update of the
 * client.
 */
function spelledOut(raw: JsonObject): JsonObject {
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

import { type Difference, differences, isJsonObject, type Json, type JsonObject } from '../../core/json.ts';

/** Structures that mean nothing without members. Each absent member has its own meaning. */
const emptyIsAbsent: ReadonlySet<string> = new Set([
  'LambdaConfig',
  'UserPoolTags',
  'EmailConfiguration',
  'AdminCreateUserConfig',
  'AdminCreateUserConfig.InviteMessageTemplate',
  'TokenValidityUnits',
]);

/**
 * Compares two configurations in AWS-JSON, setting by setting.
 * null means absent, because AWS-JSON has no other null. An empty object is a value, because the presence of
 * some objects turns a feature on (DeviceConfiguration, EmailMfaConfiguration). The exception is an object
 * that cannot mean anything when it's empty. An empty list is a value too. Lists are compared as sets,
 * because Cognito guarantees no order.
 * @param ignored Top-level keys to leave out.
 */
export const settingDifferences = (
  actual: JsonObject,
  expected: JsonObject,
  ignored: ReadonlySet<string> = new Set(),
): Difference[] =>
  differences(actual, expected, {
    ignored,
    emptyIsAbsent,
    nullIsAbsent: true,
    wholeLists: true,
    keepsOrder: true,
  });

/** Number of settings in a configuration. Counts its leaves, including empty lists. */
export function countSettings(json: Json | undefined, ignored: ReadonlySet<string> = new Set()): number {
  if (json === null || json === undefined) return 0;
  if (isJsonObject(json)) {
    return Object.entries(json).reduce(
      (sum, [key, value]) => sum + (ignored.has(key) ? 0 : countSettings(value)),
      0,
    );
  }
  return 1;
}

/** A changed setting in one line: the path, the expected value, and the actual value that replaced it. */
export const changeLine = ({ path, actual, expected }: Difference): string =>
  `${path}: ${short(expected)} → ${short(actual)}`;

/** A setting to put back in one line: the path, the actual value, and the expected value. */
export const repairLine = ({ path, actual, expected }: Difference): string =>
  `${path}: ${short(actual)} → ${short(expected)}`;

/** Cut to a length that fits a terminal. */
function short(value: Json | undefined): string {
  if (value === undefined) return '(not set)';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/**
 * Removes empty texts from members for which AWS's model requires at least one character.
 * An emulator of AWS may return unset texts as empty, and refuse them when they are sent back.
 * @param paths Members whose text must not be empty, with their keys joined by dots.
 */
export function withoutEmptyTexts(json: JsonObject, paths: ReadonlySet<string>, path = ''): JsonObject {
  const kept = Object.entries(json).flatMap(([key, value]): [string, Json | undefined][] => {
    const at = path === '' ? key : `${path}.${key}`;
    if (value === '' && paths.has(at)) return [];
    if (!isJsonObject(value)) return [[key, value]];
    const inner = withoutEmptyTexts(value, paths, at);
    // A structure that holds only empty texts was never set.
    const isEmptied = Object.keys(inner).length === 0 && Object.keys(value).length > 0;
    return isEmptied ? [] : [[key, inner]];
  });
  return Object.fromEntries(kept);
}

import { canonical } from '../../core/json.ts';
import { isObject, type JsonValue, type RawJson } from './json.ts';

/** One setting that changed. `before` or `after` is undefined if the setting didn't exist. */
export interface Difference {
  /** Keys from the top, joined by dots. Example: Policies.PasswordPolicy.MinimumLength */
  readonly path: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

/**
 * Compares two configurations, leaf by leaf.
 * null means absent, because AWS-JSON has no other null. An empty object is a value, because the presence of
 * some objects turns a feature on (DeviceConfiguration, EmailMfaConfiguration). The exception is an object
 * that cannot mean anything when it's empty ({@link emptyMeansUnset}). An empty list is a value too. Lists
 * are compared as sets, because Cognito guarantees no order.
 * @param ignored Top-level keys to leave out.
 */
export function differences(
  before: RawJson,
  after: RawJson,
  ignored: ReadonlySet<string> = new Set(),
): Difference[] {
  const found: Difference[] = [];
  compareObjects(before, after, '', found, ignored);
  return found;
}

/** Number of settings in a configuration. Counts its leaves, including empty lists. */
export function countSettings(json: JsonValue | undefined, ignored: ReadonlySet<string> = new Set()): number {
  if (json === null || json === undefined) return 0;
  if (isObject(json)) {
    return Object.entries(json).reduce(
      (sum, [key, value]) => sum + (ignored.has(key) ? 0 : countSettings(value)),
      0,
    );
  }
  return 1;
}

/** Structures that say nothing without members. Each absent member has a meaning of its own. */
const emptyMeansUnset = new Set([
  'LambdaConfig',
  'UserPoolTags',
  'EmailConfiguration',
  'AdminCreateUserConfig',
  'AdminCreateUserConfig.InviteMessageTemplate',
  'TokenValidityUnits',
]);

function compare(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: string,
  found: Difference[],
) {
  const [one, other] = [before ?? undefined, after ?? undefined];
  if (isObject(one) && isObject(other)) return compareObjects(one, other, path, found);
  // One side is absent, and the other is an object that says nothing by itself. Names each of its settings
  // instead of the whole object.
  if (emptyMeansUnset.has(path) && (isObject(one) || isObject(other))) {
    return compareObjects(isObject(one) ? one : {}, isObject(other) ? other : {}, path, found);
  }
  if (canonical(one) === canonical(other)) return;
  found.push({
    path,
    ...(one === undefined ? {} : { before: one }),
    ...(other === undefined ? {} : { after: other }),
  });
}

function compareObjects(
  before: RawJson,
  after: RawJson,
  path: string,
  found: Difference[],
  ignored: ReadonlySet<string> = new Set(),
) {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (ignored.has(key)) continue;
    const inBefore = Object.hasOwn(before, key) ? before[key] : undefined;
    const inAfter = Object.hasOwn(after, key) ? after[key] : undefined;
    compare(inBefore, inAfter, path === '' ? key : `${path}.${key}`, found);
  }
}

/** A difference in one line: the path, and values cut to a length that fits a terminal. */
export function difference(line: Difference): string {
  return `${line.path}: ${short(line.before)} → ${short(line.after)}`;
}

function short(value: JsonValue | undefined): string {
  if (value === undefined) return '(not set)';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

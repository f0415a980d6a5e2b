import { canonical } from '../../core/json.ts';
import { isObject, type JsonValue, type RawJson } from './json.ts';

/** One setting that is not what it was. `before` or `after` is undefined where the setting did not exist. */
export interface Difference {
  /** Keys from the top, joined by dots: Policies.PasswordPolicy.MinimumLength */
  readonly path: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

/**
 * Compares two configurations, leaf by leaf.
 * null means absent: AWS-JSON knows no other null. An empty object is a value of its own, since the presence of some
 * turns a feature on (DeviceConfiguration, EmailMfaConfiguration), except where it cannot mean anything ({@link emptyMeansUnset}).
 * An empty list is a value of its own too. Lists are compared as sets: Cognito promises no order.
 * @param ignored top-level keys that are left out.
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

/** How many settings (leaves, empty lists too) a configuration holds. */
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

/** Structures of which every member has a meaning of its own when it is absent: without members they say nothing. */
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
  // One side absent, the other an object that says nothing by itself: name each setting in it, not the whole of it.
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

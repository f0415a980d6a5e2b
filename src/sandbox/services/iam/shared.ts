/** Helpers that IAM's operations share. */
import { Reader, type TextRules } from '../../input.ts';
import { type Call, type JsonObject, ServiceError } from '../../operation.ts';

export const roleNameRules: TextRules = {
  min: 1,
  max: 64,
  pattern: /^[\w+=,.@-]+$/,
  patternText: '[\\w+=,.@-]+',
};
export const policyNameRules: TextRules = {
  min: 1,
  max: 128,
  pattern: /^[\w+=,.@-]+$/,
  patternText: '[\\w+=,.@-]+',
};
export const documentRules: TextRules = { min: 1, max: 131_072 };
export const arnRules: TextRules = { min: 20, max: 2048 };
export const descriptionRules: TextRules = { max: 1000 };

/** Reader of an IAM call's input. */
export function readerOf(call: Call): Reader {
  return new Reader(call.input, 'ValidationError');
}

/** Reads and checks a call's PolicyArn. */
export function readPolicyArn(call: Call): string {
  const arn = readerOf(call).text('PolicyArn', arnRules);
  if (/^arn:[\w-]+:iam::(\d{12}|aws):policy\/.+$/.test(arn)) return arn;
  throw new ServiceError('ValidationError', 'Invalid ARN:  Could not be parsed!');
}

/** Reads the path of a new role or policy. It must start and end with a slash. */
export function readPath(reader: Reader): string {
  const path = reader.optionalText('Path', { min: 1, max: 512 });
  if (path === undefined) return '/';
  if (!/^(\/|\/[\u0021-\u007F]+\/)$/.test(path)) {
    throw new ServiceError(
      'ValidationError',
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    );
  }
  return path;
}

/** A date and time in IAM's format. */
export function isoDate(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/**
 * URL-encodes a policy document.
 * "Policies returned by this operation are URL-encoded compliant with RFC 3986" (IAM API Reference, GetRole).
 */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Tags as IAM returns them. */
export function tagList(tags: ReadonlyMap<string, string>): JsonObject[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

/**
 * A page of a list, with IAM's Marker and MaxItems.
 * The marker is the position in the list, in base64.
 */
export function page<T>(
  call: Call,
  items: readonly T[],
): { readonly items: readonly T[]; readonly rest: JsonObject } {
  const reader = readerOf(call);
  const size = reader.optionalInteger('MaxItems', 1, 1000) ?? 100;
  const marker = reader.optionalText('Marker');
  const start = marker === undefined ? 0 : Number(Buffer.from(marker, 'base64').toString('utf8'));
  if (!Number.isInteger(start)) throw new ServiceError('ValidationError', 'Invalid Marker.');
  const end = start + size;
  const more = end < items.length;
  const rest: JsonObject = { IsTruncated: more };
  if (more) rest.Marker = Buffer.from(String(end)).toString('base64');
  return { items: items.slice(start, end), rest };
}

/**
 * The type of resource, which decides whether case counts in tag keys.
 * "Tag key values for IAM users and roles are not case sensitive, but case is preserved". For other IAM
 * resources they are case-sensitive. IAM User Guide, "Tagging IAM resources".
 */
export type TagCase = 'role' | 'policy';

const comparable = (key: string, tagCase: TagCase): string => (tagCase === 'role' ? key.toLowerCase() : key);

/** The tags after an addition: at most 50, and none of AWS's own. */
export function mergeTags(
  before: ReadonlyMap<string, string>,
  added: ReadonlyMap<string, string>,
  tagCase: TagCase,
): ReadonlyMap<string, string> {
  const tags = new Map(before);
  const seen = new Set<string>();
  for (const [key, value] of added) {
    const comparableKey = comparable(key, tagCase);
    if (key.toLowerCase().startsWith('aws:')) {
      throw new ServiceError(
        'InvalidInput',
        'System tags (aws: prefix) cannot be added, changed or removed.',
      );
    }
    if (seen.has(comparableKey)) {
      const text = 'Duplicate tag keys found. Please note that Tag keys are case insensitive.';
      throw new ServiceError('InvalidInput', text);
    }
    seen.add(comparableKey);
    for (const known of [...tags.keys()])
      if (comparable(known, tagCase) === comparableKey) tags.delete(known);
    tags.set(key, value);
  }
  if (tags.size > 50) throw new ServiceError('LimitExceeded', 'Cannot exceed quota for TagsPerRole: 50', 409);
  return tags;
}

/** The tags after a removal. */
export function withoutTags(
  before: ReadonlyMap<string, string>,
  keys: readonly string[],
  tagCase: TagCase,
): ReadonlyMap<string, string> {
  const removedKeys = new Set(keys.map((key) => comparable(key, tagCase)));
  return new Map([...before].filter(([key]) => !removedKeys.has(comparable(key, tagCase))));
}

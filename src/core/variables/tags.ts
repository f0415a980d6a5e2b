/** Tags that people give. IAM is the strictest of the services that get them: IAM API Reference, "Tag". */
import * as z from 'zod/mini';

/** Earlier versions took any pair. */
export const anyTags = z.record(z.string(), z.string('key=value is wanted'));

const key = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const value = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
const signs = 'letters, digits, spaces, or "_.:/=+-@"';

/** Marks what a self-test creates: it gives this tag to init, as anybody gives theirs. */
export const selfTestTag = 'cognito-migrate:self-test';

/** Keys that nobody else may set: AWS's own, and ours, which hold what teardown has to put back. */
const reserved: readonly (readonly [prefix: string, whose: string])[] = [
  ['aws:', 'reserved for AWS'],
  ['cognito-migrate:', 'reserved for this program'],
];

export const tags = z.record(z.string(), z.string('key=value is wanted')).check(
  z.check(({ value: given, issues }) => {
    for (const message of problemsOf(given)) issues.push({ code: 'custom', message, input: given });
  }),
);

function problemsOf(given: Readonly<Record<string, unknown>>): string[] {
  const keys = Object.keys(given);
  return [
    ...new Set([...Object.entries(given).flatMap(([one, text]) => pairProblems(one, text)), ...twice(keys)]),
  ];
}

function pairProblems(name: string, text: unknown): string[] {
  const owner =
    name === selfTestTag ? undefined : reserved.find(([prefix]) => name.toLowerCase().startsWith(prefix));
  return [
    ...(key.test(name) ? [] : [`a tag key has 1 to 128 ${signs}`]),
    ...(typeof text === 'string' && !value.test(text) ? [`a tag value has at most 256 ${signs}`] : []),
    ...(owner === undefined ? [] : [`tag keys that begin with "${owner[0]}" are ${owner[1]}`]),
  ];
}

/** "Tag keys are case insensitive": of two such keys IAM takes one, and other services take both. */
function twice(keys: readonly string[]): string[] {
  const first = new Map<string, string>();
  return keys.flatMap((one) => {
    const other = first.get(one.toLowerCase());
    first.set(one.toLowerCase(), other ?? one);
    return other === undefined ? [] : [`the tag keys "${other}" and "${one}" differ only in case`];
  });
}

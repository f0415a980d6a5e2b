/** Tags from people. IAM is the strictest service that receives them: IAM API Reference, "Tag". */
import * as z from 'zod/mini';

/** Earlier versions accepted any pair. */
export const anyTags = () => z.record(z.string(), z.string('must be in the form key=value'));

const key = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const value = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
const allowedCharacters = 'letters, digits, spaces, or "_.:/=+-@"';

/** Marks resources that a self-test creates. The self-test passes this tag to init like any other tag. */
export const selfTestTag = 'cognito-migrate:self-test';

/** Reserved keys: those of AWS, and ours, which hold values that teardown restores. */
const reserved: readonly (readonly [prefix: string, whose: string])[] = [
  ['aws:', 'reserved for AWS'],
  ['cognito-migrate:', 'reserved for this program'],
];

export const tags = () =>
  z.record(z.string(), z.string('must be in the form key=value')).check(
    z.check(({ value: given, issues }) => {
      for (const message of problemsOf(given)) issues.push({ code: 'custom', message, input: given });
    }),
  );

function problemsOf(given: Readonly<Record<string, unknown>>): string[] {
  const keys = Object.keys(given);
  return [
    ...new Set([
      ...Object.entries(given).flatMap(([tagKey, text]) => pairProblems(tagKey, text)),
      ...duplicateProblems(keys),
    ]),
  ];
}

function pairProblems(name: string, text: unknown): string[] {
  const owner =
    name === selfTestTag ? undefined : reserved.find(([prefix]) => name.toLowerCase().startsWith(prefix));
  return [
    ...(key.test(name) ? [] : [`a tag key has 1 to 128 ${allowedCharacters}`]),
    ...(typeof text === 'string' && !value.test(text)
      ? [`a tag value has at most 256 ${allowedCharacters}`]
      : []),
    ...(owner === undefined ? [] : [`tag keys that begin with "${owner[0]}" are ${owner[1]}`]),
  ];
}

/** "Tag keys are case insensitive": IAM accepts only one of two such keys. Other services accept both. */
function duplicateProblems(keys: readonly string[]): string[] {
  const first = new Map<string, string>();
  return keys.flatMap((tagKey) => {
    const other = first.get(tagKey.toLowerCase());
    first.set(tagKey.toLowerCase(), other ?? tagKey);
    return other === undefined ? [] : [`the tag keys "${other}" and "${tagKey}" differ only in case`];
  });
}

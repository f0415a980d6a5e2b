/** Wildcards of IAM policies: `*` for any characters, `?` for one character. */

/** Replacements for the policy variables ${*} and ${?}: characters that are not wildcards. */
export const literalStar = '\uE000';
export const literalMark = '\uE001';

const compiled = new Map<string, RegExp>();

function compile(
  pattern: string,
  flags: string,
  star: (next: string | undefined) => string,
  mark: string,
): RegExp {
  let source = '';
  for (const [index, character] of [...pattern].entries()) {
    if (character === '*') source += star(pattern[index + 1]);
    else if (character === '?') source += mark;
    else if (character === literalStar) source += '\\*';
    else if (character === literalMark) source += '\\?';
    else source += character.replace(/[.+^${}()|[\]\\/]/, '\\$&');
  }
  return new RegExp(`^${source}$`, flags);
}

function cachedPattern(key: string, create: () => RegExp): RegExp {
  const cached = compiled.get(key);
  if (cached) return cached;
  const regExp = create();
  compiled.set(key, regExp);
  return regExp;
}

/** True if the whole text matches a pattern with `*` and `?`. */
export function wildcardMatch(pattern: string, text: string, ignoreCase = false): boolean {
  const flags = ignoreCase ? 'is' : 's';
  return cachedPattern(`${flags} ${pattern}`, () => compile(pattern, flags, () => '.*', '.')).test(text);
}

/** True if the text equals a policy's value. Wildcards have no meaning here. */
export function literalMatch(value: string, text: string): boolean {
  return value.replaceAll(literalStar, '*').replaceAll(literalMark, '?') === text;
}

/** Splits an ARN or ARN pattern into six parts. The sixth part keeps its colons. */
function arnParts(text: string): readonly string[] {
  const parts = text.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/**
 * Matches an ARN as ArnLike does.
 * "Each of the six colon-delimited components of the ARN is checked separately and each can include
 * multi-character match wildcards (*) or single-character match wildcards (?)." IAM User Guide, "IAM JSON
 * policy elements: Condition operators".
 */
export function arnMatch(pattern: string, arn: string): boolean {
  const wanted = arnParts(pattern);
  const given = arnParts(arn);
  if (given.length !== 6 || wanted.length !== 6) return pattern === '*';
  return given.every((part, index) => wildcardMatch(wanted[index] ?? '', part));
}

/**
 * Matches a value of the Resource element.
 * Wildcards work "within the individual segments of an ARN (the parts separated by colons)", and "if the *
 * wildcard is the last character of a resource ARN segment, it can expand to match beyond the colon
 * boundaries". IAM User Guide, "IAM JSON policy elements: Resource".
 */
export function resourceMatch(pattern: string, resource: string): boolean {
  const star = (next: string | undefined) => (next === undefined || next === ':' ? '.*' : '[^:]*');
  return cachedPattern(`r ${pattern}`, () => compile(pattern, 's', star, '[^:]')).test(resource);
}

/** Wildcards of IAM policies: `*` any characters, `?` one character. */

const compiled = new Map<string, RegExp>();

/** True if text matches a pattern with `*` and `?`, as a whole. */
export function wildcardMatch(pattern: string, text: string, ignoreCase = false): boolean {
  const key = `${ignoreCase ? 'i' : 'c'}${pattern}`;
  let expression = compiled.get(key);
  if (!expression) {
    const source = pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    expression = new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
    compiled.set(key, expression);
  }
  return expression.test(text);
}

/** Splits an ARN or ARN pattern into six parts; the sixth keeps its colons. */
function arnParts(text: string): readonly string[] {
  const parts = text.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/**
 * ArnLike: "Each of the six colon-delimited components of the ARN is checked separately and each can include
 * multi-character match wildcards (*) or single-character match wildcards (?)."
 * IAM User Guide, "IAM JSON policy elements: Condition operators".
 */
export function arnMatch(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const wanted = arnParts(pattern);
  const given = arnParts(arn);
  if (given.length !== 6 || wanted.length > 6) return false;
  return given.every((part, index) => wildcardMatch(wanted[index] ?? '', part));
}

/**
 * Resource element: as ArnLike, and "if you specify an incomplete ARN (one with fewer than the standard six fields),
 * AWS automatically completes the ARN by adding wildcard characters (*) to all missing fields".
 * IAM User Guide, "IAM JSON policy elements: Resource".
 */
export function resourceMatch(pattern: string, resource: string): boolean {
  if (pattern === '*') return true;
  const wanted = arnParts(pattern);
  const given = arnParts(resource);
  if (given.length !== 6) return wildcardMatch(pattern, resource);
  return given.every((part, index) => wildcardMatch(wanted[index] ?? '*', part));
}

/** Refuses to continue while findings block. */
import { CheckError } from '../../core/errors.ts';
import type { ReviewedFinding } from '../../core/findings.ts';
import { flagOf } from '../../core/variables/index.ts';

/** Throws CheckError if there are blocking findings. It names the flags that accept them, if any does. */
export function assertNoneBlocks(blocking: readonly ReviewedFinding[]): void {
  const [first] = blocking;
  if (first === undefined) return;
  const acceptable = blocking.filter(({ final }) => final !== true).map(({ id }) => id);
  const flags = acceptable.map((id) => `${flagOf('ACCEPT')} ${id}`).join(' ');
  throw new CheckError(blocking.map(({ id, what }) => `${what}   [${id}]`).join('\n'), {
    code: first.id,
    found: blocking,
    hint: [
      ...new Set(blocking.flatMap(({ why, fix }) => [why, fix])),
      ...(flags === '' ? [] : [`${flags}  accepts this and continues.`]),
      'Nothing was changed.',
    ],
  });
}

/** Tags in the input of a call. CloudWatch API Reference, "Tag". */
import type { Reader } from '../../input.ts';
import { invalid } from './metric-query.ts';

/** "You can associate as many as 50 tags". */
export function assertTagCount(tags: ReadonlyMap<string, string>): void {
  if (tags.size > 50) throw invalid('A resource can have no more than 50 tags.');
}

/** The member Tags of a call. */
export function tagsOf(reader: Reader): ReadonlyMap<string, string> {
  const tags = reader.optionalTagList('Tags') ?? new Map<string, string>();
  for (const key of tags.keys()) if (key.startsWith('aws:')) throw invalid(`Invalid tag ${key}`);
  assertTagCount(tags);
  return tags;
}

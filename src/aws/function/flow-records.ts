/**
 * Undo records of many app clients in few tags of the function.
 * A tag has the ID of one client in its key. Its value is that client's record, as version 1.0.0 wrote it.
 * Where Lambda's limit of tags is near, a tag of the run holds several clients: `- 4k2…a 7hd…e`.
 * Lambda has no conditional write for tags, so two runs must not write to one shared tag.
 * If no other tag is left, an older one takes more records: `added 4k2…a`.
 */
import { randomBytes } from 'node:crypto';
import { type LambdaClient, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-lambda';
import { undefinedIfNotFound } from '../errors.ts';
import type { TagMap } from '../ownership.ts';
import { flowPrefix, flowTag, laterTags, previousTriggerTag, readUndoRecords } from './undo-tags.ts';

/** Our change to a client. Saved as a tag of the function and in the state file, for the undo. */
export type FlowRecord = 'added' | 'was-empty' | 'legacy';

/**
 * The maximum number of tags of a function, and of characters of a value.
 * Source: Lambda Developer Guide, "Using tags on Lambda functions", tag restrictions.
 */
export const maxTags = 50;
const longestValue = 256;

/** AWS's own tags, such as CloudFormation's, do not count. */
export const countsTowardLimit = (key: string): boolean => !key.toLowerCase().startsWith('aws:');

/** The last character of a further client's entry. */
const letters: Readonly<Record<FlowRecord, string>> = { added: 'a', 'was-empty': 'e', legacy: 'l' };

/** The first word of a value whose own client has no record, or that belongs to a run. */
const noRecord = '-';

/** Never an app client ID, which has no hyphen (AWS API reference, ClientId). */
const runTag = (runId: string, index: number): string => flowTag(`run-${runId}-${index}`);
const isRunTag = (key: string): boolean => key.startsWith(flowTag('run-'));
/** Tags that packed records leave free: for the trigger's own record, and for what later commands record. */
const reservedTags = [previousTriggerTag, ...laterTags].length;

const isRecord = (value: string | undefined): value is FlowRecord =>
  value !== undefined && Object.hasOwn(letters, value);

const recordOfLetter = (letter: string): FlowRecord | undefined =>
  Object.keys(letters)
    .filter(isRecord)
    .find((record) => letters[record] === letter);

/**
 * Records of one tag by client ID, its own client first.
 * A record that this version does not know stays as it is: a newer one may have written it.
 */
type Entries = ReadonlyMap<string, string>;

function entriesOf(key: string, value: string): Entries {
  const [own = noRecord, ...others] = value.split(' ');
  const id = key.slice(flowPrefix.length);
  const further = others.map((entry) => {
    const letter = entry.slice(-1);
    return [entry.slice(0, -1), recordOfLetter(letter) ?? letter] as const;
  });
  return new Map([...(own === noRecord ? [] : [[id, own] as const]), ...further]);
}

function textOf(key: string, entries: Entries): string {
  const id = key.slice(flowPrefix.length);
  const others = [...entries].filter(([other]) => other !== id);
  const further = others.map(([other, record]) => `${other}${isRecord(record) ? letters[record] : record}`);
  return [entries.get(id) ?? noRecord, ...further].join(' ');
}

/** Flow tags with their records. */
const bucketsOf = (tags: TagMap): Map<string, Entries> =>
  new Map(
    Object.entries(tags)
      .filter(([key]) => key.startsWith(flowPrefix))
      .map(([key, value]) => [key, entriesOf(key, value)]),
  );

/** The record of this client, or undefined. */
export function recordIn(tags: TagMap, clientId: string): FlowRecord | undefined {
  for (const entries of bucketsOf(tags).values()) {
    const record = entries.get(clientId);
    if (isRecord(record)) return record;
  }
  return undefined;
}

/** IDs of the clients that have a record. */
export const clientsWithRecord = (tags: TagMap): string[] => [
  ...new Set(
    [...bucketsOf(tags).values()].flatMap((entries) =>
      [...entries].flatMap(([id, record]) => (isRecord(record) ? [id] : [])),
    ),
  ),
];

function hasRoom(key: string, entries: Entries, id: string): boolean {
  if (![...entries.values()].every(isRecord)) return false;
  // Room for the longest record of the own client, which may change.
  const own = isRunTag(key) ? [] : [[key.slice(flowPrefix.length), 'was-empty'] as const];
  return textOf(key, new Map([...entries, ...own, [id, 'added']])).length <= longestValue;
}

/** The number of these clients whose records fit into so many tags. */
export function fitting(clientIds: readonly string[], tagCount: number): number {
  let count = 0;
  let [open, entries]: [string, Entries] = ['', new Map()];
  let left = tagCount;
  for (const id of clientIds) {
    if (open === '' || !hasRoom(open, entries, id)) {
      if (left === 0) return count;
      left -= 1;
      [open, entries] = [runTag('', left), new Map()];
    }
    entries = new Map([...entries, [id, 'added']]);
    count += 1;
  }
  return count;
}

/** Whether each of these clients can have a tag of its own, beside the tags that exist or will. */
export function fitsUnpacked(tags: TagMap, others: readonly string[], clientIds: readonly string[]): boolean {
  const isPacked = Object.entries(tags).some(
    ([key, value]) => key.startsWith(flowPrefix) && value.includes(' '),
  );
  const keys = new Set(
    [...Object.keys(tags), ...others, ...clientIds.map(flowTag)].filter(countsTowardLimit),
  );
  return !isPacked && keys.size <= maxTags;
}

/**
 * The tags to set and to remove for these records. An undefined record is removed.
 * @param runId the run that writes. Its new records go to tags that no other run writes.
 */
export function changesFor(
  tags: TagMap,
  wanted: ReadonlyMap<string, FlowRecord | undefined>,
  runId: string,
): { readonly set: TagMap; readonly remove: readonly string[] } {
  const buckets = bucketsOf(tags);
  const put = (key: string, id: string, record: FlowRecord) =>
    buckets.set(key, new Map([...(buckets.get(key) ?? []), [id, record]]));
  for (const [id, record] of wanted) {
    const holders = [...buckets].filter(([, entries]) => isRecord(entries.get(id)));
    for (const [key, entries] of holders) {
      if (record !== undefined) put(key, id, record);
      else buckets.set(key, new Map([...entries].filter(([other]) => other !== id)));
    }
    if (record === undefined || holders.length > 0) continue;
    put(placeFor(id, tags, buckets, runId), id, record);
  }
  const changed = [...buckets].filter(
    ([key, entries]) => entries.size > 0 && textOf(key, entries) !== tags[key],
  );
  return {
    set: Object.fromEntries(changed.map(([key, entries]) => [key, textOf(key, entries)])),
    remove: [...buckets].flatMap(([key, entries]) => (entries.size === 0 ? [key] : [])),
  };
}

/** The tag for the record of one more client. */
function placeFor(id: string, tags: TagMap, buckets: ReadonlyMap<string, Entries>, runId: string): string {
  const roomy = [...buckets].flatMap(([key, entries]) => (hasRoom(key, entries, id) ? [key] : []));
  const own = roomy.find((key) => key.startsWith(runTag(runId, 0).slice(0, -1)));
  if (own !== undefined) return own;
  let index = 0;
  while (buckets.has(runTag(runId, index))) index += 1;
  const count = new Set([...Object.keys(tags), ...buckets.keys()].filter(countsTowardLimit)).size;
  const isFull = count >= maxTags - reservedTags;
  return (isFull ? roomy[0] : undefined) ?? runTag(runId, index);
}

/** Writes records of one function in packed tags. Changes that come meanwhile wait, and go out together. */
class PackedRecords {
  readonly #lambda: LambdaClient;
  readonly #arn: string;
  readonly #runId = randomBytes(4).toString('hex');
  /** All records of this run, because a read may not show them yet. */
  readonly #wanted = new Map<string, FlowRecord | undefined>();
  #next: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(lambda: LambdaClient, arn: string) {
    this.#lambda = lambda;
    this.#arn = arn;
  }

  /** Resolves when the record is written. Undefined removes it. */
  put(clientId: string, record: FlowRecord | undefined): Promise<void> {
    this.#wanted.set(clientId, record);
    if (this.#next === undefined) {
      this.#next = this.#last.then(() => {
        this.#next = undefined;
        return this.#write();
      });
      this.#last = this.#next.catch(() => undefined); // each caller gets the error of its own round
    }
    return this.#next;
  }

  async #write(): Promise<void> {
    const tags = await readUndoRecords(this.#lambda, this.#arn);
    if (tags === undefined) return;
    const { set, remove } = changesFor(tags, this.#wanted, this.#runId);
    const Resource = this.#arn;
    if (Object.keys(set).length > 0)
      await this.#lambda.send(new TagResourceCommand({ Resource, Tags: { ...set } }));
    if (remove.length === 0) return;
    const untag = new UntagResourceCommand({ Resource, TagKeys: [...remove] });
    await undefinedIfNotFound(this.#lambda.send(untag), 'ResourceNotFoundException');
  }
}

const writers = new WeakMap<LambdaClient, Map<string, PackedRecords>>();

/** The one writer of this run for this function. */
export function packedRecords(lambda: LambdaClient, arn: string): PackedRecords {
  const ofClient = writers.get(lambda) ?? new Map<string, PackedRecords>();
  writers.set(lambda, ofClient);
  const known = ofClient.get(arn) ?? new PackedRecords(lambda, arn);
  ofClient.set(arn, known);
  return known;
}

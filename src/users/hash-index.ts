/**
 * Texts that were seen, in little memory: 128 bits of a hash and one byte for each.
 * A million texts take 17 MB. Strings in a Map would take ten times as much.
 */
import { hash } from 'node:crypto';

/** Texts of one chunk, as a power of two. Small chunks waste little, and are never copied. */
const chunkBits = 12;
const chunkSize = 2 ** chunkBits;
/** Maximum number of hash bits that select a bucket, so that the table of buckets takes 1 MB. */
const mostBits = 18;

/** A list of hashes and marks in chunks. Entries can change places, but the list only grows. */
class Entries {
  /** Words of 32 bits in a hash. */
  readonly words: number;
  readonly #hashes: Uint32Array[] = [];
  readonly #marks: Uint8Array[] = [];
  #size = 0;

  constructor(words: number) {
    this.words = words;
  }

  get size(): number {
    return this.#size;
  }

  add(added: Uint32Array, mark: number): void {
    if (this.#size === chunkSize * this.#marks.length) {
      this.#hashes.push(new Uint32Array(this.words * chunkSize));
      this.#marks.push(new Uint8Array(chunkSize));
    }
    this.#hashes.at(-1)?.set(added, this.words * (this.#size % chunkSize));
    this.#setMark(this.#size, mark);
    this.#size += 1;
  }

  firstWordAt(at: number): number {
    return this.#hashes[at >>> chunkBits]?.[this.words * (at % chunkSize)] ?? 0;
  }

  hashAt(at: number): Uint32Array {
    const start = this.words * (at % chunkSize);
    return this.#hashes[at >>> chunkBits]?.subarray(start, start + this.words) ?? new Uint32Array();
  }

  markAt(at: number): number {
    return this.#marks[at >>> chunkBits]?.[at % chunkSize] ?? 0;
  }

  isAt(at: number, wanted: Uint32Array): boolean {
    const hashes = this.#hashes[at >>> chunkBits];
    const start = this.words * (at % chunkSize);
    for (let index = 0; index < this.words; index += 1)
      if (hashes?.[start + index] !== wanted[index]) return false;
    return true;
  }

  swap(one: number, other: number): void {
    const [first, second] = [this.#hashes[one >>> chunkBits], this.#hashes[other >>> chunkBits]];
    if (first === undefined || second === undefined) return;
    const [at, to] = [this.words * (one % chunkSize), this.words * (other % chunkSize)];
    for (let index = 0; index < this.words; index += 1) {
      const word = first[at + index] ?? 0;
      first[at + index] = second[to + index] ?? 0;
      second[to + index] = word;
    }
    const mark = this.markAt(one);
    this.#setMark(one, this.markAt(other));
    this.#setMark(other, mark);
  }

  #setMark(at: number, mark: number): void {
    const marks = this.#marks[at >>> chunkBits];
    if (marks !== undefined) marks[at % chunkSize] = mark;
  }
}

/** The record of one text. */
export interface Found {
  /** How often it was added. */
  readonly count: number;
  /** All marks that it was added with, combined bit by bit. */
  readonly marks: number;
}

/** Collects texts, each with a mark. `seal` makes them searchable. */
export class HashCollector {
  #entries: Entries;

  /** @param bits of each hash. With 64, two of a million texts collide in 1 of 40,000,000 runs. */
  constructor(bits: 64 | 128 = 128) {
    this.#entries = new Entries(bits / 32);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** @param mark a number from 0 to 255. Each bit is one property of this text. */
  add(text: string, mark = 0): void {
    this.#entries.add(hashOf(text, this.#entries.words), mark);
  }

  /** Sorts everything by the beginning of its hash, once and in place. The collector is empty afterward. */
  seal(): HashIndex {
    const entries = this.#entries;
    this.#entries = new Entries(entries.words);
    const bits = Math.min(mostBits, Math.max(1, Math.ceil(Math.log2(entries.size + 1)) - 2));
    const starts = new Uint32Array(2 ** bits + 1);
    for (let at = 0; at < entries.size; at += 1) {
      const next = bucketOf(entries.firstWordAt(at), bits) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
    }
    for (let bucket = 1; bucket < starts.length; bucket += 1)
      starts[bucket] = (starts[bucket] ?? 0) + (starts[bucket - 1] ?? 0);
    sort(entries, starts, bits);
    return new HashIndex(entries, starts, bits);
  }
}

/** Moves each entry to its bucket. A copy of a million entries would be the peak of the whole run. */
function sort(entries: Entries, starts: Uint32Array, bits: number): void {
  const free = starts.slice();
  for (let bucket = 0; bucket < starts.length - 1; bucket += 1) {
    const end = starts[bucket + 1] ?? 0;
    for (let at = free[bucket] ?? 0; at < end; at = free[bucket] ?? end) {
      const home = bucketOf(entries.firstWordAt(at), bits);
      const place = free[home] ?? 0;
      free[home] = place + 1;
      if (home !== bucket) entries.swap(at, place);
    }
  }
}

/** Texts that can be looked up, but not listed. */
export class HashIndex {
  readonly #entries: Entries;
  /** Where the hashes with each beginning start. In an index of a million, about four share one. */
  readonly #starts: Uint32Array;
  readonly #bits: number;

  constructor(entries: Entries, starts: Uint32Array, bits: number) {
    this.#entries = entries;
    this.#starts = starts;
    this.#bits = bits;
  }

  get size(): number {
    return this.#entries.size;
  }

  find(text: string): Found {
    const wanted = hashOf(text, this.#entries.words);
    const bucket = bucketOf(wanted[0] ?? 0, this.#bits);
    const end = this.#starts[bucket + 1] ?? 0;
    let [count, marks] = [0, 0];
    for (let at = this.#starts[bucket] ?? 0; at < end; at += 1)
      if (this.#entries.isAt(at, wanted)) {
        count += 1;
        marks |= this.#entries.markAt(at);
      }
    return { count, marks };
  }

  /** The entries that occur more than once, each of them as often as before. */
  repeated(): HashIndex {
    const kept = new Entries(this.#entries.words);
    const starts = new Uint32Array(this.#starts.length);
    for (let bucket = 0; bucket < starts.length - 1; bucket += 1) {
      const [start = 0, end = 0] = [this.#starts[bucket], this.#starts[bucket + 1]];
      for (let at = start; at < end; at += 1)
        if (this.#isRepeated(at, start, end)) kept.add(this.#entries.hashAt(at), this.#entries.markAt(at));
      starts[bucket + 1] = kept.size;
    }
    return new HashIndex(kept, starts, this.#bits);
  }

  #isRepeated(at: number, start: number, end: number): boolean {
    const own = this.#entries.hashAt(at);
    for (let other = start; other < end; other += 1)
      if (other !== at && this.#entries.isAt(other, own)) return true;
    return false;
  }

  has(text: string): boolean {
    return this.find(text).count > 0;
  }
}

const bucketOf = (firstWord: number, bits: number): number => firstWord >>> (32 - bits);

/** In one call, since a hash object for each text would cost more than the hash. */
function hashOf(text: string, words: number): Uint32Array {
  const digest = hash('sha256', text, 'binary');
  const result = new Uint32Array(words);
  for (let word = 0; word < words; word += 1)
    result[word] =
      (digest.charCodeAt(4 * word) << 24) |
      (digest.charCodeAt(4 * word + 1) << 16) |
      (digest.charCodeAt(4 * word + 2) << 8) |
      digest.charCodeAt(4 * word + 3);
  return result;
}

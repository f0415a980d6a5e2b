/**
 * Texts that were seen, in little memory: 128 bits of a hash and one byte for each.
 * A million texts take 17 MB. Strings in a Map would take ten times as much.
 */
import { createHash } from 'node:crypto';

/** Words of 32 bits in a hash. */
const words = 4;
const firstChunk = 1024;
const longestChunk = 65_536;

interface Chunk {
  readonly hashes: Uint32Array;
  readonly marks: Uint8Array;
  size: number;
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
  #chunks: Chunk[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param mark a number from 0 to 255. Each bit is one property of this text. */
  add(text: string, mark = 0): void {
    const chunk = this.#open();
    chunk.hashes.set(hashOf(text), words * chunk.size);
    chunk.marks[chunk.size] = mark;
    chunk.size += 1;
    this.#size += 1;
  }

  #open(): Chunk {
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.size < last.marks.length) return last;
    const length = last === undefined ? firstChunk : Math.min(2 * last.marks.length, longestChunk);
    const chunk = { hashes: new Uint32Array(words * length), marks: new Uint8Array(length), size: 0 };
    this.#chunks.push(chunk);
    return chunk;
  }

  /** Sorts everything by the beginning of its hash, once. The collector is empty afterward. */
  seal(): HashIndex {
    const [chunks, size] = [this.#chunks, this.#size];
    [this.#chunks, this.#size] = [[], 0];
    const bits = Math.min(20, Math.max(1, Math.ceil(Math.log2(size + 1)) - 2));
    const starts = new Uint32Array(2 ** bits + 1);
    for (const { hashes, size: filled } of chunks)
      for (let at = 0; at < filled; at += 1) {
        const next = bucketOf(hashes[words * at] ?? 0, bits) + 1;
        starts[next] = (starts[next] ?? 0) + 1;
      }
    for (let bucket = 1; bucket < starts.length; bucket += 1)
      starts[bucket] = (starts[bucket] ?? 0) + (starts[bucket - 1] ?? 0);
    const sorted = { hashes: new Uint32Array(words * size), marks: new Uint8Array(size) };
    const free = starts.slice();
    // Each chunk is dropped once it is sorted in, so that two copies of everything never exist.
    for (let chunk = chunks.pop(); chunk !== undefined; chunk = chunks.pop())
      for (let at = 0; at < chunk.size; at += 1) {
        const hash = chunk.hashes.subarray(words * at, words * (at + 1));
        const bucket = bucketOf(hash[0] ?? 0, bits);
        const place = free[bucket] ?? 0;
        free[bucket] = place + 1;
        sorted.hashes.set(hash, words * place);
        sorted.marks[place] = chunk.marks[at] ?? 0;
      }
    return new HashIndex(sorted.hashes, sorted.marks, starts, bits);
  }
}

/** Texts that can be looked up, but not listed. */
export class HashIndex {
  readonly #hashes: Uint32Array;
  readonly #marks: Uint8Array;
  /** Where the hashes with each beginning start. About four share one. */
  readonly #starts: Uint32Array;
  readonly #bits: number;

  constructor(hashes: Uint32Array, marks: Uint8Array, starts: Uint32Array, bits: number) {
    this.#hashes = hashes;
    this.#marks = marks;
    this.#starts = starts;
    this.#bits = bits;
  }

  get size(): number {
    return this.#marks.length;
  }

  find(text: string): Found {
    const hash = hashOf(text);
    const bucket = bucketOf(hash[0] ?? 0, this.#bits);
    const end = this.#starts[bucket + 1] ?? 0;
    let [count, marks] = [0, 0];
    for (let at = this.#starts[bucket] ?? 0; at < end; at += 1)
      if (hash.every((word, index) => this.#hashes[words * at + index] === word)) {
        count += 1;
        marks |= this.#marks[at] ?? 0;
      }
    return { count, marks };
  }

  has(text: string): boolean {
    return this.find(text).count > 0;
  }
}

const bucketOf = (firstWord: number, bits: number): number => firstWord >>> (32 - bits);

function hashOf(text: string): Uint32Array {
  const digest = createHash('sha256').update(text).digest();
  return Uint32Array.from({ length: words }, (_, index) => digest.readUInt32LE(4 * index));
}

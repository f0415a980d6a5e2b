/**
 * Uses of many addresses, in little memory. A million users take about 40 MB.
 * Strings in a Map would take ten times as much.
 */
import { createHash } from 'node:crypto';

const firstCapacity = 1024;

/**
 * A number from 1 to 255 for each address. It keeps only 64 bits of a hash of the address.
 * Among two million addresses, any two share these bits with a chance of one in nine million.
 * In that case, the doctor blocks although it need not.
 */
export class AddressTable {
  #capacity = firstCapacity;
  #hashes = new Uint32Array(2 * firstCapacity);
  #values = new Uint8Array(firstCapacity);
  #size = 0;

  /** 0 for an unknown address. */
  get(address: string): number {
    return this.#values[this.#find(...hashOf(address))] ?? 0;
  }

  set(address: string, value: number): void {
    if (2 * (this.#size + 1) > this.#capacity) this.#grow();
    this.#put(...hashOf(address), value);
  }

  /** The number of addresses with this value. */
  count(value: number): number {
    return this.#values.reduce((count, one) => (one === value ? count + 1 : count), 0);
  }

  /** The index of this hash, or the free one where it would be. Half of all slots are free. */
  #find(high: number, low: number): number {
    let at = low % this.#capacity;
    while (this.#values[at] !== 0 && !(this.#hashes[2 * at] === high && this.#hashes[2 * at + 1] === low))
      at = (at + 1) % this.#capacity;
    return at;
  }

  #put(high: number, low: number, value: number): void {
    const at = this.#find(high, low);
    if (this.#values[at] === 0) this.#size += 1;
    this.#hashes[2 * at] = high;
    this.#hashes[2 * at + 1] = low;
    this.#values[at] = value;
  }

  #grow(): void {
    const [hashes, values] = [this.#hashes, this.#values];
    this.#capacity *= 2;
    this.#hashes = new Uint32Array(2 * this.#capacity);
    this.#values = new Uint8Array(this.#capacity);
    this.#size = 0;
    values.forEach((value, at) => {
      if (value !== 0) this.#put(hashes[2 * at] ?? 0, hashes[2 * at + 1] ?? 0, value);
    });
  }
}

function hashOf(address: string): [high: number, low: number] {
  const digest = createHash('sha256').update(address).digest();
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
}

/** Answers whose maps and lists come in any order, since AWS promises one for a few lists only. */
import type { Json, JsonObject } from './operation.ts';
import type { World } from './world.ts';

/** CloudWatch Logs API Reference: log groups by name, log streams as `orderBy` says, events by time. */
const ordered: ReadonlySet<string> = new Set(['logGroups', 'logStreams', 'events']);

/** A copy with the members of every object, and the items of every list without a documented order, in a random order. */
export function shuffled(world: Pick<World, 'randomBytes'>, output: JsonObject): JsonObject {
  const mix = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => ({ item, rank: Buffer.from(world.randomBytes(6)).readUIntBE(0, 6) }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item);
  const mixObject = (object: JsonObject): JsonObject =>
    Object.fromEntries(mix(Object.entries(object)).map(([name, item]) => [name, mixValue(item, name)]));
  const mixValue = (value: Json, name: string): Json => {
    if (Array.isArray(value)) {
      const items = value.map((item) => mixValue(item, ''));
      return ordered.has(name) ? items : mix(items);
    }
    return typeof value === 'object' && value !== null ? mixObject(value) : value;
  };
  return mixObject(output);
}

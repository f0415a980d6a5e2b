/** Shuffles the maps and lists in answers. AWS promises an order for only a few lists. */
import type { Json, JsonObject } from './operation.ts';
import type { World } from './world.ts';

/** CloudWatch Logs API Reference: log groups by name, log streams by `orderBy`, events by time. */
const ordered: ReadonlySet<string> = new Set(['logGroups', 'logStreams', 'events']);

/** Copies an output in random order: members of objects, and lists without a documented order. */
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

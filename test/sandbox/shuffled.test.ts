import { expect, test } from 'vitest';
import { shuffled } from '../../src/sandbox/dispatch.ts';

/** Counts down, so that whatever is shuffled comes in reverse. */
function countingDown() {
  let next = 255;
  return { randomBytes: (length: number) => new Uint8Array(length).fill(next--) };
}

test('an answer in any order has the same members and items', () => {
  const output = { Tags: { a: '1', b: '2', c: '3' }, Flows: ['x', 'y', 'z'], Nested: [{ k: 1, l: [1, 2] }] };
  const mixed = shuffled(countingDown(), output);
  expect(mixed).toEqual({ ...output, Flows: ['z', 'y', 'x'], Nested: [{ k: 1, l: [2, 1] }] });
  expect(Object.keys(mixed)).toEqual(['Nested', 'Flows', 'Tags']);
  expect(JSON.stringify(mixed.Tags)).toBe('{"c":"3","b":"2","a":"1"}');
  expect(output.Flows).toEqual(['x', 'y', 'z']);
});

test('lists with a documented order keep it', () => {
  const events = [{ timestamp: 1 }, { timestamp: 2 }, { timestamp: 3 }];
  expect(shuffled(countingDown(), { events, logStreams: [1, 2] })).toEqual({ events, logStreams: [1, 2] });
});

import { expect, test } from 'vitest';
import { number } from '../../src/core/format-number.ts';

test.each([0, 7, 999, 1000, 48_210, 999_999, 1_000_000, 12_345_678, 0.5, 1234.5678, 2.9999])(
  '%d reads as Intl has it',
  (count) => {
    expect(number(count)).toBe(new Intl.NumberFormat('en-US').format(count));
  },
);

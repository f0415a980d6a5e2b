/** A token that expires when most of a large pool has been read. Takes minutes, so only in npm run test:users. */
import { expect, test } from 'vitest';
import { answering, poolOf, readAll } from '../support.ts';

test('a large pool whose token expires on page 9,000 reads that part again, and passes on no user twice', async () => {
  const many = 9_002 * 60;
  const pool = await poolOf(many);
  let pages = 0;
  answering(pool.idp, ({ PaginationToken }) => {
    pages += 1;
    return pages === 9_000 && PaginationToken !== undefined ? 'InvalidParameterException' : undefined;
  });
  let passedOn = 0;
  const { result } = readAll(pool, {
    estimate: many,
    each: (users) => {
      passedOn += users.length;
    },
  });
  expect(await result).toEqual({ users: many, missing: [] });
  expect(passedOn).toBe(many);
  // One part of 16 is read again, at most.
  expect(pages).toBeLessThanOrEqual(Math.ceil(9_002 * (17 / 16) * 1.03));
}, 600_000);

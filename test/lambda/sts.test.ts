import { describe, expect, it } from 'vitest';
import { type Credentials, cachedCredentials } from '../../src/lambda/sts.ts';

const HOUR = 3_600_000;

function setUp(fail: () => boolean = () => false) {
  let now = 0;
  let calls = 0;
  const get = cachedCredentials(
    async (): Promise<Credentials> => {
      calls++;
      if (fail()) throw new Error('no');
      return {
        accessKeyId: `key-${calls}`,
        secretAccessKey: 's',
        sessionToken: 't',
        expiration: new Date(now + HOUR),
      };
    },
    () => now,
  );
  return {
    get,
    calls: () => calls,
    at: (ms: number) => {
      now = ms;
    },
  };
}

describe('credentials of the assumed role', () => {
  it('are asked for once per lifetime, and before they end', async () => {
    const { get, calls, at } = setUp();
    for (const time of [0, 1000, HOUR - 6 * 60_000]) {
      at(time);
      expect((await get()).accessKeyId).toBe('key-1');
    }
    at(HOUR - 5 * 60_000);
    expect((await get()).accessKeyId).toBe('key-2');
    expect(calls()).toBe(2);
  });

  it('are shared by those who wait for them', async () => {
    const { get, calls } = setUp();
    const keys = await Promise.all([get(), get(), get()]);
    expect(keys.map(({ accessKeyId }) => accessKeyId)).toEqual(['key-1', 'key-1', 'key-1']);
    expect(calls()).toBe(1);
  });

  it('serve until their end when no new ones can be had', async () => {
    let broken = false;
    const { get, at } = setUp(() => broken);
    await get();
    broken = true;
    at(HOUR - 60_000);
    expect((await get()).accessKeyId).toBe('key-1');
    at(HOUR + 1);
    await expect(get()).rejects.toThrow('no');
    broken = false;
    expect((await get()).accessKeyId).toBe('key-4');
  });
});

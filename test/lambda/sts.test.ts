import { describe, expect, it } from 'vitest';
import { type Credentials, cachedCredentials } from '../../src/lambda/sts.ts';

const HOUR = 3_600_000;

/** @param how STS answers: at once, with a refusal, or not at all. */
function setUp(how: () => 'granted' | 'refused' | 'hanging' = () => 'granted') {
  let now = 0;
  let calls = 0;
  const cached = cachedCredentials(
    async (): Promise<Credentials> => {
      calls++;
      if (how() === 'hanging') return new Promise(() => undefined);
      if (how() === 'refused') throw new Error('no');
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
    ...cached,
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
    await get(); // goes on with those that it has, and asks for new ones meanwhile
    expect((await get()).accessKeyId).toBe('key-2');
    expect(calls()).toBe(2);
  });

  it('are waited for only when they are about to end', async () => {
    const { get, at } = setUp();
    await get();
    at(HOUR - 60_000);
    expect((await get()).accessKeyId).toBe('key-1');
    const late = setUp();
    await late.get();
    late.at(HOUR - 5_000);
    expect((await late.get()).accessKeyId).toBe('key-2');
  });

  it('are shared by those who wait for them', async () => {
    const { get, calls } = setUp();
    const keys = await Promise.all([get(), get(), get()]);
    expect(keys.map(({ accessKeyId }) => accessKeyId)).toEqual(['key-1', 'key-1', 'key-1']);
    expect(calls()).toBe(1);
  });

  it('serve until their end when no new ones can be had, and are asked for every half a minute', async () => {
    let how: 'granted' | 'refused' = 'granted';
    const { get, calls, at } = setUp(() => how);
    await get();
    how = 'refused';
    for (const second of [0, 1, 2, 29, 31, 32, 59]) {
      at(HOUR - 65_000 + second * 1000);
      expect((await get()).accessKeyId).toBe('key-1');
      await Promise.resolve();
    }
    expect(calls()).toBe(3);
    at(HOUR + 1);
    await expect(get()).rejects.toThrow('no');
    how = 'granted';
    expect((await get()).accessKeyId).toBe('key-5');
  });

  it('serve while STS does not answer at all', async () => {
    let how: 'granted' | 'hanging' = 'granted';
    const { get, calls, at } = setUp(() => how);
    await get();
    how = 'hanging';
    at(HOUR - 4 * 60_000);
    expect((await get()).accessKeyId).toBe('key-1');
    expect((await get()).accessKeyId).toBe('key-1');
    expect(calls()).toBe(2);
  });

  it('are asked for again once AWS has refused them', async () => {
    const { get, forget, calls } = setUp();
    await get();
    forget();
    expect((await get()).accessKeyId).toBe('key-2');
    expect(calls()).toBe(2);
  });
});

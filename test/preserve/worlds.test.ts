/** What the documentation leaves open is open in the local AWS too. Whichever way it is, nothing is lost. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { CognitoSettings } from '../../src/sandbox/cognito/index.ts';
import { poolChange } from './changes.ts';
import { lost, object } from './compare.ts';
import { type Caller, localCognito } from './local.ts';
import { makePool, ours, poolNow, poolProperty, withTrigger } from './properties.ts';
import { patience, runs, Tally } from './tally.ts';

const tally = new Tally('pools in worlds that differ where the documentation is silent');
afterAll(() => tally.report());

const worlds: readonly (readonly [string, Partial<CognitoSettings>])[] = [
  ['LITE pools may not name ACR levels at all', { liteAcr: 'refused' }],
  ['LITE pools do not show ACR levels', { liteAcr: 'absent' }],
  ['a pool must be sent with its name', { omittedPoolName: 'refused' }],
  ['settings of attribute updates are kept', { omittedAttributeUpdateSettings: 'kept' }],
  ['unknown members are ignored', { unknownMembers: 'ignored' }],
];

describe('nothing is lost where', () => {
  test.each(worlds)(
    '%s',
    async (_, settings) => {
      const aws = localCognito();
      Object.assign(aws.settings, settings);
      await fc.assert(poolProperty(poolChange(), tally, aws), { numRuns: Math.ceil(runs / 10) });
    },
    patience,
  );
});

test(
  'nothing is lost where LITE pools may not send the dynamic registration that they have',
  async () => {
    const aws = localCognito();
    const { init, teardown } = poolChange();
    const change = {
      init: (caller: Caller, id: string) => {
        aws.settings.liteDcr = 'refused';
        return init(caller, id);
      },
      teardown: async (caller: Caller, id: string, memory: string | undefined) => {
        await teardown(caller, id, memory);
        aws.settings.liteDcr = 'disabled-accepted';
      },
    };
    await fc.assert(poolProperty(change, tally, aws), { numRuns: Math.ceil(runs / 10) });
  },
  patience,
);

describe('tags that CloudFormation has set', () => {
  const tags = { 'aws:cloudformation:stack-name': 'auth', team: 'identity' };
  const create = { PoolName: 'stack', UserPoolTags: tags };

  test.each(['reserved', 'ordinary'] as const)('survive where they are %s', async (awsTags) => {
    const aws = localCognito();
    aws.settings.awsTags = 'ordinary';
    const id = await makePool(aws, { create, mfa: { MfaConfiguration: 'OFF' } });
    aws.settings.awsTags = awsTags;
    const before = await poolNow(aws, id);
    const { init, teardown } = poolChange();
    const memory = await init(aws, id);
    expect(lost(withTrigger(before, ours), await poolNow(aws, id))).toEqual([]);
    await teardown(aws, id, memory);
    expect(lost(before, await poolNow(aws, id))).toEqual([]);
    expect(object(object(before.pool).UserPoolTags)).toEqual(tags);
  });
});

test('where MFA without text messages cannot be sent, the pool is refused and stays as it is', async () => {
  const aws = localCognito();
  const mfa = { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } };
  const id = await makePool(aws, { create: { PoolName: 'totp' }, mfa });
  aws.settings.updateMfaNeedsSms = true;
  const before = await poolNow(aws, id);
  await expect(poolChange().init(aws, id)).rejects.toThrow('SMS configuration and Auto verification');
  expect(lost(before, await poolNow(aws, id))).toEqual([]);
});

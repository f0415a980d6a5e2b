/** What the documentation leaves open is open in the local AWS too. Whichever way it is, nothing is lost. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { CognitoSettings } from '../../src/sandbox/services/cognito/index.ts';
import { refusalOf } from '../support/errors.ts';
import { poolChange } from './changes.ts';
import { lost, object } from './compare.ts';
import { type Caller, localCognito } from './local.ts';
import { poolWithBothTexts } from './pools.ts';
import { makePool, ours, poolNow, poolProperty, withTrigger } from './properties.ts';
import { fewerRuns, patience, runs, Tally } from './tally.ts';

const tally = new Tally('pools in worlds that differ where the documentation is silent');
afterAll(() => tally.report());

const worlds: readonly (readonly [string, Partial<CognitoSettings>])[] = [
  ['LITE pools may not name ACR levels at all', { liteAcr: 'refused' }],
  ['LITE pools do not show ACR levels', { liteAcr: 'absent' }],
  ['a pool must be sent with its name', { omittedPoolName: 'refused' }],
  ['settings of attribute updates are kept', { omittedAttributeUpdateSettings: 'kept' }],
  ['unknown members are ignored', { unknownMembers: 'ignored' }],
  ['MFA that is left out is kept', { omittedMfaConfiguration: 'kept' }],
  ['policies that are left out are kept', { omittedPolicies: 'kept' }],
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

test(
  'nothing is lost where a pool shows its defaults only after an update',
  async () => {
    const aws = localCognito();
    const { init, teardown } = poolChange();
    const change = {
      init: (caller: Caller, id: string) => {
        aws.settings.unsentDefaults = 'after-update';
        return init(caller, id);
      },
      teardown: async (caller: Caller, id: string, memory: string | undefined) => {
        await teardown(caller, id, memory);
        // What the test compares is the pool itself, not what is shown of it.
        aws.settings.unsentDefaults = 'shown';
      },
    };
    await fc.assert(poolProperty(change, tally, aws), { numRuns: Math.ceil(runs / 10) });
  },
  patience,
);

describe('pools with verification texts for codes and for links', () => {
  const world = () => {
    const aws = localCognito();
    aws.settings.bothVerificationTexts = 'accepted';
    return aws;
  };

  test(
    'keep both where AWS takes both',
    () => fc.assert(poolProperty(poolChange(), tally, world(), poolWithBothTexts), { numRuns: fewerRuns }),
    patience,
  );

  test('are left as they are where AWS refuses both, and it is said which text is not in use', async () => {
    const aws = world();
    const template = { EmailMessage: 'Code {####}', EmailMessageByLink: 'Click {##here##}' };
    for (const [DefaultEmailOption, unused] of [
      ['CONFIRM_WITH_CODE', 'EmailMessageByLink'],
      ['CONFIRM_WITH_LINK', 'EmailMessage'],
    ]) {
      aws.settings.bothVerificationTexts = 'accepted';
      const VerificationMessageTemplate = { ...template, DefaultEmailOption: DefaultEmailOption ?? '' };
      const create = { PoolName: 'both', VerificationMessageTemplate };
      const id = await makePool(aws, { create, mfa: { MfaConfiguration: 'OFF' } });
      aws.settings.bothVerificationTexts = 'refused';
      const before = await poolNow(aws, id);
      const error = await refusalOf(poolChange().init(aws, id));
      expect(error).toMatchObject({ code: 'BOTH_VERIFICATION_TEXTS', exitCode: 8, found: template });
      expect(error.message).toContain('The message is invalid.');
      expect(error.hint.join()).toContain(`its ${unused} is not in use`);
      expect(lost(before, await poolNow(aws, id))).toEqual([]);
    }
  });

  test('are not blamed for a refusal of something else', async () => {
    const aws = world();
    const VerificationMessageTemplate = { EmailMessage: 'Code {####}', EmailMessageByLink: '{##Click##}' };
    const mfa = { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } };
    const id = await makePool(aws, { create: { PoolName: 'both', VerificationMessageTemplate }, mfa });
    aws.settings.updateMfaNeedsSms = true;
    await expect(poolChange().init(aws, id)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

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

test('tags that CloudFormation has set are not lost in silence where they can neither be sent nor left out', async () => {
  const aws = localCognito();
  const UserPoolTags = { 'aws:cloudformation:stack-name': 'auth' };
  aws.settings.awsTags = 'ordinary';
  const id = await makePool(aws, {
    create: { PoolName: 'stack', UserPoolTags },
    mfa: { MfaConfiguration: 'OFF' },
  });
  aws.settings.awsTags = 'lost';
  await expect(poolChange().init(aws, id)).rejects.toMatchObject({
    name: 'SettingsDiffer',
    message: expect.stringContaining('UserPoolTags.aws:cloudformation:stack-name'),
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

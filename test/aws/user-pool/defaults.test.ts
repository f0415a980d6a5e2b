import { expect, test } from 'vitest';
import { poolDifferences } from '../../../src/aws/user-pool/index.ts';

const mfa = { MfaConfiguration: 'OFF' };
/** As the AWS CLI's recorded examples show a pool. */
const recorded = {
  Id: 'eu-west-1_a',
  Name: 'a',
  EmailConfiguration: {},
  SmsVerificationMessage: 'Code {####}',
};
const shown = {
  ...recorded,
  DeletionProtection: 'INACTIVE',
  MfaConfiguration: 'OFF',
  EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
  VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_CODE', SmsMessage: 'Code {####}' },
};
const compare = (before: typeof recorded, after: object) =>
  poolDifferences({ raw: before, mfa }, { raw: { ...recorded, ...after }, mfa }).map(({ path }) => path);

test('documented defaults that become visible, or go out of sight, are no differences', () => {
  expect(compare(recorded, shown)).toEqual([]);
  expect(poolDifferences({ raw: shown, mfa }, { raw: recorded, mfa })).toEqual([]);
});

test.each([
  ['DeletionProtection', { DeletionProtection: 'ACTIVE' }, ['DeletionProtection']],
  [
    'sender',
    { EmailConfiguration: { EmailSendingAccount: 'DEVELOPER' } },
    ['EmailConfiguration.EmailSendingAccount'],
  ],
  [
    'template',
    { VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' } },
    ['VerificationMessageTemplate.DefaultEmailOption', 'VerificationMessageTemplate.SmsMessage'],
  ],
  // No documented default of a pool that exists: an older pool without a plan may be on another one.
  ['plan', { UserPoolTier: 'ESSENTIALS' }, ['UserPoolTier']],
  ['devices', { DeviceConfiguration: {} }, ['DeviceConfiguration']],
])('%s: another value than the default is one', (_, after, paths) => {
  expect(compare(recorded, after)).toEqual(paths);
});

import { describe, expect, test } from 'vitest';
import { readPool, runningImportJobs } from '../../src/aws/user-pool/index.ts';
import { updateBlockers } from '../../src/doctor/update-blockers.ts';
import { fullPool } from '../aws/user-pool/fixtures.ts';
import { type JsonObject, poolId, poolStub } from '../aws/user-pool/stub.ts';

async function found(changes: JsonObject) {
  const aws = poolStub({ ...fullPool(), ...changes });
  return updateBlockers(await readPool(aws.idp, poolId)).map(({ id, severity }) => `${id} ${severity}`);
}

describe('updateBlockers', () => {
  test('a healthy pool of its own has none', async () => {
    expect(await found({})).toEqual([]);
  });

  test.each<[string, JsonObject]>([
    ['CM301 blocking', { SmsConfigurationFailure: 'InvalidSmsRoleAccessPolicyException' }],
    ['CM303 blocking', { Arn: `arn:aws:cognito-idp:us-east-1:123456789012:userpool/${poolId}` }],
    [
      'CM304 blocking',
      { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['phone_number'] } },
    ],
    ['CM305 warning', { EmailConfigurationFailure: 'The identity is not verified.' }],
    ['CM310 warning', { UserPoolTags: { 'aws:cloudformation:stack-name': 'auth' } }],
    ['CM320 info', { FutureSetting: 1 }],
    ['CM321 info', { EmailConfiguration: { EmailSendingAccount: 'DEVELOPER' } }],
    ['CM321 info', { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' } }],
    ['CM321 info', { SmsConfiguration: { EumsSms: { CallerArn: 'arn:aws:iam::123456789012:role/sms' } } }],
    [
      'CM321 info',
      { LambdaConfig: { CustomEmailSender: {}, KMSKeyID: 'arn:aws:kms:us-east-2:123456789012:key/1' } },
    ],
  ])('%s', async (finding, changes) => {
    expect(await found(changes)).toEqual([finding]);
  });

  test.each<[string, JsonObject]>([
    ['CM301', { SmsConfigurationFailure: 'no\n  ✔ forged\u202e' }],
    ['CM305', { EmailConfigurationFailure: 'no\n  ✔ forged\u202e' }],
  ])('%s: text of AWS forges no line', async (id, changes) => {
    const aws = poolStub({ ...fullPool(), ...changes });
    const [finding] = updateBlockers(await readPool(aws.idp, poolId));
    expect(finding).toMatchObject({ id, what: expect.stringContaining(String.raw`no\n  ✔ forged\u202e`) });
  });

  test('CM302: the name of an import job forges no line', async () => {
    const snapshot = await readPool(poolStub(fullPool()).idp, poolId);
    const [finding] = updateBlockers(snapshot, {
      importJobs: [{ JobName: 'nightly\n  ✔ forged', Status: 'InProgress' }],
    });
    expect(finding?.what).toBe(String.raw`The import job nightly\n  ✔ forged is InProgress.`);
  });

  test('says what, why and what to do', async () => {
    const aws = poolStub({ ...fullPool(), UserPoolTags: { 'amplify:app-id': 'x' } });
    const [finding] = updateBlockers(await readPool(aws.idp, poolId));
    expect(finding?.what).toContain('AWS Amplify');
    expect(finding?.why).toContain('trigger');
    expect(finding?.fix).toContain('code');
  });

  test('the key of custom senders: the operator needs a grant, and the key policy must allow it', async () => {
    const key = 'arn:aws:kms:us-east-2:123456789012:key/1';
    const aws = poolStub({ ...fullPool(), LambdaConfig: { CustomSMSSender: {}, KMSKeyID: key } });
    const [finding] = updateBlockers(await readPool(aws.idp, poolId));
    expect(finding?.what).toBe(`Updating this pool may need kms:CreateGrant on ${key}.`);
    expect(finding?.fix).toContain(`kms:EncryptionContext:userpool-id = ${poolId}`);
    expect(finding?.fix).toContain('The key policy must allow it too.');
  });

  test('an import job that runs, found on any page of the list', async () => {
    const aws = poolStub(fullPool());
    aws.operations.ListUserImportJobs = ({ PaginationToken }) =>
      PaginationToken === undefined
        ? { UserImportJobs: [{ JobName: 'old', Status: 'Succeeded' }], PaginationToken: 'next' }
        : { UserImportJobs: [{ JobName: 'spring', Status: 'InProgress' }] };
    const importJobs = await runningImportJobs(aws.idp, poolId);
    const findings = updateBlockers(await readPool(aws.idp, poolId), { importJobs });
    expect(findings).toMatchObject([
      { id: 'CM302', severity: 'blocking', what: 'The import job spring is InProgress.' },
    ]);
  });
});

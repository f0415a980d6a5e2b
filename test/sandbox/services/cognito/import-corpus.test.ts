/** Each file of the corpus, imported into a pool of its own. */
import type { CreateUserPoolCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { AdminGetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { cognitoSettings, deliveries } from '../../../../src/sandbox/services/cognito/index.ts';
import { describeImport, importRole, startImport } from '../../../support/import-jobs.ts';
import { clientsOf } from '../../support.ts';
import { type CorpusPool, corpus } from './import-corpus.ts';
import { newPool, startLocalCognito } from './support.ts';

const verified: Partial<CreateUserPoolCommandInput> = { AutoVerifiedAttributes: ['email'] };
const sms = { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::111122223333:role/sms' } };

const pools: Readonly<Record<CorpusPool, Partial<CreateUserPoolCommandInput>>> = {
  username: { ...verified },
  email: { ...verified, UsernameAttributes: ['email'] },
  'email-or-phone': { ...verified, UsernameAttributes: ['email', 'phone_number'] },
  'both-verified': { AutoVerifiedAttributes: ['email', 'phone_number'], ...sms },
  'mfa-required': { ...verified, MfaConfiguration: 'ON', ...sms },
  'mfa-optional': { ...verified, MfaConfiguration: 'OPTIONAL', ...sms },
  'name-required': { ...verified },
};

const required = { Name: 'name', AttributeDataType: 'String', Required: true } as const;

test.each(corpus)('$what', async ({ pool = 'username', settings, file, result, stored = {} }) => {
  const scene = await startLocalCognito();
  Object.assign(cognitoSettings(scene.sandbox.world), settings);
  const id = await newPool(scene, {
    ...pools[pool],
    Schema: [
      { Name: 'old_sub', AttributeDataType: 'String' },
      ...(pool === 'name-required' ? [required] : []),
    ],
  });
  const job = await startImport(scene.client, id, await importRole(clientsOf(scene.sandbox).iam), file);
  const { Status, ImportedUsers, SkippedUsers, FailedUsers } = await describeImport(scene.client, id, job);
  expect([Status, ImportedUsers, SkippedUsers, FailedUsers]).toEqual(result);
  for (const [Username, values] of Object.entries(stored)) {
    const user = await scene.client.send(new AdminGetUserCommand({ UserPoolId: id, Username }));
    expect(user.UserStatus).toBe('RESET_REQUIRED');
    const attributes = Object.fromEntries(
      (user.UserAttributes ?? []).map(({ Name, Value }) => [Name, Value]),
    );
    expect(attributes).toMatchObject(values);
  }
  expect(deliveries(scene.sandbox.world, id)).toEqual([]);
});

test('the corpus has at least 50 files, each with words of its own', () => {
  expect(new Set(corpus.map(({ what }) => what)).size).toBe(corpus.length);
  expect(corpus.length).toBeGreaterThanOrEqual(50);
});

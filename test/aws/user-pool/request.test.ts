import { describe, expect, test } from 'vitest';
import { poolDifferences, poolRequest, readOnlyPoolFields } from '../../../src/aws/user-pool/index.ts';
import { inOtherWords } from '../../../src/aws/user-pool/update-fallbacks.ts';
import { fullPool } from './fixtures.ts';
import { type JsonObject, poolId } from './stub.ts';

describe('poolRequest', () => {
  test('renames the two names and sends nothing that only AWS can say', () => {
    const request = poolRequest(fullPool());
    expect(request).toMatchObject({ UserPoolId: poolId, PoolName: 'customers' });
    const sent = Object.keys(request);
    for (const key of ['Id', 'Name', ...Object.keys(readOnlyPoolFields)]) expect(sent).not.toContain(key);
  });

  test('carries values as they were read, nested ones too', () => {
    const pool = fullPool();
    const request = poolRequest(pool);
    for (const key of [
      'Policies',
      'LambdaConfig',
      'VerificationMessageTemplate',
      'UserAttributeUpdateSettings',
      'UserPoolTags',
    ]) {
      expect(request[key]).toEqual(pool[key]);
    }
  });

  test('sends code and link texts both: leaving one out would lose it', () => {
    expect(poolRequest(fullPool()).VerificationMessageTemplate).toMatchObject({
      EmailMessage: expect.any(String),
      EmailMessageByLink: expect.any(String),
    });
  });

  test('sends no text back that is empty where AWS takes none, and nothing else less', () => {
    const pool: JsonObject = {
      ...fullPool(),
      SmsAuthenticationMessage: '',
      EmailVerificationSubject: '',
      EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT', SourceArn: '', From: '' },
      SmsConfiguration: { SnsCallerArn: '', ExternalId: '' },
      LambdaConfig: { PreSignUp: 'arn:aws:lambda:eu-west-1:123456789012:function:pre', CustomMessage: '' },
      UserPoolTags: { empty: '' },
    };
    const request = poolRequest(pool);
    expect(request).not.toHaveProperty('SmsAuthenticationMessage');
    expect(request).not.toHaveProperty('EmailVerificationSubject');
    expect(request).toMatchObject({
      EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT', From: '' },
      UserPoolTags: { empty: '' },
    });
    expect(request.EmailConfiguration).not.toHaveProperty('SourceArn');
    expect(request.LambdaConfig).toEqual({
      PreSignUp: 'arn:aws:lambda:eu-west-1:123456789012:function:pre',
    });
    // The request that AWS takes is no lost setting afterwards.
    const mfa = { MfaConfiguration: 'OFF' };
    const { SmsAuthenticationMessage: _, ...without } = pool;
    expect(poolDifferences({ raw: pool, mfa }, { raw: without, mfa })).toEqual([]);
  });

  test('does not invent a device configuration: its presence alone turns a feature on', () => {
    expect(poolRequest(fullPool())).not.toHaveProperty('DeviceConfiguration');
  });

  test('never sends DcrConfiguration: AWS keeps what it has when it is left out', () => {
    expect(poolRequest(fullPool())).not.toHaveProperty('DcrConfiguration');
  });

  test('sends AcrConfiguration only with a name of the pool’s own', () => {
    expect(poolRequest(fullPool())).not.toHaveProperty('AcrConfiguration');
    const own = { ...fullPool(), AcrConfiguration: { Level1: { AcrValue: 'urn:own' } } };
    expect(poolRequest(own).AcrConfiguration).toEqual({ Level1: { AcrValue: 'urn:own' } });
    const more = { ...fullPool(), AcrConfiguration: { Level1: { AcrValue: 'urn:cognito:loa:1', Later: 1 } } };
    expect(poolRequest(more)).toHaveProperty('AcrConfiguration');
  });

  test('drops the older of two names for one setting where the pool has both', () => {
    expect(poolRequest(fullPool()).AdminCreateUserConfig).toEqual({ AllowAdminCreateUserOnly: false });
  });

  test('keeps the older name where it is the only one', () => {
    const pool: JsonObject = { ...fullPool(), Policies: { PasswordPolicy: { MinimumLength: 8 } } };
    const request = poolRequest(pool);
    expect(request.AdminCreateUserConfig).toEqual(pool.AdminCreateUserConfig);
    expect(request.Policies).toEqual(pool.Policies);
  });

  test('carries what nobody knows yet, and leaves null out', () => {
    const pool = {
      ...fullPool(),
      FutureSetting: { deep: [1, { a: null }] },
      SmsConfiguration: null,
      FutureNull: null,
    };
    const request = poolRequest(pool);
    expect(request.FutureSetting).toEqual({ deep: [1, { a: null }] });
    expect(Object.keys(request)).not.toContain('SmsConfiguration');
    expect(Object.keys(request)).not.toContain('FutureNull');
  });

  test('carries a tag called __proto__', () => {
    const pool = { ...fullPool(), UserPoolTags: JSON.parse('{"__proto__":"odd","team":"identity"}') };
    expect(JSON.stringify(poolRequest(pool).UserPoolTags)).toBe('{"__proto__":"odd","team":"identity"}');
  });
});

function refusal(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

describe('inOtherWords', () => {
  const days = refusal(
    'InvalidParameterException',
    'Please use TemporaryPasswordValidityDays in PasswordPolicy instead',
  );
  const tags = refusal(
    'InvalidParameterException',
    'aws: prefixed tag key names are not allowed for external use.',
  );

  test('moves the number over to the newer name', () => {
    const body = {
      Policies: { PasswordPolicy: { MinimumLength: 8 } },
      AdminCreateUserConfig: { UnusedAccountValidityDays: 4 },
    };
    expect(inOtherWords(days, body)).toEqual({
      Policies: { PasswordPolicy: { MinimumLength: 8, TemporaryPasswordValidityDays: 4 } },
      AdminCreateUserConfig: {},
    });
  });

  test('does not make a password policy of one member, which would reset the others', () => {
    expect(inOtherWords(days, { AdminCreateUserConfig: { UnusedAccountValidityDays: 4 } })).toBeUndefined();
  });

  test('leaves out the tags of AWS, and only once', () => {
    const body = { UserPoolTags: { 'aws:cloudformation:stack-name': 's', 'AWS:x': 'y', team: 'identity' } };
    const trimmed = inOtherWords(tags, body);
    expect(trimmed).toEqual({ UserPoolTags: { team: 'identity' } });
    expect(inOtherWords(tags, trimmed ?? {})).toBeUndefined();
  });

  test('leaves every other refusal as it is', () => {
    const body = { UserPoolTags: { 'aws:x': 'y' } };
    expect(inOtherWords(refusal('InvalidParameterException', 'The stage is invalid.'), body)).toBeUndefined();
    expect(inOtherWords(refusal('AccessDeniedException', 'no tags for you'), body)).toBeUndefined();
    expect(inOtherWords('tags', body)).toBeUndefined();
  });
});

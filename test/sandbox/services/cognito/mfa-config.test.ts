import {
  GetUserPoolMfaConfigCommand,
  SetUserPoolMfaConfigCommand,
  type SetUserPoolMfaConfigCommandInput,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { cognitoSettings } from '../../../../src/sandbox/services/cognito/index.ts';
import {
  account,
  describePool,
  errorOf,
  type LocalCognito,
  newPool,
  region,
  startLocalCognito,
} from './support.ts';

const sms = { SnsCallerArn: `arn:aws:iam::${account}:role/sms`, ExternalId: 'x' };
const ses = {
  EmailSendingAccount: 'DEVELOPER' as const,
  SourceArn: `arn:aws:ses:${region}:${account}:identity/a@example.com`,
};

async function get(scene: LocalCognito, poolId: string) {
  const { $metadata: _, ...config } = await scene.client.send(
    new GetUserPoolMfaConfigCommand({ UserPoolId: poolId }),
  );
  return config;
}

function set(scene: LocalCognito, poolId: string, input: Partial<SetUserPoolMfaConfigCommandInput>) {
  return scene.client.send(new SetUserPoolMfaConfigCommand({ UserPoolId: poolId, ...input }));
}

function update(scene: LocalCognito, poolId: string, input = {}) {
  return scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId, ...input }));
}

const totp = { SoftwareTokenMfaConfiguration: { Enabled: true } };

describe('the factors of a pool', () => {
  test('TOTP alone: an update that carries OPTIONAL keeps it, one that leaves it out drops it', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    expect(await get(scene, poolId)).toEqual({ MfaConfiguration: 'OFF' });
    await set(scene, poolId, { MfaConfiguration: 'OPTIONAL', ...totp });
    const on = { MfaConfiguration: 'OPTIONAL', ...totp };
    expect(await get(scene, poolId)).toEqual(on);
    expect((await describePool(scene, poolId)).MfaConfiguration).toBe('OPTIONAL');
    await update(scene, poolId, { MfaConfiguration: 'OPTIONAL' });
    expect(await get(scene, poolId)).toEqual(on);
    await update(scene, poolId);
    expect(await get(scene, poolId)).toEqual({ MfaConfiguration: 'OFF' });
    await set(scene, poolId, { MfaConfiguration: 'OPTIONAL', ...totp });
    expect(await get(scene, poolId)).toEqual(on);
  });

  test('ON stays ON through an update', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    await set(scene, poolId, { MfaConfiguration: 'ON', ...totp });
    await update(scene, poolId, { MfaConfiguration: 'ON' });
    expect(await get(scene, poolId)).toEqual({ MfaConfiguration: 'ON', ...totp });
  });

  test('e-mail alone needs SES and a plan that has it', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    const email = { MfaConfiguration: 'OPTIONAL' as const, EmailMfaConfiguration: { Subject: 'Code' } };
    expect((await errorOf(set(scene, poolId, email))).message).toContain('DEVELOPER');
    await update(scene, poolId, { EmailConfiguration: ses });
    await set(scene, poolId, email);
    const carried = { EmailConfiguration: ses, MfaConfiguration: 'OPTIONAL' };
    await update(scene, poolId, carried);
    expect(await get(scene, poolId)).toEqual(email);
    const lite = await errorOf(update(scene, poolId, { ...carried, UserPoolTier: 'LITE' }));
    expect(lite.name).toBe('FeatureUnavailableInTierException');
  });

  test('SMS shares its role with the pool, and needs PassRole', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    scene.sandbox.journal.clear();
    const wanted = { SmsAuthenticationMessage: 'Code {####}', SmsConfiguration: sms };
    await set(scene, poolId, { MfaConfiguration: 'OPTIONAL', SmsMfaConfiguration: wanted });
    expect(scene.sandbox.journal.calls[0]?.actions.map(({ action }) => action)).toEqual([
      'cognito-idp:SetUserPoolMfaConfig',
      'iam:PassRole',
    ]);
    expect(await describePool(scene, poolId)).toMatchObject({
      SmsConfiguration: sms,
      SmsAuthenticationMessage: 'Code {####}',
    });
    expect((await errorOf(set(scene, poolId, { MfaConfiguration: 'OPTIONAL', ...totp }))).message).toBe(
      "Can't turn off SMS_MFA when SMS configuration is set for the user pool.",
    );
    await set(scene, poolId, { MfaConfiguration: 'OPTIONAL', SmsMfaConfiguration: wanted, ...totp });
    await update(scene, poolId, { MfaConfiguration: 'OPTIONAL' });
    expect(await get(scene, poolId)).toEqual({ MfaConfiguration: 'OPTIONAL', ...totp });
  });

  test('OFF and a factor do not go together; passkeys are no factor', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    expect(await errorOf(set(scene, poolId, { MfaConfiguration: 'OFF', ...totp }))).toEqual({
      name: 'InvalidParameterException',
      message: "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
    });
    const passkeys = { RelyingPartyId: 'example.com', UserVerification: 'preferred' as const };
    await set(scene, poolId, { MfaConfiguration: 'OFF', WebAuthnConfiguration: passkeys });
    await update(scene, poolId);
    expect(await get(scene, poolId)).toEqual({ MfaConfiguration: 'OFF', WebAuthnConfiguration: passkeys });
  });

  test('by settings, an update drops the factors, or asks for SMS all the same', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    const settings = cognitoSettings(scene.sandbox.world);
    await set(scene, poolId, { MfaConfiguration: 'OPTIONAL', ...totp });
    settings.updateMfaNeedsSms = true;
    expect((await errorOf(update(scene, poolId, { MfaConfiguration: 'OPTIONAL' }))).message).toBe(
      'SMS configuration and Auto verification for phone_number are required when MFA is optional',
    );
    settings.updateMfaNeedsSms = false;
    settings.mfaFactorsAfterUpdate = 'dropped';
    await update(scene, poolId, { MfaConfiguration: 'OPTIONAL' });
    expect(await get(scene, poolId)).toEqual({ MfaConfiguration: 'OPTIONAL' });
  });
});

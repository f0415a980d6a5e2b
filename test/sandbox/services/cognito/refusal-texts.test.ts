/** Wordings of refusals that depend on the pool's age and plan: the local AWS can say each. */
import { describe, expect, test } from 'vitest';
import { cognitoSettings } from '../../../../src/sandbox/services/cognito/index.ts';
import { newClient, newPool, startLocalCognito } from './support.ts';
import { newUser, signIn } from './users-support.ts';

describe('threat protection', () => {
  test.each([
    ['ENFORCED', 'Unable to login because of security reasons'],
    ['AUDIT', undefined],
  ] as const)('%s', async (AdvancedSecurityMode, message) => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene, { UserPoolAddOns: { AdvancedSecurityMode }, UserPoolTier: 'PLUS' });
    const clientId = await newClient(scene, poolId);
    await newUser(scene, poolId, 'ana');
    cognitoSettings(scene.sandbox.world).threatProtection = 'blocks';
    const said = await signIn(scene, clientId, 'ana').then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : error),
    );
    expect(said).toBe(message);
  });
});

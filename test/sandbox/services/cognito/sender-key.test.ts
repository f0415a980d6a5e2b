/** The grant that a pool with custom senders needs on its KMS key. */
import {
  CreateUserPoolCommand,
  type LambdaConfigType,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { cognitoSettings } from '../../../../src/sandbox/services/cognito/index.ts';
import { keyPolicies } from '../../../../src/sandbox/services/cognito/sender-key.ts';
import { keysWith, policyOf } from '../../support.ts';
import {
  account,
  errorOf,
  functionArn,
  type LocalCognito,
  newPool,
  region,
  startLocalCognito,
} from './support.ts';

const key = `arn:aws:kms:${region}:${account}:key/1`;
const LambdaConfig: LambdaConfigType = {
  CustomEmailSender: { LambdaArn: functionArn('sender'), LambdaVersion: 'V1_0' },
  KMSKeyID: key,
};

const pools = { Effect: 'Allow', Action: 'cognito-idp:*', Resource: '*' };
const grant = (poolId: string) => ({
  Effect: 'Allow',
  Action: 'kms:CreateGrant',
  Resource: key,
  Condition: { StringEquals: { 'kms:EncryptionContext:userpool-id': poolId } },
});

/** UpdateUserPool as a role that may do what these statements say. */
async function update(
  scene: LocalCognito,
  UserPoolId: string,
  name: string,
  ...statements: readonly object[]
) {
  const client = scene.clientOf(await keysWith(scene.sandbox, name, policyOf(pools, ...statements)));
  return client.send(new UpdateUserPoolCommand({ UserPoolId, LambdaConfig }));
}

test('whoever updates a pool with custom senders needs kms:CreateGrant, for that very pool', async () => {
  const scene = await startLocalCognito();
  const poolId = await newPool(scene, { LambdaConfig });
  const denied = await errorOf(update(scene, poolId, 'without'));
  expect(denied.name).toBe('AccessDeniedException');
  expect(denied.message).toMatch(
    new RegExp(`not authorized to perform: kms:CreateGrant on resource: ${key} because no identity-based`),
  );
  expect((await errorOf(update(scene, poolId, 'other', grant(`${region}_other`)))).name).toBe(denied.name);
  await update(scene, poolId, 'with', grant(poolId));
});

test('whoever creates one does too; without a custom sender the key is not asked', async () => {
  const scene = await startLocalCognito();
  const client = scene.clientOf(await keysWith(scene.sandbox, 'operator', policyOf(pools)));
  const create = (config: LambdaConfigType) =>
    client.send(new CreateUserPoolCommand({ PoolName: 'pool', LambdaConfig: config }));
  expect((await errorOf(create(LambdaConfig))).message).toContain('kms:CreateGrant');
  await create({ KMSKeyID: key });
});

test('the key policy must allow it too, also to the administrator', async () => {
  const scene = await startLocalCognito();
  const poolId = await newPool(scene);
  const policy = (principal: string) =>
    policyOf({ Effect: 'Allow', Principal: { AWS: principal }, Action: 'kms:*', Resource: '*' });
  const asRoot = () => scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId, LambdaConfig }));
  keyPolicies(scene.sandbox.world).set(key, policy(`arn:aws:iam::${account}:role/keeper`));
  expect((await errorOf(asRoot())).message).toContain('because no resource-based policy allows');
  expect((await errorOf(update(scene, poolId, 'operator', grant(poolId)))).message).toContain(
    'because no resource-based policy allows',
  );
  // One that names the role is enough by itself.
  await update(scene, poolId, 'keeper');
  keyPolicies(scene.sandbox.world).set(key, policy(account));
  await asRoot();
});

test('a key of another account is refused, and where AWS asks for no grant nothing is', async () => {
  const scene = await startLocalCognito();
  const poolId = await newPool(scene);
  const foreign = { ...LambdaConfig, KMSKeyID: `arn:aws:kms:${region}:000000000000:key/1` };
  const set = () =>
    scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId, LambdaConfig: foreign }));
  expect((await errorOf(set())).name).toBe('AccessDeniedException');
  cognitoSettings(scene.sandbox.world).customSenderGrant = 'not-asked';
  await set();
});

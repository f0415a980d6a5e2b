/** What an answer of a migration can do to other people's names: the function must never give such an answer. */
import { expect, test } from 'vitest';
import { answers, errorOf, functionArn, newClient, newPool, startLocalCognito } from './support.ts';
import { getUser, signIn } from './users-support.ts';

const arn = functionArn('migrate');
const moved = (userAttributes: Readonly<Record<string, string>>) =>
  answers({ userAttributes, finalUserStatus: 'CONFIRMED', messageAction: 'SUPPRESS' });

test('an unverified address becomes the name where people sign in with it, and shuts its owner out', async () => {
  const scene = await startLocalCognito();
  const poolId = await newPool(scene, {
    UsernameAttributes: ['email'],
    LambdaConfig: { UserMigration: arn },
  });
  const clientId = await newClient(scene, poolId);
  scene.play(arn, moved({ email: 'ceo@corp.example', email_verified: 'false' }));
  await signIn(scene, clientId, 'ceo@corp.example', 'Password-of-mallory-1');
  // The owner, with the right password of the old pool: the function isn't even asked.
  const asked = scene.invocations.length;
  expect(await errorOf(signIn(scene, clientId, 'ceo@corp.example', 'Password-of-the-ceo-1'))).toMatchObject({
    name: 'NotAuthorizedException',
  });
  expect(scene.invocations).toHaveLength(asked);
});

test("a preferred_username becomes an alias, and takes another user's name", async () => {
  const scene = await startLocalCognito();
  const poolId = await newPool(scene, {
    AliasAttributes: ['preferred_username'],
    LambdaConfig: { UserMigration: arn },
  });
  const clientId = await newClient(scene, poolId);
  scene.play(arn, moved({ name: 'Mallory', preferred_username: 'alice' }));
  await signIn(scene, clientId, 'mallory', 'Password-of-mallory-1');
  expect(await getUser(scene, poolId, 'alice')).toMatchObject({ Username: 'mallory' });
  const asked = scene.invocations.length;
  expect(await errorOf(signIn(scene, clientId, 'alice', 'Password-of-alice-1'))).toMatchObject({
    name: 'NotAuthorizedException',
  });
  expect(scene.invocations).toHaveLength(asked);
});

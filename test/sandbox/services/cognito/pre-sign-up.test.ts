/** Who fires pre sign-up, with which source, and what its error does. */
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { signInFederated } from '../../../../src/sandbox/services/cognito/index.ts';
import {
  answers,
  errorOf,
  functionArn,
  type LocalCognito,
  newClient,
  newPool,
  startLocalCognito,
  throws,
} from './support.ts';

const arn = functionArn('pre-sign-up');
const Password = 'Some-password-1';

interface Way {
  readonly source: string;
  readonly username: string;
  /** Adds the user, or fails. */
  add(scene: LocalCognito, poolId: string): Promise<unknown>;
}

const ways: readonly Way[] = [
  {
    source: 'PreSignUp_SignUp',
    username: 'bob',
    add: async (scene, poolId) =>
      scene.client.send(
        new SignUpCommand({ ClientId: await newClient(scene, poolId), Username: 'bob', Password }),
      ),
  },
  {
    source: 'PreSignUp_AdminCreateUser',
    username: 'eve',
    add: (scene, UserPoolId) =>
      scene.client.send(
        new AdminCreateUserCommand({ UserPoolId, Username: 'eve', MessageAction: 'SUPPRESS' }),
      ),
  },
  {
    source: 'PreSignUp_ExternalProvider',
    username: 'Google_123',
    add: (scene, poolId) => signInFederated(scene.sandbox.world, poolId, 'Google', '123'),
  },
];

const find = (scene: LocalCognito, UserPoolId: string, Username: string) =>
  scene.client.send(new AdminGetUserCommand({ UserPoolId, Username }));

describe.each(ways)('$source', ({ source, username, add }) => {
  test('is the source, and the user is there afterwards', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene, { LambdaConfig: { PreSignUp: arn } });
    scene.play(arn, answers({}));
    await add(scene, poolId);
    expect(scene.invocations.map(({ event }) => [event.triggerSource, event.userName])).toEqual([
      [source, username],
    ]);
    expect(scene.invocations[0]?.event.response).toEqual({
      autoConfirmUser: false,
      autoVerifyEmail: false,
      autoVerifyPhone: false,
    });
    expect((await find(scene, poolId, username)).Username).toBe(username);
  });

  test('an error of the function leaves no user', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene, { LambdaConfig: { PreSignUp: arn } });
    scene.play(arn, throws('No.'));
    expect(await errorOf(add(scene, poolId))).toMatchObject({
      message: 'PreSignUp failed with error No..',
    });
    expect((await errorOf(find(scene, poolId, username))).name).toBe('UserNotFoundException');
  });
});

test('only the first sign-in through a provider fires it', async () => {
  const scene = await startLocalCognito();
  const poolId = await newPool(scene, { LambdaConfig: { PreSignUp: arn } });
  scene.play(arn, answers({}));
  const [first, second] = [await ways[2]?.add(scene, poolId), await ways[2]?.add(scene, poolId)];
  expect(second).toBe(first);
  expect(scene.invocations).toHaveLength(1);
});

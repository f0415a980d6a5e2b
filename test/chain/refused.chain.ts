/** Chains that cannot work: refused before anything changes. Chains that broke later: seen by status. */
import { join } from 'node:path';
import { CreateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import {
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  UntagResourceCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { decodeSettings, encodeSettings } from '../../src/lambda/settings-codec.ts';
import { given } from '../support/errors.ts';
import { type CliResult, json, runCli } from '../support/run-cli.ts';
import {
  addUser,
  arnOf,
  assertDone,
  type ChainMoment,
  type ChainScene,
  functionOf,
  init,
  type Member,
  openMoments,
  openScene,
  orderOf,
  run,
  signIn,
  stateFileOf,
  teardown,
} from './scene.ts';

let empty: ChainMoment;
let two: ChainMoment;
let three: ChainMoment;
let scene: ChainScene;
beforeAll(async () => {
  [empty, two, three] = await openMoments();
});
afterEach(() => scene.close());

/** Makes the function ask another one, as somebody with access to it could. */
async function setNext({ sdk: { lambda } }: ChainScene, member: Member, next: string): Promise<void> {
  const FunctionName = functionOf(member);
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const variables = Environment?.Variables ?? {};
  const settings = { ...decodeSettings(variables.MIGRATION_SETTINGS), next };
  const Variables = { ...variables, MIGRATION_SETTINGS: encodeSettings(settings) };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
}

const remove = ({ sdk: { lambda } }: ChainScene, member: Member) =>
  lambda.send(new DeleteFunctionCommand({ FunctionName: functionOf(member) }));

function expectUnfit(ended: CliResult, reason: string): void {
  expect(ended.code, ended.stdout).toBe(exitCodes.usage.code);
  expect(json(ended)).toMatchObject({
    error: { code: 'CHAIN_UNFIT', message: expect.stringContaining(reason) },
  });
  expect(scene.sandbox.journal.writes()).toEqual([]);
}

/** init of the third with these flags. */
const joinThird = (...more: string[]): Promise<CliResult> => {
  scene.sandbox.journal.clear();
  return init(scene, 'third', '--json', ...more);
};

/** init of one more migration from this old pool. */
function joinFrom(oldPool: string): Promise<CliResult> {
  const { newPool, folder, sandbox, io } = scene;
  sandbox.journal.clear();
  return runCli(
    [
      ...['init', '--old-user-pool-id', oldPool, '--new-user-pool-id', newPool, '--name', 'one-more'],
      ...['--state', join(folder, 'more.json'), '--endpoint-url', sandbox.url, '--region', 'eu-west-1'],
      ...['--all-new-clients', '--yes', '--replace-trigger', '--chain', '--json'],
    ],
    io,
  );
}

describe('init refuses', () => {
  test('a chain with nobody', async () => {
    scene = await openScene(empty);
    expectUnfit(await joinThird(), 'no other migration has the User migration trigger');
  });

  test('a function of somebody else, even one that looks like ours', async () => {
    scene = await openScene(two);
    await scene.sdk.lambda.send(
      new UntagResourceCommand({ Resource: arnOf('second'), TagKeys: ['cognito-migrate:pool'] }),
    );
    expectUnfit(await joinThird(), 'the function chain-second is not of a migration into this pool');
  });

  test('a function of somebody else at the end', async () => {
    scene = await openScene(two);
    await scene.sdk.lambda.send(
      new UntagResourceCommand({ Resource: arnOf('first'), TagKeys: ['cognito-migrate:pool'] }),
    );
    expectUnfit(await joinThird(), 'the function chain-first is not of a migration into this pool');
  });

  test('a function that is gone', async () => {
    scene = await openScene(two);
    await remove(scene, 'first');
    expectUnfit(await joinThird(), 'the function chain-first does not exist');
  });

  test('a circle', async () => {
    scene = await openScene(two);
    await setNext(scene, 'first', arnOf('second'));
    expectUnfit(await joinThird(), 'the function chain-second is asked twice');
  });

  test('the same old pool twice', async () => {
    scene = await openScene(two);
    expectUnfit(await joinFrom(scene.oldPools.first), 'chain-first moves users from the same old pool');
  });

  test('a fourth migration', async () => {
    scene = await openScene(three);
    const { UserPool } = await scene.sdk.idp.send(new CreateUserPoolCommand({ PoolName: 'fourth' }));
    expectUnfit(await joinFrom(given(UserPool?.Id)), 'at most 3 migrations can be in one chain');
  });

  test.each([
    ['--guard-sign-up', '--guard-sign-up protects the names of one old pool'],
    ['--groups-in-first-token', 'needs groups'],
  ])('%s of its own', async (flag, reason) => {
    scene = await openScene(two);
    const more = flag === '--guard-sign-up' ? ['--add-old-sub'] : ['--add-old-sub'];
    const ended = await joinThird(flag, ...more);
    expect(ended.code).toBe(exitCodes.usage.code);
    if (reason !== 'needs groups') expectUnfit(ended, reason);
    expect(scene.sandbox.journal.writes()).toEqual([]);
  });

  test('a guard of another migration, and adding one later', async () => {
    scene = await openScene(empty);
    assertDone(await init(scene, 'first', '--add-old-sub', '--guard-sign-up', '--accept', 'CM122'));
    scene.sandbox.journal.clear();
    expectUnfit(await init(scene, 'second', '--json'), 'chain-first uses --guard-sign-up: stop it first');
    assertDone(await init(scene, 'first', '--guard-sign-up', 'no'));
    assertDone(await init(scene, 'second'));
    scene.sandbox.journal.clear();
    const later = await init(scene, 'first', '--guard-sign-up', '--accept', 'CM122', '--json');
    expectUnfit(later, '--guard-sign-up protects the names of one old pool');
  });

  test('without --replace-trigger, since the trigger is of another migration', async () => {
    scene = await openScene(two);
    scene.sandbox.journal.clear();
    const ended = await run(scene, 'init', 'third', '--all-new-clients', '--yes', '--chain', '--json');
    expect(ended.code).toBe(exitCodes.conflict.code);
    expect(json(ended)).toMatchObject({ error: { code: 'FOREIGN' } });
    expect(scene.sandbox.journal.writes()).toEqual([]);
  });
});

const status = async (member: Member) => json(await run(scene, 'status', member, '--json'));

describe('status', () => {
  test('names the migrations in the order in which they are asked', async () => {
    scene = await openScene(three);
    for (const member of ['first', 'second', 'third'] as const) {
      expect(await status(member)).toMatchObject({
        healthy: true,
        chain: {
          migrations: (['third', 'second', 'first'] as const).map((one) => ({
            name: functionOf(one),
            oldUserPoolId: scene.oldPools[one],
            own: one === member,
          })),
        },
      });
    }
    const shown = await run(scene, 'status', 'second');
    const words = shown.stdout.replaceAll(/\s+/g, ' ');
    const [first, , third] = [scene.oldPools.first, scene.oldPools.second, scene.oldPools.third];
    expect(words).toContain(
      `Chain sign-ins ask chain-third (from ${third}), then chain-second (this one), then chain-first (from ${first})`,
    );
  });

  test('says that a function is gone, and such a sign-in fails loudly', async () => {
    scene = await openScene(three);
    await remove(scene, 'first');
    for (const member of ['second', 'third'] as const)
      expect(await status(member)).toMatchObject({
        healthy: false,
        verdict: "BROKEN. Users of other old pools can't sign in: the function chain-first does not exist.",
        chain: { broken: { function: 'chain-first', reason: 'gone' } },
      });
    const person = await addUser(scene, 'first');
    expect(await signIn(scene, person)).toMatch(/^UserLambdaValidationException: .*could not sign you in/);
    expect(await signIn(scene, await addUser(scene, 'second'))).toBe('signed in');
  });

  test('says that a function belongs to another pool', async () => {
    scene = await openScene(three);
    await scene.sdk.lambda.send(
      new UntagResourceCommand({ Resource: arnOf('first'), TagKeys: ['cognito-migrate:pool'] }),
    );
    expect(await status('second')).toMatchObject({
      healthy: false,
      chain: { broken: { function: 'chain-first', reason: 'foreign' } },
    });
  });

  test('sees that somebody took the migration out of the chain', async () => {
    scene = await openScene(three);
    await setNext(scene, 'third', arnOf('first'));
    expect(await status('second')).toMatchObject({ healthy: false });
    // Its policy allows more than it needs now.
    expect(await status('third')).toMatchObject({ healthy: false });
  });
});

describe('later', () => {
  test('--chain no makes a function ask nobody, and --chain makes it ask again', async () => {
    scene = await openScene(two);
    assertDone(await init(scene, 'second', '--chain', 'no'));
    expect(await orderOf(scene)).toEqual(['second']);
    expect(await signIn(scene, await addUser(scene, 'first'))).toMatch(/^(NotAuthorized|UserNotFound)/);
    assertDone(await init(scene, 'second'));
    expect(await orderOf(scene)).toEqual(['second', 'first']);
    expect(await signIn(scene, await addUser(scene, 'first'))).toBe('signed in');
  });

  test('a function that somebody deleted is made again, and asks the same one', async () => {
    scene = await openScene(two);
    await remove(scene, 'second');
    assertDone(await init(scene, 'second'));
    expect(await orderOf(scene)).toEqual(['second', 'first']);
    assertDone(await teardown(scene, 'second'));
    expect(await orderOf(scene)).toEqual(['first']);
  });

  test('another state file keeps what the function does', async () => {
    scene = await openScene(two);
    const text = await run(
      scene,
      'init',
      'second',
      '--all-new-clients',
      '--yes',
      '--state',
      `${stateFileOf(scene, 'second')}.other`,
    );
    assertDone(text);
    expect(await orderOf(scene)).toEqual(['second', 'first']);
  });

  test('a name in two old pools: the newest migration decides', async () => {
    scene = await openScene(two);
    const first = await addUser(scene, 'first', 'both@example.com');
    const second = await addUser(scene, 'second', 'both@example.com');
    expect(await signIn(scene, first)).toMatch(/^(NotAuthorized|UserNotFound)/);
    expect(await signIn(scene, second)).toBe('signed in');
    expect(await signIn(scene, first)).toMatch(/^NotAuthorizedException/);
  });
});

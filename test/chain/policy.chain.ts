/** The permissions that `policy --chain` prints are enough to see and to leave a chain, and none of them can be left out. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { chainPermissions } from '../../src/steps/chain-links.ts';
import { as, operatorRole } from '../policy/operator.ts';
import { account } from '../support/local-aws.ts';
import { json } from '../support/run-cli.ts';
import {
  arnOf,
  assertDone,
  type ChainMoment,
  type ChainScene,
  functionHere,
  init,
  type Member,
  openMoments,
  openScene,
  orderOf,
  run,
  teardown,
} from './scene.ts';

interface Policy {
  readonly Statement: readonly { readonly Sid: string }[];
}

const isPolicy = (value: unknown): value is Policy =>
  typeof value === 'object' && value !== null && 'Statement' in value && Array.isArray(value.Statement);

let three: ChainMoment | undefined;
let scene: ChainScene;
beforeEach(async () => {
  if (three === undefined) [, , three] = await openMoments();
  scene = await openScene(three);
});
afterEach(() => scene.close());

/** The session of an operator who may do all that the printed policy allows, but for one statement. */
async function operatorOf(member: Member, left?: string) {
  const { policy } = json(await run(scene, 'policy', member, '--chain', '--json'));
  if (!isPolicy(policy)) throw new Error('no policy');
  expect(JSON.stringify(policy).length).toBeLessThanOrEqual(6_144);
  const role = await operatorRole(scene.sandbox, account);
  await role.allow({ ...policy, Statement: policy.Statement.filter(({ Sid }) => Sid !== left) });
  scene.clock.advance(60_000);
  const keys = await role.session();
  scene.sandbox.journal.clear();
  return {
    as: <T>(work: () => Promise<T>): Promise<T> => as(keys, work),
    denied: (): string[] =>
      scene.sandbox.journal.calls
        .filter(({ caller }) => caller.includes(':assumed-role/operator/'))
        .flatMap(({ actions }) => actions)
        .flatMap(({ action, resource, allowed }) => (allowed ? [] : [`${action} on ${resource}`])),
  };
}

test.each(['first', 'second', 'third'] as const)('the %s migration', async (member) => {
  const operator = await operatorOf(member);
  await operator.as(async () => {
    assertDone(await run(scene, 'status', member));
    assertDone(await init(scene, member));
    assertDone(await teardown(scene, member, '--dry-run'));
    assertDone(await teardown(scene, member));
  });
  expect(operator.denied()).toEqual([]);
  expect(await orderOf(scene)).toEqual(['third', 'second', 'first'].filter((one) => one !== member));
});

const [seeing, taking] = chainPermissions.map(({ sid }) => sid);

test(`without ${seeing}, teardown refuses, and nothing is removed`, async () => {
  const operator = await operatorOf('second', seeing);
  const ended = await operator.as(() => teardown(scene, 'second', '--json'));
  expect(ended.code).toBe(exitCodes.permission.code);
  expect(json(ended)).toMatchObject({
    error: {
      code: 'CHAIN_UNREADABLE',
      found: { action: 'lambda:GetFunction', resource: arnOf('third') },
    },
  });
  expect(scene.sandbox.journal.writes()).toEqual([]);
  expect(operator.denied()).not.toEqual([]);
});

test(`without ${seeing}, init changes nothing in a chain that it cannot read`, async () => {
  const operator = await operatorOf('third', seeing);
  const ended = await operator.as(() => init(scene, 'third', '--json'));
  expect(ended.code, ended.stdout).toBe(exitCodes.permission.code);
  expect(json(ended)).toMatchObject({
    error: { code: 'CHAIN_UNREADABLE', found: { resource: arnOf('second') } },
  });
  expect(scene.sandbox.journal.writes()).toEqual([]);
});

test(`without ${taking}, the right stays until init of the other migration`, async () => {
  const operator = await operatorOf('second', taking);
  assertDone(await operator.as(() => teardown(scene, 'second')));
  expect(operator.denied()).not.toEqual([]);
  expect(await functionHere(scene, 'chain-second')).toBeUndefined();
  expect(json(await run(scene, 'status', 'third', '--json'))).toMatchObject({ healthy: false });
  assertDone(await init(scene, 'third'));
  expect(json(await run(scene, 'status', 'third', '--json'))).toMatchObject({ healthy: true });
});

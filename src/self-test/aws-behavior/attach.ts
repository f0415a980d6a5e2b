/**
 * The promise behind the questions about UpdateUserPool.
 * Setting and removing the trigger changes nothing else.
 */
import { changeLine } from '../../aws/lossless-update/index.ts';
import { readPool, setTriggers } from '../../aws/user-pool/index.ts';
import type { Seen } from '../check.ts';
import { verdictOn } from '../fixtures/verdict.ts';
import type { SelfTestScene, ThrowAwayPool } from '../scene.ts';
import { triggerFunction } from './support.ts';

/**
 * Sets the trigger as init does, and removes it as teardown does.
 * AWS may refuse every update of such a pool. The promise still holds if the pool stays unchanged.
 */
export async function attachAndDetach(scene: SelfTestScene, pool: ThrowAwayPool): Promise<Seen> {
  const { idp } = scene.sides.new;
  const arn = await triggerFunction(scene);
  const set = async (UserMigration: string | undefined) =>
    setTriggers(idp, await readPool(idp, pool.id), { UserMigration }, scene);
  const before = await scene.snapshotsOf(pool);
  const on = await verdictOn(scene, () => set(arn));
  const between = await scene.snapshotsOf(pool);
  const off = on.accepted ? await verdictOn(scene, () => set(undefined)) : on;
  const after = await scene.snapshotsOf(pool);

  const changed = before.differencesTo(between).filter(({ path }) => path !== 'LambdaConfig.UserMigration');
  const left = before.differencesTo(after);
  const wrong = [...new Set([...changed, ...left].map(changeLine))];
  const tried = on.accepted ? `set; taken out: ${off.text}` : on.text;
  return {
    same: wrong.length === 0 && off.accepted === on.accepted,
    seen:
      wrong.length === 0
        ? `${tried}; every other setting is as it was`
        : `${tried}; changed: ${wrong.join(', ')}`,
  };
}

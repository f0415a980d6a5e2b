/** Q6: does AWS return the newest settings on the LITE plan, and accept them back? */

import { poolRequest, readPool, sendPoolUpdate } from '../../aws/user-pool/index.ts';
import { type JsonObject, withKey } from '../../core/json.ts';
import type { Check } from '../check.ts';
import { verdictOn } from '../fixtures/verdict.ts';
import { oncePerRun } from '../once-per-run.ts';
import type { SelfTestScene } from '../scene.ts';
import { attachAndDetach } from './attach.ts';
import { type Observation, plainNames, together } from './support.ts';

/** A LITE pool, if AWS still creates pools on that plan. */
const litePool = oncePerRun((scene) =>
  verdictOn(scene, () => scene.makePool('new', 'q-lite', { ...plainNames, UserPoolTier: 'LITE' })),
);

async function sendBack(
  scene: SelfTestScene,
  raw: JsonObject,
  key: string,
  value: JsonObject[string],
): Promise<{ readonly same: boolean; readonly seen: string }> {
  const { accepted, text } = await verdictOn(scene, () =>
    sendPoolUpdate(scene.sides.new.idp, withKey(poolRequest(raw), key, value)),
  );
  return { same: accepted, seen: text };
}

async function acr(scene: SelfTestScene, raw: JsonObject): Promise<readonly Observation[]> {
  const { AcrConfiguration: returned } = raw;
  if (returned === undefined || returned === null)
    return [{ attempt: 'AcrConfiguration', same: false, seen: 'not returned' }];
  const taken = await sendBack(scene, raw, 'AcrConfiguration', returned);
  return [{ attempt: 'AcrConfiguration', same: taken.same, seen: `returned; sent back: ${taken.seen}` }];
}

async function dcr(scene: SelfTestScene, raw: JsonObject): Promise<Observation> {
  const { DcrConfiguration: returned } = raw;
  const isReturned = returned !== undefined && returned !== null;
  const taken = await sendBack(
    scene,
    raw,
    'DcrConfiguration',
    isReturned ? returned : { EnableStatus: 'Disabled' },
  );
  const seen = isReturned ? `returned; sent back: ${taken.seen}` : `not returned; Disabled: ${taken.seen}`;
  return { attempt: 'DcrConfiguration', same: taken.same, seen };
}

export const litePlan: Check = {
  id: 'Q6',
  title: 'AcrConfiguration and DcrConfiguration on a LITE pool',
  kind: 'question',
  documented:
    "AcrConfiguration is returned with default names merged in, and names of one's own need Essentials; DcrConfiguration takes Disabled (API reference). Taken for: what was returned is taken back. This program sends neither unless it must",
  async run(scene) {
    const made = await litePool(scene);
    if (!made.accepted) return { same: false, open: true, seen: `no such pool can be made: ${made.text}` };
    const { id } = made.answer;
    const { raw } = await readPool(scene.sides.new.idp, id);
    // In sequence, because a pool accepts only one update at a time.
    const first = await acr(scene, raw);
    return together([...first, await dcr(scene, raw)]);
  },
};

export const litePlanKept: Check = {
  id: 'Q6-kept',
  title: 'the trigger comes and goes on a LITE pool, and nothing else changes',
  kind: 'promise',
  documented: 'nothing but LambdaConfig.UserMigration of the new pool ever changes',
  async run(scene) {
    const made = await litePool(scene);
    return made.accepted
      ? attachAndDetach(scene, made.answer)
      : { same: true, seen: `nothing to keep, no such pool can be made: ${made.text}` };
  },
};

/** Q4: which other triggers of the new pool does a migration fire? */

import type { Check } from '../check.ts';
import { answerText } from '../fixtures/sign-in.ts';
import { marker } from '../fixtures/trigger-code.ts';
import { oncePerRun } from '../once-per-run.ts';
import type { SelfTestScene, ThrowAwayClient } from '../scene.ts';
import { asker, inTurn, type Observation, playedPool, together, warmUp, wasCalled } from './support.ts';

/** An app client of a pool that has the function on all these triggers. */
export const triggerStage = oncePerRun(async (scene) => {
  const pool = await playedPool(scene, 'q-triggers', [
    'PreSignUp',
    'PostConfirmation',
    'PreAuthentication',
    'PostAuthentication',
    'PreTokenGeneration',
  ]);
  const client = await scene.makeClient(pool, 'open');
  await warmUp(scene, client);
  return client;
});

/** Each trigger, and whether the documentation says that a migration fires it. */
const triggers = [
  ['pre-authentication', 'pre authentication', true],
  ['pre-sign-up', 'pre sign-up', false],
  ['post-confirmation', 'post confirmation', false],
] as const;

/**
 * Makes the function throw in that trigger, with the trigger's source in its message.
 * The answer shows whether the trigger fires, and with which source.
 */
async function look(
  scene: SelfTestScene,
  client: ThrowAwayClient,
  [task, attempt, documented]: (typeof triggers)[number],
): Promise<Observation> {
  const answer = await scene.signIn(client, asker(client.pool, task), 'USER_PASSWORD_AUTH');
  const called = wasCalled(answer);
  const source = new RegExp(`${marker} (\\w+)`).exec(answer.message)?.[1];
  return {
    attempt,
    same: called === documented,
    seen: called ? `fired as ${source}` : `not fired (${answerText(answer)})`,
  };
}

export const otherTriggers: Check = {
  id: 'Q4',
  title: 'the other triggers of the new pool when a user migrates',
  kind: 'question',
  documented:
    'pre authentication is fired ("the migrate user and pre authentication triggers both activate", Developer Guide); InitiateAuth passes ClientMetadata to pre sign-up, which only a migration can mean (API reference, InitiateAuth), but whether a migration fires it or post confirmation is not said: both taken for not fired',
  async run(scene) {
    const client = await triggerStage(scene);
    return together(await inTurn(triggers, (trigger) => look(scene, client, trigger)));
  },
};

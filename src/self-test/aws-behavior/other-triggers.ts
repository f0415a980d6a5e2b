/** Q4: which other triggers of the new pool does a migration fire? */

import type { Check } from '../check.ts';
import { answerText } from '../fixtures/sign-in.ts';
import { marker } from '../fixtures/trigger-code.ts';
import { oncePerRun } from '../once-per-run.ts';
import type { SelfTestScene, ThrowAwayClient } from '../scene.ts';
import { asker, inTurn, type Observation, playedPool, together, warmUp, wasCalled } from './support.ts';

/** A client of a pool on all of whose triggers the function is. */
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

/** With whether the documentation says that it is fired. */
const triggers = [
  ['pre-authentication', 'pre authentication', true],
  ['pre-sign-up', 'pre sign-up', false],
  ['post-confirmation', 'post confirmation', false],
] as const;

/** The function throws in that trigger, with the source in its words: so it is seen whether it is fired, and as what. */
async function look(
  scene: SelfTestScene,
  client: ThrowAwayClient,
  [task, of, documented]: (typeof triggers)[number],
): Promise<Observation> {
  const answer = await scene.signIn(client, asker(client.pool, task), 'USER_PASSWORD_AUTH');
  const called = wasCalled(answer);
  const source = new RegExp(`${marker} (\\w+)`).exec(answer.message)?.[1];
  return {
    of,
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

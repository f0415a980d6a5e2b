/** Q13: source, order, and shape of the triggers that a migration fires in the new pool. */

import type { Check } from '../check.ts';
import { answerText } from '../fixtures/sign-in.ts';
import { marker } from '../fixtures/trigger-code.ts';
import type { SelfTestScene, ThrowAwayClient } from '../scene.ts';
import { triggerStage } from './other-triggers.ts';
import { asker, inTurn, type Observation, together } from './support.ts';

interface Expected {
  readonly task: 'pre-sign-up' | 'post-confirmation' | 'post-authentication' | 'pre-token-generation';
  readonly attempt: string;
  /** The source, and the last trigger before it. Absent if not fired. */
  readonly documented?: { readonly source: string; readonly after: string };
}

const triggers: readonly Expected[] = [
  { task: 'pre-sign-up', attempt: 'pre sign-up' },
  { task: 'post-confirmation', attempt: 'post confirmation' },
  {
    task: 'post-authentication',
    attempt: 'post authentication',
    documented: { source: 'PostAuthentication_Authentication', after: 'PreAuthentication_Authentication' },
  },
  {
    task: 'pre-token-generation',
    attempt: 'pre token generation',
    documented: { source: 'TokenGeneration_Authentication', after: 'PostAuthentication_Authentication' },
  },
];

const event = new RegExp(`${marker} (\\w+) after ([\\w ]+); (userName .*; request [^.]*)`);

/**
 * Moves a user. The trigger throws the details of its own call.
 * Its memory starts with the migration trigger.
 */
async function observe(
  scene: SelfTestScene,
  client: ThrowAwayClient,
  { task, attempt, documented }: Expected,
): Promise<Observation> {
  const person = asker(client.pool, task);
  const answer = await scene.signIn(client, person, 'USER_PASSWORD_AUTH');
  const [, source, before = '', shape = ''] = event.exec(answer.message) ?? [];
  if (source === undefined) {
    return { attempt, same: documented === undefined, seen: `not fired (${answerText(answer)})` };
  }
  const isMoved = (await scene.userIn(client.pool, person.username)) !== undefined;
  const effect = isMoved ? 'its refusal comes after the user has moved' : 'its refusal stops the migration';
  const called = before.split(' ');
  const isOrdered = called[0]?.startsWith('UserMigration_') === true;
  const order = isOrdered ? called.join(', ') : 'a cold start, so the order is unknown';
  return {
    attempt,
    same: source === documented?.source && (!isOrdered || called.at(-1) === documented.after),
    seen: `fired as ${source}, after ${order}, with ${shape}; ${effect}`,
  };
}

export const triggerEvents: Check = {
  id: 'Q13',
  title: 'source, order, and shape of the triggers of the new pool when a user migrates',
  kind: 'question',
  documented:
    'InitiateAuth "also" invokes post authentication and pre token generation, in no order that is stated: taken for this one. It passes ClientMetadata to pre sign-up, which only a migration can mean (API reference, InitiateAuth); post confirmation is for ConfirmSignUp and ConfirmForgotPassword. Whether a migration fires these two is not said: taken for not fired. Each refusal is tried',
  async run(scene) {
    const client = await triggerStage(scene);
    return together(await inTurn(triggers, (trigger) => observe(scene, client, trigger)));
  },
};

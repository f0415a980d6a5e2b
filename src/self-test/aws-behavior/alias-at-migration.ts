/** Q24: can the response to a migration contain preferred_username if it is an alias? */

import type { Check } from '../check.ts';
import { answerText } from '../fixtures/sign-in.ts';
import { asker, playedPool, together, warmUp } from './support.ts';

export const aliasAtMigration: Check = {
  id: 'Q24',
  title: 'preferred_username as an alias in the answer of a migration',
  kind: 'question',
  documented:
    'an alias "can be added only after the user is confirmed" (Developer Guide, user pool attributes), and whether a user who moves as CONFIRMED is confirmed in time is not said: taken for yes. The doctor warns of it (CM114), and --drop preferred_username leaves it out',
  async run(scene) {
    const pool = await playedPool(scene, 'q-alias', [], { AliasAttributes: ['preferred_username'] });
    const client = await scene.makeClient(pool, 'open');
    await warmUp(scene, client);
    const person = asker(pool, 'move-alias');
    const moved = await scene.signIn(client, person, 'USER_PASSWORD_AUTH');
    const username = `alias.${person.username.split('.').at(-1)}`;
    const byAlias = await scene.signIn(client, { ...person, username }, 'USER_PASSWORD_AUTH');
    return together([
      { attempt: 'migration', same: moved.kind === 'tokens', seen: answerText(moved) },
      { attempt: 'sign-in by it', same: byAlias.kind === 'tokens', seen: answerText(byAlias) },
    ]);
  },
};

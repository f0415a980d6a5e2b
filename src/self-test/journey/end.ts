/** The end of the journey: teardown, and everything in its original state. */

import type { Check, Seen } from '../check.ts';
import { findAll } from '../cleanup.ts';
import { type Leftover, type Places, poolKind } from '../fixtures/resources.ts';
import { eventually } from '../fixtures/retry.ts';
import { answerText } from '../fixtures/sign-in.ts';
import type { Ran, SelfTestScene } from '../scene.ts';
import { differencesText, ended } from './set-up.ts';
import { presence } from './sign-ins.ts';
import type { Stage } from './stage.ts';

const isGone = ({ status, left }: { readonly status: Ran; readonly left: readonly Leftover[] }): boolean =>
  status.code === 5 && status.document.installed === false && left.length === 0;

export function endChecks({ migration, clients, people, before }: Stage, places: Places): readonly Check[] {
  const look = async ({ runId, clock, onProgress }: SelfTestScene) => {
    const status = await migration.run('status');
    const found = (await findAll(places, { clock, onProgress }, { run: runId })).flatMap(({ own }) => own);
    const left = found.filter(
      ({ kind, label, isLate }) => kind !== poolKind && label === migration.new.label && !isLate,
    );
    return { status, left };
  };
  return [
    {
      id: 'teardown',
      title: 'teardown removes everything again',
      kind: 'promise',
      documented:
        'function, role, policy, permission, log group and app client are gone; status finds nothing installed',
      async run(scene): Promise<Seen> {
        const ran = await migration.run('teardown');
        // IAM can show deleted resources for some seconds.
        const { status, left } = await eventually(
          () => look(scene),
          isGone,
          scene,
          'AWS still shows what was removed',
        );
        return {
          same: ran.code === 0 && isGone({ status, left }),
          seen: `${ended(ran)}; status ${ended(status, 5)}; left: ${left.map(({ kind }) => kind).join(', ') || 'nothing'}`,
        };
      },
    },
    {
      id: 'as-before',
      title: 'both pools and all their app clients are as they were before',
      kind: 'promise',
      documented:
        'every setting that AWS describes, second factors too; only dates and numbers of users may differ',
      async run(scene): Promise<Seen> {
        const after = {
          new: await scene.snapshotsOf(migration.new),
          old: await scene.snapshotsOf(migration.old),
        };
        const newPool = before.new.differencesTo(after.new);
        const old = before.old.differencesTo(after.old);
        const reworded = [...before.new.rewordedIn(after.new), ...before.old.rewordedIn(after.old)];
        const note =
          reworded.length === 0 ? '' : `; in other words, meaning the same: ${reworded.join(', ')}`;
        return {
          same: newPool.length + old.length === 0,
          seen: `new pool: ${differencesText(newPool)}; old pool: ${differencesText(old)}${note}`,
        };
      },
    },
    {
      id: 'moved-users-stay',
      title: 'users who have moved stay, with their password',
      kind: 'promise',
      documented: 'teardown does not touch users',
      async run(scene): Promise<Seen> {
        const person = people.ofServer;
        const user = await scene.userIn(clients.server.pool, person.username);
        const answer = await scene.signInSettled(clients.server, person, 'ADMIN_USER_PASSWORD_AUTH');
        return {
          same: user?.status === 'CONFIRMED' && answer.kind === 'tokens',
          seen: `${presence(user)}, ${answerText(answer)}`,
        };
      },
    },
  ];
}

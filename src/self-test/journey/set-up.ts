/** The first part of the journey: plan, init, and the changes that init makes. */

import { changeLine } from '../../aws/lossless-update/index.ts';
import type { Difference } from '../../core/json.ts';
import type { Check, Seen } from '../check.ts';
import type { Ran } from '../scene.ts';
import { clientNames } from './settings.ts';
import type { Stage } from './stage.ts';

/** The exit code. If it is not the expected one, also the command's standard error. */
export const ended = ({ code, said }: Ran, wanted = 0): string =>
  code === wanted ? `exit code ${code}` : `exit code ${code}, not ${wanted}: ${said}`;

/** Calls that change something. Excludes those known to change nothing, such as the test call. */
export const writesOf = ({ calls }: Ran): string[] =>
  calls.filter((name) => !/\.((Admin)?(Get|List|Describe|Filter)|Invoke|AssumeRole)/.test(name));

export const differencesText = (found: readonly Difference[]): string =>
  found.length === 0 ? 'no difference' : found.map(changeLine).join(' · ');

export function setUpChecks({ migration, clients, before }: Stage): readonly Check[] {
  /** The app clients that take part. */
  const chosen = clientNames.filter((name) => name !== 'left-alone' && clients[name] !== undefined);
  const words = chosen.flatMap((name) => ['--new-client-id', clients[name]?.id ?? '']);
  return [
    {
      id: 'plan',
      title: 'plan writes nothing',
      kind: 'promise',
      documented: 'plan shows what init would do, and makes no call that changes something',
      async run(scene): Promise<Seen> {
        const ran = await migration.run('plan', ...words);
        const changed = before.new.differencesTo(await scene.snapshotsOf(migration.new));
        const writes = writesOf(ran);
        return {
          same: ran.code === 0 && writes.length === 0 && changed.length === 0,
          seen: `${ended(ran)}; ${writes.length} writing calls; new pool: ${differencesText(changed)}`,
        };
      },
    },
    {
      id: 'init',
      title: 'init sets the migration up',
      kind: 'promise',
      documented: 'two pool IDs and app clients are enough. The test call passes before the trigger is set',
      essential: true,
      async run(): Promise<Seen> {
        const ran = await migration.run('init', ...words);
        const { changes } = ran.document;
        const same = ran.code === 0 && typeof changes === 'number' && changes > 0;
        return { same, seen: `${ended(ran)}; ${String(changes ?? 'no')} changes` };
      },
    },
    {
      id: 'nothing-else-changed',
      title: 'init changed the trigger and the password flow, and nothing else',
      kind: 'promise',
      documented:
        'of the new pool LambdaConfig.UserMigration; of the chosen app clients ExplicitAuthFlows; in the old pool one new app client',
      async run(scene): Promise<Seen> {
        const newPool = before.new.differencesTo(await scene.snapshotsOf(migration.new));
        const old = before.old.differencesTo(await scene.snapshotsOf(migration.old));
        const wanted = [
          'LambdaConfig.UserMigration',
          ...chosen.map((name) => `client ${name}.ExplicitAuthFlows`),
        ];
        const paths = newPool.map(({ path }) => path);
        const [ours] = old;
        return {
          same:
            paths.toSorted().join() === wanted.toSorted().join() &&
            newPool.every(onlyAdds) &&
            old.length === 1 &&
            ours?.path === `client cognito-migrate-${migration.new.id}`,
          seen: `new pool: ${paths.join(', ') || 'nothing'}; old pool: ${old.map(({ path }) => path).join(', ') || 'nothing'}`,
        };
      },
    },
    {
      id: 'probe',
      title: 'the function reaches the old pool',
      kind: 'promise',
      documented: 'status --probe: both calls of the function answer that there is no such user',
      async run(): Promise<Seen> {
        const ran = await migration.run('status', '--probe');
        return { same: ran.code === 0 && ran.document.healthy === true, seen: ended(ran) };
      },
    },
  ];
}

/** Whether a list still contains everything that was in it. */
const onlyAdds = ({ expected, actual }: Difference): boolean =>
  !Array.isArray(expected) || (Array.isArray(actual) && expected.every((one) => actual.includes(one)));

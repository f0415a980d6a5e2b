/** The demo with two old pools: their migrations form a chain, and leave it one after the other. */
import { join } from 'node:path';
import { CheckError } from '../../../core/errors.ts';
import { StatusDocument } from '../../../core/status-document.ts';
import type { Context } from '../../context.ts';
import { demoScene, type Scene, type SetPool, setScene } from '../sandbox/index.ts';
import { withEnvironment } from './environment.ts';
import { account, environmentOf, type Stage } from './one-account.ts';
import { runInit, runQuietly } from './run-init.ts';
import { openApp, type Person, people, persistently } from './sign-in.ts';
import { severalText } from './view.ts';

const [legacy, customers] = demoScene.pools;

/** Users of the second old pool. */
export const partners = {
  dee: { username: 'dee@partner.example', password: 'Old-password-of-dee-1' },
  eli: { username: 'eli@partner.example', password: 'Old-password-of-eli-1' },
} as const;

const scene: Scene = {
  ...demoScene,
  pools: [
    ...(legacy === undefined || customers === undefined
      ? []
      : [legacy, customers, { ...legacy, name: 'partners', users: Object.values(partners).map(userOf) }]),
  ],
};

function userOf({ username, password }: Person) {
  return { username, password, attributes: { email: username, email_verified: 'true' } };
}

export async function demoOfSeveral(context: Context, stage: Stage): Promise<void> {
  const { reporter } = context;
  const { url, folder, keysOf } = stage;
  const keys = keysOf(account);
  const [first, newPool, second] = await setScene(scene, url, keys);
  if (first === undefined || newPool === undefined || second === undefined)
    throw new Error('the scene of this demo has three pools');
  for (const { name, id, users } of [first, second]) reporter.text(`  ${name} ${id} has ${users} users.`);
  reporter.text(`  ${newPool.name} ${newPool.id} has none.\n`);
  const name = `cognito-migrate-${newPool.id}`;
  const flagsOf = (oldPool: SetPool, NAME: string): string[] => [
    ...['--old-user-pool-id', oldPool.id, '--new-user-pool-id', newPool.id, '--name', NAME],
    ...['--state', join(folder, `${oldPool.name}.json`), '--endpoint-url', url],
  ];
  const ofFirst = flagsOf(first, name);
  const ofSecond = flagsOf(second, `${name}-2`);
  const app = openApp({ url, keys }, demoScene.region, newPool);
  const moves = (person: Person) =>
    persistently(() => app.attempt(person)).then(async () => (await app.userOf(person)).status);
  try {
    const shown = await withEnvironment(environmentOf(keys), async () => {
      await runInit(context, [...ofFirst, '--all-new-clients', '--yes']);
      await runInit(context, [...ofSecond, '--all-new-clients', '--yes', '--replace-trigger', '--chain']);
      const moved = { ana: await moves(people.ana), dee: await moves(partners.dee) };
      const { document } = await runQuietly(context, ['status', ...ofFirst]);
      const { chain } = StatusDocument.parse(document);
      await runQuietly(context, ['teardown', ...ofFirst, '--yes', '--no-report']);
      const afterwards = { eli: await moves(partners.eli), ben: await app.outcome(people.ben) };
      return { oldPools: [first, second] as const, newPool, moved, chain, afterwards };
    });
    if (shown.chain?.migrations.length !== 2)
      throw new CheckError('status does not show the chain', { code: 'DEMO_FAILED', found: shown.chain });
    reporter.data({ json: { command: 'demo', ...shown }, text: (style) => severalText(shown, style) });
  } finally {
    app.close();
  }
}

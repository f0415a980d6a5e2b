/** The demo between two pools of one account. */
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { demoScene, type LocalKeys, setScene } from '../sandbox/index.ts';
import { UsersDocument } from '../users/index.ts';
import { withEnvironment } from './environment.ts';
import { runInit, runQuietly } from './run-init.ts';
import { journeyOf, openApp } from './sign-in.ts';
import { demoText } from './view.ts';

/** The environment of a demo. */
export interface Stage {
  readonly url: string;
  keysOf(account: string): LocalKeys;
  /** For files. Deleted after the demo. */
  readonly folder: string;
}

export const account = '111122223333';

/** The environment of an administrator of that account. */
export const environmentOf = ({ accessKeyId, secretAccessKey }: LocalKeys) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_REGION: demoScene.region,
});

export async function demoInOneAccount(context: Context, stage: Stage): Promise<void> {
  const { reporter } = context;
  const { url, folder } = stage;
  const keys = stage.keysOf(account);
  const [oldPool, newPool] = await setScene(demoScene, url, keys);
  if (oldPool === undefined || newPool === undefined) throw new Error('the demo scene has two pools');
  reporter.text(
    `  ${oldPool.name} ${oldPool.id} has ${oldPool.users} users.\n  ${newPool.name} ${newPool.id} has none.\n`,
  );
  const pools = ['--old-user-pool-id', oldPool.id, '--new-user-pool-id', newPool.id];
  const where = ['--state', join(folder, 'state.json'), '--endpoint-url', url];
  const run = <T>(work: () => Promise<T>) => withEnvironment(environmentOf(keys), work);
  await run(() => runInit(context, [...pools, ...where, '--all-new-clients', '--yes']));
  const app = openApp({ url, keys }, demoScene.region, newPool);
  try {
    const journey = await journeyOf(app);
    const { document } = await run(() => runQuietly(context, ['users', ...pools, ...where]));
    const users = UsersDocument.parse(document);
    reporter.data({
      json: { command: 'demo', oldPool, newPool, ...journey, states: users.states },
      text: () => demoText(journey, newPool, users),
    });
  } finally {
    app.close();
  }
}

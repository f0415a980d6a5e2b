/** The demo between two pools of one account. */
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { demoScene, type LocalKeys, setScene } from '../sandbox/index.ts';
import { withEnvironment } from './environment.ts';
import { runInit } from './run-init.ts';
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
  const rest = ['--all-new-clients', '--yes', '--state', join(folder, 'state.json'), '--endpoint-url', url];
  await withEnvironment(environmentOf(keys), () => runInit(context, [...pools, ...rest]));
  const app = openApp({ url, keys }, demoScene.region, newPool);
  try {
    const journey = await journeyOf(app);
    reporter.data({
      json: { command: 'demo', oldPool, newPool, ...journey },
      text: () => demoText(journey, newPool),
    });
  } finally {
    app.close();
  }
}

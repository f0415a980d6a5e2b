/** The demo between two pools of one account. */
import { join } from 'node:path';
import type { Context } from '../begin.ts';
import { demoText } from '../render/demo-view.ts';
import { withEnvironment } from './environment.ts';
import { runInit } from './run-init.ts';
import { demoScene, localCredentials, setScene } from './scene.ts';
import { journeyOf, openApp } from './sign-in.ts';

/** Where a demo takes place. */
export interface Stage {
  readonly url: string;
  /** For files; gone afterwards. */
  readonly folder: string;
}

export async function demoInOneAccount({ io, reporter }: Context, { url, folder }: Stage): Promise<void> {
  const [oldPool, newPool] = await setScene(demoScene, url);
  if (oldPool === undefined || newPool === undefined) throw new Error('the demo scene has two pools');
  reporter.text(
    `  ${oldPool.name} ${oldPool.id} has ${oldPool.users} users.\n  ${newPool.name} ${newPool.id} has none.\n`,
  );
  const environment = {
    AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
    AWS_REGION: demoScene.region,
  };
  const pools = ['--old-user-pool-id', oldPool.id, '--new-user-pool-id', newPool.id];
  const rest = ['--all-new-clients', '--yes', '--state', join(folder, 'state.json'), '--endpoint-url', url];
  await withEnvironment(environment, () => runInit(io, [...pools, ...rest]));
  const app = openApp(url, demoScene.region, newPool);
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

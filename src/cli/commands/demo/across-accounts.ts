/**
 * The demo between two accounts and two Regions.
 * A user moves, and attempts without authorization are refused.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorName } from '../../../aws/errors.ts';
import { CheckError } from '../../../core/errors.ts';
import type { Context } from '../../context.ts';
import { demoScene, type LocalKeys, type SetPool, setScene } from '../sandbox/index.ts';
import { withEnvironment } from './environment.ts';
import type { Stage } from './one-account.ts';
import {
  assertRefused,
  foreignPrincipal,
  type Tried,
  withoutPermission,
  wrongExternalId,
} from './refusals.ts';
import { runInit, runInitQuietly } from './run-init.ts';
import { journeyOf, openApp, people, persistently } from './sign-in.ts';
import { crossAccountText } from './view.ts';

const [newAccount, oldAccount] = ['111122223333', '444455556666'];
const [newRegion, oldRegion] = ['us-east-2', 'eu-west-1'];

/** One profile per account, in the format of `aws configure`. */
const configurationOf = (keys: Readonly<Record<string, LocalKeys>>): string =>
  Object.entries(keys)
    .map(
      ([name, { accessKeyId, secretAccessKey }]) =>
        `[profile ${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    )
    .join('\n');

export async function demoAcrossAccounts(context: Context, stage: Stage): Promise<void> {
  const { url, folder } = stage;
  const keys = { new: stage.keysOf(newAccount), old: stage.keysOf(oldAccount) };
  const { io, reporter } = context;
  const [oldPool, newPool] = await setPools(url, keys);
  reporter.text(
    `  Account ${oldAccount}, ${oldRegion}: ${oldPool.name} ${oldPool.id} has ${oldPool.users} users.\n` +
      `  Account ${newAccount}, ${newRegion}: ${newPool.name} ${newPool.id} has none.\n`,
  );
  const config = join(folder, 'config');
  await writeFile(config, configurationOf(keys));
  const environment = { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none') };
  const pools = ['--old-user-pool-id', oldPool.id, '--new-user-pool-id', newPool.id];
  const profiles = ['--profile', 'new', '--old-profile', 'old'];
  const rest = ['--all-new-clients', '--yes', '--state', join(folder, 'state.json'), '--endpoint-url', url];
  const words = [...profiles, ...pools, ...rest];
  const initAgain = () => withEnvironment(environment, () => runInitQuietly(context, words));

  await withEnvironment(environment, () => runInit(context, words));
  const { variables } = await initAgain();
  const local = { url, keys: keys.new };
  const app = openApp(local, newRegion, newPool);
  try {
    const journey = await journeyOf(app);
    const tried: Tried = { io, local, region: newRegion, app, variables };
    const first = await wrongExternalId(tried);
    const repairs = [(await initAgain()).changes];
    const second = await withoutPermission(tried);
    const refusals = [first, second, await foreignPrincipal(tried)];
    assertRefused(refusals);
    repairs.push((await initAgain()).changes);
    const afterRepair = await persistently(() => app.attempt(people.ben)).then(() => 'signed in', errorName);
    assertRepaired(repairs, afterRepair);
    reporter.data({
      json: { command: 'demo', oldPool, newPool, ...journey, refusals, repairs, afterRepair },
      text: (style) => crossAccountText({ journey, newPool, refusals, repairs }, style),
    });
  } finally {
    app.close();
  }
}

async function setPools(
  url: string,
  keys: Readonly<Record<'new' | 'old', LocalKeys>>,
): Promise<[oldPool: SetPool, newPool: SetPool]> {
  const [legacy, customers] = demoScene.pools;
  if (legacy === undefined || customers === undefined) throw new Error('the demo scene has two pools');
  const [oldPool] = await setScene({ region: oldRegion, pools: [legacy] }, url, keys.old);
  const [newPool] = await setScene({ region: newRegion, pools: [customers] }, url, keys.new);
  if (oldPool === undefined || newPool === undefined) throw new Error('a pool was not made');
  return [oldPool, newPool];
}

function assertRepaired(repairs: readonly number[], afterRepair: string): void {
  if (repairs.every((changes) => changes === 1) && afterRepair === 'signed in') return;
  throw new CheckError('A new init did not repair what was broken', {
    code: 'DEMO_NOT_REPAIRED',
    expected: { repairs: [1, 1], afterRepair: 'signed in' },
    found: { repairs, afterRepair },
  });
}

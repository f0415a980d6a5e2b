/** The demo between two pools of one account. */
import { join } from 'node:path';
import { SignIns } from '../../../core/sign-ins-document.ts';
import { StatusDocument } from '../../../core/status-document.ts';
import type { Context } from '../../context.ts';
import { demoScene, type LocalKeys, type SetPool, setScene } from '../sandbox/index.ts';
import { UsersDocument } from '../users/index.ts';
import { withEnvironment } from './environment.ts';
import { runInit, runQuietly } from './run-init.ts';
import { journeyOf, openApp } from './sign-in.ts';
import { demoText } from './view.ts';

/** The environment of a demo. */
export interface Stage {
  readonly url: string;
  keysOf(account: string): LocalKeys;
  /** The code in the last message of a pool to one of its users. */
  codeSentBy(poolId: string): string;
  /** The client's half of a sign-in with SRP. */
  startSrp(poolId: string): {
    readonly clientPublic: string;
    answer(
      parameters: Readonly<Record<string, string>> | undefined,
      password: string,
    ): Record<string, string>;
  };
  /** From now on, Pre sign-up also runs for users who move, as it probably does in AWS. */
  fireSignUpAtMigration(): void;
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

/** Adds sign-ins of the last minutes by an app that still uses SRP. */
async function signInWithSrp(
  { url }: Stage,
  { accessKeyId }: LocalKeys,
  { clients: [web] }: SetPool,
  now: number,
): Promise<void> {
  const minute = 60_000;
  const range = { from: now - 10 * minute, to: now - 6 * minute };
  await fetch(`${url}/_sandbox/sign-ins`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessKeyId}` },
    body: JSON.stringify({ clientId: web?.id, count: 40, successes: 0, flow: 'USER_SRP_AUTH', ...range }),
  });
}

export async function demoInOneAccount(context: Context, stage: Stage): Promise<void> {
  const { io, reporter } = context;
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
    await signInWithSrp(stage, keys, newPool, io.clock.now());
    const quietly = async (command: string) =>
      (await runQuietly(context, [command, ...pools, ...where])).document;
    const shown = await run(async () => {
      // CloudTrail allows two calls a second. The rest takes as long.
      const reading = runQuietly(context, ['sign-ins', ...pools.slice(2), ...where]);
      const journey = await journeyOf(app);
      const users = UsersDocument.parse(await quietly('users'));
      const status = StatusDocument.parse(await quietly('status'));
      return { journey, users, status, signIns: SignIns.parse((await reading).document) };
    });
    const { journey, users, status, signIns } = shown;
    reporter.data({
      json: {
        ...{ command: 'demo', oldPool, newPool, ...journey, states: users.states },
        ...{ handedOver: status.users.total.handedOver, signIns: signIns.clients },
      },
      text: (style) => demoText(shown, newPool, style),
    });
  } finally {
    app.close();
  }
}

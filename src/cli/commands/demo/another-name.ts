/**
 * The demo with another sign-in name.
 * Users of a pool with usernames sign in to a pool with email addresses.
 */
import { join } from 'node:path';
import * as z from 'zod/mini';
import { errorName } from '../../../aws/errors.ts';
import { CheckError } from '../../../core/errors.ts';
import type { Context } from '../../context.ts';
import { demoScene, type SetPool, setScene } from '../sandbox/index.ts';
import { withEnvironment } from './environment.ts';
import { account, environmentOf, type Stage } from './one-account.ts';
import { runInit, runQuietly } from './run-init.ts';
import { type App, journeyOf, openApp, people, persistently } from './sign-in.ts';
import { anotherNameText, type OtherName } from './view.ts';

/** The same password for everyone. Only the names matter here. */
const { password } = people.ana;

/** Users of the old pool. They sign in there with the username. */
const oldUsers = [
  { username: 'ana', email: people.ana.username, email_verified: 'true' },
  { username: 'ben', email: 'ben@example.com', email_verified: 'false' },
  { username: 'chi', email: 'family@example.com', email_verified: 'true' },
  { username: 'dan', email: 'family@example.com', email_verified: 'true' },
];

/** Addresses that cannot migrate a user, and the reasons. */
const refused = [
  { typed: 'ben@example.com', why: 'ben has not verified it' },
  { typed: 'family@example.com', why: 'chi and dan have both verified it' },
];

export async function demoByAnotherName(context: Context, stage: Stage): Promise<void> {
  const { reporter } = context;
  const { url, folder } = stage;
  const keys = stage.keysOf(account);
  const [oldPool, newPool] = await setPools(stage);
  reporter.text(
    `  ${oldPool.name} ${oldPool.id} has ${oldPool.users} users, who sign in with usernames.\n  ${newPool.name} ${newPool.id} has none yet. Its users sign in with email addresses.\n`,
  );
  const pools = ['--old-user-pool-id', oldPool.id, '--new-user-pool-id', newPool.id, '--find-by', 'email'];
  const where = ['--all-new-clients', '--state', join(folder, 'state.json'), '--endpoint-url', url];
  const foretold = await withEnvironment(environmentOf(keys), async () => {
    const told = findingOf((await runQuietly(context, ['doctor', ...pools, ...where])).document);
    await runInit(context, [...pools, ...where, '--yes']);
    return told;
  });
  const app = openApp({ url, keys }, demoScene.region, newPool);
  try {
    const journey = await journeyOf(app);
    const refusals: OtherName['refusals'][number][] = [];
    for (const one of refused) refusals.push({ ...one, signIn: await signInOf(app, one.typed) });
    assertAllRefused(refusals);
    reporter.data({
      json: { command: 'demo', oldPool, newPool, ...journey, foretold, refusals },
      text: (style) => anotherNameText({ journey, newPool, foretold, refusals }, style),
    });
  } finally {
    app.close();
  }
}

async function setPools({ url, keysOf }: Stage): Promise<[old: SetPool, fresh: SetPool]> {
  const [, customers] = demoScene.pools;
  if (customers === undefined) throw new Error('the demo scene has two pools');
  const legacy = {
    name: 'legacy-users',
    settings: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } },
    users: oldUsers.map(({ username, ...attributes }) => ({ username, password, attributes })),
    clients: [],
  };
  const scene = { ...demoScene, pools: [legacy, customers] };
  const [oldPool, newPool] = await setScene(scene, url, keysOf(account));
  if (oldPool === undefined || newPool === undefined) throw new Error('a pool was not made');
  return [oldPool, newPool];
}

const Doctor = z.object({ findings: z.array(z.object({ id: z.string(), what: z.string() })) });

/** The doctor's count of users whom the function can find. */
function findingOf(document: unknown): string {
  const finding = Doctor.parse(document).findings.find(({ id }) => id === 'CM117');
  if (finding !== undefined) return finding.what;
  throw new CheckError('The doctor did not count who can be found', { code: 'DEMO_FAILED', found: document });
}

/** The name of the error, or 'signed in'. */
const signInOf = (app: App, username: string): Promise<string> =>
  persistently(() => app.attempt({ username, password })).then(() => 'signed in', errorName);

/** Throws CheckError if a user signed in, or failed for another reason. */
export function assertAllRefused(refusals: OtherName['refusals']): void {
  const letIn = refusals.find(({ signIn }) => signIn !== 'UserNotFoundException');
  if (letIn === undefined) return;
  throw new CheckError(`Not refused, although it must be: ${letIn.typed}`, {
    code: 'DEMO_NOT_REFUSED',
    expected: 'UserNotFoundException',
    found: letIn,
  });
}

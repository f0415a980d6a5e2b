/** The demo with guarded sign-ups: a stranger can't take the name of a user who hasn't moved. */
import { join } from 'node:path';
import { type CognitoIdentityProviderClient, SignUpCommand } from '@aws-sdk/client-cognito-identity-provider';
import { CheckError } from '../../../core/errors.ts';
import { StatusDocument } from '../../../core/status-document.ts';
import type { Context } from '../../context.ts';
import { demoScene, type SetPool } from '../sandbox/index.ts';
import { withEnvironment } from './environment.ts';
import { withClient } from './groups.ts';
import { environmentOf, type Stage } from './one-account.ts';
import { runInit, runQuietly } from './run-init.ts';
import { openApp, people, persistently } from './sign-in.ts';
import { guardText } from './view.ts';

const { ana } = people;
const stranger = 'new@example.com';
/** Letter cases in which a stranger tries the name of the same user. */
const tries = [ana.username, 'ANA@Example.com'];

/** Anyone can sign up in the new pool. Its app can't write the old ID, by which users who move pass. */
const scene = {
  ...demoScene,
  pools: demoScene.pools.map((pool) => ({
    ...pool,
    clients: pool.clients.map((client) => ({
      ...client,
      settings: { ...client.settings, WriteAttributes: ['email', 'name'] },
    })),
  })),
};

export function demoOfGuard(context: Context, stage: Stage): Promise<void> {
  const { reporter } = context;
  return withClient(scene, stage, async (idp, keys, [oldPool, newPool]) => {
    stage.fireSignUpAtMigration();
    reporter.text(
      `  ${oldPool.name} ${oldPool.id} has ${oldPool.users} users.\n  Anyone can sign up in ${newPool.name} ${newPool.id}.\n`,
    );
    const pools = ['--old-user-pool-id', oldPool.id, '--new-user-pool-id', newPool.id];
    const where = ['--state', join(stage.folder, 'state.json'), '--endpoint-url', stage.url];
    const choices = ['--add-old-sub', '--guard-sign-up', '--all-new-clients', '--yes'];
    const app = openApp({ url: stage.url, keys }, demoScene.region, newPool);
    try {
      const done = await withEnvironment(environmentOf(keys), async () => {
        await runInit(context, [...pools, ...where, ...choices]);
        const refusals: { typed: string; answer: string }[] = [];
        for (const typed of tries) refusals.push({ typed, answer: await signUp(idp, newPool, typed) });
        const others = await signUp(idp, newPool, stranger);
        const moved = await persistently(() => app.attempt(ana)).then(() => app.userOf(ana));
        const { document } = await runQuietly(context, ['status', ...pools, ...where]);
        return { refusals, others, moved, document };
      });
      const { refusals, others, moved } = done;
      const { squattingRefused: counted = 0 } = StatusDocument.parse(done.document).users.total;
      for (const { typed, answer } of refusals)
        if (!answer.includes('already in use')) throw failed(`sign-up of ${typed}`, 'refused', answer);
      if (others !== signedUp) throw failed(`sign-up of ${stranger}`, signedUp, others);
      const shown = { newPool, refusals, signUp: { typed: stranger, answer: others }, moved, counted };
      reporter.data({
        json: { command: 'demo', oldPool, ...shown },
        text: (style) => guardText(shown, style),
      });
    } finally {
      app.close();
    }
  });
}

const signedUp = 'signed up';

const failed = (what: string, expected: string, found: string): CheckError =>
  new CheckError(`${what}: ${found}`, { code: 'DEMO_FAILED', expected, found });

/** What Cognito says to the sign-up of a stranger, who retries if the function starts too slowly. */
async function signUp(
  idp: CognitoIdentityProviderClient,
  { clients }: Pick<SetPool, 'clients'>,
  Username: string,
  left = 2,
): Promise<string> {
  const Password = 'Password-of-a-stranger-1';
  const answer = await idp.send(new SignUpCommand({ ClientId: clients[0]?.id, Username, Password })).then(
    () => signedUp,
    (error: unknown) => (error instanceof Error ? error.message : 'unknown'),
  );
  const isSure = answer === signedUp || answer.includes('already in use');
  return isSure || left === 0 ? answer : signUp(idp, { clients }, Username, left - 1);
}

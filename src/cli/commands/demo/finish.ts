/** The demo of the last phase: one user moves, one is imported, one name is taken, and then all of it ends. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  DescribeUserPoolClientCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod/mini';
import { errorName } from '../../../aws/errors.ts';
import { CheckError } from '../../../core/errors.ts';
import type { Context } from '../../context.ts';
import type { SetPool } from '../sandbox/index.ts';
import { UsersDocument } from '../users/index.ts';
import { withEnvironment } from './environment.ts';
import { addGroups, closedScene, groupsIn, groupsInToken, untilIn, withClient } from './groups.ts';
import { environmentOf, type Stage } from './one-account.ts';
import { runInit, runQuietly } from './run-init.ts';
import { type Person, people, persistently } from './sign-in.ts';
import { finishText } from './view.ts';

const { ana, ben } = people;
/** Somebody else signed up in the new pool with the name of this user. */
const taken = 'chi@example.com';
const newPassword = 'New-password-of-ben-1';

/** The old pool's groups of each user. */
const memberships = [
  { GroupName: 'admins', members: [ana.username] },
  { GroupName: 'staff', members: [ana.username, ben.username] },
];

/** The new pool takes import jobs, and has the stranger. */
const scene = {
  ...closedScene,
  pools: closedScene.pools.map((pool, index) => ({
    ...pool,
    settings: { ...pool.settings, AutoVerifiedAttributes: ['email'] },
    users: index === 0 ? pool.users : [{ username: taken, attributes: {} }],
  })),
};

const Finish = z.object({
  parts: z.object({ import: z.string(), clients: z.string(), teardown: z.string() }),
  users: z.object({ notMoved: z.nullable(z.number()) }),
});

export async function demoOfFinish(context: Context, stage: Stage): Promise<void> {
  const { reporter } = context;
  await withClient(scene, stage, async (idp, keys, [oldPool, newPool]) => {
    await addGroups(idp, oldPool, memberships);
    reporter.text(`  ${oldPool.name} ${oldPool.id} has ${oldPool.users} users and 2 groups.`);
    reporter.text(`  ${newPool.name} ${newPool.id} has a stranger who took ${taken}.\n`);
    const pools = ['--old-user-pool-id', oldPool.id, '--new-user-pool-id', newPool.id];
    const where = ['--state', join(stage.folder, 'state.json'), '--endpoint-url', stage.url];
    const before = await flowsOf(idp, newPool);
    const io = { ...context.io, folder: stage.folder };
    const work = async () => {
      const run = async (command: string, ...words: readonly string[]) => {
        const { code, document } = await runQuietly({ main: context.main, io }, [
          command,
          ...pools,
          ...where,
          ...words,
        ]);
        // Nothing is left after the teardown, which status tells with 5.
        if (code === 0 || command === 'status') return { code, document };
        throw failed(`${command} ended`, 0, code);
      };
      const choices = ['--add-old-sub', '--groups', 'all', '--all-new-clients', '--yes'];
      await runInit(context, [...pools, ...where, ...choices]);
      await persistently(() => groupsInToken(idp, newPool, ana));
      await untilIn(idp, newPool, ana.username, ['admins', 'staff']);
      const { states } = UsersDocument.parse((await run('users')).document);
      const consent = ['--yes', '--import-ends-old-passwords'];
      const imported = await reporter.busy('Importing the rest', () =>
        run('finish', '--only', 'import', ...consent),
      );
      const benAfterImport = await signInOf(idp, newPool, ben);
      await resetPassword(idp, newPool, stage);
      await run('sync');
      await untilIn(idp, newPool, ben.username, ['staff']);
      const ended = await reporter.busy('Ending the migration', () =>
        run('finish', '--yes', '--end-password-sign-in', '--end-migration'),
      );
      const { code } = await run('status');
      return { states, imported, benAfterImport, ended, code };
    };
    const done = await withEnvironment(environmentOf(keys), work);
    const flows = await flowsOf(idp, newPool);
    if (flows.join() !== before.join()) throw failed('The app client is not as before', before, flows);
    if (done.code !== nothingInstalled) throw failed('Something is left', nothingInstalled, done.code);
    const report = (await readdir(stage.folder)).find((name) => name.endsWith('.html'));
    if (report === undefined) throw failed('No report was written', 'an HTML page', report);
    const shown = {
      newPool,
      states: done.states,
      import: Finish.parse(done.imported.document).parts.import,
      imported: done.benAfterImport,
      finish: Finish.parse(done.ended.document),
      groups: {
        ana: await signInWithSrp(idp, stage, newPool, ana),
        ben: await signInWithSrp(idp, stage, newPool, { ...ben, password: newPassword }),
      },
      passwordSignIn: await signInOf(idp, newPool, ana),
      flows,
      report,
    };
    reporter.data({
      json: { command: 'demo', oldPool, ...shown },
      text: (style) => finishText(shown, style),
    });
  });
}

/** status: nothing installed. */
const nothingInstalled = 5;

const failed = (what: string, expected: unknown, found: unknown): CheckError =>
  new CheckError(`${what}: ${JSON.stringify(found)}`, { code: 'DEMO_FAILED', expected, found });

async function flowsOf(
  idp: CognitoIdentityProviderClient,
  { id, clients }: SetPool,
): Promise<readonly string[]> {
  const command = new DescribeUserPoolClientCommand({ UserPoolId: id, ClientId: clients[0]?.id });
  return ((await idp.send(command)).UserPoolClient?.ExplicitAuthFlows ?? []).toSorted();
}

/** What Cognito says to a sign-in with a password. */
const signInOf = (
  idp: CognitoIdentityProviderClient,
  { clients }: SetPool,
  person: Person,
): Promise<string> =>
  idp
    .send(
      new InitiateAuthCommand({
        ClientId: clients[0]?.id,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: person.username, PASSWORD: person.password },
      }),
    )
    .then(() => 'signed in', errorName);

/** "Forgot password" of the imported user, with the code of the message that Cognito sends. */
async function resetPassword(
  idp: CognitoIdentityProviderClient,
  { id, clients }: SetPool,
  { codeSentBy }: Stage,
): Promise<void> {
  const user = { ClientId: clients[0]?.id, Username: ben.username };
  await idp.send(new ForgotPasswordCommand(user));
  const reset = { ...user, ConfirmationCode: codeSentBy(id), Password: newPassword };
  await idp.send(new ConfirmForgotPasswordCommand(reset));
}

/** Signs in with SRP, which never sends the password. Returns the groups in the token. */
async function signInWithSrp(
  idp: CognitoIdentityProviderClient,
  { startSrp }: Stage,
  { id, clients }: SetPool,
  { username, password }: Person,
): Promise<readonly string[]> {
  const ClientId = clients[0]?.id;
  const attempt = startSrp(id);
  const AuthParameters = { USERNAME: username, SRP_A: attempt.clientPublic };
  const begun = await idp.send(
    new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_SRP_AUTH', AuthParameters }),
  );
  const ChallengeResponses = attempt.answer(begun.ChallengeParameters, password);
  const { AuthenticationResult } = await idp.send(
    new RespondToAuthChallengeCommand({ ClientId, ChallengeName: 'PASSWORD_VERIFIER', ChallengeResponses }),
  );
  return groupsIn(AuthenticationResult?.IdToken);
}

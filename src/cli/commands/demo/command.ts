/**
 * demo: runs the real init between two pools of the embedded local AWS.
 * A user then moves at the first sign-in.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExitKind } from '../../../core/errors.ts';
import { choose, createSandbox, deliveries, keysOf, noDelays, srpAttempt } from '../../../sandbox/index.ts';
import type { Context } from '../../context.ts';
import { demoAcrossAccounts } from './across-accounts.ts';
import { demoByAnotherName } from './another-name.ts';
import { demoOfFinish } from './finish.ts';
import { demoOfGroups } from './groups.ts';
import { demoOfGuard } from './guard.ts';
import { demoInOneAccount } from './one-account.ts';
import { demoOfSeveral } from './several.ts';

export async function demo(context: Context): Promise<ExitKind> {
  const { io, command, reporter } = context;
  const {
    crossAccount = false,
    anotherName = false,
    groups = false,
    guard = false,
    finish = false,
    several = false,
  } = command.opts<
    Partial<Record<'crossAccount' | 'anotherName' | 'groups' | 'guard' | 'finish' | 'several', boolean>>
  >();
  const chosen = [
    crossAccount && demoAcrossAccounts,
    anotherName && demoByAnotherName,
    groups && demoOfGroups,
    guard && demoOfGuard,
    finish && demoOfFinish,
    several && demoOfSeveral,
  ];
  const run = chosen.find((one) => one !== false) ?? demoInOneAccount;
  const folder = await mkdtemp(join(tmpdir(), 'cognito-migrate-demo-'));
  // Across accounts, the demo breaks and repairs things, which must take effect at once.
  // Only the shortest demo shows AWS's delays.
  const local = await createSandbox(run === demoInOneAccount ? {} : { delays: noDelays });
  try {
    await io.interrupt.during('Closing the local AWS.', async () => {
      reporter.text(`\n  A local AWS on ${local.url}: no account, no network.`);
      const codeSentBy = (poolId: string): string => deliveries(local.world, poolId).at(-1)?.secret ?? '';
      await run(context, {
        url: local.url,
        folder,
        keysOf,
        codeSentBy,
        startSrp: srpAttempt,
        fireSignUpAtMigration: () => choose(local.world, 'migrationAlsoFires', 'PreSignUp_SignUp'),
      });
    });
  } finally {
    await local.close();
    await rm(folder, { recursive: true, force: true });
  }
  return 'ok';
}

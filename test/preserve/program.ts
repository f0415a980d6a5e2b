/** init and teardown by the whole program, from its arguments to its exit code. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { cli } from '../cli/fake-io.ts';
import { startGround } from '../cli/support.ts';
import { makeOtherFunction } from '../support/other-function.ts';
import { account, region } from '../support/two-pools.ts';
import { overHttp } from './http.ts';
import type { Migrator, Run } from './migrations.ts';

/** A local AWS with an old pool, from which every migration of a property goes to a new one of its own. */
export async function programMigrator(): Promise<Migrator> {
  const ground = await startGround();
  const theirs = await makeOtherFunction(ground.sdk);
  const fileOf = ({ poolId }: Run) => join(ground.folder, `${poolId}.json`);
  const run = async (command: string, of: Run, ...more: readonly string[]) => {
    const where = ['--state', fileOf(of), '--endpoint-url', ground.sandbox.url, '--yes', '--json'];
    const pools = ['--old-user-pool-id', ground.old, '--new-user-pool-id', of.poolId];
    const result = await cli([command, ...pools, ...where, ...more]);
    expect(result).toMatchObject({ code: 0 });
    ground.sandbox.journal.clear();
  };
  return {
    aws: overHttp(ground.sandbox),
    theirs,
    ours: (poolId) => `arn:aws:lambda:${region}:${account}:function:cognito-migrate-${poolId}`,
    init: (of) =>
      run(
        'init',
        of,
        ...of.clientIds.flatMap((id) => ['--new-client-id', id]),
        ...(of.isReplacing ? ['--replace-trigger'] : []),
      ),
    async teardown(of) {
      if (of.losesState) await rm(fileOf(of));
      await run('teardown', of);
    },
  };
}

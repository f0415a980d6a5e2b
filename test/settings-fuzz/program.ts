/** init and teardown by the whole program, from its arguments to its exit code. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { findingTitles } from '../../src/core/findings.ts';
import { account, region, startLocalAws } from '../support/local-aws.ts';
import { makeOtherFunction } from '../support/other-function.ts';
import { runCli } from '../support/run-cli.ts';

import { overHttp } from './http.ts';
import type { Migrator, Run } from './migrations.ts';

/** Whatever the doctor may have against a pool that was made at random, it is about users and not about settings. */
const accepted = Object.keys(findingTitles).flatMap((id) => ['--accept', id]);

/** A local AWS with an old pool, from which every migration of a property goes to a new one of its own. */
export async function programMigrator(): Promise<Migrator> {
  const ground = await startLocalAws();
  const theirs = await makeOtherFunction(ground.sdk);
  const fileOf = ({ poolId }: Run) => join(ground.folder, `${poolId}.json`);
  const run = async (command: string, args: Run, ...more: readonly string[]) => {
    const where = ['--state', fileOf(args), '--endpoint-url', ground.sandbox.url, '--yes', '--json'];
    const pools = ['--old-user-pool-id', ground.oldPool, '--new-user-pool-id', args.poolId];
    const result = await runCli([command, ...pools, ...where, ...more]);
    // With its words, should it be another code.
    expect({ ...result, stdout: '' }).toEqual({ ...result, code: 0, stdout: '' });
    ground.sandbox.journal.clear();
  };
  return {
    aws: overHttp(ground.sandbox),
    theirs,
    ours: (poolId) => `arn:aws:lambda:${region}:${account}:function:cognito-migrate-${poolId}`,
    init: (args) =>
      run(
        'init',
        args,
        ...args.clientIds.flatMap((id) => ['--new-client-id', id]),
        ...accepted,
        ...(args.isReplacing ? ['--replace-trigger'] : []),
      ),
    async teardown(args) {
      if (args.losesState) await rm(fileOf(args));
      await run('teardown', args, ...(args.losesState && args.isReplacing ? ['--accept', 'CM414'] : []));
    },
  };
}

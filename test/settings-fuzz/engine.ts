/** init and teardown by the engine: the real steps that touch what is live, with a state file on disk. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Aws } from '../../src/aws/clients.ts';
import { clientsWithRecord } from '../../src/aws/function/flow-records.ts';
import { readUndoRecords } from '../../src/aws/function/undo-tags.ts';
import { apply } from '../../src/core/apply.ts';
import { destroy } from '../../src/core/destroy.ts';
import { openStateStore } from '../../src/core/state-store.ts';
import type { Run as EngineRun } from '../../src/core/step-run.ts';
import type { Inputs } from '../../src/core/variables/index.ts';
import type { StepId } from '../../src/steps/ids.ts';
import { migrationTrigger } from '../../src/steps/migration-trigger.ts';
import { newClients } from '../../src/steps/new-clients.ts';
import { fakeClock } from '../support/clock.ts';
import { someInputs } from '../support/inputs.ts';
import { makeOtherFunction } from '../support/other-function.ts';
import { tempFolder } from '../support/temp.ts';
import { account, localCognito, region } from './local.ts';
import type { Migrator, Run } from './migrations.ts';
import { sideOf } from './side.ts';

/** A local AWS with one function for all migrations: one of its own for each is no setting of any pool. */
export async function engineMigrator(): Promise<Migrator> {
  const local = localCognito();
  const { side, journal } = sideOf(local.world);
  const clock = fakeClock();
  const NAME = 'cognito-migrate';
  const ours = await makeOtherFunction(side, NAME);
  const theirs = await makeOtherFunction(side);
  const folder = await tempFolder();
  const handler = { bytes: new Uint8Array(), sha256: '' };
  const aws: Aws = { new: side, old: side, handler, clock, signal: new AbortController().signal };

  const inputsOf = (run: Run): Inputs =>
    someInputs({
      NAME,
      LAMBDA_ARN: ours,
      NEW_USER_POOL_ID: run.poolId,
      NEW_USER_POOL_ARN: `arn:aws:cognito-idp:${region}:${account}:userpool/${run.poolId}`,
      NEW_CLIENT_IDS: [...run.clientIds],
      NEW_CLIENT_NAMES: Object.fromEntries(run.clientIds.map((id) => [id, id])),
      REPLACE_TRIGGER: run.isReplacing,
    });
  const fileOf = ({ poolId }: Run) => join(folder, `${poolId}.json`);
  /** With the state file of that run open, as the command line does it. */
  const withStateStore = async (run: Run, work: (args: EngineRun<Aws, StepId>) => Promise<unknown>) => {
    const inputs = inputsOf(run);
    const { now } = clock;
    const store = await openStateStore({ file: fileOf(run), account, inputs, now });
    const steps = [newClients, migrationTrigger];
    try {
      await work({ steps, aws, inputs, store, emit: () => undefined, now, signal: aws.signal });
    } finally {
      await store.close();
      journal.clear();
    }
  };

  return {
    aws: local,
    theirs,
    ours: () => ours,
    init: (run) => withStateStore(run, apply),
    async teardown(run) {
      if (run.losesState) await rm(fileOf(run));
      // Without the file, the clients are found by their records in AWS.
      const recorded = clientsWithRecord((await readUndoRecords(side.lambda, ours)) ?? {});
      const clientIds = run.losesState ? recorded : run.clientIds;
      // Then only tags know the earlier trigger, and the person has been asked.
      const approved = run.losesState && run.isReplacing ? { RESTORE_TRIGGER: theirs } : {};
      await withStateStore({ ...run, clientIds }, (args) =>
        destroy({ ...args, inputs: { ...args.inputs, ...approved }, keep: new Set<StepId>() }),
      );
      await rm(fileOf(run));
    },
  };
}

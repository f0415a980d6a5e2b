/** The migration after setup: healthy, disturbed, repaired, and found again without its file. */

import { rm } from 'node:fs/promises';
import {
  type LambdaClient,
  RemovePermissionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import type { Aws } from '../../aws/clients.ts';
import { functionReady } from '../../aws/function/wait.ts';
import { differences, type JsonObject, toJsonObject } from '../../core/json.ts';
import { loadState } from '../../core/state.ts';
import type { Health } from '../../core/status.ts';
import { StatusDocument } from '../../core/status-document.ts';
import type { StepId } from '../../steps/ids.ts';
import type { Check, Seen } from '../check.ts';
import { answerText } from '../fixtures/sign-in.ts';
import type { Ran } from '../scene.ts';
import { ended, writesOf } from './set-up.ts';
import { presence } from './sign-ins.ts';
import type { Stage } from './stage.ts';

const changesOf = ({ document }: Ran): unknown => document.changes;

export function lifeChecks({ migration, clients, people }: Stage): readonly Check[] {
  return [
    {
      id: 'status',
      title: 'status says that all is healthy',
      kind: 'promise',
      documented: 'exit code 0 and no difference anywhere',
      async run(): Promise<Seen> {
        const ran = await migration.run('status');
        return { same: ran.code === 0 && ran.document.healthy === true, seen: ended(ran) };
      },
    },
    {
      id: 'init-again',
      title: 'a second init writes nothing',
      kind: 'promise',
      documented: 'run again, init makes no call that changes something',
      async run(): Promise<Seen> {
        const ran = await migration.run('init');
        const writes = writesOf(ran);
        return {
          same: ran.code === 0 && changesOf(ran) === 0 && writes.length === 0,
          seen: `${ended(ran)}; ${String(changesOf(ran))} changes, ${writes.length} writing calls ${writes.join(', ')}`.trim(),
        };
      },
    },
    {
      id: 'drift',
      title: 'status sees what somebody has changed',
      kind: 'promise',
      documented:
        'the permission to invoke the function taken away, its memory changed: exit code 5, both named',
      async run({ sides, clock, signal }): Promise<Seen> {
        await disturbFunction({ new: sides.new, clock, signal }, migration.name);
        const ran = await migration.run('status');
        const found = notInPlace(ran);
        return {
          same: ran.code === 5 && found.join() === broken.join(),
          seen: `${ended(ran, 5)}; ${found.join(', ') || 'everything in place'}`,
        };
      },
    },
    {
      id: 'repair',
      title: 'init repairs it, and users move again',
      kind: 'promise',
      documented: 'init changes what has drifted and nothing else; status is well again',
      async run(scene): Promise<Seen> {
        const ran = await migration.run('init');
        const status = await migration.run('status');
        const answer = await scene.signInPatiently(clients.web, people.afterRepair, 'USER_PASSWORD_AUTH');
        const user = await scene.userIn(clients.web.pool, people.afterRepair.username);
        return {
          same: ran.code === 0 && changesOf(ran) === 2 && status.code === 0 && answer.kind === 'tokens',
          seen: `${ended(ran)}; ${String(changesOf(ran))} changes; status ${ended(status)}; ${answerText(answer)}, ${presence(user)}`,
        };
      },
    },
    {
      id: 'lost-state',
      title: 'a lost state file is rebuilt from AWS',
      kind: 'promise',
      documented:
        'init without the file finds everything again, changes nothing and writes the same variables',
      async run(): Promise<Seen> {
        const before = await variablesOf(migration.stateFile);
        await rm(migration.stateFile);
        const ran = await migration.run('init');
        const after = await variablesOf(migration.stateFile);
        const changed = differences(after, before).map(({ path }) => path);
        return {
          same: ran.code === 0 && changesOf(ran) === 0 && changed.length === 0,
          seen: `${ended(ran)}; ${String(changesOf(ran))} changes; variables ${changed.length === 0 ? 'the same' : `different: ${changed.join(', ')}`}`,
        };
      },
    },
  ];
}

/** The damage that the journey causes, in the format of `notInPlace`. */
const broken: readonly `${StepId} ${Health}`[] = ['invoke-permission missing', 'lambda-function drifted'];

/** `step health` of every step that is not in place. */
function notInPlace(ran: Ran): string[] {
  const { data } = z.safeParse(StatusDocument, ran.document);
  return (data?.steps ?? [])
    .filter(({ health }) => health !== 'in place')
    .map(({ step, health }) => `${step} ${health}`)
    .toSorted();
}

/** As data, because the app clients return in the order of the function's tags. AWS promises no order. */
const variablesOf = async (file: string): Promise<JsonObject> =>
  toJsonObject((await loadState(file))?.variables ?? {});

/** Removes the pool's permission to invoke the function, and reduces the function's memory. */
async function disturbFunction(
  aws: Pick<Aws, 'clock' | 'signal'> & { readonly new: { readonly lambda: LambdaClient } },
  FunctionName: string,
): Promise<void> {
  const { lambda } = aws.new;
  await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: 'cognito-migrate' }));
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 256 }));
  await functionReady(aws, FunctionName);
}

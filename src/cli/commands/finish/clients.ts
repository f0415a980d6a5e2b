/** The app clients that init gave password sign-in, what they still use it for, and how it ends. */
import { undefinedIfNotFound } from '../../../aws/errors.ts';
import { passwordFlow, readClient, undoFlow } from '../../../aws/user-pool-client/index.ts';
import { removeKeys } from '../../../core/destroy.ts';
import type { Emit } from '../../../core/events.ts';
import { printable } from '../../../core/printable.ts';
import { recordedKeys } from '../../../core/state.ts';
import { openStateStore } from '../../../core/state-store.ts';
import type { Outcome } from '../../../core/step-run.ts';
import type { StepId } from '../../../steps/ids.ts';
import { steps } from '../../../steps/index.ts';
import { flowRecordOf, forgetClient, newClients } from '../../../steps/new-clients.ts';
import { recordOf } from '../../../steps/records.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { type PasswordUse, type PasswordUses, readPasswordUse } from '../sign-ins/index.ts';

const step: StepId = 'new-clients';

/**
 * `on`: init turned it on, and it can be turned off. `off`: someone has turned it off already.
 * `only-flow`: without it, Cognito would turn on three other flows. `before`: it was on before init.
 */
type Kind = 'on' | 'off' | 'only-flow' | 'before';

export interface FoundClient {
  readonly id: string;
  readonly name: string;
  readonly kind: Kind;
  /** Only of a client that can be changed. */
  readonly use?: PasswordUse | undefined;
}

/** Whether turning it off may break an app. */
export const isDoubtful = ({ use }: FoundClient): boolean => use?.verdict !== 'unused';

/** The app clients of a migration. */
export interface FoundClients extends Pick<PasswordUses, 'failures'> {
  readonly clients: readonly FoundClient[];
}

/** Reads the app clients and, of those that can be changed, how their apps sign in. Writes nothing. */
export async function findClients(migration: Migration): Promise<FoundClients> {
  const { aws, inputs, state } = migration;
  const ids = [...new Set([...Object.keys(inputs.NEW_CLIENT_NAMES), ...recordedKeys(state, step)])];
  const read = await Promise.all(ids.map((id) => readOne(migration, id, ids.length)));
  const clients = read.filter((one) => one !== undefined);
  const asked = clients.filter(({ kind }) => kind === 'on').map(({ id }) => ({ id, since: turnedOn(id) }));
  const { uses, failures } = await readPasswordUse(aws.new, inputs.NEW_USER_POOL_ID, asked, aws);
  return { clients: clients.map((one) => ({ ...one, use: uses.get(one.id) })), failures };

  /** A lost state file does not say when. */
  function turnedOn(id: string): number | undefined {
    const record = recordOf(state, step, id);
    return record?.status === 'applied' ? Date.parse(record.at) : undefined;
  }
}

/** Undefined for a client that no longer exists, and for one without the flow that init never changed. */
async function readOne(
  { aws, inputs, state }: Migration,
  id: string,
  series: number,
): Promise<FoundClient | undefined> {
  const reading = readClient(aws.new.idp, inputs.NEW_USER_POOL_ID, id, series);
  const found = await undefinedIfNotFound(reading, 'ResourceNotFoundException');
  if (found === undefined) return undefined;
  const name = inputs.NEW_CLIENT_NAMES[id] ?? printable(found.client.ClientName ?? id);
  const record = flowRecordOf(inputs.UNDO_RECORDS, recordOf(state, step, id)?.before, id);
  const isOn = passwordFlow(found.client).enabled;
  if (record === undefined) return isOn ? { id, name, kind: 'before' } : undefined;
  if (!isOn) return { id, name, kind: 'off' };
  const { action } = undoFlow(found.client, record);
  return { id, name, kind: action === 'leave' ? 'only-flow' : 'on' };
}

/**
 * Turns the flow off, and forgets these clients.
 * The state file stops to name them first. A run that ends early finds them by the tags of the function.
 */
export async function turnOff(
  { aws, inputs, caller, file }: Migration,
  clients: readonly FoundClient[],
  { emit, breakLock }: { readonly emit: Emit; readonly breakLock: boolean },
): Promise<readonly Outcome<StepId>[]> {
  const chosen = new Map(clients.map(({ id, name }) => [id, name]));
  const { now } = aws.clock;
  const NEW_CLIENT_IDS = inputs.NEW_CLIENT_IDS.filter((id) => !chosen.has(id));
  const left = { ...inputs, NEW_CLIENT_IDS };
  const store = await openStateStore({ file, account: caller.account, inputs: left, now, breakLock });
  try {
    const run = { steps, aws, inputs, store, emit, now, signal: aws.signal };
    const outcomes = await removeKeys<typeof aws, StepId>(run, newClients, [...chosen.keys()]);
    for (const { key, done } of outcomes) {
      // Nothing was left to undo, so the step itself did not forget it.
      if (done === 'absent') await forgetClient(aws, inputs, key);
      const name = chosen.get(key) ?? key;
      if (done !== 'left')
        await store.setFinished({ clients: { [key]: { name, at: new Date(now()).toISOString() } } });
    }
    return outcomes;
  } finally {
    await store.close();
  }
}

/** init and teardown of one pool or client by the functions that the steps call. */
import type { FlowRecord } from '../../src/aws/function/flow-records.ts';
import {
  type PoolImage,
  type PoolUpdateOptions,
  readPool,
  restorePool,
  setTriggers,
  undoTrigger,
} from '../../src/aws/user-pool/index.ts';
import {
  type ClientImage,
  type ClientUpdateOptions,
  flowRecord,
  passwordFlow,
  readClient,
  restoreClient,
  setPasswordFlow,
} from '../../src/aws/user-pool-client/index.ts';
import { paceOf } from '../support/clock.ts';
import { type ClientChange, ours, type PoolChange, type Restore } from './properties.ts';

const pace = paceOf();

/** @param rules a list of fields to try out, for the proof that every one of them matters. */
export function poolChange(rules: PoolUpdateOptions['rules'] = {}): PoolChange<string | undefined> {
  return {
    async init({ idp }, id) {
      const before = await readPool(idp, id);
      const { repaired } = await setTriggers(idp, before, { UserMigration: ours }, { ...pace, rules });
      if (repaired.length > 0) throw new Error(`MFA had to be put back: ${repaired.join()}`);
      return before.pool.LambdaConfig?.UserMigration;
    },
    async teardown({ idp }, id, previous) {
      const before = await readPool(idp, id);
      const undo = undoTrigger(before.pool.LambdaConfig?.UserMigration, ours, previous);
      if (undo.action === 'write')
        await setTriggers(idp, before, { UserMigration: undo.lambdaArn }, { ...pace, rules });
    },
  };
}

export function clientChange(rules: ClientUpdateOptions['rules'] = {}): ClientChange<FlowRecord | undefined> {
  return {
    async init({ idp }, poolId, clientId) {
      const before = await readClient(idp, poolId, clientId);
      const { enabled, family } = passwordFlow(before.client);
      await setPasswordFlow(idp, before, 'add', { ...pace, rules });
      return enabled ? undefined : flowRecord(family);
    },
    async teardown({ idp }, poolId, clientId, record) {
      if (record === undefined) return;
      const before = await readClient(idp, poolId, clientId);
      await setPasswordFlow(idp, before, { undo: record }, { ...pace, rules });
    },
  };
}

/** The image goes through JSON, as it does in the state file. */
export function poolRestore(rules: PoolUpdateOptions['rules'] = {}): Restore<PoolImage> {
  return {
    async read({ idp }, poolId) {
      const { raw, mfa } = await readPool(idp, poolId);
      return structuredClone({ raw, mfa });
    },
    restore: ({ idp }, image) => restorePool(idp, image, { ...pace, rules }),
  };
}

export function clientRestore(rules: ClientUpdateOptions['rules'] = {}): Restore<ClientImage> {
  return {
    async read({ idp }, poolId, clientId) {
      const { raw } = await readClient(idp, poolId, clientId);
      return structuredClone({ raw });
    },
    restore: ({ idp }, image) => restoreClient(idp, image, { ...pace, rules }),
  };
}

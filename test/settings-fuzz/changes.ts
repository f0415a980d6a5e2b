/** init and teardown of one pool or client by the functions that the steps call, and mutants of them. */
import type { FlowRecord } from '../../src/aws/function/flow-records.ts';
import {
  type PoolField,
  poolFields,
  type RawPool,
  readOnlyPoolFields,
  readPool,
  restorePool,
  setTriggers,
  undoTrigger,
} from '../../src/aws/user-pool/index.ts';
import { readOnlyClientFields } from '../../src/aws/user-pool-client/fields.ts';
import {
  clientFields,
  flowRecord,
  passwordFlow,
  type RawClient,
  readClient,
  restoreClient,
  setPasswordFlow,
} from '../../src/aws/user-pool-client/index.ts';
import { paceOf } from '../support/clock.ts';
import { type ClientChange, ours, type PoolChange, type Restore } from './properties.ts';

const pace = paceOf();

export function poolChange(): PoolChange<string | undefined> {
  return {
    async init({ idp }, id) {
      const before = await readPool(idp, id);
      const { repaired } = await setTriggers(idp, before, { UserMigration: ours }, pace);
      if (repaired.length > 0) throw new Error(`MFA had to be put back: ${repaired.join()}`);
      return before.pool.LambdaConfig?.UserMigration;
    },
    async teardown({ idp }, id, previous) {
      const before = await readPool(idp, id);
      const undo = undoTrigger(before.pool.LambdaConfig?.UserMigration, ours, previous);
      if (undo.action === 'write') await setTriggers(idp, before, { UserMigration: undo.lambdaArn }, pace);
    },
  };
}

export function clientChange(): ClientChange<FlowRecord | undefined> {
  return {
    async init({ idp }, poolId, clientId) {
      const before = await readClient(idp, poolId, clientId);
      const { enabled, family } = passwordFlow(before.client);
      await setPasswordFlow(idp, before, 'add', pace);
      return enabled ? undefined : flowRecord(family);
    },
    async teardown({ idp }, poolId, clientId, record) {
      if (record === undefined) return;
      const before = await readClient(idp, poolId, clientId);
      await setPasswordFlow(idp, before, { undo: record }, pace);
    },
  };
}

/** The image goes through JSON, as it does in the state file. */
export function poolRestore(): Restore<RawPool> {
  return {
    async read({ idp }, poolId) {
      const { raw, mfa } = await readPool(idp, poolId);
      return structuredClone({ raw, mfa });
    },
    restore: ({ idp }, image) => restorePool(idp, image, pace),
  };
}

export function clientRestore(): Restore<RawClient> {
  return {
    async read({ idp }, poolId, clientId) {
      const { raw } = await readClient(idp, poolId, clientId);
      return structuredClone({ raw });
    },
    restore: ({ idp }, image) => restoreClient(idp, image, pace),
  };
}

/** Runs the program with a mutation. */
export type Mutant = <T>(work: () => Promise<T>) => Promise<T>;

/** The program, except that its own lists say of this member of DescribeUserPool's answer: not to be sent. */
export function withoutPoolField(name: string): Mutant {
  const rule = Object.entries<PoolField>(poolFields).find(([member]) => member === name)?.[1];
  return rule === undefined
    ? (work) => withProperty(readOnlyPoolFields, name, true, work)
    : (work) => withProperty(poolFields, name, { ...rule, send: 'kept' } satisfies PoolField, work);
}

/** The same for an app client. */
export function withoutClientField(name: string): Mutant {
  return (work) =>
    withProperty(clientFields, name, undefined, () => withProperty(readOnlyClientFields, name, true, work));
}

/** @param value the property's value while `work` runs. Undefined: no such property. */
async function withProperty<T>(
  list: object,
  name: string,
  value: unknown,
  work: () => Promise<T>,
): Promise<T> {
  const before = Object.getOwnPropertyDescriptor(list, name);
  setProperty(list, name, value === undefined ? undefined : { value, enumerable: true, configurable: true });
  try {
    return await work();
  } finally {
    setProperty(list, name, before);
  }
}

function setProperty(list: object, name: string, descriptor: PropertyDescriptor | undefined): void {
  Reflect.deleteProperty(list, name);
  if (descriptor !== undefined) Object.defineProperty(list, name, descriptor);
}

/** Steps in a world of named things, small enough to see through, and everything that a run needs around them. */
import { join } from 'node:path';
import { makeDefineStep } from '../../src/core/define-step.ts';
import { noEffect } from '../../src/core/effects.ts';
import type { Event } from '../../src/core/events.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { openStateStore, type StateStore } from '../../src/core/state-store.ts';
import type { Comparison, Ownership, Step } from '../../src/core/step.ts';
import type { Run } from '../../src/core/step-run.ts';
import type { Inputs, VarName, Vars } from '../../src/core/variables/index.ts';
import { someInputs } from '../support/inputs.ts';
import { tempFolder } from '../support/temp.ts';

export interface Thing {
  readonly props: JsonObject;
  readonly ownership?: Ownership;
}

/** Things by their key, and what was done to them in order: `read role`, `create role`, `update role`, `remove role`, `check role`. */
export class FakeWorld {
  readonly things = new Map<string, Thing>();
  readonly log: string[] = [];
  /** Runs at the beginning of each deed, so that a test can wait, look or throw there. */
  at: (deed: string) => void | Promise<void> = () => undefined;

  async do(deed: string): Promise<void> {
    this.log.push(deed);
    await this.at(deed);
  }

  /** Without the reads. */
  get deeds(): readonly string[] {
    return this.log.filter((deed) => !deed.startsWith('read '));
  }
}

export type Output = 'ROLE_ARN' | 'POLICY_ARN' | 'OLD_CLIENT_ID' | 'LAMBDA_ARN';

export type FakeId =
  | 'attach'
  | 'client'
  | 'function'
  | 'optional'
  | 'own'
  | 'permission'
  | 'policy'
  | 'pool'
  | 'role'
  | 'trigger';

export interface FakeStep {
  readonly id: FakeId;
  readonly requires?: readonly VarName[];
  readonly outputs?: readonly Output[];
  readonly after?: readonly FakeId[];
  readonly checks?: boolean;
  readonly checkRequires?: readonly FakeId[];
  readonly kind?: 'modify';
  readonly alreadyExistsErrors?: readonly string[];
  readonly keys?: (inputs: Inputs) => readonly string[];
  readonly when?: (inputs: Inputs) => boolean;
  readonly earlierKeys?: (inputs: Inputs) => readonly string[];
  readonly existing?: (inputs: Inputs) => Partial<Vars> | undefined;
  /** What is kept before a write. */
  readonly before?: JsonObject;
  /** Its write stands on a reading of its own. */
  readonly sees?: true;
}

/** What a fake step gives: the same every time, so that a run can be told from the next by what it does. */
export const outputOf = (name: Output): string =>
  name === 'OLD_CLIENT_ID' ? 'client1' : `arn:aws:fake:::${name}`;

const defineStep = makeDefineStep<FakeWorld, never>();

const outputsOf = (gives: readonly Output[]) => {
  const all = {
    ROLE_ARN: outputOf('ROLE_ARN'),
    POLICY_ARN: outputOf('POLICY_ARN'),
    OLD_CLIENT_ID: outputOf('OLD_CLIENT_ID'),
    LAMBDA_ARN: outputOf('LAMBDA_ARN'),
  };
  const given: Partial<typeof all> = {};
  for (const name of gives) given[name] = all[name];
  return { all, given };
};

/** A step that wants `{ wanted: true }` and the values of what it needs. */
export function fakeStep(args: FakeStep): Step<FakeWorld, FakeId> {
  const nameOf = (key: string): string => (key === '' ? args.id : `${args.id}:${key}`);
  const { all, given } = outputsOf(args.outputs ?? []);
  const step = defineStep<FakeId, VarName, Output, JsonObject, never, undefined, FakeId>({
    id: args.id,
    title: args.id,
    ...(args.kind === 'modify'
      ? ({ kind: 'modify', iac: 'none', cleanup: 'none' } as const)
      : ({ kind: 'create', iac: () => ({ type: 'role', calls: [] }), cleanup: 'with-pool' } as const)),
    requires: args.requires ?? [],
    outputs: args.outputs ?? [],
    permissions: [],
    effects: { missing: noEffect(''), drifted: noEffect(''), foreign: noEffect('') },
    ...(args.after === undefined ? {} : { after: args.after }),
    ...(args.alreadyExistsErrors === undefined ? {} : { alreadyExistsErrors: args.alreadyExistsErrors }),
    ...(args.keys === undefined ? {} : { keys: args.keys }),
    ...(args.when === undefined ? {} : { when: args.when }),
    ...(args.earlierKeys === undefined ? {} : { earlierKeys: args.earlierKeys }),
    describe: (_inputs, key) => `the ${nameOf(key)}`,
    desired: ({ vars }) => ({
      wanted: true,
      needs: (args.requires ?? []).map((name) => String(vars[name])),
    }),
    async read({ aws, key }) {
      await aws.do(`read ${nameOf(key)}`);
      const thing = aws.things.get(nameOf(key));
      if (thing === undefined) return undefined;
      return { props: thing.props, outputs: all, ownership: thing.ownership ?? 'ours', owner: 'somebody' };
    },
    ...(args.sees
      ? {
          async readFresh({ aws, key }: { aws: FakeWorld; key: string }) {
            await aws.do(`see ${nameOf(key)}`);
            return undefined;
          },
        }
      : {}),
    async write({ aws, want, live, key, readFresh, saveSnapshot, onProgress }) {
      if (args.sees) await readFresh();
      if (args.before !== undefined) await saveSnapshot(args.before);
      onProgress('working');
      await aws.do(`${live === undefined ? 'create' : 'update'} ${nameOf(key)}`);
      aws.things.set(nameOf(key), { props: want });
      return { outputs: all, detail: 'as asked' };
    },
    async remove({ aws, key, before }) {
      await aws.do(`remove ${nameOf(key)}${before === undefined ? '' : ` ${JSON.stringify(before)}`}`);
      aws.things.delete(nameOf(key));
      return undefined;
    },
    ...(args.checkRequires === undefined ? {} : { checkRequires: args.checkRequires }),
    ...(args.checks
      ? {
          async check({ aws }: { aws: FakeWorld }) {
            await aws.do(`check ${args.id}`);
            return 'it works';
          },
        }
      : {}),
  });
  // Every fake step knows all four outputs; only those that it gives come out.
  const only = (outputs: Partial<Vars>): Partial<Vars> => (Object.keys(outputs).length === 0 ? {} : given);
  return {
    ...step,
    existing: (inputs) => args.existing?.(inputs),
    async inspect(aws, vars, key) {
      const found = await step.inspect(aws, vars, key);
      const compare = (so: Inputs): Comparison => {
        const compared = found.compare(so);
        return {
          ...compared,
          write: async (saveSnapshot, onProgress) => {
            const written = await compared.write(saveSnapshot, onProgress);
            return { ...written, outputs: only(written.outputs) };
          },
        };
      };
      return { ...found, outputs: only(found.outputs), compare };
    },
  };
}

export interface FakeRun extends Run<FakeWorld, FakeId> {
  readonly events: Event[];
  readonly store: StateStore;
  readonly abort: () => void;
}

/** A run with a real state file in a folder of the test's own. */
export async function fakeRun(
  aws: FakeWorld,
  steps: readonly Step<FakeWorld, FakeId>[],
  more: Partial<Inputs> = {},
  file?: string,
): Promise<FakeRun> {
  const inputs = someInputs(more);
  const events: Event[] = [];
  const controller = new AbortController();
  let time = 0;
  const now = () => {
    time += 1;
    return time;
  };
  const store = await openStateStore({
    file: file ?? join(await tempFolder(), 'state.json'),
    account: '111122223333',
    inputs,
    now,
  });
  return {
    aws,
    steps,
    inputs,
    store,
    events,
    emit: (event) => events.push(event),
    now,
    signal: controller.signal,
    abort: () => controller.abort(),
  };
}

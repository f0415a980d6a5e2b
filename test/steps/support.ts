/** The real steps, run by the engine with real SDK clients against a local AWS. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, inject } from 'vitest';
import type { Aws } from '../../src/aws/clients.ts';
import { readHandlerZip } from '../../src/aws/handler-zip.ts';
import { readPool } from '../../src/aws/user-pool/index.ts';
import { findClient } from '../../src/aws/user-pool-client/list.ts';
import { Accounts } from '../../src/cli/session/access.ts';
import { apply } from '../../src/core/apply.ts';
import { destroy } from '../../src/core/destroy.ts';
import type { Event } from '../../src/core/events.ts';
import { type Plan, plan } from '../../src/core/plan.ts';
import { openStateStore } from '../../src/core/state-store.ts';
import type { Finished } from '../../src/core/step-run.ts';
import type { Inputs } from '../../src/core/variables/index.ts';
import type { SandboxOptions } from '../../src/sandbox/index.ts';
import { settingsFor } from '../../src/steps/handler-settings.ts';
import type { StepId } from '../../src/steps/ids.ts';
import { steps } from '../../src/steps/index.ts';
import { defaultName } from '../../src/steps/names.ts';
import { type FakeClock, fakeClock } from '../support/clock.ts';
import { given } from '../support/errors.ts';
import { someInputs } from '../support/inputs.ts';
import { account, type LocalAws, region, startLocalAws } from '../support/local-aws.ts';
import { tempFolder } from '../support/temp.ts';

export interface Migration extends LocalAws {
  readonly clock: FakeClock;
  readonly aws: Aws;
  readonly inputs: Inputs;
  readonly events: Event[];
  readonly file: string;
  abort(): void;
  plan(more?: Partial<Inputs>): Promise<Plan<StepId>>;
  apply(more?: Partial<Inputs>): Promise<Finished<StepId>>;
  destroy(more?: Partial<Inputs>): Promise<Finished<StepId>>;
  /** Writes of one more apply, in order: what a repair consists of. */
  repair(more?: Partial<Inputs>): Promise<string[]>;
}

export interface MigrationOptions extends SandboxOptions {
  readonly inputs?: Partial<Inputs>;
}

/** Two pools, and everything that a run of the steps needs; nothing of the migration exists yet. */
export async function startMigration({
  inputs: more,
  ...options
}: MigrationOptions = {}): Promise<Migration> {
  const clock = fakeClock();
  const pools = await startLocalAws({ now: clock.now, ...options });
  const file = join(await tempFolder(), 'state.json');
  const events: Event[] = [];
  const controller = new AbortController();
  const open = new Accounts({
    endpoint: pools.sandbox.url,
    mfaCode: () => Promise.reject(new Error('no MFA here')),
    emit: (event) => events.push(event),
    clock,
    signal: controller.signal,
    userAgent: 'test',
    requestTimeout: 28_000,
  }).open();
  const side = open(region);
  const handler = await readHandlerZip(pathToFileURL(inject('handlerZip')));
  const aws: Aws = { new: side, old: side, handler, clock, signal: controller.signal };

  const inputs = await discoverInputs(pools, aws, more);
  pools.sandbox.journal.clear();
  const run = async <T>(
    changed: Partial<Inputs>,
    work: (parts: { inputs: Inputs; store: Awaited<ReturnType<typeof openStateStore>> }) => Promise<T>,
  ): Promise<T> => {
    const all = { ...inputs, ...changed };
    const store = await openStateStore({ file, account, inputs: all, now: clock.now });
    try {
      return await work({ inputs: all, store });
    } finally {
      await store.close();
    }
  };
  const common = {
    steps,
    aws,
    emit: (event: Event) => events.push(event),
    now: clock.now,
    signal: controller.signal,
  };
  const applied: Migration['apply'] = (changed = {}) =>
    run(changed, (parts) => apply({ ...common, ...parts }));
  return {
    ...pools,
    clock,
    aws,
    inputs,
    events,
    file,
    abort: () => controller.abort(),
    plan: (changed = {}) => plan(steps, aws, { ...inputs, ...changed }),
    apply: applied,
    destroy: (changed = {}) => run(changed, (parts) => destroy({ ...common, ...parts, keep: new Set() })),
    async repair(changed = {}) {
      const { journal } = pools.sandbox;
      journal.clear();
      await applied(changed);
      return journal.writes().map(({ service, operation }) => `${service}:${operation}`);
    },
  };
}

/** The same inputs that the command line finds out before it plans. */
async function discoverInputs(pools: LocalAws, aws: Aws, more: Partial<Inputs> = {}): Promise<Inputs> {
  const [oldPool, newPool] = await Promise.all([
    readPool(aws.old.idp, pools.oldPool),
    readPool(aws.new.idp, pools.newPool),
  ]);
  const ids = more.NEW_CLIENT_IDS ?? [pools.clients.web];
  const found = await Promise.all(ids.map((id) => findClient(aws.new.idp, pools.newPool, id)));
  const clients = found.filter((client) => client !== undefined);
  const base = someInputs(more);
  return {
    ...base,
    OLD_USER_POOL_ID: pools.oldPool,
    OLD_USER_POOL_ARN: given(oldPool.pool.Arn, 'ARN'),
    OLD_USER_POOL_NAME: 'legacy-users',
    NEW_USER_POOL_ID: pools.newPool,
    NEW_USER_POOL_ARN: given(newPool.pool.Arn, 'ARN'),
    NEW_USER_POOL_NAME: 'customers',
    NAME: more.NAME ?? defaultName(pools.newPool),
    NEW_CLIENT_IDS: ids,
    NEW_CLIENT_NAMES: Object.fromEntries(clients.map(({ id, name }) => [id, name])),
    SETTINGS: more.SETTINGS ?? settingsFor(oldPool.pool, newPool.pool, base),
    CODE_SHA256: aws.handler.sha256,
  };
}

/** `role create` of each item that is not in place. */
export const changesOf = ({ items }: Plan<StepId>): string[] =>
  items.filter(({ action }) => action !== 'none').map(({ step, action }) => `${step} ${action}`);

/** An output that a finished run must know. */
export const outputOf = (
  { vars }: Finished<StepId>,
  name: 'ROLE_ARN' | 'POLICY_ARN' | 'OLD_CLIENT_ID' | 'LAMBDA_ARN',
): string => given(vars[name], name);

/** The spinner cuts off what is wider than a terminal of 80 columns; it takes 6 of them itself. */
export function expectOneLine({ title, message }: Extract<Event, { type: 'wait' }>): void {
  expect(`${title}  ${message}`.length, message).toBeLessThanOrEqual(80 - 6);
  expect(message).toMatch(/ · \d+ of \d+ s$/);
}

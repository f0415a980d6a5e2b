/**
 * What must not compile. Each line under an expectation is a mistake that a declaration is there to catch;
 * `npm run typecheck` fails when one of them compiles, and test/types/must-not-compile.test.ts shows that each of them is an error.
 */

import { makeDefineStep } from '../../src/core/define-step.ts';
import { noEffect } from '../../src/core/effects.ts';
import { CheckError, type MigrateError, UsageError } from '../../src/core/errors.ts';
import type { Event } from '../../src/core/events.ts';
import type { FindingId } from '../../src/core/findings.ts';
import type { LongRun } from '../../src/core/long-run.ts';
import type { Permission } from '../../src/core/permission.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { Resource } from '../../src/core/resource.ts';
import type { Step } from '../../src/core/step.ts';
import { variables } from '../../src/core/variables/definitions.ts';
import { type Inputs, parseVariable } from '../../src/core/variables/index.ts';
import type { Decision } from '../../src/lambda/decide.ts';
import type { NameVerdict } from '../../src/lambda/names.ts';
import type { Reason } from '../../src/lambda/reasons.ts';
import { defineStep as defineMigrationStep } from '../../src/steps/define-step.ts';
import { keeping, type StepId } from '../../src/steps/ids.ts';
import type { MigrationStep } from '../../src/steps/index.ts';
import { recordOf } from '../../src/steps/records.ts';

type Fake = { readonly call: () => Promise<void> };
type FakeStep = Step<Fake, 'right' | 'wrong'>;
const defineStep = makeDefineStep<Fake, never>();

/** What every step must say beyond its resource. */
const said = {
  effects: { missing: noEffect(''), drifted: noEffect(''), foreign: noEffect('') },
  permissions: [],
  iac: (): Resource => ({ type: 'role', calls: [] }),
  cleanup: 'with-pool',
} as const;

/** A step that is right: whatever is wrong below is wrong by its one difference. */
export const right = defineStep({
  ...said,
  id: 'right',
  title: 'right',
  kind: 'create',
  requires: ['ROLE_ARN', 'NAME'],
  optional: ['PERMISSIONS_BOUNDARY'],
  outputs: ['LAMBDA_ARN'],
  describe: (inputs) => inputs.NAME,
  desired: ({ vars }) => ({ role: vars.ROLE_ARN, boundary: vars.PERMISSIONS_BOUNDARY ?? null }),
  read: async ({ vars }) => ({
    props: { role: vars.NAME, boundary: null },
    outputs: { LAMBDA_ARN: vars.ROLE_ARN ?? '' },
    ownership: 'ours',
  }),
  write: async ({ want, vars }) => ({ outputs: { LAMBDA_ARN: want.role + vars.ROLE_ARN } }),
  remove: async () => undefined,
  check: async ({ vars }) => vars.LAMBDA_ARN.slice(0) + vars.ROLE_ARN.slice(0),
});

export const wrongDesired = defineStep({
  ...said,
  id: 'wrong',
  title: 'wrong',
  kind: 'create',
  requires: ['ROLE_ARN'],
  outputs: [],
  describe: () => '',
  // @ts-expect-error POLICY_ARN is in neither needs nor uses
  desired: ({ vars }) => ({ policy: vars.POLICY_ARN }),
  read: async () => undefined,
  write: async () => ({ outputs: {} }),
  remove: async () => undefined,
});

export const wrongRead = defineStep({
  ...said,
  id: 'wrong',
  title: 'wrong',
  kind: 'create',
  requires: ['ROLE_ARN'],
  outputs: [],
  describe: () => '',
  desired: () => ({}),
  // @ts-expect-error NAME is in neither needs nor uses
  read: async ({ vars }) => (vars.NAME === '' ? undefined : { props: {}, outputs: {}, ownership: 'ours' }),
  write: async () => ({ outputs: {} }),
  remove: async () => undefined,
});

export const certainInRead = defineStep({
  ...said,
  id: 'wrong',
  title: 'wrong',
  kind: 'create',
  requires: ['ROLE_ARN'],
  outputs: ['POLICY_ARN'],
  describe: () => '',
  desired: () => ({}),
  // @ts-expect-error what another step makes may be gone when read and remove are called
  read: async ({ vars }) => ({ props: {}, outputs: { POLICY_ARN: vars.ROLE_ARN }, ownership: 'ours' }),
  write: async () => ({ outputs: { POLICY_ARN: '' } }),
  remove: async () => undefined,
});

export const wrongWrite = defineStep({
  ...said,
  id: 'wrong',
  title: 'wrong',
  kind: 'create',
  requires: ['ROLE_ARN'],
  outputs: [],
  describe: () => '',
  desired: () => ({}),
  read: async () => undefined,
  // @ts-expect-error OLD_CLIENT_ID is in neither needs nor uses
  write: async ({ vars }) => ({ outputs: {}, detail: vars.OLD_CLIENT_ID }),
  remove: async () => undefined,
});

export const wrongRemove = defineStep({
  ...said,
  id: 'wrong',
  title: 'wrong',
  kind: 'create',
  requires: ['ROLE_ARN'],
  outputs: [],
  describe: () => '',
  desired: () => ({}),
  read: async () => undefined,
  write: async () => ({ outputs: {} }),
  // @ts-expect-error TAGS is in neither needs nor uses
  remove: async ({ vars }) => String(vars.TAGS),
});

export const wrongCheck = defineStep({
  ...said,
  id: 'wrong',
  title: 'wrong',
  kind: 'create',
  requires: ['ROLE_ARN'],
  outputs: ['LAMBDA_ARN'],
  describe: () => '',
  desired: () => ({}),
  read: async () => undefined,
  write: async () => ({ outputs: { LAMBDA_ARN: '' } }),
  remove: async () => undefined,
  // @ts-expect-error POLICY_ARN is in neither needs nor uses nor gives
  check: async ({ vars }) => vars.POLICY_ARN,
});

export const usedIsNotCertain = defineStep({
  ...said,
  id: 'wrong',
  title: 'wrong',
  kind: 'create',
  requires: [],
  optional: ['PERMISSIONS_BOUNDARY'],
  outputs: [],
  describe: () => '',
  // @ts-expect-error what is only used may be absent
  desired: ({ vars }) => ({ boundary: vars.PERMISSIONS_BOUNDARY.slice(1) }),
  read: async () => undefined,
  write: async () => ({ outputs: {} }),
  remove: async () => undefined,
});

export const otherOutput = defineStep({
  ...said,
  id: 'wrong',
  title: 'wrong',
  kind: 'create',
  requires: [],
  outputs: ['ROLE_ARN'],
  describe: () => '',
  desired: () => ({}),
  read: async () => undefined,
  // @ts-expect-error POLICY_ARN is not in gives
  write: async () => ({ outputs: { POLICY_ARN: '' } }),
  remove: async () => undefined,
});

export const missingOutput = defineStep({
  ...said,
  id: 'wrong',
  title: 'wrong',
  kind: 'create',
  requires: [],
  outputs: ['ROLE_ARN', 'POLICY_ARN'],
  describe: () => '',
  desired: () => ({}),
  read: async () => undefined,
  // @ts-expect-error POLICY_ARN is in gives
  write: async () => ({ outputs: { ROLE_ARN: '' } }),
  remove: async () => undefined,
});

export const unknownName = defineStep({
  ...said,
  id: 'wrong',
  title: 'wrong',
  kind: 'create',
  // @ts-expect-error there is no such variable
  requires: ['ROLE_ARM'],
  outputs: [],
  describe: () => '',
  desired: () => ({}),
  read: async () => undefined,
  write: async () => ({ outputs: {} }),
  remove: async () => undefined,
});

export const describeBeforehand = (inputs: Inputs): string =>
  // @ts-expect-error before anything exists no output is certain
  inputs.ROLE_ARN.slice(0);

/** All that a step must have, but its ID. */
const rest = {
  ...said,
  title: 'wrong',
  kind: 'create' as const,
  requires: [],
  outputs: [],
  describe: () => '',
  desired: () => ({}),
  read: async () => undefined,
  write: async () => ({ outputs: {} }),
  remove: async () => undefined,
};

// @ts-expect-error no step has this ID
export const misspelledAfter: FakeStep = defineStep({ ...rest, id: 'wrong', after: ['rihgt'] });

// @ts-expect-error no step has this ID
export const misspelledPart: FakeStep = defineStep({ ...rest, id: 'wrong', parent: 'rihgt' });

// @ts-expect-error no step has this ID
export const misspelledCheckNeeds: FakeStep = defineStep({ ...rest, id: 'wrong', checkRequires: ['rihgt'] });

// @ts-expect-error it is not in the list of IDs
export const undeclaredStep: FakeStep = defineStep({ ...rest, id: 'third' });

/** Those of the product are of its own list. */
export const rightOrder: MigrationStep = defineMigrationStep({
  ...rest,
  id: 'log-group',
  after: ['lambda-function'],
});
// @ts-expect-error it is lambda-function
export const wrongOrder: MigrationStep = defineMigrationStep({
  ...rest,
  id: 'log-group',
  after: ['lambda-functoin'],
});

const { permissions: _permissions, ...withoutPermissions } = { ...rest, id: 'wrong' };
// @ts-expect-error it does not say which permissions it takes
export const missingPermissions = defineStep(withoutPermissions);

// @ts-expect-error it does not say which tasks need the action
export const withoutTasks: Permission['actions'] = ['iam:GetRole'];

// @ts-expect-error it is watch
export const wrongTask: Permission['actions'] = { 'iam:GetRole': ['wach'] };

const { cleanup: _cleanup, ...withoutCleanup } = { ...rest, id: 'wrong' };
// @ts-expect-error it does not say how self-test cleans it up
export const missingCleanup = defineStep(withoutCleanup);

const { iac: _iac, ...withoutIac } = { ...rest, id: 'wrong' };
// @ts-expect-error it does not say how export prints it
export const missingIac = defineStep(withoutIac);

// @ts-expect-error what it creates must be printed
export const noIac = defineStep({ ...rest, id: 'wrong', iac: 'none' });

// @ts-expect-error no language knows this type of resource
export const unknownResource: Resource = { type: 'queue', calls: [] };

// @ts-expect-error what it creates must be cleaned up
export const noCleanup = defineStep({ ...rest, id: 'wrong', cleanup: 'none' });

// @ts-expect-error no step has this ID
export const misspelledHost: FakeStep = defineStep({
  ...rest,
  id: 'wrong',
  cleanup: { deletedWith: 'rihgt' },
});

// @ts-expect-error it is old-client
export const misspelledKeep = keeping('old-cleint');

// @ts-expect-error it is migration-trigger
export const misspelledRecord = recordOf(undefined, 'migration-triger');

export const misspelledItem = ({ items }: Plan<StepId>): boolean =>
  // @ts-expect-error it is lambda-function
  items.some(({ step }) => step === 'lambda-functoin');

// @ts-expect-error it is wrong-password
export const misspelledReason: Reason = 'wrong-pasword';

// @ts-expect-error nobody moves for this reason
export const reasonOfAnotherOutcome: Decision = { act: 'migrate', reason: 'wrong-password' };

// @ts-expect-error it is unverified-alias
export const misspelledNameReason: NameVerdict = { ok: false, reason: 'unverified-alais' };

const words = { disabled: '', federated: '' };
// @ts-expect-error a table of all reasons without most of them
export const missingReason: Readonly<Record<Reason, string>> = words;

// @ts-expect-error it is SAME_POOL
export const misspelledCode = (): UsageError => new UsageError('', { code: 'SAME_POL' });

// @ts-expect-error it is an error of AWS, so of another exit code
export const codeOfAnotherKind = (): UsageError => new UsageError('', { code: 'AWS_BUSY' });

// @ts-expect-error it is NOT_INSTALLED
export const misspelledComparison = (error: MigrateError): boolean => error.code === 'NOT_INSTALED';

// @ts-expect-error there is no such finding
export const misspelledFinding = (): CheckError => new CheckError('', { code: 'CM999' });

// @ts-expect-error there is no such finding
export const misspelledNote: Event = { type: 'note', level: 'info', message: '', id: 'CM999' };

export const misspelledAccept = ({ ACCEPT }: Inputs): boolean =>
  // @ts-expect-error there is no such finding
  ACCEPT.includes('CM999');

const few = { CM101: '', CM102: '' };
// @ts-expect-error a table of all findings without most of them
export const missingFinding: Readonly<Record<FindingId, string>> = few;

/** Not a number: the declaration's schema gives the type. */
export function valueTypes(): string | undefined {
  const parsed = parseVariable('LOG_RETENTION', '30');
  // @ts-expect-error LOG_RETENTION is a number
  return 'value' in parsed ? parsed.value : undefined;
}

// @ts-expect-error a declaration cannot be changed
variables.NAME.flag = '--other';

type Tally = { readonly count: number };
const nothingToDo = async () => ({ state: 'done', data: { count: 0 } }) as const;

// @ts-expect-error every state of a long run has its work
export const stateWithoutWork: LongRun<'open' | 'shut' | 'done', Tally>['work'] = {
  open: { move: nothingToDo },
  done: 'ended',
};

export const unknownNextState: LongRun<'open' | 'done', Tally>['work'] = {
  // @ts-expect-error the next state of a chunk is one of its states
  open: { move: async ({ data }) => ({ state: 'dome', data }) },
  done: 'ended',
};

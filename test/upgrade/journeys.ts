/** What a person runs in each state, from before init until after teardown: each command's documents are held to version 1.0.0. */
import type { StateName } from './states.ts';
import { anaOf } from './users.ts';

export interface Step {
  /** Of the recorded document. */
  readonly name: string;
  /** Words before the flags that every command has. */
  readonly argv: readonly string[];
  /** It takes neither pools nor names. */
  readonly isBare?: true;
  readonly stdin?: string;
  readonly exit?: number;
  /** Its document can be had line by line. */
  readonly streams?: true;
}

const ana = anaOf();
const trying = ['try', '--username', ana.username, '--password-stdin'];

/** The step from which a state's fixture is made. */
export const init: Step = { name: 'init', argv: ['init', '--all-new-clients', '--yes'], streams: true };
/** How it ends. */
export const teardown: Step = { name: 'teardown', argv: ['teardown', '--yes'], streams: true };

const plan: Step = { name: 'plan', argv: ['plan'], streams: true };
const planAfter: Step = { name: 'plan-after-init', argv: ['plan'], streams: true };
const status: Step = { name: 'status', argv: ['status', '--probe'], streams: true };
const teardownPlan: Step = { name: 'teardown-dry-run', argv: ['teardown', '--dry-run'] };

const ofOthers: readonly Step[] = [plan, init, planAfter, status, teardownPlan, teardown];

const exported = (format: string): Step => ({
  name: `export-${format}`,
  argv: ['export', '--format', format],
  streams: true,
});

const journeys: Partial<Record<StateName, readonly Step[]>> = {
  'one-account': [
    plan,
    { name: 'status-before-init', argv: ['status'], exit: 5 },
    { name: 'doctor', argv: ['doctor'], streams: true },
    { name: 'policy', argv: ['policy'] },
    { name: 'policy-self-test', argv: ['policy', '--side', 'self-test'] },
    init,
    { name: 'init-again', argv: ['init', '--yes'] },
    planAfter,
    status,
    { name: 'try', argv: trying, stdin: `${ana.password}\n`, streams: true },
    { name: 'try-wrong', argv: trying, stdin: 'Another-password-1\n', exit: 8 },
    {
      name: 'try-for-real',
      argv: [...trying, '--for-real', '--client-id', '{{client web}}'],
      stdin: `${ana.password}\n`,
    },
    { name: 'logs', argv: ['logs'], isBare: true },
    exported('cloudformation'),
    exported('terraform'),
    exported('aws-cli'),
    exported('json'),
    { name: 'export-written', argv: ['export', '--format', 'cloudformation', '--out', '{{folder}}/infra'] },
    { name: 'env', argv: ['env'], isBare: true },
    { name: 'restore-dry-run', argv: ['teardown', '--restore', '--dry-run'] },
    teardownPlan,
    teardown,
    { name: 'teardown-again', argv: ['teardown', '--yes'] },
    { name: 'usage-error', argv: ['plan', '--mfa', 'perhaps'], exit: 2 },
  ],
  'own-name': [
    plan,
    init,
    planAfter,
    status,
    { name: 'restore', argv: ['teardown', '--restore', '--yes'] },
    teardown,
  ],
  'two-accounts': [
    plan,
    { name: 'policy', argv: ['policy', '--side', 'new'] },
    { name: 'policy-old', argv: ['policy', '--side', 'old'] },
    init,
    planAfter,
    status,
    { name: 'teardown-leaving-old-account', argv: ['teardown', '--leave-old-account', '--dry-run'] },
    teardown,
  ],
  'replaced-trigger': [
    { name: 'plan-refused', argv: ['plan'], exit: 4 },
    { name: 'init-refused', argv: ['init', '--all-new-clients', '--yes'], exit: 4 },
    init,
    planAfter,
    status,
    teardownPlan,
    teardown,
  ],
};

/** The steps of a state, in order; `init` is one of them, and `teardown` comes after it. */
export const journeyOf = (state: StateName): readonly Step[] => journeys[state] ?? ofOthers;

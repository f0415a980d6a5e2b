/** Every fault that can be: which call it strikes, where, and how. */
import type { Fault, FaultKind, Position } from '../../src/sandbox/faults.ts';
import { isWrite, type JournalEntry } from '../../src/sandbox/journal.ts';
import type { ConfigurationName } from './scene.ts';
import { main } from './sides.ts';

/** What is struck: the n-th call of one operation in one account. Calls go at the same time, so a number in the journal would not do. */
export interface Target {
  readonly account: string;
  readonly service: string;
  readonly operation: string;
  /** How many calls of the operation come before it. */
  readonly skip: number;
}

/** `repair`: an init that finds everything changed. */
export const commands = ['init', 'repair', 'teardown'] as const;
/** `unchoose`: an init that removes the alarms of an earlier one. `finish`: password sign-in off, then teardown. */
export type Command = (typeof commands)[number] | 'unchoose' | 'finish';

export type Kind = FaultKind | 'throttle-retry-after' | 'kill';

export interface Case {
  readonly configuration: ConfigurationName;
  readonly command: Command;
  readonly target: Target;
  readonly position: Position;
  readonly kind: Kind;
  /** `once`: the next attempt goes through. `always`: every attempt of that command is struck. */
  readonly lasting: 'once' | 'always';
  /** The state file is gone when the command is run again. */
  readonly losesState: boolean;
}

/** The probe's call too: AWS has run something then. */
export const changes = ({ operation }: Pick<Target, 'operation'>): boolean =>
  isWrite(operation) || operation === 'Invoke';

/** All calls of a run, in the order in which their operations first came. */
export function targetsOf(calls: readonly JournalEntry[]): Target[] {
  const seen = new Map<string, number>();
  return calls.map(({ account, service, operation }) => {
    const name = `${account} ${service}:${operation}`;
    const skip = seen.get(name) ?? 0;
    seen.set(name, skip + 1);
    return { account, service, operation, skip };
  });
}

/** Faults that a second attempt gets over. */
const passing = [
  'throttle',
  'throttle-retry-after',
  'internal-error',
  'connection-reset',
  'time-out',
] as const;
const positions = ['before', 'after'] as const;

export type Strike = Pick<Case, 'position' | 'kind' | 'lasting'>;

/** Each kind before and after the call; a lost response can only come after it. */
export const strikes: readonly Strike[] = [
  ...passing.flatMap((kind) => positions.map((position): Strike => ({ kind, position, lasting: 'once' }))),
  ...positions.map((position): Strike => ({ kind: 'access-denied', position, lasting: 'once' })),
  { kind: 'lost-response', position: 'after', lasting: 'once' },
  // One of each sort to the end: refused for good, and done without a word. Others would only take longer for the same.
  { kind: 'internal-error', position: 'before', lasting: 'always' },
  { kind: 'lost-response', position: 'after', lasting: 'always' },
];

export const kills: readonly Strike[] = positions.map((position) => ({
  kind: 'kill',
  position,
  lasting: 'once',
}));

/** `iam:CreateRole #1`, and where that is in the other account, so. */
export const targetName = ({ account, service, operation, skip }: Target): string =>
  `${account === main.account ? '' : 'old '}${service}:${operation} #${skip + 1}`;

export const nameOf = (one: Case): string =>
  [
    `${one.configuration} ${one.command}: ${one.kind} ${one.lasting} ${one.position}`,
    targetName(one.target),
    ...(one.losesState ? ['state file lost'] : []),
  ].join(' · ');

/** What the sandbox is told. `always` goes on from the struck call for every later one of that operation. */
export function faultOf({ target, kind, position, lasting }: Case): Fault {
  if (kind === 'kill') throw new Error('a kill is no fault of AWS');
  const { account, ...call } = target;
  const where = { ...call, predicate: (one: JournalEntry) => one.account === account, position };
  const times = lasting === 'once' ? 1 : Number.POSITIVE_INFINITY;
  if (kind === 'throttle-retry-after') return { ...where, kind: 'throttle', retryAfter: 2, times };
  return { ...where, kind, times };
}

/** True for the one call that is meant. */
export function counting({ account, service, operation, skip }: Target): (call: JournalEntry) => boolean {
  let seen = 0;
  return (call) => {
    if (call.account !== account || call.service !== service || call.operation !== operation) return false;
    seen += 1;
    return seen === skip + 1;
  };
}

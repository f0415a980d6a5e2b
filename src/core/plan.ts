/** The plan: the actions that apply would take, as data. Reads in parallel, and never writes. */
import type { Addition } from './additions.ts';
import { dependencies, sorted } from './dependency-graph.ts';
import { allOf, inPlace } from './failed-together.ts';
import type { Difference, JsonObject } from './json.ts';
import type { Notice } from './notice.ts';
import type { Absent } from './prefetch.ts';
import { recordedKeys, recordName, type State } from './state.ts';
import type { Comparison, Flaw, Observed, Step } from './step.ts';
import type { Inputs, VarName, Vars } from './variables/index.ts';

export type Action =
  | 'create'
  | 'update'
  | 'none'
  /** An earlier run created it, and it is no longer chosen. */
  | 'remove'
  /** Exists, but cannot be compared until another resource exists. */
  | 'waiting'
  /** Existing: the operator provided it. */
  | 'existing'
  /** A resource that is not ours has its name or its place. */
  | 'foreign'
  /** Owner unknown: a permission to read it is missing. */
  | 'unknown';

export interface PlanItem<Id extends string> {
  readonly step: Id;
  readonly key: string;
  readonly title: string;
  readonly action: Action;
  /** Whether it exists, right or not. */
  readonly exists: boolean;
  readonly line: string;
  /** The words for its removal by teardown. */
  readonly removalLine: string;
  /** It belongs to the operator and stays. Teardown only removes a part of it. */
  readonly isTheirs: boolean;
  readonly differences: readonly Difference[];
  readonly waitsFor: readonly VarName[];
  readonly owner: string | undefined;
  /** Additions that others made to it. init removes none of them. */
  readonly additions: readonly Addition[];
  /** Information when nothing is wrong. */
  readonly notices: readonly Notice[];
  /** Data that undo needs, as read from AWS. */
  readonly before?: JsonObject | undefined;
}

export interface Plan<Id extends string> {
  readonly items: readonly PlanItem<Id>[];
  /** The inputs, and the outputs of existing resources. */
  readonly outputs: Inputs;
  /** For an apply that follows immediately. */
  readonly absent: Absent;
}

export const isChange = (item: Pick<PlanItem<string>, 'action'>): boolean =>
  ['create', 'update', 'waiting', 'remove'].includes(item.action);

function actionOf(
  observed: Observed,
  { ownership }: Owned,
  comparison: Comparison,
  kind: Step<never, never>['kind'],
): Action {
  if (!observed.exists) return kind === 'modify' ? 'update' : 'create';
  if (ownership === 'foreign') return 'foreign';
  if (ownership === 'unknown') return 'unknown';
  if (comparison.waitsFor.length > 0) return 'waiting';
  return comparison.isRight ? 'none' : 'update';
}

/** What is known of earlier runs. */
interface Earlier<Id extends string> {
  /**
   * Whether an earlier run created the resource of this step. Then the plan always reads it.
   * That holds even if this run does not need it, or if an existing resource takes its place. For teardown.
   */
  made?(step: Id): boolean;
  /** The state file. It shows what is no longer chosen. */
  readonly state?: Pick<State, 'steps'> | undefined;
}

/** Reads everything at the same time and returns the actions that apply would take. Never writes. */
export async function plan<Aws, Id extends string>(
  steps: readonly Step<Aws, Id>[],
  aws: Aws,
  inputs: Inputs,
  { made = () => false, state }: Earlier<Id> = {},
): Promise<Plan<Id>> {
  const enabled = steps.filter((step) => step.when(inputs) || made(step.id));
  const unchosen = steps.flatMap((step) => {
    const isRead = (key: string): boolean => made(step.id) && step.keys(inputs).includes(key);
    const keys = step.unchosen(inputs, recordedKeys(state, step.id));
    return keys.filter((key) => !isRead(key)).map((key) => [step, key] as const);
  });
  const reading = enabled.map((step) => readStep(step, aws, inputs, made(step.id)));
  const looking = unchosen.map(([step, key]) => readUnchosen(step, aws, inputs, key));
  const [reads, leaving] = await allOf([allOf(reading), allOf(looking)]);
  const vars: Inputs = Object.assign({}, inputs, ...reads.map(({ outputs }) => outputs));
  const byId = new Map(reads.map((read) => [read.step.id, read]));
  const ordered = sorted(enabled, dependencies(enabled)).flatMap((step) => byId.get(step.id) ?? []);
  const absent = new Map(
    reads.flatMap(({ step, found }) =>
      found.flatMap(([key, observed]) =>
        observed.exists ? [] : [[recordName(step.id, key), observed] as const],
      ),
    ),
  );
  const parentOf = ({ step: { parent } }: StepRead<Aws, Id>) =>
    parent === undefined ? undefined : byId.get(parent)?.found[0]?.[1];
  const items = ordered.flatMap((read) => itemsOf(read, parentOf(read), inputs, vars));
  return { items: [...leaving.flat(), ...items], outputs: vars, absent };
}

/** The item of a resource that is no longer chosen. None if it is gone, or belongs to someone else. */
async function readUnchosen<Aws, Id extends string>(
  step: Step<Aws, Id>,
  aws: Aws,
  inputs: Inputs,
  key: string,
): Promise<PlanItem<Id>[]> {
  const { exists, ownership, owner } = await inPlace(step.place(inputs, key), () =>
    step.inspect(aws, inputs, key),
  );
  if (!exists || ownership === 'foreign') return [];
  const line = step.describeRemoval(inputs, key);
  const action = ownership === 'ours' ? 'remove' : 'unknown';
  return [{ ...blankOf(step), key, action, exists, line, removalLine: line, isTheirs: false, owner }];
}

const blankOf = <Id extends string>({ id, title }: Pick<Step<never, Id>, 'id' | 'title'>) => ({
  step: id,
  title,
  differences: [],
  waitsFor: [],
  owner: undefined,
  additions: [],
  notices: [],
});

interface StepRead<Aws, Id extends string> {
  readonly step: Step<Aws, Id>;
  readonly found: readonly (readonly [key: string, inspection: Observed])[];
  readonly isExisting: boolean;
  readonly flaw?: Flaw | undefined;
  readonly outputs: Partial<Vars>;
}

async function readStep<Aws, Id extends string>(
  step: Step<Aws, Id>,
  aws: Aws,
  inputs: Inputs,
  wasCreated: boolean,
): Promise<StepRead<Aws, Id>> {
  const existing = step.existing(inputs);
  if (existing && !wasCreated) {
    const flaw = await step.flaw(aws, inputs);
    return { step, found: [], isExisting: true, flaw, outputs: existing };
  }
  const inspect = async (key: string) => {
    return [key, await inPlace(step.place(inputs, key), () => step.inspect(aws, inputs, key))] as const;
  };
  const found = await allOf(step.keys(inputs).map(inspect));
  const outputs: Partial<Vars> = Object.assign({}, ...found.map(([, observed]) => observed.outputs));
  const isExisting =
    existing !== undefined && found.every(([, observed]) => !observed.exists || isSame(observed, existing));
  return { step, found: isExisting ? [] : found, isExisting, outputs: { ...outputs, ...existing } };
}

/** Whether the observed resource is the one that the operator provided, whatever its name. */
export const isSame = ({ outputs }: Observed, existing: Partial<Vars>): boolean =>
  Object.entries(existing).every(([name, value]) =>
    Object.entries(outputs).some(([output, actual]) => output === name && actual === value),
  );

export type Owned = Pick<Observed, 'ownership' | 'owner'>;

/** The owner of a resource. If the parent is not ours, neither is the resource. */
export const ownerOf = (found: Observed, parent: Observed | undefined): Owned =>
  found.ownership === 'ours' && parent?.exists === true && parent.ownership !== 'ours' ? parent : found;

function itemsOf<Aws, Id extends string>(
  { step, found, isExisting, flaw }: StepRead<Aws, Id>,
  parent: Observed | undefined,
  inputs: Inputs,
  vars: Inputs,
): PlanItem<Id>[] {
  const blank = blankOf(step);
  if (isExisting) {
    const line = step.describe(inputs, '');
    const texts = { line, removalLine: line };
    const { exists = true, differences = [] } = flaw ?? {};
    return [{ ...blank, ...texts, key: '', action: 'existing', exists, differences, isTheirs: true }];
  }
  return found.map(([key, observed]) => {
    const comparison = observed.compare(vars);
    const owned = ownerOf(observed, parent);
    const action = actionOf(observed, owned, comparison, step.kind);
    const { additions, notices } = owned.ownership === 'ours' ? observed : blank;
    return {
      ...blank,
      key,
      action,
      additions,
      notices,
      exists: observed.exists,
      removalLine: step.describeRemoval(inputs, key),
      isTheirs: step.kind === 'modify',
      line: action === 'none' ? step.describeUnchanged(inputs, key) : step.describe(inputs, key),
      differences: comparison.differences,
      waitsFor: comparison.waitsFor,
      owner: owned.owner,
      before: observed.before,
    };
  });
}

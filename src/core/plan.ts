/** The plan: the actions that apply would take, as data. Reads in parallel, and never writes. */
import { type Addition, refusedAdditions } from './additions.ts';
import { dependencies, sorted } from './dependency-graph.ts';
import { ConflictError, type MigrateError, PermissionError } from './errors.ts';
import { allOf, inPlace } from './failed-together.ts';
import type { FindingId } from './findings.ts';
import type { Difference, JsonObject } from './json.ts';
import type { Notice } from './notice.ts';
import type { Absent } from './prefetch.ts';
import { recordName } from './state.ts';
import type { Comparison, Flaw, Observed, Step } from './step.ts';
import type { Inputs, VarName, Vars } from './variables/index.ts';

export type Action =
  | 'create'
  | 'update'
  | 'none'
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
  item.action === 'create' || item.action === 'update' || item.action === 'waiting';

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

/**
 * Reads everything at the same time and returns the actions that apply would take. Never writes.
 * @param made whether an earlier run created the resource of this step. Then the plan always reads it.
 * That holds even if this run does not need it, or if an existing resource takes its place. For teardown.
 */
export async function plan<Aws, Id extends string>(
  steps: readonly Step<Aws, Id>[],
  aws: Aws,
  inputs: Inputs,
  made: (step: Id) => boolean = () => false,
): Promise<Plan<Id>> {
  const enabled = steps.filter((step) => step.when(inputs) || made(step.id));
  const reads = await allOf(enabled.map((step) => readStep(step, aws, inputs, made(step.id))));
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
  return { items, outputs: vars, absent };
}

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

type Owned = Pick<Observed, 'ownership' | 'owner'>;

/** The owner of a resource. If the parent is not ours, neither is the resource. */
export const ownerOf = (found: Observed, parent: Observed | undefined): Owned =>
  found.ownership === 'ours' && parent?.exists === true && parent.ownership !== 'ours' ? parent : found;

function itemsOf<Aws, Id extends string>(
  { step, found, isExisting, flaw }: StepRead<Aws, Id>,
  parent: Observed | undefined,
  inputs: Inputs,
  vars: Inputs,
): PlanItem<Id>[] {
  const blank = {
    step: step.id,
    title: step.title,
    differences: [],
    waitsFor: [],
    owner: undefined,
    additions: [],
    notices: [],
  };
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

/**
 * Everything in the way, in the order of the plan.
 * Foreign and unfit resources are conflicts, unreadable ones a missing permission.
 * Additions that others made to resources of this migration come last.
 * @param accepted findings that the operator accepts. If absent, additions do not matter.
 */
export const planBlockers = ({ items }: Plan<string>, accepted?: readonly FindingId[]): MigrateError[] => [
  ...items.flatMap((item): MigrateError[] => {
    const { action, title, line, owner } = item;
    if (action === 'foreign') return [foreign(title, line, owner)];
    if (action === 'existing' && isFlawed(item)) return [unfit(item)];
    return action === 'unknown' ? [unreadable(title, line)] : [];
  }),
  ...(accepted === undefined ? [] : refusedAdditions(items, accepted)),
];

/** Throws the first error that blocks the plan. */
export function assertClear(plan: Plan<string>, accepted?: readonly FindingId[]): void {
  const [first] = planBlockers(plan, accepted);
  if (first !== undefined) throw first;
}

/**
 * Throws for a resource that teardown would remove but whose owner is unknown.
 * Otherwise teardown would stop halfway.
 * @param staying names of steps or records to keep.
 */
export function assertReadable(plan: Plan<string>, staying: ReadonlySet<string>): void {
  for (const { step, key, title, action, line } of plan.items) {
    if (action !== 'unknown' || staying.has(step) || staying.has(recordName(step, key))) continue;
    throw unreadable(title, line);
  }
}

/** The same check for one resource, right before apply or destroy writes. */
export function assertOurs(title: string, found: Owned, line: string): void {
  if (found.ownership === 'foreign') throw foreign(title, line, found.owner);
  if (found.ownership === 'unknown') throw unreadable(title, line);
}

function foreign(title: string, line: string, owner?: string): ConflictError {
  const article = /^[aeio]/.test(title) ? 'an' : 'a';
  return new ConflictError(
    `There is already ${article} ${title} that this migration did not create: ${owner ?? line}`,
    {
      code: 'FOREIGN',
      found: owner ?? line,
      hint: [
        title === 'trigger'
          ? 'To replace it:  --replace-trigger  (teardown restores it)'
          : 'It was not changed. To use another name:  --name',
      ],
    },
  );
}

/** Provided by the operator, but missing or not as required. */
const isFlawed = ({ exists, differences }: PlanItem<string>): boolean => !exists || differences.length > 0;

function unfit({ title, line, exists, differences }: PlanItem<string>): ConflictError {
  const paths = differences.map(({ path }) => path).join(', ');
  return new ConflictError(
    `The ${title} that you provided ${exists ? `can't be used` : "doesn't exist"}: ${line}`,
    {
      code: 'BROUGHT_UNFIT',
      found: exists ? `${paths}: ${JSON.stringify(differences.map(({ actual }) => actual))}` : 'nothing',
      expected: differences.map(({ path, expected }) => `${path}: ${JSON.stringify(expected)}`).join(', '),
      hint: [
        ...differences.map(
          ({ path, actual, expected }) =>
            `${path}: ${JSON.stringify(actual)}, should be ${JSON.stringify(expected)}`,
        ),
        'Nothing was changed. Correct it, or provide another one. With "none" for its flag, init creates its own.',
      ],
    },
  );
}

function unreadable(title: string, line: string): PermissionError {
  return new PermissionError(`Cannot read the tags of the ${title} (${line}), so its owner is unknown`, {
    code: 'OWNER_UNREADABLE',
    hint: [
      'Allow the tags to be read (iam:ListRoleTags, iam:ListPolicyTags, lambda:ListTags) and run again.',
    ],
  });
}

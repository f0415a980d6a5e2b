/** The plan: what apply would do, as data. Reads only, and all at the same time. */
import { type Addition, refusedAdditions } from './additions.ts';
import { dependencies, sorted } from './dependency-graph.ts';
import { ConflictError, type MigrateError, PermissionError } from './errors.ts';
import { allOf, inPlace } from './failed-together.ts';
import type { FindingId } from './findings.ts';
import type { Difference, JsonObject } from './json.ts';
import type { Absent } from './prefetch-steps.ts';
import { recordName } from './state.ts';
import type { Comparison, Flaw, Observed, Step } from './step.ts';
import type { Inputs, VarName, Vars } from './variables/index.ts';

export type Action =
  | 'create'
  | 'update'
  | 'none'
  /** It exists, but cannot be compared before something else exists. */
  | 'waiting'
  /** The person brought it along. */
  | 'brought'
  /** Something that is not ours has its name or its place. */
  | 'foreign'
  /** Whose it is cannot be read for lack of permission. */
  | 'unknown';

export interface PlanItem<Id extends string> {
  readonly step: Id;
  readonly key: string;
  readonly title: string;
  readonly action: Action;
  /** It is there, whether right or not. */
  readonly exists: boolean;
  readonly line: string;
  /** What teardown does about it, in words. */
  readonly undoing: string;
  /** It is the person's own and stays; teardown takes something out of it. */
  readonly isTheirs: boolean;
  readonly differences: readonly Difference[];
  readonly waitsFor: readonly VarName[];
  readonly owner: string | undefined;
  /** What others have added to it. init takes none of it away. */
  readonly additions: readonly Addition[];
  /** What people should know of it, though nothing is wrong. */
  readonly notes: readonly string[];
  /** What undo needs, as it was found in AWS. */
  readonly before?: JsonObject | undefined;
}

export interface Plan<Id extends string> {
  readonly items: readonly PlanItem<Id>[];
  /** The inputs, and the outputs of what exists already. */
  readonly outputs: Inputs;
  /** For an apply that follows at once. */
  readonly absent: Absent;
}

export const isChange = (item: Pick<PlanItem<string>, 'action'>): boolean =>
  item.action === 'create' || item.action === 'update' || item.action === 'waiting';

function actionOf(
  found: Observed,
  { ours }: Owned,
  judged: Comparison,
  kind: Step<never, never>['kind'],
): Action {
  if (!found.exists) return kind === 'modify' ? 'update' : 'create';
  if (ours === 'no') return 'foreign';
  if (ours === 'unknown') return 'unknown';
  if (judged.waitsFor.length > 0) return 'waiting';
  return judged.isRight ? 'none' : 'update';
}

/**
 * Looks at everything, all at the same time, and says what apply would do. Never writes.
 * @param made IDs of steps whose thing was made by an earlier run: it is looked at even where this one needs it no more, or
 * has something that was brought along in its place. For teardown.
 */
export async function plan<Aws, Id extends string>(
  steps: readonly Step<Aws, Id>[],
  aws: Aws,
  inputs: Inputs,
  made: (step: Id) => boolean = () => false,
): Promise<Plan<Id>> {
  const enabled = steps.filter((step) => step.when(inputs) || made(step.id));
  const looks = await allOf(enabled.map((step) => look(step, aws, inputs, made(step.id))));
  const vars: Inputs = Object.assign({}, inputs, ...looks.map(({ outputs }) => outputs));
  const byId = new Map(looks.map((one) => [one.step.id, one]));
  const ordered = sorted(enabled, dependencies(enabled)).flatMap((step) => byId.get(step.id) ?? []);
  const absent = new Map(
    looks.flatMap(({ step, found }) =>
      found.flatMap(([key, one]) => (one.exists ? [] : [[recordName(step.id, key), one] as const])),
    ),
  );
  const wholeOf = ({ step: { parent } }: Look<Aws, Id>) =>
    parent === undefined ? undefined : byId.get(parent)?.found[0]?.[1];
  const items = ordered.flatMap((one) => itemsOf(one, wholeOf(one), inputs, vars));
  return { items, outputs: vars, absent };
}

interface Look<Aws, Id extends string> {
  readonly step: Step<Aws, Id>;
  readonly found: readonly (readonly [key: string, inspection: Observed])[];
  readonly isBrought: boolean;
  readonly flaw?: Flaw | undefined;
  readonly outputs: Partial<Vars>;
}

async function look<Aws, Id extends string>(
  step: Step<Aws, Id>,
  aws: Aws,
  inputs: Inputs,
  isMade: boolean,
): Promise<Look<Aws, Id>> {
  const brought = step.brought(inputs);
  if (brought && !isMade) {
    const flaw = await step.flaw(aws, inputs);
    return { step, found: [], isBrought: true, flaw, outputs: brought };
  }
  const inspect = async (key: string) => {
    return [key, await inPlace(step.place(inputs, key), () => step.inspect(aws, inputs, key))] as const;
  };
  const found = await allOf(step.keys(inputs).map(inspect));
  const outputs: Partial<Vars> = Object.assign({}, ...found.map(([, inspection]) => inspection.outputs));
  const isBrought = brought !== undefined && found.every(([, one]) => !one.exists || isSame(one, brought));
  return { step, found: isBrought ? [] : found, isBrought, outputs: { ...outputs, ...brought } };
}

/** What was brought along is this very thing, whatever its name is. */
export const isSame = ({ outputs }: Observed, brought: Partial<Vars>): boolean =>
  Object.entries(brought).every(([name, value]) =>
    Object.entries(outputs).some(([one, its]) => one === name && its === value),
  );

type Owned = Pick<Observed, 'ours' | 'owner'>;

/** Whose it is: what belongs to a thing that is not ours is not ours either. */
export const ownerOf = (found: Observed, whole: Observed | undefined): Owned =>
  found.ours === 'yes' && whole?.exists === true && whole.ours !== 'yes' ? whole : found;

function itemsOf<Aws, Id extends string>(
  { step, found, isBrought, flaw }: Look<Aws, Id>,
  whole: Observed | undefined,
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
    notes: [],
  };
  if (isBrought) {
    const line = step.describe(inputs, '');
    const texts = { line, undoing: line };
    const { exists = true, differences = [] } = flaw ?? {};
    return [{ ...blank, ...texts, key: '', action: 'brought', exists, differences, isTheirs: true }];
  }
  return found.map(([key, inspection]) => {
    const judged = inspection.compare(vars);
    const owned = ownerOf(inspection, whole);
    const action = actionOf(inspection, owned, judged, step.kind);
    const { additions, notes } = owned.ours === 'yes' ? inspection : blank;
    return {
      ...blank,
      key,
      action,
      additions,
      notes,
      exists: inspection.exists,
      undoing: step.describeRemoval(inputs, key),
      isTheirs: step.kind === 'modify',
      line: action === 'none' ? step.describeUnchanged(inputs, key) : step.describe(inputs, key),
      differences: judged.differences,
      waitsFor: judged.waitsFor,
      owner: owned.owner,
      before: inspection.before,
    };
  });
}

/**
 * What is in the way, in the order of the plan: foreign things and unfit ones are a conflict, unreadable ones a missing
 * permission. Last, what others have added to things of this migration.
 * @param accepted findings that the person accepts; absent: additions do not matter here.
 */
export const obstacles = ({ items }: Plan<string>, accepted?: readonly FindingId[]): MigrateError[] => [
  ...items.flatMap((item): MigrateError[] => {
    const { action, title, line, owner } = item;
    if (action === 'foreign') return [foreign(title, line, owner)];
    if (action === 'brought' && isFlawed(item)) return [unfit(item)];
    return action === 'unknown' ? [unreadable(title, line)] : [];
  }),
  ...(accepted === undefined ? [] : refusedAdditions(items, accepted)),
];

/** Throws the first obstacle. */
export function assertClear(plan: Plan<string>, accepted?: readonly FindingId[]): void {
  const [first] = obstacles(plan, accepted);
  if (first !== undefined) throw first;
}

/**
 * Throws for what is to go and cannot be told to be ours: half of it would be taken away, and then that would end.
 * @param staying names of steps or records that are left alone.
 */
export function assertReadable(plan: Plan<string>, staying: ReadonlySet<string>): void {
  for (const { step, key, title, action, line } of plan.items) {
    if (action !== 'unknown' || staying.has(step) || staying.has(recordName(step, key))) continue;
    throw unreadable(title, line);
  }
}

/** The same for one thing, as apply and destroy see it just before they write. */
export function assertOurs(title: string, found: Owned, line: string): void {
  if (found.ours === 'no') throw foreign(title, line, found.owner);
  if (found.ours === 'unknown') throw unreadable(title, line);
}

function foreign(title: string, line: string, owner?: string): ConflictError {
  const article = /^[aeio]/.test(title) ? 'an' : 'a';
  return new ConflictError(
    `There is already ${article} ${title} that this migration did not make: ${owner ?? line}`,
    {
      code: 'FOREIGN',
      found: owner ?? line,
      hint: [
        title === 'trigger'
          ? '--replace-trigger  takes its place, and teardown puts it back.'
          : '--name  chooses another name. It was not changed.',
      ],
    },
  );
}

/** It was brought along, and is gone or not what it must be. */
const isFlawed = ({ exists, differences }: PlanItem<string>): boolean => !exists || differences.length > 0;

function unfit({ title, line, exists, differences }: PlanItem<string>): ConflictError {
  const paths = differences.map(({ path }) => path).join(', ');
  return new ConflictError(
    `The ${title} that was brought along ${exists ? `does not serve` : 'is not there'}: ${line}`,
    {
      code: 'BROUGHT_UNFIT',
      found: exists ? `${paths}: ${JSON.stringify(differences.map(({ found }) => found))}` : 'nothing',
      expected: differences.map(({ path, wanted }) => `${path}: ${JSON.stringify(wanted)}`).join(', '),
      hint: [
        ...differences.map(
          ({ path, found, wanted }) =>
            `${path}: ${JSON.stringify(found)}, should be ${JSON.stringify(wanted)}`,
        ),
        'Nothing was changed. Put it right, or bring along another; "none" for its flag lets init make its own.',
      ],
    },
  );
}

function unreadable(title: string, line: string): PermissionError {
  return new PermissionError(`Cannot tell whose the ${title} is (${line}): its tags may not be read`, {
    code: 'OWNER_UNREADABLE',
    hint: [
      'Allow the tags to be read (iam:ListRoleTags, iam:ListPolicyTags, lambda:ListTags) and run again.',
    ],
  });
}

/** The plan: what apply would do, as data. Reads only, and all at the same time. */
import { ConflictError, PermissionError } from './errors.ts';
import type { Difference } from './json.ts';
import { dependencies, sorted, walk } from './order.ts';
import type { Inspection, Step } from './step.ts';
import type { Inputs, VarName, Vars } from './variables.ts';

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

export interface PlanItem {
  readonly step: string;
  readonly key: string;
  readonly title: string;
  readonly action: Action;
  readonly line: string;
  readonly differences: readonly Difference[];
  readonly waitsFor: readonly VarName[];
  readonly owner: string | undefined;
}

export interface Plan {
  readonly items: readonly PlanItem[];
  /** Outputs of what exists already. */
  readonly outputs: Partial<Vars>;
}

export const isChange = (item: PlanItem): boolean =>
  item.action === 'create' || item.action === 'update' || item.action === 'waiting';

function actionOf(found: Inspection, alters: boolean): Action {
  if (!found.exists) return alters ? 'update' : 'create';
  if (found.ours === 'no') return 'foreign';
  if (found.ours === 'unknown') return 'unknown';
  if (found.waitsFor.length > 0) return 'waiting';
  return found.differences.length > 0 ? 'update' : 'none';
}

/** Looks at everything and says what apply would do. Never writes. */
export async function plan<Aws>(steps: readonly Step<Aws>[], aws: Aws, inputs: Inputs): Promise<Plan> {
  const enabled = steps.filter((step) => step.when(inputs));
  const edges = dependencies(enabled);
  const items = new Map<string, PlanItem[]>();
  let vars = inputs;

  await walk(enabled, edges, async (step) => {
    const brought = step.brought(inputs);
    if (brought) {
      vars = { ...vars, ...brought };
      items.set(step.id, [blank(step, '', 'brought', step.describe(inputs, ''))]);
      return;
    }
    const found = await Promise.all(
      step.keys(inputs).map(async (key) => [key, await step.inspect(aws, vars, key)] as const),
    );
    for (const [, { outputs }] of found) vars = { ...vars, ...outputs };
    items.set(
      step.id,
      found.map(([key, inspection]) => ({
        ...blank(step, key, actionOf(inspection, step.alters), step.describe(inputs, key)),
        differences: inspection.differences,
        waitsFor: inspection.waitsFor,
        owner: inspection.owner,
      })),
    );
  });
  return { items: sorted(enabled, edges).flatMap((step) => items.get(step.id) ?? []), outputs: vars };
}

function blank<Aws>(step: Step<Aws>, key: string, action: Action, line: string): PlanItem {
  return {
    step: step.id,
    key,
    title: step.title,
    action,
    line,
    differences: [],
    waitsFor: [],
    owner: undefined,
  };
}

/** Throws for what is in the way: foreign things are a conflict, unreadable ones a missing permission. */
export function assertClear(plan: Plan): void {
  for (const item of plan.items) {
    const ours = item.action === 'foreign' ? 'no' : item.action === 'unknown' ? 'unknown' : 'yes';
    assertOurs(item.title, { ours, owner: item.owner }, item.line);
  }
}

/** The same for one thing, as apply and destroy see it just before they write. */
export function assertOurs(title: string, found: Pick<Inspection, 'ours' | 'owner'>, line: string): void {
  if (found.ours === 'no') throw foreign(title, line, found.owner);
  if (found.ours === 'unknown') throw unreadable(title, line);
}

function foreign(title: string, line: string, owner?: string): ConflictError {
  return new ConflictError(`There is already a ${title} that this migration did not make: ${owner ?? line}`, {
    code: 'FOREIGN',
    found: owner ?? line,
    hint: [
      title === 'trigger'
        ? '--replace-trigger  takes its place, and teardown puts it back.'
        : '--name  chooses another name. It was not changed.',
    ],
  });
}

function unreadable(title: string, line: string): PermissionError {
  return new PermissionError(`Cannot tell whose the ${title} is (${line}): its tags may not be read`, {
    code: 'OWNER_UNREADABLE',
    hint: [
      'Allow the tags to be read (iam:ListRoleTags, iam:ListPolicyTags, lambda:ListTags) and run again.',
    ],
  });
}

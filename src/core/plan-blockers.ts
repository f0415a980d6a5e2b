/** What blocks a plan: foreign, unfit, and unreadable resources, and additions by others. */
import { refusedAdditions } from './additions.ts';
import { ConflictError, type MigrateError, PermissionError } from './errors.ts';
import type { FindingId } from './findings.ts';
import type { Owned, Plan, PlanItem } from './plan.ts';
import { recordName } from './state.ts';

/**
 * Everything in the way, in the order of the plan.
 * Foreign and unfit resources are conflicts, unreadable ones a missing permission.
 * Additions that others made to resources of this migration come last.
 * @param accepted findings that the operator accepts. If absent, additions do not matter.
 */
export const planBlockers = ({ items }: Plan<string>, accepted?: readonly FindingId[]): MigrateError[] => [
  ...items.flatMap((item): MigrateError[] => {
    const { action, title, line, owner, key } = item;
    if (action === 'foreign') return [foreign(title, line, key, owner)];
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
export function assertOurs(title: string, found: Owned, line: string, key: string): void {
  if (found.ownership === 'foreign') throw foreign(title, line, key, found.owner);
  if (found.ownership === 'unknown') throw unreadable(title, line);
}

/** What to do about a resource of somebody else. A trigger with a key is only used if it is empty. */
function foreignHint(title: string, key: string): string {
  if (title !== 'trigger') return 'It was not changed. To use another name:  --name';
  return key === ''
    ? 'To replace it:  --replace-trigger  (teardown restores it)'
    : `It was not changed. The ${key} trigger is only used if it is empty.`;
}

function foreign(title: string, line: string, key: string, owner?: string): ConflictError {
  const article = /^[aeio]/.test(title) ? 'an' : 'a';
  return new ConflictError(
    `There is already ${article} ${title} that this migration did not create: ${owner ?? line}`,
    {
      code: 'FOREIGN',
      found: owner ?? line,
      hint: [foreignHint(title, key)],
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

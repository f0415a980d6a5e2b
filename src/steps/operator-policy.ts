/**
 * The smallest IAM policy that lets an operator run every command, or those of some tasks.
 * It has one statement per reason, each for the named resource alone. Most of them come from the steps.
 * It includes AWS's less obvious requirements (iam:PassRole, the tagging actions, lambda:ListTags).
 * A full journey on the local AWS with exactly this policy keeps it complete and minimal
 * (npm run test:policy).
 */
import { knowGrants } from '../aws/denials.ts';
import type { JsonObject } from '../core/json.ts';
import {
  actionsFor,
  allTasks,
  type IamAction,
  lifecycle,
  type OperatorFacts,
  type OperatorNames,
  type Permission,
  type PolicyTask,
  permissionsFor,
  policyTasks,
  poolTasks,
  type Statement,
  statementsFor,
} from '../core/permission.ts';
import type { VarName } from '../core/variables/index.ts';
import { laterTasks } from './groups.ts';
import { type StepId, steps } from './index.ts';
import { createsOldRole, createsRole, isCrossAccount } from './names.ts';

export const sides = ['new', 'old'] as const;
export type PolicySide = (typeof sides)[number];

/**
 * A statement that no step needs, for the new pool: `try` shows the user. `users` and `teardown` compare all of them.
 * `sync` reads them, and looks at each user before it adds a group.
 */
const tryNewUser: Permission = {
  sid: 'ShowTheUserThatWasTried',
  actions: {
    'cognito-idp:AdminGetUser': ['watch', 'sync'],
    'cognito-idp:ListUsers': ['users', 'finish', 'sync'],
    'cognito-idp:ListUsersInGroup': ['sync'],
    'cognito-idp:AdminAddUserToGroup': ['sync'],
  },
  resource: ({ NEW_USER_POOL_ARN }) => NEW_USER_POOL_ARN,
};

/** `import` creates jobs in the new pool, and a role for their log. */
const importJobs: readonly Permission[] = [
  {
    sid: 'ImportUsers',
    actions: {
      'cognito-idp:GetCSVHeader': ['import'],
      'cognito-idp:CreateUserImportJob': ['import'],
      'cognito-idp:StartUserImportJob': ['import'],
      'cognito-idp:DescribeUserImportJob': ['import'],
      'cognito-idp:ListUserImportJobs': ['import', 'import-undo', 'sync'],
    },
    resource: ({ NEW_USER_POOL_ARN }) => NEW_USER_POOL_ARN,
  },
  {
    sid: 'CreateDisabledUsers',
    actions: {
      'cognito-idp:AdminGetUser': ['import'],
      'cognito-idp:AdminCreateUser': ['import'],
      'cognito-idp:AdminDisableUser': ['import'],
      'cognito-idp:AdminUpdateUserAttributes': ['import'],
    },
    resource: ({ NEW_USER_POOL_ARN }) => NEW_USER_POOL_ARN,
  },
  {
    sid: 'DeleteUsersOfImports',
    actions: {
      'cognito-idp:AdminGetUser': ['import-undo'],
      'cognito-idp:AdminListGroupsForUser': ['import-undo'],
      'cognito-idp:AdminDeleteUser': ['import-undo'],
    },
    resource: ({ NEW_USER_POOL_ARN }) => NEW_USER_POOL_ARN,
  },
];

/** `users` and `sync` take a part of the rate that AWS enforces. The request names no resource (API_GetProvisionedLimit). */
const readRates = { 'cognito-idp:GetProvisionedLimit': ['users', 'sync'] } as const;

/**
 * Actions on the new side for which AWS has no narrower resource. One statement, because a policy has a size limit.
 * The function's step looks for queues that start the function. `status`, `teardown`, and `sign-ins` count with metrics.
 * The event history holds the events of the whole account, so only a policy that asks for it allows it.
 */
const readWithoutArn: Permission = {
  sid: 'SeeQueuesRatesAndMetrics',
  actions: {
    'lambda:ListEventSourceMappings': lifecycle,
    ...readRates,
    'cloudwatch:GetMetricData': ['watch', 'finish', 'sign-ins', 'sync'],
    'cloudtrail:LookupEvents': ['sign-ins'],
  },
  resource: () => '*',
};

/** The session of every command enters the old account. */
const enterOldAccount: Permission = {
  sid: 'EnterTheOldAccountForTheSetUp',
  when: ({ OLD_ROLE_TO_ASSUME }) => OLD_ROLE_TO_ASSUME !== undefined,
  actions: { 'sts:AssumeRole': poolTasks },
  resource: ({ OLD_ROLE_TO_ASSUME = '' }) => OLD_ROLE_TO_ASSUME,
};

/** Reads of the old pool by every command, by the doctor, and by `try`. */
const readOldPool: readonly Permission[] = [
  {
    sid: 'ReadTheOldPool',
    actions: { 'cognito-idp:DescribeUserPool': poolTasks, 'cognito-idp:GetUserPoolMfaConfig': poolTasks },
    resource: ({ OLD_USER_POOL_ARN }) => OLD_USER_POOL_ARN,
  },
  {
    // One statement, because a policy has a size limit.
    sid: 'ReadItsUsersAndGroups',
    actions: {
      'cognito-idp:ListUsers': ['init', 'users', 'finish'],
      'cognito-idp:ListGroups': ['init'],
      'cognito-idp:ListUsersInGroup': ['sync'],
      'cognito-idp:AdminGetUser': ['watch', 'users'],
    },
    resource: ({ OLD_USER_POOL_ARN }) => OLD_USER_POOL_ARN,
  },
  {
    sid: 'SeeTheOldGroupsAfterwards',
    when: ({ GROUPS }) => GROUPS !== undefined,
    actions: { 'cognito-idp:ListGroups': laterTasks },
    resource: ({ OLD_USER_POOL_ARN }) => OLD_USER_POOL_ARN,
  },
  {
    sid: 'SeeRequestRates',
    when: isCrossAccount,
    actions: readRates,
    resource: () => '*',
  },
  {
    sid: 'SeeWhetherTheOldPoolMigratesBack',
    when: ({ oldTriggerArn }) => oldTriggerArn !== undefined,
    actions: { 'lambda:GetFunctionConfiguration': ['init'] },
    resource: ({ oldTriggerArn = '' }) => oldTriggerArn,
  },
];

/**
 * In this order version 1.0.0 printed the statements, and a policy in a repository keeps it.
 * Those of any other step follow.
 */
const printedFirst: Readonly<Record<PolicySide, readonly (StepId | readonly Permission[])[]>> = {
  new: [
    'migration-trigger',
    'old-sub-attribute',
    'new-clients',
    [tryNewUser],
    'lambda-role',
    'policy-attachments',
    'lambda-policy',
    'lambda-function',
    [readWithoutArn],
    'invoke-permission',
    'log-group',
    [enterOldAccount],
    importJobs,
  ],
  old: [readOldPool, 'old-client', 'old-account-role'],
};

/** All statements of one side, whatever the facts. */
export function permissionsOf(side: PolicySide): readonly Permission[] {
  const first = printedFirst[side];
  const later = steps.filter((step) => step.side === side && !first.includes(step.id));
  return [...first, ...later.map(({ id }) => id)].flatMap((one) =>
    typeof one === 'string' ? steps.filter(({ id }) => id === one).flatMap((step) => step.permissions) : one,
  );
}

/** Whether any of these tasks needs the action on this side. */
export const takes = (side: PolicySide, tasks: readonly PolicyTask[], action: IamAction): boolean =>
  permissionsOf(side).some((one) => actionsFor(one, tasks).includes(action));

/** Whether these tasks need any permission on this side. IAM refuses a policy without statements. */
export const hasPermissions = (side: PolicySide, tasks: readonly PolicyTask[] = policyTasks): boolean =>
  permissionsFor(permissionsOf(side), tasks).length > 0;

/** All actions that an operator policy can allow. */
export const operatorActions: ReadonlySet<string> = new Set(
  sides.flatMap((side) => permissionsOf(side).flatMap((one) => actionsFor(one, allTasks))),
);
knowGrants('cognito-migrate policy  prints the permissions that are needed.', operatorActions);

/**
 * Flags that limit what the holder of this policy can give themselves. Empty if it is limited.
 * Three rights together allow everything in that account: creating a role, writing its trust policy, and
 * attaching any policy to it. See IAM User Guide, "Permissions boundaries for IAM entities", delegating
 * responsibility to others.
 */
export function unlimited(
  names: OperatorNames,
  side: PolicySide | undefined,
  tasks: readonly PolicyTask[] = policyTasks,
): readonly VarName[] {
  if (!sides.some((one) => takes(one, tasks, 'iam:CreateRole'))) return [];
  const isImport = side !== 'old' && tasks.includes('import') && names.PERMISSIONS_BOUNDARY === undefined;
  if (isImport && !tasks.includes('init')) return ['PERMISSIONS_BOUNDARY'];
  const isNew = side !== 'old' && createsRole(names) && names.PERMISSIONS_BOUNDARY === undefined;
  const isOld = side === 'old' && createsOldRole(names) && names.OLD_PERMISSIONS_BOUNDARY === undefined;
  if (isNew) return ['PERMISSIONS_BOUNDARY', 'EXISTING_ROLE_ARN'];
  return isOld ? ['OLD_PERMISSIONS_BOUNDARY', 'EXISTING_OLD_ROLE_ARN'] : [];
}

/**
 * The policy for one side. Without a side, it covers everything in the new pool's account.
 * If both pools are in that account, it includes the old pool's half.
 * @param tasks What it is for. Every task, if absent.
 */
export function operatorPolicy(
  facts: OperatorFacts,
  side: PolicySide | undefined,
  tasks: readonly PolicyTask[] = policyTasks,
): JsonObject {
  const wanted: readonly PolicySide[] =
    side === undefined ? (isCrossAccount(facts) ? ['new'] : sides) : [side];
  const permissions = permissionsFor(wanted.flatMap(permissionsOf), tasks);
  return { Version: '2012-10-17', Statement: statementsFor(withoutCovered(permissions, facts), facts) };
}

/** Leaves out each statement whose actions one statement before it allows on the same resource. */
function withoutCovered(
  statements: readonly Statement<OperatorFacts>[],
  facts: OperatorFacts,
): readonly Statement<OperatorFacts>[] {
  const needed = statements.filter((one) => one.when?.(facts) ?? true);
  const resourceOf = (one: Statement<OperatorFacts>) => JSON.stringify(one.resource(facts));
  const covers = (before: Statement<OperatorFacts>, one: Statement<OperatorFacts>): boolean =>
    before.effect !== 'Deny' &&
    before.condition === undefined &&
    resourceOf(before) === resourceOf(one) &&
    one.actions.every((action) => before.actions.includes(action));
  return needed.filter(
    (one, index) => one.effect === 'Deny' || !needed.slice(0, index).some((before) => covers(before, one)),
  );
}

/** Maximum length of a customer managed policy (IAM User Guide, "IAM and AWS STS quotas"). */
export const longestPolicy = 6_144;

/**
 * Characters as IAM counts them: "IAM doesn't count white space" (same page).
 * ARNs and actions contain none.
 */
export const policySize = (policy: JsonObject): number => JSON.stringify(policy).length;

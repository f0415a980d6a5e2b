/** IAM statements of the operator's policy, as the steps declare them. */
import type { JsonObject } from './json.ts';
import type { Vars } from './variables/index.ts';

/** One action of a statement, for example "iam:CreateRole". */
export type IamAction = `${string}:${string}`;

/** The tasks of an operator. Each task has its own policy, and the whole policy has all of these. */
export const policyTasks = ['init', 'watch', 'users', 'finish'] as const;
export type WholeTask = (typeof policyTasks)[number];

/** Tasks with a policy of their own only. Each reads or changes more than the migration. */
export const separateTasks = ['sign-ins', 'import', 'import-undo', 'sync'] as const;

export const allTasks = [...policyTasks, ...separateTasks] as const;

/**
 * `init`: doctor, plan, and init, repairs too. `watch`: status, try, and logs. `users`: users. `finish`: finish and teardown.
 * `sign-ins`: sign-ins. `import` and `import-undo`: import and import --undo,
 * which read what `users` reads. `sync`: sync.
 */
export type PolicyTask = (typeof allTasks)[number];

/** The tasks that find both pools and the function. */
export const poolTasks: readonly PolicyTask[] = [...policyTasks, 'sync'];

/** The tasks that read every resource of the migration. */
export const lifecycle: readonly PolicyTask[] = ['init', 'watch', 'finish'];

/** One statement. Its members other than the actions follow from the facts. */
export interface Statement<Facts> {
  /** Says what the statement is for. Unique in its policy. */
  readonly sid: string;
  /** Allow, if absent. */
  readonly effect?: 'Deny';
  /** Whether the policy needs it. Always, if absent. */
  when?(facts: Facts): boolean;
  readonly actions: readonly IamAction[];
  resource(facts: Facts): string | readonly string[];
  condition?(facts: Facts): JsonObject;
}

/** A statement of the operator's policy. Each of its actions names the tasks that need it. */
export interface Permission extends Omit<Statement<OperatorFacts>, 'actions'> {
  readonly actions: Readonly<Record<IamAction, readonly PolicyTask[]>>;
}

/** Names and choices of the migration, and requirements of the pools themselves. */
export interface OperatorFacts extends OperatorNames, PoolRequirements {}

export type OperatorNames = Pick<Vars, 'OLD_USER_POOL_ARN' | 'NEW_USER_POOL_ARN' | 'NAME' | 'ROLE_PATH'> &
  Partial<
    Pick<
      Vars,
      | 'ADD_OLD_SUB'
      | 'ALARMS'
      | 'CHAIN'
      | 'MAP'
      | 'EXISTING_ROLE_ARN'
      | 'GROUPS'
      | 'GROUP_ROLES'
      | 'MOVE_ONCE'
      | 'EXISTING_OLD_CLIENT_ID'
      | 'EXISTING_OLD_ROLE_ARN'
      | 'OLD_ROLE_TO_ASSUME'
      | 'PERMISSIONS_BOUNDARY'
      | 'OLD_PERMISSIONS_BOUNDARY'
    >
  >;

export interface PoolRequirements {
  /** UpdateUserPool sends the new pool's whole configuration back, including tags. */
  readonly hasTags: boolean;
  /** The role that the pool uses to send text messages. */
  readonly smsRoleArn?: string;
  /** The KMS key of the pool's custom senders. */
  readonly senderKeyArn?: string;
  /**
   * The function on the old pool's own user-migration trigger.
   * The doctor checks whether the two pools form a circle.
   */
  readonly oldTriggerArn?: string;
}

const isAction = (key: string): key is IamAction => key.includes(':');

const isImport = (task: PolicyTask): boolean => task === 'import' || task === 'import-undo';

/** Whether someone with one of these tasks needs what this one needs. */
const isPartOf = (task: PolicyTask, tasks: readonly PolicyTask[]): boolean =>
  tasks.includes(task) || (task === 'users' && tasks.some(isImport));

/** The actions of a statement that any of these tasks needs, in the order in which they are declared. */
export const actionsFor = ({ actions }: Permission, tasks: readonly PolicyTask[]): readonly IamAction[] =>
  Object.entries(actions)
    .filter(([, users]) => users.some((task) => isPartOf(task, tasks)))
    .map(([action]) => action)
    .filter(isAction);

/** These statements with only the actions that these tasks need. Those without any action are left out. */
export const permissionsFor = (
  permissions: readonly Permission[],
  tasks: readonly PolicyTask[],
): readonly Statement<OperatorFacts>[] =>
  permissions
    .map((one) => ({ ...one, actions: actionsFor(one, tasks) }))
    .filter(({ actions }) => actions.length > 0);

/** The statements that these facts need, as an IAM policy document writes them. */
export const statementsFor = <Facts>(
  statements: readonly Statement<Facts>[],
  facts: Facts,
): readonly JsonObject[] =>
  statements
    .filter((one) => one.when?.(facts) ?? true)
    .map((one) => {
      const [action, ...more] = one.actions;
      return {
        Sid: one.sid,
        Effect: one.effect ?? 'Allow',
        Action: action !== undefined && more.length === 0 ? action : one.actions,
        Resource: one.resource(facts),
        ...(one.condition === undefined ? {} : { Condition: one.condition(facts) }),
      };
    });

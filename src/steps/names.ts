/** Names and ARNs that follow from the inputs alone. They find every resource without a state file. */
import { parseArn } from '../aws/arn.ts';
import type { Vars } from '../core/variables/index.ts';

type VarsOf<K extends keyof Vars> = Pick<Vars, K>;

export const defaultName = (newUserPoolId: string): string => `cognito-migrate-${newUserPoolId}`;

/**
 * App clients have no tags, so this name is their only mark.
 * It contains the new pool's ID whatever --name says. Otherwise an operator's own client could pass for ours.
 */
export const oldClientName = (vars: VarsOf<'NEW_USER_POOL_ID'>): string =>
  `cognito-migrate-${vars.NEW_USER_POOL_ID}`;

export const logGroupName = (vars: VarsOf<'NAME'>): string => `/aws/lambda/${vars.NAME}`;

/** The ARN of the alarm with this name, beside the new pool. */
export function alarmArn({ NEW_USER_POOL_ARN }: VarsOf<'NEW_USER_POOL_ARN'>, name: string): string {
  const { partition, region, account } = parseArn(NEW_USER_POOL_ARN);
  return `arn:${partition}:cloudwatch:${region}:${account}:alarm:${name}`;
}

/** The ARN of the dashboard. "All dashboards in your account are global" (PutDashboard). */
export function dashboardArn({ NEW_USER_POOL_ARN, NAME }: VarsOf<'NEW_USER_POOL_ARN' | 'NAME'>): string {
  const { partition, account } = parseArn(NEW_USER_POOL_ARN);
  return `arn:${partition}:cloudwatch::${account}:dashboard/${NAME}`;
}

export function policyArn(vars: VarsOf<'NEW_USER_POOL_ARN' | 'ROLE_PATH' | 'NAME'>): string {
  const { partition, account } = parseArn(vars.NEW_USER_POOL_ARN);
  return `arn:${partition}:iam::${account}:policy${vars.ROLE_PATH}${vars.NAME}`;
}

/** The ARN of the execution role that init creates. */
export function ownRoleArn(vars: VarsOf<'NEW_USER_POOL_ARN' | 'ROLE_PATH' | 'NAME'>): string {
  const { partition, account } = parseArn(vars.NEW_USER_POOL_ARN);
  return `arn:${partition}:iam::${account}:role${vars.ROLE_PATH}${vars.NAME}`;
}

/** The role with which Cognito writes the log of an import job. */
export const importRoleName = ({ NAME }: VarsOf<'NAME'>): string => `${NAME}-import`;

export const importRoleArn = (vars: VarsOf<'NEW_USER_POOL_ARN' | 'ROLE_PATH' | 'NAME'>): string =>
  `${ownRoleArn(vars)}-import`;

/** The ARN of the execution role: the existing one if provided, otherwise ours. */
export const roleArn = (
  vars: VarsOf<'NEW_USER_POOL_ARN' | 'ROLE_PATH' | 'NAME'> & Partial<VarsOf<'EXISTING_ROLE_ARN'>>,
): string => vars.EXISTING_ROLE_ARN ?? ownRoleArn(vars);

/** The ARN of the role in the old pool's account, with the same path and name. */
export function oldRoleArn(
  vars: VarsOf<'OLD_USER_POOL_ARN' | 'ROLE_PATH' | 'NAME'> & Partial<VarsOf<'EXISTING_OLD_ROLE_ARN'>>,
): string {
  const { partition, account } = parseArn(vars.OLD_USER_POOL_ARN);
  return vars.EXISTING_OLD_ROLE_ARN ?? `arn:${partition}:iam::${account}:role${vars.ROLE_PATH}${vars.NAME}`;
}

/** Whether the function must enter another account to reach the old pool. */
export const isCrossAccount = (vars: VarsOf<'OLD_USER_POOL_ARN' | 'NEW_USER_POOL_ARN'>): boolean =>
  parseArn(vars.OLD_USER_POOL_ARN).account !== parseArn(vars.NEW_USER_POOL_ARN).account;

export function functionArn(vars: VarsOf<'NEW_USER_POOL_ARN' | 'NAME'>): string {
  const { partition, region, account } = parseArn(vars.NEW_USER_POOL_ARN);
  return `arn:${partition}:lambda:${region}:${account}:function:${vars.NAME}`;
}

/** AWS's managed policy that lets a function write its own log. */
export function basicExecutionPolicyArn(vars: VarsOf<'NEW_USER_POOL_ARN'>): string {
  const { partition } = parseArn(vars.NEW_USER_POOL_ARN);
  return `arn:${partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`;
}

/** Whether init creates the execution role, rather than use an existing one. */
export const createsRole = ({ EXISTING_ROLE_ARN }: Partial<VarsOf<'EXISTING_ROLE_ARN'>>): boolean =>
  EXISTING_ROLE_ARN === undefined;

/** Whether init creates the role in the old pool's account. */
export const createsOldRole = (
  vars: VarsOf<'OLD_USER_POOL_ARN' | 'NEW_USER_POOL_ARN'> & Partial<VarsOf<'EXISTING_OLD_ROLE_ARN'>>,
): boolean => isCrossAccount(vars) && vars.EXISTING_OLD_ROLE_ARN === undefined;

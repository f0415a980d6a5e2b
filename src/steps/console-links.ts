/** The page of the AWS Management Console for each step and for each tracked variable. */
import {
  appClientUrl,
  functionUrl,
  logGroupUrl,
  policyUrl,
  roleUrl,
  userPoolUrl,
} from '../aws/console-url.ts';
import type { PlanItem } from '../core/plan.ts';
import type { Inputs, VarName } from '../core/variables/index.ts';
import type { StepId } from './ids.ts';
import { functionArn, logGroupName, oldRoleArn, policyArn, roleArn } from './names.ts';

type Url = string | undefined;

const newPool = ({ NEW_USER_POOL_ARN }: Inputs): Url => userPoolUrl(NEW_USER_POOL_ARN);
const ownFunction = (vars: Inputs): Url => functionUrl(functionArn(vars));
const oldClient = ({ OLD_USER_POOL_ARN, OLD_CLIENT_ID, EXISTING_OLD_CLIENT_ID }: Inputs): Url => {
  const id = EXISTING_OLD_CLIENT_ID ?? OLD_CLIENT_ID;
  return id === undefined ? undefined : appClientUrl(OLD_USER_POOL_ARN, id);
};

const pages: Readonly<Record<StepId, (vars: Inputs, key: string) => Url>> = {
  'lambda-role': (vars) => roleUrl(roleArn(vars)),
  'lambda-policy': (vars) => policyUrl(policyArn(vars)),
  'policy-attachments': (vars) => roleUrl(roleArn(vars)),
  'old-client': oldClient,
  'old-account-role': (vars) => roleUrl(oldRoleArn(vars)),
  'log-group': (vars) => logGroupUrl(functionArn(vars), logGroupName(vars)),
  'old-sub-attribute': newPool,
  'lambda-function': ownFunction,
  'invoke-permission': ownFunction,
  'new-clients': ({ NEW_USER_POOL_ARN }, key) => appClientUrl(NEW_USER_POOL_ARN, key),
  'migration-trigger': newPool,
};

/** Steps of which a part of something else is missing, not a resource of their own. */
const isPart: ReadonlySet<StepId> = new Set(['new-clients', 'migration-trigger', 'old-sub-attribute']);

/**
 * The page of a step's resource. Undefined if the resource does not exist.
 * @param vars with the outputs of the steps.
 */
export const consoleUrlOf = (
  { step, key, exists }: Pick<PlanItem<StepId>, 'step' | 'key' | 'exists'>,
  vars: Inputs,
): Url => (exists || isPart.has(step) ? pages[step](vars, key) : undefined);

/** The page as a member of a JSON document. */
export function consoleUrlMember(
  item: Pick<PlanItem<StepId>, 'step' | 'key' | 'exists'>,
  vars: Inputs,
): { readonly consoleUrl?: string } {
  const consoleUrl = consoleUrlOf(item, vars);
  return consoleUrl === undefined ? {} : { consoleUrl };
}

const url = (page: (text: string) => Url, text: string | undefined): Url =>
  text === undefined ? undefined : page(text);

/** Pages of the resources that tracked variables name. */
export const consoleUrlsOf = (vars: Inputs): Readonly<Partial<Record<VarName, Url>>> => ({
  OLD_USER_POOL_ID: userPoolUrl(vars.OLD_USER_POOL_ARN),
  NEW_USER_POOL_ID: newPool(vars),
  ROLE_ARN: url(roleUrl, vars.ROLE_ARN),
  POLICY_ARN: url(policyUrl, vars.POLICY_ARN),
  OLD_CLIENT_ID: oldClient(vars),
  LAMBDA_ARN: url(functionUrl, vars.LAMBDA_ARN),
  OLD_ROLE_ARN: url(roleUrl, vars.OLD_ROLE_ARN),
});

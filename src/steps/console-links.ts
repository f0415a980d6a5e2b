/** The page of the AWS Management Console for each step and for each tracked variable. */
import { functionUrl, policyUrl, roleUrl, userPoolUrl } from '../aws/console-url.ts';
import type { PlanItem } from '../core/plan.ts';
import type { Inputs, VarName } from '../core/variables/index.ts';
import { type StepId, steps } from './index.ts';
import { oldClientUrl } from './old-client.ts';

type Url = string | undefined;

/**
 * The page of a step's resource. Undefined if the resource does not exist.
 * @param vars with the outputs of the steps.
 */
export const consoleUrlOf = (
  { step, key, exists }: Pick<PlanItem<StepId>, 'step' | 'key' | 'exists'>,
  vars: Inputs,
): Url => {
  const found = steps.find(({ id }) => id === step);
  // A step that modifies has no resource of its own. The resource that it modifies exists.
  return found !== undefined && (exists || found.kind === 'modify') ? found.consoleUrl(vars, key) : undefined;
};

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
  NEW_USER_POOL_ID: userPoolUrl(vars.NEW_USER_POOL_ARN),
  ROLE_ARN: url(roleUrl, vars.ROLE_ARN),
  POLICY_ARN: url(policyUrl, vars.POLICY_ARN),
  OLD_CLIENT_ID: oldClientUrl(vars),
  LAMBDA_ARN: url(functionUrl, vars.LAMBDA_ARN),
  OLD_ROLE_ARN: url(roleUrl, vars.OLD_ROLE_ARN),
});

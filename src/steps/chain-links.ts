/** The place of this migration's function in a chain (`--chain`), and its removal from there. */
import { GetPolicyCommand, GetPolicyVersionCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../aws/clients.ts';
import { undefinedIfDenied, undefinedIfNotFound } from '../aws/errors.ts';
import { isFunctionGone } from '../aws/function/gone.ts';
import { noSuchEntity } from '../aws/iam.ts';
import { poolTag } from '../aws/ownership.ts';
import { parsePolicy } from '../aws/policy-document.ts';
import { setPolicyDocument } from '../aws/policy-versions.ts';
import { inOrder } from '../core/dependency-graph.ts';
import { differences } from '../core/json.ts';
import { type OperatorFacts, type Permission, poolTasks } from '../core/permission.ts';
import type { Vars } from '../core/variables/index.ts';
import { nameIn, passOver, unqualified } from './chain.ts';
import { functionArn, policyArn } from './names.ts';
import { withoutFunction } from './old-pool-policy.ts';

type Linked = Partial<Pick<Vars, 'CHAIN_LINKS'>>;

const none: Vars['CHAIN_LINKS'] = { before: [], after: [], others: [] };

/** Whether the function on the trigger asks this migration's own, directly or by others. */
export const isReachedFrom = (lambdaArn: string, { CHAIN_LINKS }: Linked): boolean =>
  CHAIN_LINKS?.before[0] === unqualified(lambdaArn);

/** The function that our live one asks. */
export const nextOf = ({ CHAIN_LINKS }: Linked): string | undefined => CHAIN_LINKS?.after[0];

/** The lines of the User migration trigger in a plan. */
export function triggerLines({
  CHAIN_LINKS: { before, after } = none,
  NEW_USER_POOL_NAME: pool,
}: Linked & Pick<Vars, 'NEW_USER_POOL_NAME'>): { readonly [K in 'set' | 'kept' | 'removed']: string } {
  const asker = before.at(-1);
  const next = after[0] === undefined ? undefined : nameIn(after[0]);
  const asks = next === undefined ? '' : `, which then asks ${next}`;
  if (asker === undefined)
    return {
      set: `${pool}: call the migration function${asks} (nothing else changes)`,
      kept: `${pool} calls the migration function${asks}`,
      removed: `${pool}: ${next === undefined ? 'stop calling the function' : `call ${next} instead`} (nothing else changes)`,
    };
  return {
    set: `${pool}: call the migration function${asks} (nothing else changes)`,
    kept: `${pool} calls ${before.map(nameIn).join(', which asks ')}, which asks the migration function${asks}`,
    removed: `${nameIn(asker)}: ask ${next ?? 'no other function'} instead (nothing else changes)`,
  };
}

/**
 * Takes this migration's function out of the chain: the function before it asks the one after it.
 * @param previous The function that was on the trigger before ours.
 * @returns Words for people. Undefined if no function asks ours.
 */
export async function leaveChain(
  aws: Aws,
  vars: Linked & Pick<Vars, 'NEW_USER_POOL_ARN' | 'NAME'>,
  previous: string | undefined,
): Promise<string | undefined> {
  const asker = vars.CHAIN_LINKS?.before.at(-1);
  if (asker === undefined) return undefined;
  const ifThere = async (arn: string | undefined) =>
    arn !== undefined && (await isFunctionGone(aws.new.lambda, arn)) ? undefined : arn;
  const next = await ifThere(nextOf(vars));
  const change = { next, previous: next ?? (await ifThere(previous)) };
  const isDone = await passOver(aws, asker, functionArn(vars), change);
  if (!isDone) return undefined;
  return `${nameIn(asker)} now asks ${next === undefined ? 'no other function' : nameIn(next)}`;
}

/**
 * Removes the right to call our function from the policies of other migrations. It goes right before the function
 * itself, when none of them asks it any longer.
 * @returns The names of those whose policy IAM does not let us change. Their own init removes the right.
 */
export async function dropRights(
  aws: Aws,
  vars: Linked & Pick<Vars, 'NEW_USER_POOL_ARN' | 'NAME'>,
): Promise<string[]> {
  const denied: string[] = [];
  await inOrder(vars.CHAIN_LINKS?.others ?? [], async (arn) => {
    const work = dropRight(aws, arn, functionArn(vars)).then(() => true);
    if ((await undefinedIfDenied(work)) === undefined) denied.push(nameIn(arn));
  });
  return denied;
}

async function dropRight({ new: { lambda, iam } }: Aws, arn: string, ours: string): Promise<void> {
  const get = lambda.send(new GetFunctionConfigurationCommand({ FunctionName: arn }));
  const found = await undefinedIfNotFound(get, 'ResourceNotFoundException');
  // A role that the operator provided has policies of its own.
  if (found?.Role?.endsWith(`/${nameIn(arn)}`) !== true) return;
  const PolicyArn = found.Role.replace(':role/', ':policy/');
  const policy = await undefinedIfNotFound(iam.send(new GetPolicyCommand({ PolicyArn })), ...noSuchEntity);
  if (policy?.Policy === undefined) return;
  const VersionId = policy.Policy.DefaultVersionId;
  const version = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
  const document = parsePolicy(version.PolicyVersion?.Document);
  const rest = withoutFunction(document, ours);
  if (differences(document, rest).length > 0) await setPolicyDocument(iam, PolicyArn, rest);
}

/** Resources of any migration into this pool. */
const ofThisPool = ({ NEW_USER_POOL_ARN }: OperatorFacts) => ({
  StringEquals: {
    [`aws:ResourceTag/${poolTag}`]: NEW_USER_POOL_ARN.slice(NEW_USER_POOL_ARN.lastIndexOf('/') + 1),
  },
});

/** The operator's permissions for the functions of other migrations, which may join later. */
export const chainPermissions: readonly Permission[] = [
  {
    sid: 'SeeAndLeaveTheChain',
    when: ({ CHAIN }) => CHAIN === true,
    actions: {
      'lambda:GetFunction': poolTasks,
      'lambda:ListTags': poolTasks,
      'lambda:GetFunctionConfiguration': ['finish'],
      'lambda:UpdateFunctionConfiguration': ['finish'],
      'lambda:TagResource': ['finish'],
    },
    resource: (facts) => functionArn({ ...facts, NAME: '*' }),
    condition: ofThisPool,
  },
  {
    sid: 'TakeTheRightToCallUsFromThem',
    when: ({ CHAIN }) => CHAIN === true,
    actions: {
      'iam:GetPolicy': ['finish'],
      'iam:GetPolicyVersion': ['finish'],
      'iam:ListPolicyVersions': ['finish'],
      'iam:CreatePolicyVersion': ['finish'],
      'iam:DeletePolicyVersion': ['finish'],
    },
    resource: (facts) => policyArn({ ...facts, NAME: '*' }),
    condition: ofThisPool,
  },
];

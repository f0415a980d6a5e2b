/** The function's policy in the old pool: check a password and read the user, nothing else. */

import {
  CreatePolicyCommand,
  DeletePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  paginateListPolicies,
  TagPolicyCommand,
} from '@aws-sdk/client-iam';
import crossAccountTemplate from '../../templates/lambda-policy-cross-account.json' with { type: 'json' };
import { policyUrl } from '../aws/console-url.ts';
import { deletePolicy } from '../aws/delete-policy.ts';
import { requireField, undefinedIfNotFound } from '../aws/errors.ts';
import { noSuchEntity } from '../aws/iam.ts';
import { missingTags, ownerOf, ownTags, type TagMap, toTagList, toTagMap } from '../aws/ownership.ts';
import { parsePolicy } from '../aws/policy-document.ts';
import { deleteOtherVersions, setPolicyDocument } from '../aws/policy-versions.ts';
import { fill } from '../aws/templates.ts';
import { missingPermissions, stops } from '../core/effects.ts';
import { differences, type JsonObject } from '../core/json.ts';
import { lifecycle } from '../core/permission.ts';
import type { Vars } from '../core/variables/index.ts';
import { defineStep, keepFlag } from './define-step.ts';
import { createsRole, isCrossAccount, oldRoleArn, ownRoleArn, policyArn } from './names.ts';
import {
  chainPolicyText,
  newPoolPolicyText,
  oldPoolPolicy,
  oldPoolPolicyText,
  withChain,
  withNewPool,
} from './old-pool-policy.ts';

type Props = { readonly document: JsonObject; readonly tags: TagMap };

/** The policy document. */
const documentOf = (
  vars: Pick<Vars, 'OLD_USER_POOL_ARN' | 'NEW_USER_POOL_ARN' | 'ROLE_PATH' | 'NAME'> &
    Partial<Pick<Vars, 'EXISTING_OLD_ROLE_ARN' | 'MAP' | 'FIND_BY' | 'GROUPS' | 'MOVE_ONCE' | 'CHAIN_LINKS'>>,
): JsonObject =>
  withChain(
    withNewPool(
      isCrossAccount(vars)
        ? fill(crossAccountTemplate, { OLD_ROLE_ARN: oldRoleArn(vars) })
        : oldPoolPolicy(vars),
      vars,
    ),
    vars,
  );

/** The input of CreatePolicy. */
const newPolicy = (want: Props, vars: Pick<Vars, 'NAME' | 'ROLE_PATH' | 'OLD_USER_POOL_ID'>) => ({
  PolicyName: vars.NAME,
  Path: vars.ROLE_PATH,
  Description: `Check passwords in the user pool ${vars.OLD_USER_POOL_ID}`,
  PolicyDocument: want.document,
  Tags: toTagList(want.tags),
});

export const lambdaPolicy = defineStep({
  id: 'lambda-policy',
  title: 'policy',
  effects: {
    missing: stops('the function is not allowed to ask the old pool'),
    drifted: missingPermissions,
    foreign: stops('the policy of this name does not belong to this migration'),
  },
  consoleUrl: (inputs) => policyUrl(policyArn(inputs)),
  kind: 'create',
  requires: [
    'NAME',
    'ROLE_PATH',
    'TAGS',
    'MAP',
    'OLD_USER_POOL_ID',
    'NEW_USER_POOL_ID',
    'OLD_USER_POOL_ARN',
    'NEW_USER_POOL_ARN',
  ],
  optional: ['EXISTING_OLD_ROLE_ARN', 'FIND_BY', 'GROUPS', 'MOVE_ONCE', 'CHAIN_LINKS'],
  outputs: ['POLICY_ARN'],
  alreadyExistsErrors: ['EntityAlreadyExists', 'EntityAlreadyExistsException'],
  when: ({ EXISTING_ROLE_ARN }) => EXISTING_ROLE_ARN === undefined,
  cleanup: {
    kind: 'policy',
    isGlobal: true,
    listAction: 'iam:ListPolicies',
    async list({ side: { iam: client } }, prefix) {
      const names: string[] = [];
      // The largest page of IAM, which cannot search for a name.
      const pages = paginateListPolicies({ client, pageSize: 1_000 }, { Scope: 'Local' });
      for await (const { Policies = [] } of pages)
        names.push(...Policies.flatMap(({ PolicyName }) => PolicyName ?? []));
      return names.filter((name) => name.startsWith(prefix));
    },
    async find({ side: { iam }, partition, account, rolePath }, name) {
      const PolicyArn = `arn:${partition}:iam::${account}:policy${rolePath}${name}`;
      const found = await undefinedIfNotFound(iam.send(new GetPolicyCommand({ PolicyArn })), ...noSuchEntity);
      return found && { name, id: PolicyArn, tags: toTagMap(found.Policy?.Tags) };
    },
    async remove({ side: { iam } }, PolicyArn) {
      await deleteOtherVersions(iam, PolicyArn);
      await undefinedIfNotFound(iam.send(new DeletePolicyCommand({ PolicyArn })), ...noSuchEntity);
    },
    permissions: [
      {
        sid: 'SayWhatTheFunctionMayDo',
        actions: [
          'iam:CreatePolicy',
          'iam:TagPolicy',
          'iam:GetPolicy',
          'iam:GetPolicyVersion',
          'iam:ListPolicyVersions',
          'iam:DeletePolicyVersion',
          'iam:DeletePolicy',
        ],
        resource: ({ partition, account, rolePath, names }) =>
          `arn:${partition}:iam::${account}:policy${rolePath}${names}`,
      },
    ],
  },
  permissions: [
    {
      sid: 'SayWhatTheFunctionMayDo',
      when: createsRole,
      actions: {
        'iam:CreatePolicy': ['init'],
        'iam:TagPolicy': ['init'],
        'iam:GetPolicy': lifecycle,
        'iam:GetPolicyVersion': lifecycle,
        'iam:ListPolicyVersions': ['init', 'finish'],
        'iam:CreatePolicyVersion': ['init'],
        'iam:DeletePolicyVersion': ['init', 'finish'],
        'iam:DeletePolicy': ['finish'],
      },
      resource: policyArn,
    },
    {
      // An earlier run may have created both, before the operator provided a role.
      sid: 'SeeWhetherARoleOfOursIsThereToo',
      when: (facts) => !createsRole(facts),
      actions: {
        'iam:GetRole': ['finish'],
        'iam:ListAttachedRolePolicies': ['finish'],
        'iam:ListRolePolicies': ['finish'],
        'iam:GetPolicy': ['finish'],
      },
      resource: (facts) => [ownRoleArn(facts), policyArn(facts)],
    },
  ],
  describe: (inputs) =>
    `${isCrossAccount(inputs) ? `AssumeRole on ${oldRoleArn(inputs)} only` : oldPoolPolicyText(inputs)}${newPoolPolicyText(inputs)}${chainPolicyText(inputs)}`,

  desired: ({ vars, live }): Props => ({
    document: documentOf(vars),
    tags: { ...live?.tags, ...ownTags(vars) },
  }),

  iac: ({ want, vars }) => ({
    type: 'policy',
    calls: [{ operation: 'CreatePolicy', input: newPolicy(want, vars) }],
  }),

  async read({ aws, vars }) {
    const { iam } = aws.new;
    const PolicyArn = policyArn(vars);
    const found = await undefinedIfNotFound(iam.send(new GetPolicyCommand({ PolicyArn })), ...noSuchEntity);
    const policy = found?.Policy;
    if (policy === undefined) return undefined;
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId: policy.DefaultVersionId }),
    );
    const tags = toTagMap(policy.Tags);
    const document = parsePolicy(PolicyVersion?.Document);
    // CloudFormation cannot tag a managed policy (AWS::IAM::ManagedPolicy has no Tags). An untagged policy
    // with our name and content thus comes from a deployed `export`. It then gets our tags.
    const isExported = Object.keys(tags).length === 0 && differences(document, documentOf(vars)).length === 0;
    const owner = isExported ? ({ ownership: 'ours' } as const) : ownerOf(tags, vars);
    return { props: { document, tags }, outputs: { POLICY_ARN: PolicyArn }, owner: PolicyArn, ...owner };
  },

  means: ({ path }) =>
    path.startsWith('document')
      ? 'The function has other permissions than to check passwords and read users of the old pool.'
      : undefined,

  async write({ aws, want, live, vars }) {
    const { iam } = aws.new;
    if (live === undefined) {
      const PolicyDocument = JSON.stringify(want.document);
      const { Policy } = await iam.send(
        new CreatePolicyCommand({ ...newPolicy(want, vars), PolicyDocument }),
      );
      return { outputs: { POLICY_ARN: requireField(Policy?.Arn, "the policy's ARN") } };
    }
    const PolicyArn = live.outputs.POLICY_ARN;
    if (differences(live.props.document, want.document).length > 0) {
      await setPolicyDocument(iam, PolicyArn, want.document);
    }
    const tags = missingTags(want.tags, live.props.tags);
    if (Object.keys(tags).length > 0) {
      await iam.send(new TagPolicyCommand({ PolicyArn, Tags: toTagList(tags) }));
    }
    return { outputs: live.outputs };
  },

  async remove({ aws, live, vars }) {
    const { iam } = aws.new;
    const { POLICY_ARN: PolicyArn } = live.outputs;
    await deleteOtherVersions(iam, PolicyArn);
    await deletePolicy(iam, PolicyArn, vars.NAME, keepFlag('lambda-policy'));
    return undefined;
  },
});

/** Self-test's clean-up of roles, those in the old pool's account too. */
import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import { undefinedIfNotFound } from '../aws/errors.ts';
import { attachedTo, getRole, noSuchEntity } from '../aws/iam.ts';
import { toTagMap } from '../aws/ownership.ts';
import type { Cleanup, SelfTestFacts } from '../core/cleanup.ts';
import type { Place } from './define-step.ts';

/** The policy of the role in the old pool's account. Inline, so that it shares the role's lifetime and never leaves versions behind. */
export const inlinePolicyName = 'cognito-migrate';

const roles = ({ partition, account, rolePath, names }: SelfTestFacts): string =>
  `arn:${partition}:iam::${account}:role${rolePath}${names}`;

/** The policies that the function's role can have. */
const attachable = ({ partition, account, rolePath, names }: SelfTestFacts) => ({
  'iam:PolicyARN': [
    `arn:${partition}:iam::${account}:policy${rolePath}${names}`,
    `arn:${partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`,
  ],
});

const isLimited = ({ permissionsBoundary }: SelfTestFacts): boolean => permissionsBoundary !== undefined;
const withBoundary = ({ permissionsBoundary = '' }: SelfTestFacts) => ({
  ArnEquals: { 'iam:PermissionsBoundary': permissionsBoundary },
});

export const roleCleanup: Cleanup<Place> = {
  kind: 'role',
  isGlobal: true,
  listAction: 'iam:ListRoles',
  async list({ side: { iam: client } }, prefix) {
    const names: string[] = [];
    // The largest page of IAM, which cannot search for a name.
    for await (const { Roles = [] } of paginateListRoles({ client, pageSize: 1_000 }, {}))
      names.push(...Roles.flatMap(({ RoleName }) => RoleName ?? []));
    return names.filter((name) => name.startsWith(prefix));
  },

  async find({ side }, name) {
    const role = await getRole(side.iam, name);
    return role && { name, id: name, tags: toTagMap(role.Tags) };
  },

  /** "You must delete or detach everything first" (IAM API reference, DeleteRole). */
  async remove({ side: { iam } }, RoleName) {
    const gone = <T>(call: Promise<T>) => undefinedIfNotFound(call, ...noSuchEntity);
    const attached = (await gone(attachedTo(iam, RoleName))) ?? [];
    for (const PolicyArn of attached)
      await gone(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })));
    // The role in the old pool's account has one inline policy. The other role has none.
    if (attached.length === 0)
      await gone(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: inlinePolicyName })));
    await gone(iam.send(new DeleteRoleCommand({ RoleName })));
  },

  permissions: [
    {
      sid: 'MakeRoles',
      when: (facts) => !isLimited(facts),
      actions: ['iam:CreateRole', 'iam:PutRolePolicy'],
      resource: roles,
    },
    {
      sid: 'MakeRolesWithTheBoundary',
      when: isLimited,
      actions: ['iam:CreateRole', 'iam:PutRolePolicy'],
      resource: roles,
      condition: withBoundary,
    },
    {
      sid: 'KeepAndDeleteRoles',
      actions: [
        'iam:TagRole',
        'iam:GetRole',
        'iam:ListAttachedRolePolicies',
        'iam:ListRolePolicies',
        'iam:GetRolePolicy',
        'iam:DeleteRolePolicy',
        'iam:DeleteRole',
      ],
      resource: roles,
    },
    {
      sid: 'AttachTwoPoliciesAndNoOthers',
      when: (facts) => !isLimited(facts),
      actions: ['iam:AttachRolePolicy'],
      resource: roles,
      condition: (facts) => ({ ArnLike: attachable(facts) }),
    },
    {
      sid: 'AttachThemOnlyWithTheBoundary',
      when: isLimited,
      actions: ['iam:AttachRolePolicy'],
      resource: roles,
      condition: (facts) => ({ ...withBoundary(facts), ArnLike: attachable(facts) }),
    },
    {
      sid: 'DetachThem',
      actions: ['iam:DetachRolePolicy'],
      resource: roles,
      condition: (facts) => ({ ArnLike: attachable(facts) }),
    },
    {
      sid: 'GiveTheRoleToLambdaOnly',
      actions: ['iam:PassRole'],
      resource: roles,
      condition: () => ({ StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } }),
    },
  ],
};

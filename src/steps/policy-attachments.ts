/** The role's two policies: ours, and the AWS managed one that lets a function write its log. */

import { AttachRolePolicyCommand, DetachRolePolicyCommand } from '@aws-sdk/client-iam';
import { roleUrl } from '../aws/console-url.ts';
import { undefinedIfNotFound } from '../aws/errors.ts';
import { attachedTo, getRole, noSuchEntity } from '../aws/iam.ts';
import { ownerOf, toTagMap } from '../aws/ownership.ts';
import { together } from '../core/dependency-graph.ts';
import { missingPermissions, stops } from '../core/effects.ts';
import { defineStep } from './define-step.ts';
import { basicExecutionPolicyArn, createsRole, policyArn, roleArn } from './names.ts';
import { addedInline, attachmentsBeside } from './role-additions.ts';

type Props = { readonly attached: readonly string[] };

const moreRights =
  'With it, the function can do more than check passwords. Anyone who changes its code has these permissions too.';

export const policyAttachments = defineStep({
  id: 'policy-attachments',
  title: 'attachments',
  effects: {
    missing: stops('the role of the function lacks its policies'),
    drifted: missingPermissions,
    foreign: stops('the role of this name does not belong to this migration'),
  },
  consoleUrl: (inputs) => roleUrl(roleArn(inputs)),
  kind: 'create',
  requires: [
    'ROLE_ARN',
    'POLICY_ARN',
    'NAME',
    'ROLE_PATH',
    'OLD_USER_POOL_ID',
    'NEW_USER_POOL_ID',
    'NEW_USER_POOL_ARN',
  ],
  outputs: [],
  when: ({ EXISTING_ROLE_ARN }) => EXISTING_ROLE_ARN === undefined,
  cleanup: { deletedWith: 'lambda-role' },
  permissions: [
    {
      sid: 'AttachTwoPoliciesAndNoOthers',
      when: (facts) => createsRole(facts) && facts.PERMISSIONS_BOUNDARY === undefined,
      actions: { 'iam:AttachRolePolicy': ['init'], 'iam:DetachRolePolicy': ['finish'] },
      resource: roleArn,
      condition: (facts) => ({
        ArnEquals: { 'iam:PolicyARN': [policyArn(facts), basicExecutionPolicyArn(facts)] },
      }),
    },
    {
      sid: 'AttachThemOnlyWithTheBoundary',
      when: (facts) => createsRole(facts) && facts.PERMISSIONS_BOUNDARY !== undefined,
      actions: { 'iam:AttachRolePolicy': ['init'], 'iam:DetachRolePolicy': ['finish'] },
      resource: roleArn,
      condition: (facts) => ({
        ArnEquals: {
          'iam:PolicyARN': [policyArn(facts), basicExecutionPolicyArn(facts)],
          'iam:PermissionsBoundary': facts.PERMISSIONS_BOUNDARY ?? '',
        },
      }),
    },
  ],
  describe: () => 'attach that policy and AWSLambdaBasicExecutionRole (writes the log) to the role',
  describeUnchanged: () => 'the role has that policy and AWSLambdaBasicExecutionRole (writes the log)',

  desired: ({ vars }): Props => ({ attached: [vars.POLICY_ARN, basicExecutionPolicyArn(vars)] }),

  iac: ({ want, vars }) => ({
    type: 'policy-attachment',
    calls: want.attached.map((PolicyArn) => ({
      operation: 'AttachRolePolicy',
      input: { RoleName: vars.NAME, PolicyArn },
    })),
  }),

  async read({ aws, vars }) {
    const { iam } = aws.new;
    const target = { iam, role: vars.NAME, means: moreRights };
    const [role, found, inline] = await Promise.all([
      getRole(iam, vars.NAME),
      undefinedIfNotFound(attachedTo(iam, vars.NAME), ...noSuchEntity),
      addedInline(target, []),
    ]);
    if (role === undefined || found === undefined) return undefined;
    const own = [policyArn(vars), basicExecutionPolicyArn(vars)];
    const attached = own.filter((arn) => found.includes(arn));
    const owner = ownerOf(toTagMap(role.Tags), vars);
    const added = {
      additions: [...attachmentsBeside(target, found, own), ...inline.additions],
      notices: inline.notices,
    };
    // Without an attachment, there is nothing to own. Additions count only on a role that is ours.
    if (attached.length === 0) return owner.ownership === 'ours' ? added : undefined;
    return { props: { attached }, outputs: {}, ...owner, ...added };
  },

  async write({ aws, want, live, vars }) {
    const missing = want.attached.filter((arn) => !live?.props.attached.includes(arn));
    await together(missing, async (PolicyArn) => {
      await aws.new.iam.send(new AttachRolePolicyCommand({ RoleName: vars.NAME, PolicyArn }));
    });
    return { outputs: {} };
  },

  async remove({ aws, live, vars }) {
    await together(live.props.attached, async (PolicyArn) => {
      const detach = new DetachRolePolicyCommand({ RoleName: vars.NAME, PolicyArn });
      await undefinedIfNotFound(aws.new.iam.send(detach), ...noSuchEntity);
    });
    return undefined;
  },
});

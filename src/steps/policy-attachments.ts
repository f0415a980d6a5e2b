/** The role's two policies: ours, and the one that lets a function write its log. */
import { AttachRolePolicyCommand, DetachRolePolicyCommand } from '@aws-sdk/client-iam';
import { undefinedIfNotFound } from '../aws/errors.ts';
import { attachedTo, getRole, noSuchEntity } from '../aws/iam.ts';
import { ownerOf, toTagMap } from '../aws/ownership.ts';
import { together } from '../core/dependency-graph.ts';
import { defineStep } from './define-step.ts';
import { basicExecutionPolicyArn, policyArn } from './names.ts';

type Props = { readonly attached: readonly string[] };

export const policyAttachments = defineStep({
  id: 'policy-attachments',
  title: 'attachments',
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
  describe: () => 'that policy and AWSLambdaBasicExecutionRole (its log) to the role',
  describeUnchanged: () => 'the role has that policy and AWSLambdaBasicExecutionRole (its log)',

  desired: ({ vars }): Props => ({ attached: [vars.POLICY_ARN, basicExecutionPolicyArn(vars)] }),

  calls: ({ want, vars }) =>
    want.attached.map((PolicyArn) => ({
      operation: 'AttachRolePolicy',
      input: { RoleName: vars.NAME, PolicyArn },
    })),

  async read({ aws, vars }) {
    const { iam } = aws.new;
    const [role, found] = await Promise.all([
      getRole(iam, vars.NAME),
      undefinedIfNotFound(attachedTo(iam, vars.NAME), ...noSuchEntity),
    ]);
    if (role === undefined || found === undefined) return undefined;
    const attached = [policyArn(vars), basicExecutionPolicyArn(vars)].filter((arn) => found.includes(arn));
    if (attached.length === 0) return undefined;
    return { props: { attached }, outputs: {}, ...ownerOf(toTagMap(role.Tags), vars) };
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

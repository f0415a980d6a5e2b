/**
 * Adds custom:old_sub to the new pool, only if the operator asks for it by name.
 * Neither AWS nor teardown can ever remove it.
 */

import {
  AddCustomAttributesCommand,
  DescribeUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { userPoolUrl } from '../aws/console-url.ts';
import { undefinedIfNotFound } from '../aws/errors.ts';
import { unlessImporting } from '../aws/user-pool/index.ts';
import { limits } from '../core/effects.ts';
import { defineStep } from './define-step.ts';
import { oldSubAttribute, oldSubName, unfitForSub } from './old-sub.ts';

type Props = { readonly name: string };

export const oldSubAttributeStep = defineStep({
  id: 'old-sub-attribute',
  title: 'attribute',
  effects: {
    missing: limits('Users move without their old ID (sub).'),
    drifted: limits('The old ID (sub) of a user may change later.'),
    foreign: limits('Users may move without their old ID (sub).'),
  },
  consoleUrl: ({ NEW_USER_POOL_ARN }) => userPoolUrl(NEW_USER_POOL_ARN),
  requires: ['NEW_USER_POOL_ID', 'NEW_USER_POOL_ARN', 'NAME'],
  outputs: [],
  kind: 'modify',
  // The attribute is permanent, so everything else that may fail goes first. The function goes after it.
  // Otherwise a function already on the trigger would return an attribute that the pool lacks, and sign-ins
  // would fail.
  after: ['lambda-policy', 'policy-attachments', 'old-client', 'old-account-role', 'log-group', 'groups'],
  // "Existing attribute already has name". The read that follows distinguishes it from any other wrong
  // parameter.
  alreadyExistsErrors: ['InvalidParameterException'],
  when: ({ ADD_OLD_SUB }) => ADD_OLD_SUB === true,
  iac: 'none',
  cleanup: 'none',
  permissions: [
    {
      sid: 'AddTheAttributeForTheOldSub',
      when: ({ ADD_OLD_SUB }) => ADD_OLD_SUB === true,
      actions: { 'cognito-idp:AddCustomAttributes': ['init'] },
      resource: ({ NEW_USER_POOL_ARN }) => NEW_USER_POOL_ARN,
    },
    {
      sid: 'SeeWhetherAProviderWritesTheOldSub',
      when: ({ ADD_OLD_SUB, MAP = {} }) => ADD_OLD_SUB === true || Object.hasOwn(MAP, 'sub'),
      actions: {
        'cognito-idp:ListIdentityProviders': ['init', 'watch', 'sync'],
        'cognito-idp:DescribeIdentityProvider': ['init', 'watch', 'sync'],
      },
      resource: ({ NEW_USER_POOL_ARN }) => NEW_USER_POOL_ARN,
    },
  ],
  describe: ({ NEW_USER_POOL_NAME }) =>
    `${NEW_USER_POOL_NAME}: add ${oldSubName} (text, immutable). This cannot be undone`,
  describeUnchanged: ({ NEW_USER_POOL_NAME }) => `${NEW_USER_POOL_NAME} has ${oldSubName} (text, immutable)`,
  describeRemoval: ({ NEW_USER_POOL_NAME }) =>
    `${NEW_USER_POOL_NAME}: ${oldSubName} stays, because no attribute of a pool can be removed`,

  desired: (): Props => ({ name: oldSubName }),

  async read({ aws, vars }) {
    const UserPoolId = vars.NEW_USER_POOL_ID;
    const answer = aws.new.idp.send(new DescribeUserPoolCommand({ UserPoolId }));
    const found = await undefinedIfNotFound(answer, 'ResourceNotFoundException');
    const attribute = found?.UserPool?.SchemaAttributes?.find(({ Name }) => Name === oldSubName);
    if (attribute === undefined) return undefined;
    const unfit = unfitForSub(attribute);
    if (unfit === undefined) return { props: { name: oldSubName }, outputs: {}, ownership: 'ours' };
    return {
      props: { name: oldSubName },
      outputs: {},
      ownership: 'foreign',
      owner: `${oldSubName}, but ${unfit}`,
    };
  },

  async write({ aws, live, vars }) {
    if (live === undefined) {
      const UserPoolId = vars.NEW_USER_POOL_ID;
      const add = new AddCustomAttributesCommand({ UserPoolId, CustomAttributes: [oldSubAttribute] });
      await unlessImporting(aws.new.idp, UserPoolId, () => aws.new.idp.send(add));
    }
    return { outputs: {}, detail: `${oldSubName} added, immutable: it keeps the sub that the user had` };
  },

  remove: async () => ({ left: `${oldSubName} stays: no attribute of a user pool can be removed` }),
});

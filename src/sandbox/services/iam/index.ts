/** AWS Identity and Access Management, API version 2010-05-08. */
import type { Operations } from '../../operation.ts';
import { policyOperations } from './policies.ts';
import { policyVersionOperations } from './policy-versions.ts';
import { rolePolicyOperations } from './role-policies.ts';
import { roleOperations } from './roles.ts';

export const iamOperations: Operations = {
  ...roleOperations,
  ...rolePolicyOperations,
  ...policyOperations,
  ...policyVersionOperations,
};

/** The steps of a migration. A new one is a file in this folder and a line here; the engine finds its place. */
import type { Aws } from '../aws/clients.ts';
import type { Step } from '../core/step.ts';
import { invokePermission } from './invoke-permission.ts';
import { lambdaFunction } from './lambda-function.ts';
import { lambdaPolicy } from './lambda-policy.ts';
import { lambdaRole } from './lambda-role.ts';
import { logGroup } from './log-group.ts';
import { migrationTrigger } from './migration-trigger.ts';
import { newClients } from './new-clients.ts';
import { oldAccountRole } from './old-account-role.ts';
import { oldClient } from './old-client.ts';
import { oldSubAttributeStep } from './old-sub-attribute.ts';
import { policyAttachments } from './policy-attachments.ts';

/** What is in the old pool's account, where that is another one. */
export const oldAccountSteps: readonly Step<Aws>[] = [oldClient, oldAccountRole];

export const steps: readonly Step<Aws>[] = [
  lambdaRole,
  lambdaPolicy,
  policyAttachments,
  oldClient,
  oldAccountRole,
  logGroup,
  oldSubAttributeStep,
  lambdaFunction,
  invokePermission,
  newClients,
  migrationTrigger,
];

/**
 * The steps of a migration.
 * A new step needs a file in this folder, its ID in `ids.ts`, and a line here. The engine finds its position.
 */
import type { Aws } from '../aws/clients.ts';
import type { Step } from '../core/step.ts';
import { type StepId, stepIds } from './ids.ts';
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

export type MigrationStep = Step<Aws, StepId>;

/** Steps that act in the old pool's account, if it is another account. */
export const oldAccountSteps: readonly MigrationStep[] = [oldClient, oldAccountRole];

/** The step of each ID. A missing step, or a step with another ID, does not compile. */
const byId: { readonly [I in StepId]: MigrationStep & { readonly id: I } } = {
  'lambda-role': lambdaRole,
  'lambda-policy': lambdaPolicy,
  'policy-attachments': policyAttachments,
  'old-client': oldClient,
  'old-account-role': oldAccountRole,
  'log-group': logGroup,
  'old-sub-attribute': oldSubAttributeStep,
  'lambda-function': lambdaFunction,
  'invoke-permission': invokePermission,
  'new-clients': newClients,
  'migration-trigger': migrationTrigger,
};

export const steps: readonly MigrationStep[] = stepIds.map((id) => byId[id]);

/**
 * The steps of a migration.
 * A new step needs a file in this folder and a line here. The engine finds its position.
 */
import type { Aws } from '../aws/clients.ts';
import { declared } from '../core/define-step.ts';
import type { Step } from '../core/step.ts';
import { alarms } from './alarms.ts';
import { asyncRetries } from './async-retries.ts';
import { dashboard } from './dashboard.ts';
import type { Place } from './define-step.ts';
import { groups } from './groups.ts';
import { importRole } from './import-role.ts';
import { invokePermission } from './invoke-permission.ts';
import { lambdaFunction } from './lambda-function.ts';
import { lambdaPolicy } from './lambda-policy.ts';
import { lambdaRole } from './lambda-role.ts';
import { logGroup } from './log-group.ts';
import { migrationTrigger } from './migration-trigger.ts';
import { movedMarks } from './moved-marks.ts';
import { newClients } from './new-clients.ts';
import { oldAccountRole } from './old-account-role.ts';
import { oldClient } from './old-client.ts';
import { oldSubAttributeStep } from './old-sub-attribute.ts';
import { policyAttachments } from './policy-attachments.ts';

/** In the order in which the plan lists independent steps. */
const list = declared([
  lambdaRole,
  lambdaPolicy,
  policyAttachments,
  oldClient,
  oldAccountRole,
  logGroup,
  oldSubAttributeStep,
  movedMarks,
  groups,
  lambdaFunction,
  asyncRetries,
  invokePermission,
  newClients,
  migrationTrigger,
  alarms,
  dashboard,
  importRole,
]);

export type StepId = (typeof list)[number]['id'];
/** Names of the variables that steps output. */
export type StepOutput = (typeof list)[number]['outputs'][number];
export type MigrationStep = Step<Aws, StepId, StepId, Place>;

/** A step that names an unknown one does not compile here. */
export const steps: readonly MigrationStep[] = list;

/** Steps that act in the old pool's account, if it is another account. */
export const oldAccountSteps: readonly MigrationStep[] = steps.filter(({ side }) => side === 'old');

/**
 * The IDs of all steps. They never change.
 * People type them after --keep. State files and `--json` contain them.
 */

/** In the order in which the plan lists independent steps. */
export const stepIds = [
  'lambda-role',
  'lambda-policy',
  'policy-attachments',
  'old-client',
  'old-account-role',
  'log-group',
  'old-sub-attribute',
  'lambda-function',
  'invoke-permission',
  'new-clients',
  'migration-trigger',
] as const;

export type StepId = (typeof stepIds)[number];

/** The teardown flag that keeps the step's resource. */
export const keeping = (step: StepId): string => `--keep ${step}`;

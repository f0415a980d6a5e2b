/** The IDs of all steps. People type them after --keep, and state files and `--json` have them: they never change. */

/** In the order in which the plan lists steps that do not depend on each other. */
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

/** The flag of teardown that leaves the step's thing where it is. */
export const keeping = (step: StepId): string => `--keep ${step}`;

/** The names of the commands, in the order of the help. */
export const commandNames = [
  'init',
  'plan',
  'doctor',
  'status',
  'teardown',
  'try',
  'logs',
  'sign-ins',
  'users',
  'import',
  'finish',
  'unmark',
  'sync',
  'explain',
  'policy',
  'handoff',
  'export',
  'env',
  'config-schema',
  'completion',
  'demo',
  'sandbox',
  'self-test',
] as const;

export type CommandName = (typeof commandNames)[number];

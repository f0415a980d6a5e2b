/** The variables that a self-test shares with a migration. Loaded at every start, so it imports nothing. */
export const selfTestVariables = [
  'PROFILE',
  'REGION',
  'OLD_PROFILE',
  'OLD_ROLE_TO_ASSUME',
  'ENDPOINT_URL',
  'ROLE_PATH',
  'PERMISSIONS_BOUNDARY',
  'YES',
  'NO_INPUT',
  'JSON',
  'QUIET',
  'NO_COLOR',
  'VERBOSE',
] as const;

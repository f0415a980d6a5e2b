/** The Cognito user pools of the local AWS: every operation by its name on the wire. */
import type { Operations } from '../../operation.ts';
import { challengeOperations } from './challenges.ts';
import { clientOperations } from './clients.ts';
import { forgotPasswordOperations } from './forgot-password.ts';
import { groupOperations } from './groups.ts';
import { identityProviderOperations } from './identity-providers.ts';
import { importJobOperations } from './import-jobs.ts';
import { listUsersOperations } from './list-users.ts';
import { mfaConfigOperations } from './mfa-config.ts';
import { ownAttributeOperations } from './own-attributes.ts';
import { poolExtraOperations } from './pool-extras.ts';
import { poolOperations } from './pools.ts';
import { rateLimitOperations } from './rate-limits.ts';
import { refreshOperations } from './refresh.ts';
import { selfServiceOperations } from './self-service.ts';
import { signInOperations } from './sign-in.ts';
import { signUpOperations } from './sign-up.ts';
import { tagOperations } from './tags.ts';
import { userAdminOperations } from './user-admin.ts';
import { userOperations } from './users.ts';

export * from './helpers.ts';
export { type CognitoSettings, cognitoSettings } from './settings.ts';
export { totpCode } from './totp.ts';

export const cognitoOperations: Operations = {
  ...poolOperations,
  ...poolExtraOperations,
  ...mfaConfigOperations,
  ...tagOperations,
  ...clientOperations,
  ...userOperations,
  ...userAdminOperations,
  ...listUsersOperations,
  ...groupOperations,
  ...importJobOperations,
  ...rateLimitOperations,
  ...identityProviderOperations,
  ...signInOperations,
  ...challengeOperations,
  ...refreshOperations,
  ...signUpOperations,
  ...forgotPasswordOperations,
  ...selfServiceOperations,
  ...ownAttributeOperations,
};

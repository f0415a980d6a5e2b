/** The Cognito user pools of the local AWS: every operation by its name on the wire. */
import type { Operations } from '../operation.ts';
import { clientOperations } from './clients.ts';
import { mfaConfigOperations } from './mfa-config.ts';
import { poolOperations } from './pools.ts';
import { tagOperations } from './tags.ts';

export { locateClient } from './pool-access.ts';
export { type CognitoSettings, cognitoSettings, type FutureField } from './settings.ts';

export const cognitoOperations: Operations = {
  ...poolOperations,
  ...mfaConfigOperations,
  ...tagOperations,
  ...clientOperations,
};

/** Credentials as STS returns them. */

import type { JsonObject } from '../../operation.ts';
import type { Session } from '../../sessions.ts';
import { isoDate } from '../iam/shared.ts';

/** The Credentials member of a response. */
export function describeCredentials(session: Session): JsonObject {
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: isoDate(session.expiration),
  };
}

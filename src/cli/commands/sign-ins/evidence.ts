/** Reads how apps sign in: Cognito's metric of attempts, then the flows in the event history of CloudTrail. */
import {
  type CognitoIdentityProviderClient,
  paginateListUserPoolClients,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Side } from '../../../aws/clients.ts';
import { readOptional } from '../../../aws/optional-read.ts';
import type { Pace } from '../../../aws/retry.ts';
import { type Attempts, readAttempts, readReached } from '../../../aws/sign-in-attempts.ts';
import { type EventLimits, readSignInEvents, type SignInEvents } from '../../../aws/sign-in-events.ts';
import type { MigrateError } from '../../../core/errors.ts';
import { printable } from '../../../core/printable.ts';
import { fewestSignIns } from './verdict.ts';

/** How the apps of a user pool sign in, as far as it could be read. */
export interface Evidence {
  readonly userPoolId: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  /** Names of the pool's app clients by ID. */
  readonly clients: ReadonlyMap<string, string>;
  readonly attempts?: ReadonlyMap<string, Attempts>;
  readonly reached?: number;
  readonly events?: SignInEvents;
  /** Why the metrics or the events are missing. */
  readonly failures: readonly MigrateError[];
}

interface Times {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly now: number;
}

type Source = Pick<Side, 'idp' | 'getMetricData' | 'lookupEvents'>;

/** Reads what the permissions allow. Each source says something without the others. */
export async function readEvidence(
  side: Source,
  userPoolId: string,
  times: Times,
  pace: Pace,
): Promise<Evidence> {
  const clients = await namesById(side.idp, userPoolId);
  const ids = [...clients.keys()];
  const failures: MigrateError[] = [];
  const optional = <T>(work: Promise<T>): Promise<T | undefined> =>
    readOptional(work, (failure) => failures.push(failure));
  const [attempts, reached, events] = await Promise.all([
    optional(readAttempts(side, userPoolId, ids, times)),
    optional(readReached(side, userPoolId, times)),
    optional(readSignInEvents(side, ids, times, pace)),
  ]);
  return {
    ...{ userPoolId, since: times.since, until: times.now, clients },
    ...(attempts && { attempts }),
    ...(reached !== undefined && { reached }),
    ...(events && { events }),
    failures: [...new Map(failures.map((failure) => [failure.message, failure])).values()],
  };
}

/** Enough for a verdict, within three seconds at the rate that CloudTrail allows. */
const fewEvents: EventLimits = { names: ['InitiateAuth', 'AdminInitiateAuth', 'Login_POST'], maxPages: 2 };

/**
 * Reads why nothing reached the function since a moment.
 * CloudTrail is read only if an app client has enough attempts for a verdict. Many operators have no permission for it.
 * Undefined if the app clients or the metric cannot be read.
 */
export async function readWhyNothing(
  side: Source,
  userPoolId: string,
  times: Times,
  pace: Pace,
): Promise<Evidence | undefined> {
  const clients = await readOptional(namesById(side.idp, userPoolId));
  if (clients === undefined) return undefined;
  const ids = [...clients.keys()];
  const attempts = await readOptional(readAttempts(side, userPoolId, ids, times));
  if (attempts === undefined) return undefined;
  const failures: MigrateError[] = [];
  const isEnough = [...attempts.values()].some(({ tries }) => tries >= fewestSignIns);
  const events = isEnough
    ? await readOptional(readSignInEvents(side, ids, times, pace, fewEvents), (failure) =>
        failures.push(failure),
      )
    : undefined;
  return {
    ...{ userPoolId, since: times.since, until: times.now, clients, attempts, failures },
    reached: 0,
    ...(events && { events }),
  };
}

/** Names of the pool's app clients by ID. */
async function namesById(
  client: CognitoIdentityProviderClient,
  UserPoolId: string,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for await (const { UserPoolClients = [] } of paginateListUserPoolClients(
    { client, pageSize: 60 },
    { UserPoolId },
  ))
    for (const { ClientId, ClientName } of UserPoolClients)
      if (ClientId !== undefined) names.set(ClientId, printable(ClientName ?? ClientId));
  return names;
}

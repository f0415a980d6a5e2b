/**
 * sign-ins: which flows the apps of the new pool sign in with.
 * Only a flow that sends the password reaches the function.
 */
import {
  type CognitoIdentityProviderClient,
  paginateListUserPoolClients,
} from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod/mini';
import { regionOfPool } from '../../../aws/arn.ts';
import type { Side } from '../../../aws/clients.ts';
import { toMigrateError } from '../../../aws/errors.ts';
import { readAttempts, readReached } from '../../../aws/sign-in-attempts.ts';
import { readSignInEvents } from '../../../aws/sign-in-events.ts';
import { CancelledError, type ExitKind, type MigrateError, UsageError } from '../../../core/errors.ts';
import { printable } from '../../../core/printable.ts';
import type { Context } from '../../context.ts';
import { loadInputs } from '../../inputs/load-inputs.ts';
import { missing } from '../../inputs/missing.ts';
import { parseSince } from '../../inputs/since.ts';
import { openAccounts } from '../../session/access.ts';
import { type FoundEvidence, signInsDocument } from './view.ts';

const Options = z.object({ since: z._default(z.string(), '1h') });

const dayMs = 86_400_000;
/** CloudWatch keeps metrics for 15 months. */
const longestMs = 455 * dayMs;

export async function signIns(context: Context): Promise<ExitKind> {
  const { io, command, reporter } = context;
  const now = io.clock.now();
  const { since: text } = Options.parse(command.opts());
  const since = parseSince(text, now);
  if (now - since > longestMs) throw tooLongAgo(text);
  const given = await loadInputs(context);
  const { NEW_USER_POOL_ID } = given.resolved.values;
  if (NEW_USER_POOL_ID === undefined) throw missing(['NEW_USER_POOL_ID']);
  const side = openAccounts(context, given).open()(regionOfPool(NEW_USER_POOL_ID));
  const found = await reporter.busy('Reading sign-ins', async () => {
    const clients = await namesById(side.idp, NEW_USER_POOL_ID);
    const times = { since, now };
    const pace = { clock: io.clock, signal: io.interrupt.signal };
    return { clients, ...(await evidenceOf(side, NEW_USER_POOL_ID, [...clients.keys()], times, pace)) };
  });
  reporter.data(signInsDocument({ userPoolId: NEW_USER_POOL_ID, since, until: now, ...found }));
  return 'ok';
}

const tooLongAgo = (text: string): UsageError =>
  new UsageError(`--since must be within the last 15 months (got ${JSON.stringify(text)})`, {
    code: 'BAD_INPUT',
    found: text,
  });

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

/** Reads what the permissions allow. Each source says something without the others. */
async function evidenceOf(
  side: Side,
  userPoolId: string,
  clientIds: readonly string[],
  times: { readonly since: number; readonly now: number },
  pace: Parameters<typeof readSignInEvents>[3],
): Promise<FoundEvidence> {
  const failures: MigrateError[] = [];
  const optional = async <T>(work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (error) {
      const failure = toMigrateError(error);
      if (failure === undefined || failure instanceof CancelledError) throw error;
      failures.push(failure);
      return undefined;
    }
  };
  const [attempts, reached, events] = await Promise.all([
    optional(readAttempts(side, userPoolId, clientIds, times)),
    optional(readReached(side, userPoolId, times)),
    optional(readSignInEvents(side, clientIds, times, pace)),
  ]);
  return {
    ...(attempts && { attempts }),
    ...(reached !== undefined && { reached }),
    ...(events && { events }),
    failures: [...new Map(failures.map((failure) => [failure.message, failure])).values()],
  };
}

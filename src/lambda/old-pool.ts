import { emailFilters } from './address-holders.ts';
import { toSignIn, toUser } from './answers.ts';
import type { JsonCall } from './aws/json.ts';
import { AwsError } from './aws/send.ts';
import type { HoldersAnswer } from './decide.ts';
import type { Environment } from './environment.ts';
import { mostLookups } from './find-by.ts';
import type { Asker, Clock, OldPoolPort } from './migrate.ts';
import type { NamedUser } from './old-user.ts';
import { type Ask, listAll, oldPoolCalls, withinBudget } from './pool-calls.ts';

/**
 * The old pool, accessed over AWS's API.
 * There is one per execution environment: its connections and credentials outlive the event.
 */
export function oldPool(
  environment: Environment,
  clock: Clock,
  call: JsonCall = oldPoolCalls(environment, clock),
): OldPoolPort {
  const { oldUserPoolId, oldClientId } = environment;
  const mayAsk = lookupLimit(clock);
  const within = <T>(deadline: number, work: (ask: Ask) => Promise<T>) =>
    withinBudget(deadline - clock.now(), (signal) =>
      work((operation, input) => call(operation, input, signal)),
    );

  return {
    getUser: (userName, deadline) =>
      within(deadline, async (ask) => {
        const answer = await ask('AdminGetUser', { UserPoolId: oldUserPoolId, Username: userName });
        return { kind: 'user', user: toUser(answer) };
      }),
    signIn: (userName, password, deadline, metadata) =>
      within(deadline, async (ask) => {
        const answer = await ask('AdminInitiateAuth', {
          UserPoolId: oldUserPoolId,
          ClientId: oldClientId,
          AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: userName, PASSWORD: password },
          // Lets the old pool's triggers distinguish these sign-ins from their own.
          ClientMetadata: { ...metadata, source: 'cognito-migrate' },
        });
        return toSignIn(answer);
      }),
    findUsers: (Filter, asker, deadline) =>
      within(deadline, async (ask) => {
        const users = await listAll(limited(ask, asker, mayAsk), {
          UserPoolId: oldUserPoolId,
          Filter,
          Limit: 10,
        });
        return users === undefined ? TOO_MANY : { kind: 'holders', users };
      }),
    holdersOf: (address, asker, deadline) =>
      within(deadline, async (ask) => {
        const users: NamedUser[] = [];
        for (const Filter of emailFilters(address)) {
          const found = await listAll(limited(ask, asker, mayAsk), { UserPoolId: oldUserPoolId, Filter });
          if (found === undefined) return TOO_MANY;
          users.push(...found);
        }
        return { kind: 'holders', users };
      }),
  };
}

const TOO_MANY: HoldersAnswer = { kind: 'fault', name: 'TooManyMatches', message: '' };

/** Counts requests. False if this second has no more. */
function lookupLimit(clock: Clock): () => boolean {
  let recent: readonly number[] = [];
  return () => {
    const now = clock.now();
    recent = recent.filter((time) => now - time < 1000);
    if (recent.length >= mostLookups) return false;
    recent = [...recent, now];
    return true;
  };
}

/** The same, but refused if too many people ask. */
const limited = (ask: Ask, asker: Asker, mayAsk: () => boolean): Ask =>
  asker === 'anyone'
    ? async (operation, input) => {
        if (!mayAsk()) throw new AwsError('LookupLimit');
        return ask(operation, input);
      }
    : ask;

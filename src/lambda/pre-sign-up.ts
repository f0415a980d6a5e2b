/**
 * The guard of sign-ups (`--guard-sign-up`): nobody takes the name of a user who hasn't moved yet.
 * A sign-up never reaches the migration trigger, so a stranger could lock the owner of a name out
 * (aws-amplify/amplify-js#5081). It never confirms a user, and never verifies an address.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html
 */
import { decideUserFault, type HoldersAnswer, type UserAnswer } from './decide.ts';
import { isPossibleName, own } from './event.ts';
import { filterFor, lowerCaseOf, ownersOf } from './find-by.ts';
import { type Asker, type Clock, finish, type OldPoolPort, type Outcome, persist } from './migrate.ts';
import { type OldUser, oldValue } from './old-user.ts';
import { oldSubName, type Settings } from './settings.ts';

/** The one source that is guarded. An administrator, or an identity provider, vouches for the other users. */
const GUARDED = 'PreSignUp_SignUp';

const ALLOWED: Outcome = { outcome: 'untouched', reason: 'sign-up-allowed' };
const REFUSED: Outcome = { outcome: 'refused', reason: 'squatting-refused' };

/** Whether an event is one of the Pre sign-up trigger. */
export function isSignUpEvent(event: unknown): boolean {
  const source = own(event, 'triggerSource');
  return typeof source === 'string' && source.startsWith('PreSignUp_');
}

/** Whether the event needs a decision. All others are returned unchanged. */
export const isGuarded = (event: unknown): boolean => own(event, 'triggerSource') === GUARDED;

/**
 * Decides about one sign-up. A fault refuses it: a sign-up can wait.
 * Cognito may run this trigger for a user who moves, as this very source. Such a user brings the `sub` that
 * they had in the old pool. No client can write that attribute, and it must be that of the old user of this name.
 */
export async function guardSignUp(
  event: unknown,
  settings: Settings,
  pool: OldPoolPort,
  clock: Clock,
  deadline: number,
): Promise<Outcome> {
  const { guard, newPool } = settings;
  if (guard === undefined) return ALLOWED;
  const attributes = own(own(event, 'request'), 'userAttributes');
  const oldSub = own(attributes, oldSubName);
  const userName = own(event, 'userName');
  if (typeof userName !== 'string') return { outcome: 'failed', reason: 'unexpected' };
  const addresses = [...newPool.usernameAttributes, ...newPool.aliasAttributes];
  const names = new Set([userName, ...addresses.map((attribute) => own(attributes, attribute))]);
  // The password of a user who moves is proven, so their search doesn't count against the limit.
  const asker = oldSub === undefined ? 'anyone' : 'user';

  let isTaken = false;
  for (const name of names) {
    if (typeof name !== 'string' || !isPossibleName(name)) continue;
    const found = await oldUsers(name, asker, settings, pool, clock, deadline);
    if (!Array.isArray(found)) return found;
    if (found.some((user) => oldSub !== undefined && oldValue(user, 'sub') === oldSub)) return ALLOWED;
    isTaken ||= found.some(({ status }) => owns(status, guard));
    if (isTaken && oldSub === undefined) return REFUSED;
  }
  return isTaken ? REFUSED : ALLOWED;
}

/** Whether a name belongs to an old user. Nobody has proven the address of one who never confirmed it. */
const owns = (status: string, guard: Settings['guard']): boolean =>
  status !== 'UNCONFIRMED' && (status !== 'EXTERNAL_PROVIDER' || guard === 'federated');

type Ask = <T extends UserAnswer | HoldersAnswer>(call: () => Promise<T>) => ReturnType<typeof persist<T>>;

/** The old users who would move by this name, or a failure. */
async function oldUsers(
  name: string,
  asker: Asker,
  settings: Settings,
  pool: OldPoolPort,
  clock: Clock,
  deadline: number,
): Promise<OldUser[] | Outcome> {
  const ask: Ask = (call) =>
    persist(
      call,
      (answer) => (answer.kind === 'fault' ? decideUserFault(answer) : { act: 'go-on' }),
      clock,
      deadline,
    );
  const names = new Set<string>();
  for (const typed of new Set([name, lowerCaseOf(name, settings) ?? name])) {
    const found = await usernames(typed, settings, ask, (filter) => pool.findUsers(filter, asker, deadline));
    if (!Array.isArray(found)) return found;
    for (const one of found) names.add(one);
  }
  const users: OldUser[] = [];
  for (const one of names) {
    const { answer, decision } = await ask(() => pool.getUser(one, deadline));
    if (answer?.kind === 'user') users.push(answer.user);
    else if (decision.act !== 'untouched' || decision.reason !== 'unknown-user')
      return failed(finish(decision));
  }
  return users;
}

/** The names by which AdminGetUser finds the users with this name, or a failure. */
async function usernames(
  typed: string,
  settings: Settings,
  ask: Ask,
  find: (filter: string) => Promise<HoldersAnswer>,
): Promise<string[] | Outcome> {
  const filter = filterFor(typed, settings.findBy);
  if (filter === undefined) return [typed];
  const { answer, decision } = await ask(() => find(filter));
  if (answer?.kind !== 'holders') return failed(finish(decision));
  return ownersOf(typed, answer.users, settings).map(({ userName }) => userName);
}

/** Anything that isn't known to be good fails. */
const failed = (outcome: Outcome): Outcome =>
  outcome.outcome === 'failed' ? outcome : { outcome: 'failed', reason: 'unexpected' };

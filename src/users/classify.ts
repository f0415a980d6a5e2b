/**
 * The state of an old user: whether they have moved, whether they can, and why not.
 * The function's own code decides, on answers from memory instead of AWS. So a list can never disagree with it.
 */
import type { Fault, HoldersAnswer, SignInAnswer } from '../lambda/decide.ts';
import { parseEvent } from '../lambda/event.ts';
import { type Clock, migrate, type OldPoolPort, type Outcome } from '../lambda/migrate.ts';
import { type NamedUser, type OldUser, oldValue } from '../lambda/old-user.ts';
import type { Reason } from '../lambda/reasons.ts';
import type { OldPool, Settings } from '../lambda/settings.ts';
import type { Holder, NewPoolIndex } from './new-pool-index.ts';
import type { OldAddresses } from './old-addresses.ts';
import { oldNames } from './sign-in-names.ts';

/** In the order in which people see them. */
export const userStates = [
  'moved',
  'waiting',
  'by-reset',
  'cannot',
  'disabled',
  'federated',
  'unconfirmed',
  'taken',
  'taken-unconfirmed',
  'moved-twice',
  'unknown',
] as const;

export type UserState = (typeof userStates)[number];

/** A user of the new pool as the function would create them. */
export interface NewUser {
  /** The name that Cognito is given. In a pool of addresses, it's an address. */
  readonly userName: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Classified {
  readonly state: UserState;
  /** Why the function would not move the user at sign-in, or why they move without their password. */
  readonly reason?: Reason;
  /** The user that the function would create, in the states `waiting` and `by-reset`. */
  readonly newUser?: NewUser;
}

/** The facts of the run that apply to every user. */
export interface Known {
  /** The function's settings. */
  readonly settings: Settings;
  /** The current settings of the old pool. The function may know fewer of them. */
  readonly oldPool: OldPool;
  /** Old users whom `--move-once mark` has marked for this pool don't move again. Marks of any age count here. */
  readonly newUserPoolId: string;
  readonly index: NewPoolIndex;
  /** Whether `index` has everyone. If not, a user who isn't in it may have moved. */
  readonly isIndexWhole: boolean;
  /** Whether users of the new pool record their old user. If not, "moved" is a guess from names. */
  readonly isExact: boolean;
  /** Addresses of the other users of the old pool, if a rule of the function asks for them. */
  readonly addresses?: OldAddresses;
}

/** Decides on one user. Makes no calls. */
export async function classify(user: OldUser, known: Known): Promise<Classified> {
  const moved = movedState(user, known);
  if (moved !== undefined) return { state: moved };
  const found = await decide(user, namesOf(user, known), known);
  const isOpen = found.state === 'waiting' || found.state === 'by-reset';
  return isOpen && !known.isIndexWhole ? { state: 'unknown' } : found;
}

type Moved = 'moved' | 'moved-twice';

/** Whether a user has moved. Undefined if not. Doesn't apply the function's rules to users who haven't. */
export function movedState(
  user: NamedUser,
  known: Pick<Known, 'index' | 'isExact' | 'oldPool'> & { readonly settings: Pick<Settings, 'findBy'> },
): Moved | undefined {
  const { index, isExact } = known;
  if (!isExact)
    return namesOf(user, known).some((name) => index.holderOf(name) !== undefined) ? 'moved' : undefined;
  const moves = index.movedAs(oldValue(user, 'sub'));
  return moves > 1 ? 'moved-twice' : moves === 1 ? 'moved' : undefined;
}

const namesOf = (
  user: NamedUser,
  { settings, oldPool }: Pick<Known, 'oldPool'> & { readonly settings: Pick<Settings, 'findBy'> },
): string[] => oldNames(user, { ...settings, oldPool });

/** Tries each name at sign-in, then each name in "forgot password", as the user would. */
async function decide(user: OldUser, names: readonly string[], known: Known): Promise<Classified> {
  const typed = names.length > 0 ? names : [user.userName];
  const signIns = await attempts('sign-in', typed, user, known);
  const signIn = signIns.find(isFree);
  if (signIn !== undefined) return { state: 'waiting', ...whyReset(signIn.outcome), ...newUserOf(signIn) };
  const resets = await attempts('forgot', typed, user, known);
  const refused = signIns.filter(({ newUser }) => newUser === undefined).map(({ outcome }) => outcome);
  const reset = resets.find(isFree);
  if (reset !== undefined) return { state: 'by-reset', ...reasonOf(refused), ...newUserOf(reset) };
  const holders = [...signIns, ...resets].flatMap(({ holder }) => holder ?? []);
  if (holders.length > 0) return { state: holders.includes('proven') ? 'taken' : 'taken-unconfirmed' };
  return stuck(refused);
}

/** The result of one name. */
interface Attempt {
  readonly outcome: Outcome;
  /** The user that the function returns, if any. */
  readonly newUser: NewUser | undefined;
  /** The user of the new pool who has one of that user's names already. */
  readonly holder: Holder | undefined;
}

const isFree = ({ newUser, holder }: Attempt): boolean => newUser !== undefined && holder === undefined;

const newUserOf = ({ newUser }: Attempt): Pick<Classified, 'newUser'> =>
  newUser === undefined ? {} : { newUser };

function attempts(
  kind: keyof typeof sources,
  names: readonly string[],
  user: OldUser,
  known: Known,
): Promise<Attempt[]> {
  const { settings, index } = known;
  const { usernameAttributes } = settings.newPool;
  return Promise.all(
    names.map(async (name) => {
      const outcome = await tried(kind, name, user, known);
      const created = outcome.response?.userAttributes;
      if (created === undefined) return { outcome, newUser: undefined, holder: undefined };
      const { username = name, ...attributes } = created;
      const isGenerated = usernameAttributes.length > 0;
      const holder = index.holderOf(name) ?? index.inTheWayOf(isGenerated ? undefined : username, created);
      return { outcome, newUser: { userName: isGenerated ? name : username, attributes }, holder };
    }),
  );
}

const whyReset = ({ outcome, reason }: Outcome): { readonly reason?: Reason } =>
  outcome === 'reset' ? { reason } : {};

/** The reason of the name that gets furthest. Another name of the same user is no reason. */
function reasonOf(refused: readonly Outcome[]): { readonly reason?: Reason } {
  const [first] = refused;
  const closest = refused.find(({ reason }) => reason !== 'other-name') ?? first;
  return closest === undefined ? {} : { reason: closest.reason };
}

function stuck(refused: readonly Outcome[]): Classified {
  const { reason } = reasonOf(refused);
  switch (reason) {
    case 'disabled':
    case 'federated':
    case 'unconfirmed':
      return { state: reason };
    case undefined:
    case 'unknown-status':
      return { state: 'unknown', ...(reason !== undefined && { reason }) };
    default:
      return { state: 'cannot', reason };
  }
}

/** Meets the password policy of every pool. */
const anyPassword = 'Aa1!'.repeat(25);

/** No request takes time here. */
const instant: Clock = { now: () => 0, sleep: () => Promise.resolve() };
const deadline = 60_000;

const sources = {
  'sign-in': 'UserMigration_Authentication',
  forgot: 'UserMigration_ForgotPassword',
} as const;

/** The function's outcome for this name with the right password. */
async function tried(
  kind: keyof typeof sources,
  userName: string,
  user: OldUser,
  { settings, addresses, newUserPoolId }: Known,
): Promise<Outcome> {
  const request = kind === 'forgot' ? {} : { password: anyPassword };
  const event = parseEvent({ triggerSource: sources[kind], userName, request });
  if (event.kind === 'unusable') return { outcome: 'untouched', reason: event.reason };
  if (event.kind === 'probe' || event.kind === 'after-move') throw new Error('a sign-in is no other event');
  const answers = answersAbout(user, settings, addresses);
  return migrate(event, settings, answers, instant, deadline, newUserPoolId);
}

/** The old pool's answers about one user, whose password is right. */
function answersAbout(user: OldUser, settings: Settings, addresses: OldAddresses | undefined): OldPoolPort {
  const holders: HoldersAnswer = {
    kind: 'holders',
    users: [user, ...(addresses?.othersWith(user, settings) ?? [])],
  };
  return {
    getUser: () => Promise.resolve({ kind: 'user', user }),
    signIn: () => Promise.resolve(signInAnswer(user, settings)),
    findUsers: () => Promise.resolve(addresses === undefined ? unread : holders),
    holdersOf: () => Promise.resolve(addresses === undefined ? unread : holders),
  };
}

const unread: Fault = { kind: 'fault', name: 'Unread', message: '' };

/** A temporary password is a separate challenge. The second factor follows it. */
function signInAnswer(user: OldUser, { oldPoolMfa }: Settings): SignInAnswer {
  if (user.status === 'FORCE_CHANGE_PASSWORD') return { kind: 'challenge', name: 'NEW_PASSWORD_REQUIRED' };
  if (user.hasMfa && oldPoolMfa !== 'OFF') return { kind: 'challenge', name: 'SOFTWARE_TOKEN_MFA' };
  if (oldPoolMfa === 'ON') return { kind: 'challenge', name: 'MFA_SETUP' };
  return { kind: 'signed-in', sub: oldValue(user, 'sub') };
}

/** App clients of the new pool, and which of them can move users. */
import type { ClientSnapshot, WayToMove } from '../../aws/user-pool-client/index.ts';
import {
  passwordFlow,
  takesPasswords,
  unsuitable,
  usesManagedLogin,
  wayToMove,
} from '../../aws/user-pool-client/index.ts';
import { flagOf } from '../../core/variables/index.ts';
import { type Case, found, quoted, type Theme } from '../check.ts';

type Client = ClientSnapshot['client'];

/** CM201 to CM204. */
export const clients: Theme = (args) => {
  if (args.facts.clients.length === 0 && !args.facts.areAllClients) return [];
  const people = args.facts.clients.filter((client) => unsuitable(client) === undefined);
  return [...withoutPassword(people, args), ...managedLogin(people, args), ...telltale(people)];
};

/** How users move with these choices. Undefined if that depends on app clients that were not read. */
export function wayOf({ facts, inputs, settings }: Case): WayToMove | undefined {
  const { clients: all, areAllClients, newPool } = facts;
  if (inputs.NEW_CLIENT_IDS.length > 0) return 'sign-in';
  const way = wayToMove(all, newPool.pool, settings.forgotPassword === 'on');
  return areAllClients || way === 'sign-in' ? way : undefined;
}

const nameOf = ({ ClientName, ClientId }: Client): string => ClientName ?? ClientId ?? '';
const list = (some: readonly Client[]): string =>
  `${some.length === 1 ? 'App client' : 'App clients'} ${quoted(some.map(nameOf))}`;
const es = (some: readonly Client[]): string => (some.length === 1 ? 's' : '');

const trigger =
  'Cognito calls the function only for sign-ins that send it the password. It never does for SRP (Secure Remote Password), choice-based, or passwordless sign-in.';

function withoutPassword(people: readonly Client[], args: Case) {
  const { inputs, facts } = args;
  const closed = people.filter((client) => !passwordFlow(client).enabled);
  const chosen = closed.filter(({ ClientId = '' }) => inputs.NEW_CLIENT_IDS.includes(ClientId));
  const left = closed.filter(
    (client) => !chosen.includes(client) && !takesPasswords(client, facts.newPool.pool),
  );
  const way = wayOf(args);
  if (way === 'none' || way === 'password-reset') {
    return found(
      'CM202',
      'warning',
      way === 'none'
        ? 'No app client of the new pool accepts passwords, and none was chosen. So nobody will move.'
        : 'No app client of the new pool accepts passwords, and none was chosen. So users move only when they reset their password.',
      trigger,
      `${flagOf('NEW_CLIENT_IDS')} ID adds password sign-in to one app client, ${flagOf('ALL_NEW_CLIENTS')} to all.`,
    );
  }
  return [
    ...(left.length === 0
      ? []
      : found(
          'CM201',
          'warning',
          `${list(left)} ${left.length === 1 ? "doesn't" : "don't"} accept passwords, so users who sign in through ${left.length === 1 ? 'it' : 'them'} don't move.`,
          trigger,
          `${flagOf('NEW_CLIENT_IDS')} ID adds password sign-in. Nothing else changes.`,
        )),
    ...(chosen.length === 0
      ? []
      : found(
          'CM201',
          'info',
          `${list(chosen)} get${es(chosen)} password sign-in. Your app must use it too.`,
          trigger,
          "Amplify: signIn({ username, password, options: { authFlowType: 'USER_PASSWORD_AUTH' } })",
        )),
  ];
}

/**
 * Managed login fires the trigger too: "Users sign in through managed login"
 * (Developer Guide, migrate user trigger).
 */
function managedLogin(people: readonly Client[], { facts }: Case) {
  const through = people.filter((client) => usesManagedLogin(client, facts.newPool.pool));
  if (through.length === 0) return [];
  return found(
    'CM203',
    'info',
    `${list(through)} can use managed login, which moves users too.`,
    'Its form sends the password to Cognito, so Cognito calls the function. Sign-in through another identity provider never calls it.',
    'Nothing to do.',
  );
}

function telltale(people: readonly Client[]) {
  const open = people.filter(({ PreventUserExistenceErrors: how }) => how !== 'ENABLED');
  if (open.length === 0) return [];
  return found(
    'CM204',
    'info',
    `${list(open)} reveal${es(open)} at sign-in whether a user exists.`,
    'PreventUserExistenceErrors is not ENABLED. During the migration, this also reveals who has already moved.',
    'Turn on "Prevent user existence errors" of the app client in the console. The AWS CLI command update-user-pool-client would reset its other settings.',
  );
}

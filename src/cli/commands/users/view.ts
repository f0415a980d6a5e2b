/** The counts of users, one sentence for each state. */
import { number } from '../../../core/format-number.ts';
import { type UserState, userStates } from '../../../users/classify.ts';
import { explanationOf } from '../../terminal/reasons.ts';
import { heading, type Style } from '../../terminal/style.ts';
import type { UsersDocument } from './document.ts';

/** Input of the text that the document lacks. */
export interface Said {
  /** Whether users with MFA stay, so that it matters whether MFA was read. */
  readonly doesMfaMatter: boolean;
  /** How long reading the MFA of the users who can move takes. */
  readonly mfaTime: string;
}

const verbs: Readonly<Record<UserState, (one: boolean, document: UsersDocument) => string>> = {
  moved: (one, { exact, newUserPool }) =>
    exact
      ? `${one ? 'has' : 'have'} moved`
      : `${one ? 'has' : 'have'} probably moved: ${newUserPool.name} has their name (a guess without custom:old_sub)`,
  waiting: (one) => `${one ? 'moves' : 'move'} when they sign in`,
  'by-reset': (one) => `${one ? 'moves' : 'move'} only by "forgot password"`,
  cannot: () => 'cannot move',
  disabled: (one) => `${one ? 'is' : 'are'} disabled, and ${one ? 'stays' : 'stay'} out of the new pool`,
  federated: (one) => `${one ? 'signs' : 'sign'} in through an identity provider: connect it to the new pool`,
  unconfirmed: () => 'never confirmed their sign-up',
  taken: (one, { newUserPool }) =>
    `${one ? 'has' : 'have'} a name that somebody else has taken in ${newUserPool.name}`,
  'taken-unconfirmed': (one, { newUserPool }) =>
    `${one ? 'has' : 'have'} a name that somebody else signed up with in ${newUserPool.name}, but never confirmed`,
  'moved-twice': (one, { newUserPool }) =>
    `moved twice: two users of ${newUserPool.name} ${one ? 'keep their' : 'keep the same'} old sub`,
  unknown: (one) => `${one ? 'is' : 'are'} in an unknown state`,
};

/** States of users who need help, and the words before the command that lists them. */
const worthListing = {
  taken: 'See whose names are taken',
  'taken-unconfirmed': 'See whose names are taken',
  'moved-twice': 'See who moved twice',
  cannot: 'See who cannot move',
} as const satisfies Partial<Record<UserState, string>>;

/** One line for each state that occurs: the number of users, and the sentence about them. */
function countedStates(document: UsersDocument) {
  const present = userStates.flatMap((state) => {
    const users = document.states[state] ?? 0;
    return users === 0 ? [] : [{ state, users }];
  });
  const width = Math.max(1, ...present.map(({ users }) => number(users).length));
  const counts = present.map(({ state, users }) => ({
    state,
    users,
    line: `  ${number(users).padStart(width)}  ${verbs[state](users === 1, document)}`,
  }));
  return { width, counts };
}

/** The counts alone, without reasons. */
export const countLines = (document: UsersDocument): string[] =>
  countedStates(document).counts.map(({ line }) => line);

export function usersText(document: UsersDocument, { doesMfaMatter, mfaTime }: Said, style: Style): string {
  const { oldUserPool, newUserPool, reasons } = document;
  const { width, counts } = countedStates(document);
  const indent = ' '.repeat(width + 4);
  const lines = counts.flatMap(({ state, users, line }) => {
    const why = Object.entries(reasons)
      .filter(([key]) => key.startsWith(`${state}/`))
      .sort(([, one], [, other]) => other - one)
      .map(([key, of]) => reasonLine(state, key.slice(state.length + 1), of, users, indent, style));
    const mfa =
      state === 'waiting' && doesMfaMatter && !document.mfaChecked
        ? [style.dim(`${indent}MFA not checked: add --mfa (${mfaTime})`)]
        : [];
    return [line, ...why, ...mfa];
  });
  return [
    '',
    heading(
      [`${oldUserPool.name} → ${newUserPool.name}`, style.dim(`${number(document.total)} users read`)],
      style,
    ),
    '',
    ...(lines.length === 0 ? ['  The old pool has no users.'] : lines),
    ...missingLines(document, style),
    '',
    `  ${style.dim(`Read from ${clock(document.from)} to ${clock(document.to)} UTC. Users may have moved since.`)}`,
    ...fileLines(document, style),
    ...nextLines(document),
  ].join('\n');
}

function reasonLine(
  state: UserState,
  reason: string,
  users: number,
  all: number,
  indent: string,
  style: Style,
): string {
  const outcome = state === 'waiting' ? 'reset' : 'untouched';
  const count = users === all ? '' : `${number(users)} `;
  return style.dim(`${indent}${count}${reason}: ${explanationOf(outcome, reason).means}`);
}

/** `2026-11-22 12:00:03` */
const clock = (iso: string): string => iso.slice(0, 19).replace('T', ' ');

function missingLines({ missing, oldUserPool, newUserPool }: UsersDocument, style: Style): string[] {
  if (missing.length === 0) return [];
  const nameOf = (pool: 'old' | 'new') => (pool === 'old' ? oldUserPool : newUserPool).name;
  return [
    '',
    `  ${style.bad} Incomplete. These could not be read:`,
    ...missing.map(({ pool, what }) => `      ${nameOf(pool)}: ${what}`),
    '      Run the same command again. A lower --rate helps if AWS throttles requests.',
  ];
}

function fileLines({ file }: UsersDocument, style: Style): string[] {
  if (file === undefined) return [];
  const users = `${number(file.users)} ${file.users === 1 ? 'user' : 'users'}`;
  return ['', `  ${style.ok} ${file.path}  ${users}. It holds personal data: delete it when you are done.`];
}

function nextLines({ states, file }: UsersDocument): string[] {
  if (file !== undefined) return [];
  const list = (state: UserState): string => `cognito-migrate users --only ${state} --out ${state}.csv`;
  const first = userStates.filter(isWorthListing).find((state) => (states[state] ?? 0) > 0);
  return [
    ...((states.waiting ?? 0) > 0
      ? ['', '  Write to them. The file holds personal data:', `    ${list('waiting')}`]
      : []),
    ...(first === undefined ? [] : ['', `  ${worthListing[first]}:`, `    ${list(first)}`]),
  ];
}

const isWorthListing = (state: UserState): state is keyof typeof worthListing =>
  Object.hasOwn(worthListing, state);

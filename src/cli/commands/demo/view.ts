/** The output of demo. */

import type { SignIns } from '../../../core/sign-ins-document.ts';
import type { StatusDocument } from '../../../core/status-document.ts';
import { columns, type Style, wrapped } from '../../terminal/style.ts';
import type { SetPool } from '../sandbox/index.ts';
import { whyNothingText } from '../sign-ins/index.ts';
import { chainWords, progress } from '../status/index.ts';
import { countLines, type UsersDocument } from '../users/index.ts';
import type { Refusal } from './refusals.ts';
import { type Journey, people } from './sign-in.ts';

const theEnd = [
  '  The old pool is unchanged. Everything ran on this machine, and nothing of it is left.',
  '',
  '  For your own pools: cognito-migrate init',
];

function journeyLines({ wrongPassword, firstSignIn, secondSignIn, user }: Journey, pool: SetPool): string[] {
  return [
    '',
    `  ${people.ana.username} signs in to ${pool.name} for the first time`,
    `    with a wrong password   refused (${wrongPassword})`,
    `    with the old password   signed in (${firstSignIn.ms} ms), and moved`,
    `    and once again          signed in (${secondSignIn.ms} ms), without the function`,
    '',
    `  The user in ${pool.name} ${pool.id}`,
    columns(
      [['Username', user.username], ['UserStatus', user.status], ...Object.entries(user.attributes)],
      '    ',
    ),
    '',
  ];
}

interface OneAccount {
  readonly journey: Journey;
  readonly users: UsersDocument;
  readonly status: StatusDocument;
  readonly signIns: SignIns;
}

export const demoText = (
  { journey, users, status, signIns }: OneAccount,
  pool: SetPool,
  style: Style,
): string =>
  [
    ...journeyLines(journey, pool),
    '  Who has moved, and who has not   (cognito-migrate users)',
    ...countLines(users).map((line) => `  ${line}`),
    '',
    '  How far it is, again and again   (cognito-migrate status --watch)',
    ...progress(status, style)
      .slice(0, 3)
      .map((line) => `  ${line}`),
    '',
    '  Why an app does not reach the function   (cognito-migrate sign-ins)',
    ...whyNothingText(signIns)
      .slice(0, 1)
      .map((line) => `    ${line}`),
    '',
    ...theEnd,
  ].join('\n');

export interface OtherName {
  readonly journey: Journey;
  readonly newPool: SetPool;
  /** The doctor's count before anyone signed in. */
  readonly foretold: string;
  readonly refusals: readonly { readonly typed: string; readonly why: string; readonly signIn: string }[];
}

export function anotherNameText({ journey, newPool, foretold, refusals }: OtherName, style: Style): string {
  return [
    ...journeyLines(journey, newPool),
    '  What the doctor said before',
    `    ${foretold}`,
    '',
    '  Refused, as the doctor said',
    ...refusals.map(({ typed, why, signIn }) => `  ${style.ok} ${typed} (${why}): ${signIn}`),
    '',
    ...theEnd,
  ].join('\n');
}

interface WithGroups {
  readonly newPool: SetPool;
  /** The groups of the user in the old pool. */
  readonly oldGroups: readonly string[];
  /** The groups in the ID token of each sign-in. */
  readonly firstToken: readonly string[];
  readonly secondToken: readonly string[];
  /** The groups in a token after an administrator took one away, and the user signed in again. */
  readonly afterRemoval: readonly string[];
  /** The answer to the old password, after an administrator deleted the user in the new pool. */
  readonly afterDeletion: string;
  /** Another user, once the Pre token generation trigger is set. */
  readonly withTrigger: { readonly oldGroups: readonly string[]; readonly firstToken: readonly string[] };
}

export function groupsText(shown: WithGroups, style: Style): string {
  const list = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));
  const { newPool, oldGroups, firstToken, secondToken, afterRemoval, afterDeletion, withTrigger } = shown;
  return [
    '',
    `  ${people.ana.username} is in ${list(oldGroups)} of the old pool, and signs in to ${newPool.name}`,
    `  ${style.ok} groups in the first token    ${list(firstToken)}: the user was just created`,
    `  ${style.ok} groups in the second token   ${list(secondToken)}`,
    `  ${style.ok} after an administrator took one away   ${list(afterRemoval)}: it does not come back`,
    `  ${style.ok} deleted in ${newPool.name}, and the old password again   ${afterDeletion}: nobody moves twice`,
    '',
    `  ${people.ben.username} is in ${list(withTrigger.oldGroups)}, and signs in with --groups-in-first-token`,
    `  ${style.ok} groups in the first token    ${list(withTrigger.firstToken)}`,
    '',
    ...theEnd,
  ].join('\n');
}

interface WithGuard {
  readonly newPool: SetPool;
  /** The answers to a stranger who tries the name of an old user. */
  readonly refusals: readonly { readonly typed: string; readonly answer: string }[];
  /** The sign-up of somebody whom the old pool doesn't know. */
  readonly signUp: { readonly typed: string; readonly answer: string };
  readonly moved: Journey['user'];
  /** Refused sign-ups, as status counts them. */
  readonly counted: number;
}

export function guardText({ newPool, refusals, signUp, moved, counted }: WithGuard, style: Style): string {
  return [
    '',
    `  A stranger signs up in ${newPool.name}, with the name of a user who has not moved`,
    ...refusals.flatMap(({ typed, answer }) => [`  ${style.ok} ${typed}`, `      ${answer}`]),
    '',
    '  Everyone else',
    `  ${style.ok} ${signUp.typed} signs up: ${signUp.answer}`,
    `  ${style.ok} ${people.ana.username} signs in with the old password, and moves: ${moved.status}`,
    `  ${style.ok} cognito-migrate status counts ${counted} refused sign-ups, and no names`,
    '',
    ...theEnd,
  ].join('\n');
}

interface WithSeveral {
  readonly oldPools: readonly [first: SetPool, second: SetPool];
  readonly newPool: SetPool;
  /** The status of the new users of both old pools. */
  readonly moved: { readonly ana: string; readonly dee: string };
  readonly chain: StatusDocument['chain'];
  /** After the teardown of the first migration: a user of the second old pool, and one of the first. */
  readonly afterwards: { readonly eli: string; readonly ben: string };
}

export function severalText(shown: WithSeveral, style: Style): string {
  const { oldPools, newPool, moved, chain, afterwards } = shown;
  const [first, second] = oldPools;
  return [
    '',
    `  Users of both old pools sign in to ${newPool.name}, with their old passwords`,
    `  ${style.ok} dee@partner.example   of ${second.name}, asked first: ${moved.dee}`,
    `  ${style.ok} ${people.ana.username}       of ${first.name}, asked next: ${moved.ana}`,
    ...(chain === undefined
      ? []
      : ['', '  cognito-migrate status', ...lines(`Chain: ${chainWords(chain)}`, style)]),
    '',
    `  cognito-migrate teardown of the migration from ${first.name}`,
    `  ${style.ok} eli@partner.example   of ${second.name} still moves: ${afterwards.eli}`,
    `  ${style.ok} ${people.ben.username}       of ${first.name} no longer does: ${afterwards.ben}`,
    '',
    ...theEnd,
  ].join('\n');
}

const lines = (text: string, { width }: Style): string[] =>
  wrapped(text.split(' '), width - 4, '', ' ')
    .split('\n')
    .map((line) => `    ${line}`);

interface WithFinish {
  readonly newPool: SetPool;
  /** How many users are in each state, before the import. */
  readonly states: UsersDocument['states'];
  /** The answer to the imported user's old password. */
  readonly imported: string;
  /** The groups in the tokens of SRP sign-ins. */
  readonly groups: { readonly ana: readonly string[]; readonly ben: readonly string[] };
  /** The answer to a password, once finish has ended. */
  readonly passwordSignIn: string;
  readonly report: string;
}

export function finishText(shown: WithFinish, style: Style): string {
  const { newPool, states, imported, groups, passwordSignIn, report } = shown;
  const { ana, ben } = people;
  const counts = Object.entries(states).flatMap(([state, count]) =>
    count === 0 ? [] : [`${count} ${state}`],
  );
  return [
    '',
    `  ${style.ok} ${ana.username} signed in to ${newPool.name}, moved, and got the groups`,
    `  ${style.ok} cognito-migrate users    ${counts.join(', ')}`,
    '',
    '  cognito-migrate finish',
    `  ${style.ok} 1. ${ben.username} is imported. The old password: ${imported}`,
    '       "forgot password" sets a new one, and cognito-migrate sync brings the groups',
    `  ${style.ok} 2. ${newPool.clients[0]?.name} is back to SRP, as before init. A password: ${passwordSignIn}`,
    `  ${style.ok} 3. teardown leaves nothing, and writes ${report}`,
    '',
    '  Both sign in with SRP, which never sends the password',
    `  ${style.ok} ${ana.username}   with the old password   groups ${groups.ana.join(', ')}`,
    `  ${style.ok} ${ben.username}   with the new password   groups ${groups.ben.join(', ')}`,
    '',
    ...theEnd,
  ].join('\n');
}

export interface CrossAccount {
  readonly journey: Journey;
  readonly newPool: SetPool;
  readonly refusals: readonly Refusal[];
  /** The number of changes by each init after something was broken. */
  readonly repairs: readonly number[];
}

export function crossAccountText(shown: CrossAccount, style: Style): string {
  const { journey, newPool, refusals, repairs } = shown;
  const tried = refusals.flatMap(({ what, assumeRole, signIn }) => [
    `  ${style.ok} ${what}`,
    `      AssumeRole: ${assumeRole}${signIn === undefined ? '' : `; ${people.ben.username} signs in: ${signIn}`}`,
  ]);
  const changes = repairs.reduce((sum, count) => sum + count, 0);
  return [
    ...journeyLines(journey, newPool),
    '  Refused. Each was tried with a real call:',
    ...tried,
    '',
    `  After another init: ${changes} changes repaired, and ${people.ben.username} signs in.`,
    '',
    ...theEnd,
  ].join('\n');
}

/** What a sync has done, and for whom it could not. */

import type { SyncPart } from '../../../aws/function/undo-tags.ts';
import { number } from '../../../core/format-number.ts';
import { heading, type Style } from '../../terminal/style.ts';
import type { SyncDocument } from './document.ts';

const usersText = (count: number): string => `${number(count)} ${count === 1 ? 'user' : 'users'}`;
const groupsText = (count: number): string => `${number(count)} ${count === 1 ? 'group' : 'groups'}`;

const failures: Readonly<Record<string, (one: boolean, pool: string) => string>> = {
  'group-missing': (one, pool) =>
    `${one ? 'was' : 'were'} in a group that ${pool} no longer has. init creates it again`,
  'too-many-groups': (one) =>
    `${one ? 'is' : 'are'} in 100 groups already, which is the most that Cognito allows`,
};

/** The verdict on each kind of work of the run, with everything that was not done. */
export function syncText(document: SyncDocument, parts: readonly SyncPart[], style: Style): string {
  const { users, repeated, since, marks, file } = document;
  const idle: readonly boolean[] = [users + repeated === 0, (marks?.users ?? 0) + (marks?.closed ?? 0) === 0];
  const sinces = parts.map((part) => (part === 'groups' ? since : (marks?.since ?? null)));
  return [
    ...(idle.every(Boolean) ? [verdict(idleText(sinces), style)] : sectionsOf(document, parts, style)),
    ...(file === undefined ? [] : [`    ${usersText(file.users)} in ${file.path} (personal data)`]),
  ].join('\n');
}

const sectionsOf = (document: SyncDocument, parts: readonly SyncPart[], style: Style): string[] =>
  parts.flatMap((part) =>
    part === 'groups'
      ? groupLines(document, style)
      : document.marks === undefined
        ? []
        : markLines(document.marks, document, style),
  );

const verdict = (text: string, style: Style): string => heading([`${style.ok} ${style.bold(text)}`], style);

function idleText(sinces: readonly (string | null)[]): string {
  const days = sinces.map((since) => since?.slice(0, 10) ?? '').toSorted();
  const when = days[0] ? ` since ${days.at(-1)}` : '';
  return `Nothing to repeat: no work after a move has failed${when}.`;
}

function groupLines(document: SyncDocument, style: Style): string[] {
  const { failed, gone, notRepeated, newUserPool, users, repeated, since } = document;
  const lines = Object.entries(failed).map(([reason, count]) => {
    const words = failures[reason]?.(count === 1, newUserPool.name) ?? `failed: ${reason}`;
    return `  ${style.bad} ${usersText(count)} ${words}`;
  });
  const text = users + repeated === 0 ? idleText([since]) : groupVerdict(document);
  return [
    verdict(text, style),
    ...lines,
    ...goneLines(gone),
    ...(notRepeated === 0 ? [] : othersText(notRepeated, style)),
  ];
}

function groupVerdict({ repeated, memberships, dryRun }: SyncDocument): string {
  if (repeated === 0) return 'Nothing to repeat: nobody lacks a group.';
  const verb = dryRun ? 'would get' : repeated === 1 ? 'has got' : 'have got';
  return `${usersText(repeated)} ${verb} ${groupsText(memberships)}.`;
}

/** Nobody knows whether someone has taken the groups away, so only the operator decides. */
const othersText = (users: number, style: Style): string[] => [
  `  ${style.warn} ${usersText(users)} ${users === 1 ? 'lacks' : 'lack'} groups, but not because of failed work. Someone may have removed them.`,
  '    Nothing was changed for them. To add them too: cognito-migrate sync --all --only groups',
];

function markLines(
  { how, since, users, closed, gone, notRepeated }: NonNullable<SyncDocument['marks']>,
  { dryRun }: SyncDocument,
  style: Style,
): string[] {
  const ends = { disable: 'disabled', mark: 'marked' }[how];
  const verb = dryRun ? 'would be' : closed === 1 ? 'has been' : 'have been';
  const text =
    closed > 0
      ? `${number(closed)} old ${closed === 1 ? 'user' : 'users'} ${verb} ${ends}.`
      : users === 0
        ? idleText([since])
        : 'Nothing to repeat: no failed work has left an old user open.';
  return [
    verdict(text, style),
    ...goneLines(gone),
    ...(notRepeated === 0 ? [] : openText(notRepeated, style)),
  ];
}

/** Someone may have opened them on purpose, so only the operator decides. */
const openText = (users: number, style: Style): string[] => [
  `  ${style.warn} ${number(users)} old ${users === 1 ? 'user is' : 'users are'} open, but maybe not because of failed work. Someone may have opened them again.`,
  '    Nothing was changed for them. To close them too: cognito-migrate sync --all --only marks',
];

const goneLines = (gone: number): string[] =>
  gone === 0 ? [] : [`    ${usersText(gone)} ${gone === 1 ? 'was' : 'were'} deleted meanwhile`];

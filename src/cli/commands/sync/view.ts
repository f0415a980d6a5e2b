/** What a sync has done, and for whom it could not. */
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

/** The verdict, then everything that was not done. */
export function syncText(document: SyncDocument, style: Style): string {
  const { failed, gone, notRepeated, newUserPool, file } = document;
  const lines = Object.entries(failed).map(([reason, users]) => {
    const words = failures[reason]?.(users === 1, newUserPool.name) ?? `failed: ${reason}`;
    return `  ${style.bad} ${usersText(users)} ${words}`;
  });
  return [
    heading([verdictOf(document, style)], style),
    ...lines,
    ...(gone === 0 ? [] : [`    ${usersText(gone)} ${gone === 1 ? 'was' : 'were'} deleted meanwhile`]),
    ...(notRepeated === 0 ? [] : othersText(document, style)),
    ...(file === undefined ? [] : [`    ${usersText(file.users)} in ${file.path} (personal data)`]),
  ].join('\n');
}

function verdictOf({ users, repeated, memberships, dryRun, since }: SyncDocument, style: Style): string {
  if (users === 0 && repeated === 0) {
    const when = since === null ? '' : ` since ${since.slice(0, 10)}`;
    return `${style.ok} ${style.bold(`Nothing to repeat: no work after a move has failed${when}.`)}`;
  }
  if (repeated === 0) return `${style.ok} ${style.bold('Nothing to repeat: nobody lacks a group.')}`;
  const verb = dryRun ? 'would get' : repeated === 1 ? 'has got' : 'have got';
  return `${style.ok} ${style.bold(`${usersText(repeated)} ${verb} ${groupsText(memberships)}.`)}`;
}

/** Nobody knows whether someone has taken the groups away, so only the operator decides. */
const othersText = ({ notRepeated }: SyncDocument, style: Style): string[] => [
  `  ${style.warn} ${usersText(notRepeated)} ${notRepeated === 1 ? 'lacks' : 'lack'} groups, but not because of failed work. Someone may have removed them.`,
  '    Nothing was changed for them. To add them too: cognito-migrate sync --all',
];

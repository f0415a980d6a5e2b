/** The doctor's findings, for people and for scripts. */

import { findingPlace, pagePath, pageUrl } from '../../../core/documentation.ts';
import { isBlocking, type ReviewedFinding } from '../../../core/findings.ts';
import { number } from '../../../core/format-number.ts';
import { attributeTable, type Case, type Diagnosis, shareOf } from '../../../doctor/index.ts';
import { consoleUrlsOf } from '../../../steps/console-links.ts';
import type { Document } from '../../terminal/reporter.ts';
import { type Style, wrapped } from '../../terminal/style.ts';
import { tableText } from '../../wizard/attribute-table.ts';
import type { Compared, ReadClients } from './read-facts.ts';

const plural = (count: number, word: string): string => `${number(count)} ${word}${count === 1 ? '' : 's'}`;

/** `: looked at all 3 users`, or '' if the doctor could not look at any. */
export function sampledWords(prediction: Case['prediction']): string {
  if (prediction === undefined) return '';
  const { users, isAll } = prediction;
  if (!isAll) return `: a sample of ${plural(users, 'user')}`;
  return users === 1 ? ': the only user' : `: all ${plural(users, 'user')}`;
}

/** The progress of a comparison of all users, or of reading app clients. */
export const comparedText = (progress: Compared | ReadClients): string =>
  progress.by === 'app clients'
    ? `Reading app clients: ${number(progress.read)} of ${number(progress.all)}`
    : `Comparing ${progress.by}: ${number(progress.users)} of about ${number(progress.estimate)} users`;

const indent = '           ';

function sign({ severity, accepted }: ReviewedFinding, style: Style): string {
  if (accepted) return style.warn;
  return severity === 'blocking' ? style.bad : severity === 'warning' ? style.warn : style.dim('·');
}

/** Wraps text to an easily readable width. Indents all lines but the first. */
function paragraph(text: string, style: Style, hanging = indent): string {
  return wrapped(style.typed(text).split(' '), Math.min(style.width, 100), hanging, ' ').slice(
    hanging.length,
  );
}

function findingText(finding: ReviewedFinding, style: Style): string {
  const { id, what, why, fix, accepted } = finding;
  const reason = paragraph(why, style).split('\n');
  return [
    `  ${sign(finding, style)} ${style.bold(id)}  ${paragraph(accepted ? `Accepted: ${what}` : what, style)}`,
    `${indent}${reason.map((line) => style.dim(line)).join('\n')}`,
    `${indent}→ ${paragraph(fix, style, `${indent}  `)}`,
  ].join('\n');
}

/** `Nothing blocks init. 3 warnings, 2 notes.` */
function summary(findings: readonly ReviewedFinding[], isIncomplete: boolean, style: Style): string {
  const blocking = findings.filter(isBlocking).length;
  const notes = findings.filter(({ severity }) => severity === 'info').length;
  const warnings = findings.length - blocking - notes;
  const counts = `${plural(warnings, 'warning')}, ${plural(notes, 'note')}.`;
  if (isIncomplete && blocking === 0)
    return `  ${style.bad} Incomplete: some users couldn't be read. Nothing else blocks init. ${counts}`;
  return blocking === 0
    ? `  ${style.ok} Nothing blocks init. ${counts}`
    : `  ${style.bad} ${blocking === 1 ? '1 finding blocks' : `${blocking} findings block`} init. ${counts}`;
}

/** The address of the finding's page, or its path if the repository is unknown. */
function pageOf({ id }: ReviewedFinding): string {
  const place = findingPlace(id);
  return pageUrl(place) ?? pagePath(place);
}

/**
 * The result of the doctor command.
 * @param isIncomplete Whether some of the users that were asked for could not be read.
 */
export function doctorDocument(args: Diagnosis, isIncomplete: boolean): Document {
  const rows = attributeTable(args);
  const { findings, inputs, facts, prediction } = args;
  const urls = consoleUrlsOf(inputs);
  const pool = (id: string, name: string, users: number | undefined) => ({ id, name, users: users ?? null });
  const oldUsers = facts.oldPool?.pool.EstimatedNumberOfUsers;
  return {
    json: {
      ok: !isIncomplete && !findings.some(isBlocking),
      command: 'doctor',
      oldUserPool: pool(inputs.OLD_USER_POOL_ID, inputs.OLD_USER_POOL_NAME, oldUsers),
      newUserPool: pool(
        inputs.NEW_USER_POOL_ID,
        inputs.NEW_USER_POOL_NAME,
        facts.newPool.pool.EstimatedNumberOfUsers,
      ),
      sample: prediction === undefined ? null : { users: prediction.users, all: prediction.isAll },
      findings: findings.map((finding) => ({ ...finding, page: pageOf(finding) })),
      attributes: rows.map((row) => ({ ...row, old: row.old ?? null, new: row.new ?? null })),
    },
    text: (style) =>
      [
        summary(findings, isIncomplete, style),
        style.bold(
          `  ${inputs.OLD_USER_POOL_NAME} ${style.link(inputs.OLD_USER_POOL_ID, urls.OLD_USER_POOL_ID)} → ${inputs.NEW_USER_POOL_NAME} ${style.link(inputs.NEW_USER_POOL_ID, urls.NEW_USER_POOL_ID)}`,
        ),
        prediction === undefined
          ? '  No users were checked.'
          : `  Checked ${shareOf(prediction.users, { ...prediction, users: Math.max(oldUsers ?? 0, prediction.users), isAll: true })} of the old pool.`,
        '',
        tableText(rows, args, style),
        '',
        ...findings.map((finding) => findingText(finding, style)),
        '',
        ...findings.slice(0, 1).map(({ id }) => `  More about a finding: cognito-migrate explain ${id}`),
      ].join('\n'),
  };
}

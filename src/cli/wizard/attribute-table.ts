/** The attributes of both pools, and the treatment of each. */

import type { FindingId } from '../../core/findings.ts';
import { number } from '../../core/format-number.ts';
import type { AttributeRow, Case } from '../../doctor/index.ts';
import type { Style } from '../terminal/style.ts';

const actions: Readonly<Record<AttributeRow['action'], string>> = {
  copied: 'copied',
  renamed: 'copied',
  set: 'fixed value',
  dropped: 'left out',
  lost: 'not kept',
  missing: 'required, and empty',
};

const findingOf = (row: AttributeRow): FindingId => (row.new === 'preferred_username' ? 'CM114' : 'CM105');

/** A value that the new pool does not accept is not copied, whatever the rule says. */
function actionText(row: AttributeRow): string {
  const { action, notTaken = 0, users = 0 } = row;
  const notTakenText = `rejected (${findingOf(row)})`;
  if (notTaken === 0) return actions[action];
  return notTaken >= users ? notTakenText : `${actions[action]}, but ${number(notTaken)} ${notTakenText}`;
}

const nothing = '–';

/** The table of attributes. Its columns: old, new, users who have it, and treatment. */
export function tableText(rows: readonly AttributeRow[], args: Case, style: Style): string {
  const textRows = rows.map((row) => [
    row.old ?? nothing,
    row.new ?? nothing,
    row.users === undefined ? '' : number(row.users),
    actionText(row),
  ]);
  const head = ['old', 'new', args.prediction === undefined ? '' : 'users', ''];
  const width = (column: number): number =>
    Math.max(...[head, ...textRows].map((row) => row[column]?.length ?? 0));
  const widths = [0, 1, 2].map(width);
  const line = (
    [old = '', newName = '', users = '', action = '']: readonly string[],
    arrow: string,
  ): string =>
    `  ${old.padEnd(widths[0] ?? 0)} ${arrow} ${newName.padEnd(widths[1] ?? 0)}  ${users.padStart(widths[2] ?? 0)}  ${action}`.trimEnd();
  return [style.dim(line(head, ' ')), ...textRows.map((row) => line(row, '→'))].join('\n');
}

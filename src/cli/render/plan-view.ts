/** The plan as people and scripts see it. */
import { parseArn } from '../../aws/arn.ts';
import type { MigrateError } from '../../core/errors.ts';
import { isChange, obstacles, type Plan, type PlanItem } from '../../core/plan.ts';
import type { Inputs } from '../../core/variables.ts';
import { isCrossAccount } from '../../steps/names.ts';
import type { Document } from './reporter.ts';
import type { Style } from './style.ts';

export const short = (value: unknown): string => {
  const text = value === undefined ? '(none)' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
};

function itemText(item: PlanItem, width: number, style: Style): string {
  const line = `  ${style.sign(item.action)} ${item.title.padEnd(width)}  ${item.line}`;
  const more = item.differences.map(
    ({ path, found, wanted }) => `      ${path}: ${style.red(short(found))} → ${style.green(short(wanted))}`,
  );
  const waits =
    item.waitsFor.length === 0 || item.action !== 'waiting'
      ? []
      : [`      waits for ${item.waitsFor.join(', ')}`];
  return [line, ...ownerLines(item), ...more, ...waits].join('\n');
}

const ownerOf = ({ action, owner }: PlanItem): { readonly owner?: string } =>
  action === 'foreign' && owner !== undefined ? { owner } : {};

const ownerLines = (item: PlanItem): string[] =>
  Object.values(ownerOf(item)).map((owner) => `      it is ${owner}`);

const acrossAccounts = ({ OLD_USER_POOL_ARN, NEW_USER_POOL_ARN }: Inputs): string =>
  `  The old pool is in account ${parseArn(OLD_USER_POOL_ARN).account}, the new one in ${parseArn(NEW_USER_POOL_ARN).account}: a role there lets the function in, and nobody else.`;

/** `  Plan for old → new` and a line for each thing. */
export function planText(plan: Plan, inputs: Inputs, style: Style): string {
  const width = Math.max(0, ...plan.items.map(({ title }) => title.length));
  const head = `  Plan for ${inputs.OLD_USER_POOL_ID} → ${inputs.NEW_USER_POOL_ID}`;
  const accounts = isCrossAccount(inputs) ? [acrossAccounts(inputs)] : [];
  return [style.bold(head), ...accounts, ...plan.items.map((item) => itemText(item, width, style))].join(
    '\n',
  );
}

/** What --dry-run prints. */
export function planDocument(plan: Plan, inputs: Inputs): Document {
  const changes = plan.items.filter(isChange).length;
  const refusals = obstacles(plan);
  return {
    json: {
      ok: refusals.length === 0,
      command: 'plan',
      changes,
      oldUserPoolId: inputs.OLD_USER_POOL_ID,
      newUserPoolId: inputs.NEW_USER_POOL_ID,
      items: plan.items.map((item) => ({
        step: item.step,
        ...(item.key === '' ? {} : { key: item.key }),
        title: item.title,
        action: item.action,
        line: item.line,
        ...ownerOf(item),
        ...(item.differences.length === 0 ? {} : { differences: item.differences }),
        ...(item.waitsFor.length === 0 ? {} : { waitsFor: item.waitsFor }),
      })),
      ...(refusals.length === 0 ? {} : { refusals: refusals.map((error) => error.toJSON()) }),
    },
    text: (style) => `${planText(plan, inputs, style)}\n\n${endText(changes, refusals, style)}`,
  };
}

function endText(changes: number, refusals: readonly MigrateError[], style: Style): string {
  const toChange = changes === 0 ? 'Nothing else to change.' : `${changes} to change.`;
  if (refusals.length === 0)
    return changes === 0 ? '  Everything is in place.' : `  ${toChange} Nothing was written.`;
  const hints = new Set(refusals.flatMap(({ hint }) => hint));
  return [
    `  ${toChange} Nothing was written. init would refuse:`,
    ...refusals.map(({ message }) => `  ${style.bad} ${message}`),
    ...[...hints].map((hint) => `    ${hint}`),
  ].join('\n');
}

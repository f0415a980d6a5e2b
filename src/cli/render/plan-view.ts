/** The plan as people and scripts see it. */
import { parseArn } from '../../aws/arn.ts';
import { isChange, type Plan, type PlanItem } from '../../core/plan.ts';
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
  return [line, ...more, ...waits].join('\n');
}

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
  return {
    json: {
      command: 'plan',
      changes,
      oldUserPoolId: inputs.OLD_USER_POOL_ID,
      newUserPoolId: inputs.NEW_USER_POOL_ID,
      items: plan.items.map(({ step, key, title, action, line, differences, waitsFor }) => ({
        step,
        ...(key === '' ? {} : { key }),
        title,
        action,
        line,
        ...(differences.length === 0 ? {} : { differences }),
        ...(waitsFor.length === 0 ? {} : { waitsFor }),
      })),
    },
    text: (style) => {
      const end = changes === 0 ? 'Everything is in place.' : `${changes} to change. Nothing was written.`;
      return `${planText(plan, inputs, style)}\n\n  ${end}`;
    },
  };
}

/** The plan, for people. */

import { parseArn } from '../../../aws/arn.ts';
import { isChange, type Plan, type PlanItem } from '../../../core/plan.ts';
import { jsonText, printable } from '../../../core/printable.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import { consoleUrlOf, consoleUrlsOf } from '../../../steps/console-links.ts';
import type { StepId, StepOutput } from '../../../steps/ids.ts';
import { functionArn, isCrossAccount } from '../../../steps/names.ts';
import type { Configured } from '../../inputs/load-inputs.ts';
import { columns, heading, type Style } from '../../terminal/style.ts';

const valueText = (value: unknown): string => (value === undefined ? '(none)' : jsonText(value));

/** The longest value that is shown whole, and the context of a difference in a longer one. */
const maxWhole = 60;
const context = 20;

/** Both values. Of long ones, the part that differs, because their beginnings are often the same. */
export function differing(actual: unknown, expected: unknown): readonly [string, string] {
  const [one, other] = [valueText(actual), valueText(expected)];
  if (Math.max(one.length, other.length) <= maxWhole) return [one, other];
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const part = (text: string): string => {
    const [from, to] = [Math.max(0, start - context), Math.min(text.length, text.length - end + context)];
    return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`;
  };
  return [part(one), part(other)];
}

/** Readable names for the outputs that a step can wait for. */
const things: Readonly<Record<StepOutput, string>> = {
  ROLE_ARN: 'the role',
  POLICY_ARN: 'the policy',
  OLD_CLIENT_ID: 'the app client in the old pool',
  OLD_ROLE_ARN: "the role in the old pool's account",
  OLD_EXTERNAL_ID: 'the external ID of that role',
  LAMBDA_ARN: 'the function',
};
const thingOf: ReadonlyMap<string, string> = new Map(Object.entries(things));

/** `the role, the policy`: the resources that must exist first. */
export const awaited = (names: readonly string[]): string =>
  names.map((name) => thingOf.get(name) ?? name).join(', ');

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((member) => typeof member === 'string');

/**
 * The missing and extra members of a list. Undefined without any, or if a value is not a list.
 * Two long lists begin alike, so a shortened list would not show the difference.
 */
export function listChange(
  found: unknown,
  wanted: unknown,
): { readonly lacking: readonly string[]; readonly extra: readonly string[] } | undefined {
  if (!isTexts(found) || !isTexts(wanted)) return undefined;
  const lacking = wanted.filter((member) => !found.includes(member));
  const extra = found.filter((member) => !wanted.includes(member));
  return lacking.length + extra.length === 0 ? undefined : { lacking, extra };
}

/** An addition by others, its meaning, and the command that removes it. */
export function additionLines(
  { path, found, means, remove }: { path: string; found: unknown; means: string; remove: string },
  style: Style,
): string[] {
  return [
    `      ${path}: ${style.red(typeof found === 'string' ? printable(found) : jsonText(found))}`,
    `      ${style.dim(means)}`,
    `      remove it: ${remove}`,
  ];
}

function differenceLines(difference: PlanItem<StepId>['differences'][number], style: Style): string[] {
  const { means } = difference;
  return [...valueLines(difference, style), ...(means === undefined ? [] : [`      ${style.dim(means)}`])];
}

function valueLines(
  { path, actual, expected }: PlanItem<StepId>['differences'][number],
  style: Style,
): string[] {
  const change = listChange(actual, expected);
  if (change === undefined) {
    const [before, after] = differing(actual, expected);
    return [`      ${path}: ${style.red(before)} → ${style.green(after)}`];
  }
  return [
    ...change.extra.map((member) => `      ${path}: ${style.red(`− ${printable(member)}`)}`),
    ...change.lacking.map((member) => `      ${path}: ${style.green(`+ ${printable(member)}`)}`),
  ];
}

function itemText(item: PlanItem<StepId>, width: number, { outputs }: Plan<StepId>, style: Style): string {
  const ours = functionArn(outputs);
  const isOnlyAddedTo = item.action === 'none' && item.additions.length > 0;
  const sign = isOnlyAddedTo ? style.warn : style.sign(item.action);
  const title = style.link(item.title, consoleUrlOf(item, outputs));
  const line = `  ${sign} ${title}${' '.repeat(width - item.title.length)}  ${item.line}`;
  const added = item.additions.flatMap((addition) => additionLines(addition, style));
  const more = item.differences.flatMap((difference) => differenceLines(difference, style));
  const waits =
    item.waitsFor.length === 0 || item.action !== 'waiting'
      ? []
      : [`      waits for ${awaited(item.waitsFor)}`];
  return [line, ...ownerLines(item), ...replacedLines(item, ours), ...more, ...added, ...waits].join('\n');
}

export const ownerOf = ({ action, owner }: PlanItem<StepId>): { readonly owner?: string } =>
  action === 'foreign' && owner !== undefined ? { owner } : {};

const ownerLines = (item: PlanItem<StepId>): string[] =>
  Object.values(ownerOf(item)).map((owner) => `      it is ${owner}`);

/** The function that --replace-trigger replaces. */
export function replacedOf(
  { step, action, exists, owner }: PlanItem<StepId>,
  ours: string,
): { readonly replaces?: string } {
  const isReplaced = step === 'migration-trigger' && exists && (action === 'update' || action === 'waiting');
  // A trigger on a version or an alias of our own function replaces nothing.
  return isReplaced && owner !== undefined && owner !== ours && !owner.startsWith(`${ours}:`)
    ? { replaces: owner }
    : {};
}

const replacedLines = (item: PlanItem<StepId>, ours: string): string[] =>
  Object.values(replacedOf(item, ours)).map((arn) => `      replaces ${arn}; teardown restores it`);

const acrossAccounts = ({ OLD_USER_POOL_ARN, NEW_USER_POOL_ARN }: Inputs): string =>
  `  The old pool is in account ${parseArn(OLD_USER_POOL_ARN).account}, the new one in ${parseArn(NEW_USER_POOL_ARN).account}. A role in the old account lets in only the function.`;

/** The values that come from the config file, which others may have written. */
function configLines(configured: Configured | undefined): string[] {
  if (configured === undefined) return [];
  const rows = Object.entries(configured.values).map(
    ([member, value]) => [member, typeof value === 'string' ? printable(value) : jsonText(value)] as const,
  );
  return rows.length === 0 ? [] : [`  From ${printable(configured.file)}:`, columns(rows, '    ')];
}

/** Whether there is nothing to say about the resource. */
const isQuiet = ({ action, differences, additions }: PlanItem<StepId>): boolean =>
  (action === 'none' || action === 'existing') && differences.length + additions.length === 0;

/** What the signs of this plan mean. */
function legend({ items }: Plan<StepId>, style: Style): string {
  const signs = [
    ['create', 'create'],
    ['update', 'change'],
    ['remove', 'remove'],
    ['foreign', 'in the way'],
  ] as const;
  const kinds = new Set(
    items.map((item) => {
      if (item.action === 'unknown') return 'foreign';
      return item.action === 'waiting' ? 'update' : item.action;
    }),
  );
  const shown = signs.filter(([action]) => kinds.has(action));
  return shown.map(([action, words]) => `${style.sign(action)} ${words}`).join('   ');
}

/** `9 to create, 2 to change, 5 to remove`: what the plan does, in one line. */
function summary({ items }: Plan<StepId>, inputs: Inputs): string {
  const ours = functionArn(inputs);
  const changes = items.filter(isChange);
  const created = changes.filter(({ action }) => action === 'create').length;
  const replaced = changes.filter((item) => replacedOf(item, ours).replaces !== undefined).length;
  const removed = changes.filter(({ action }) => action === 'remove').length;
  const changed = changes.length - created - replaced - removed;
  const counts = [
    `${created} to create`,
    `${changed} to change`,
    ...(replaced === 0 ? [] : [`${replaced} to replace`]),
    ...(removed === 0 ? [] : [`${removed} to remove`]),
  ];
  return changes.length === 0 ? 'nothing to change' : counts.join(', ');
}

export interface PlanViewOptions {
  /** The values that come from the config file. */
  readonly configured: Configured | undefined;
  /** Whether to list resources that stay the same. They are counted otherwise. */
  readonly isAll?: boolean;
}

/** The summary, both pools, the values from the config file, and a line for each resource that changes. */
export function planText(
  plan: Plan<StepId>,
  inputs: Inputs,
  { configured, isAll = false }: PlanViewOptions,
  style: Style,
): string {
  const shown = isAll ? plan.items : plan.items.filter((item) => !isQuiet(item));
  const quiet = plan.items.length - shown.length;
  const width = Math.max(0, ...shown.map(({ title }) => title.length));
  const urls = consoleUrlsOf(inputs);
  const old = `${inputs.OLD_USER_POOL_NAME} ${style.link(inputs.OLD_USER_POOL_ID, urls.OLD_USER_POOL_ID)}`;
  const fresh = `${inputs.NEW_USER_POOL_NAME} ${style.link(inputs.NEW_USER_POOL_ID, urls.NEW_USER_POOL_ID)}`;
  const accounts = isCrossAccount(inputs) ? [acrossAccounts(inputs)] : [];
  return [
    heading([style.bold(`Plan: ${summary(plan, inputs)}`), legend(plan, style)].filter(Boolean), style),
    `  ${old} → ${fresh}`,
    ...accounts,
    ...configLines(configured),
    ...shown.map((item) => itemText(item, width, plan, style)),
    ...(quiet === 0 ? [] : [style.dim(`  = ${quiet} unchanged   (cognito-migrate plan --all  lists them)`)]),
  ].join('\n');
}

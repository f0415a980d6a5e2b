/** The plan, for people and for scripts. */

import { parseArn } from '../../../aws/arn.ts';
import type { MigrateError } from '../../../core/errors.ts';
import { isChange, type Plan, type PlanItem, planBlockers } from '../../../core/plan.ts';
import { jsonText, printable } from '../../../core/printable.ts';
import { publishedAction, publishedDifference } from '../../../core/published-names.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import { consoleUrlMember, consoleUrlOf, consoleUrlsOf } from '../../../steps/console-links.ts';
import type { StepId, StepOutput } from '../../../steps/ids.ts';
import { functionArn, isCrossAccount } from '../../../steps/names.ts';
import type { Configured } from '../../inputs/load-inputs.ts';
import type { Document } from '../../terminal/reporter.ts';
import { columns, type Style } from '../../terminal/style.ts';

export const short = (value: unknown): string => {
  const text = value === undefined ? '(none)' : jsonText(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
};

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
  if (change === undefined)
    return [`      ${path}: ${style.red(short(actual))} → ${style.green(short(expected))}`];
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

const ownerOf = ({ action, owner }: PlanItem<StepId>): { readonly owner?: string } =>
  action === 'foreign' && owner !== undefined ? { owner } : {};

const ownerLines = (item: PlanItem<StepId>): string[] =>
  Object.values(ownerOf(item)).map((owner) => `      it is ${owner}`);

/** The function that --replace-trigger replaces. */
function replacedOf(
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
  Object.values(replacedOf(item, ours)).map((arn) => `      replaces ${arn}; teardown puts it back`);

const acrossAccounts = ({ OLD_USER_POOL_ARN, NEW_USER_POOL_ARN }: Inputs): string =>
  `  The old pool is in account ${parseArn(OLD_USER_POOL_ARN).account}, the new one in ${parseArn(NEW_USER_POOL_ARN).account}: a role there lets the function in, and nobody else.`;

/** The values that come from the config file, which others may have written. */
function configLines(configured: Configured | undefined): string[] {
  if (configured === undefined) return [];
  const rows = Object.entries(configured.values).map(
    ([member, value]) => [member, typeof value === 'string' ? printable(value) : jsonText(value)] as const,
  );
  return rows.length === 0 ? [] : [`  From ${printable(configured.file)}:`, columns(rows, '    ')];
}

/** `  Plan for old → new`, the values from the config file, and a line for each resource. */
export function planText(
  plan: Plan<StepId>,
  inputs: Inputs,
  configured: Configured | undefined,
  style: Style,
): string {
  const width = Math.max(0, ...plan.items.map(({ title }) => title.length));
  const { OLD_USER_POOL_ID, NEW_USER_POOL_ID } = inputs;
  const { OLD_USER_POOL_ID: oldUrl, NEW_USER_POOL_ID: newUrl } = consoleUrlsOf(inputs);
  const head = `  Plan for ${style.link(OLD_USER_POOL_ID, oldUrl)} → ${style.link(NEW_USER_POOL_ID, newUrl)}`;
  const accounts = isCrossAccount(inputs) ? [acrossAccounts(inputs)] : [];
  return [
    style.bold(head),
    ...accounts,
    ...configLines(configured),
    ...plan.items.map((item) => itemText(item, width, plan, style)),
  ].join('\n');
}

/** The monthly cost of what is new. CloudWatch bills a metric only for the hours with data. */
function costLines({ items }: Plan<StepId>): string[] {
  const isNew = (id: StepId): boolean => items.some(({ step, exists }) => step === id && !exists);
  const inRegions = 'a month in most Regions';
  return [
    ...(isNew('lambda-function')
      ? [`  Cost: at most 3 USD ${inRegions}, for the function's 10 CloudWatch metrics.`]
      : []),
    ...(isNew('alarms') ? [`  Cost: 0.60 USD ${inRegions}, for the 6 metrics of the alarms.`] : []),
    ...(isNew('dashboard')
      ? ['  Cost: nothing for one of the first 3 dashboards of an account, or 3 USD a month.']
      : []),
  ];
}

/** The output of plan and of --dry-run. */
export function planDocument(
  plan: Plan<StepId>,
  inputs: Inputs,
  configured: Configured | undefined,
): Document {
  const changes = plan.items.filter(isChange).length;
  const refusals = planBlockers(plan, inputs.ACCEPT);
  return {
    json: {
      ok: refusals.length === 0,
      command: 'plan',
      changes,
      oldUserPoolId: inputs.OLD_USER_POOL_ID,
      newUserPoolId: inputs.NEW_USER_POOL_ID,
      ...(configured === undefined ? {} : { fromConfigFile: configured.values }),
      items: plan.items.map((item) => ({
        step: item.step,
        ...(item.key === '' ? {} : { key: item.key }),
        title: item.title,
        action: publishedAction(item.action),
        line: item.line,
        ...consoleUrlMember(item, plan.outputs),
        ...ownerOf(item),
        ...replacedOf(item, functionArn(inputs)),
        ...(item.differences.length === 0 ? {} : { differences: item.differences.map(publishedDifference) }),
        ...(item.additions.length === 0 ? {} : { additions: item.additions }),
        ...(item.waitsFor.length === 0 ? {} : { waitsFor: item.waitsFor }),
      })),
      ...(refusals.length === 0 ? {} : { refusals: refusals.map((error) => error.toJSON()) }),
    },
    text: (style) =>
      [
        planText(plan, inputs, configured, style),
        ...costLines(plan),
        '',
        endText(changes, refusals, style),
      ].join('\n'),
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

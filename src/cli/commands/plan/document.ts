/** The output of plan and of --dry-run. Only they load it, because status needs the rest of the view. */
import type { MigrateError } from '../../../core/errors.ts';
import { isChange, type Plan } from '../../../core/plan.ts';
import { planBlockers } from '../../../core/plan-blockers.ts';
import { publishedAction, publishedDifference } from '../../../core/published-names.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import { billedMetrics, isAlarmKey } from '../../../steps/alarm-rules.ts';
import { consoleUrlMember } from '../../../steps/console-links.ts';
import type { StepId } from '../../../steps/ids.ts';
import { functionArn } from '../../../steps/names.ts';
import { initCommandHere, overLines } from '../../codegen/init-command.ts';
import type { Document } from '../../terminal/reporter.ts';
import type { Style } from '../../terminal/style.ts';
import { ownerOf, type PlanViewOptions, planText, replacedOf } from './view.ts';

/** The monthly cost of new resources. CloudWatch bills a metric only for the hours with data. */
function costLines({ items }: Plan<StepId>, inputs: Inputs): string[] {
  const isNew = (id: StepId): boolean => items.some(({ step, exists }) => step === id && !exists);
  const inRegions = 'a month in most Regions';
  const ofFunction = functionMetrics(inputs);
  const newAlarms = items.filter(({ step, exists }) => step === 'alarms' && !exists);
  const metrics = newAlarms
    .map(({ key }) => (isAlarmKey(key) ? billedMetrics(key, inputs) : 0))
    .reduce((sum, count) => sum + count, 0);
  return [
    ...(isNew('lambda-function')
      ? [
          `  Cost: at most ${usd(ofFunction)} USD ${inRegions}, for the function's ${ofFunction} CloudWatch metrics.`,
        ]
      : []),
    ...(metrics === 0
      ? []
      : [
          `  Cost: ${(metrics / 10).toFixed(2)} USD ${inRegions}, for ${metrics === 1 ? 'the metric of the alarm' : `the ${metrics} metrics of the alarms`}.`,
        ]),
    ...(isNew('dashboard')
      ? ['  Cost: nothing for one of the first 3 dashboards of an account, or 3 USD a month.']
      : []),
  ];
}

/** Metrics of the function: five counts, one more for each choice with a count of its own, by two sets of dimensions. */
const functionMetrics = ({ GUARD_SIGN_UP, GROUPS, MOVE_ONCE }: Inputs): number =>
  2 * (5 + (GUARD_SIGN_UP === true ? 1 : 0) + (GROUPS === undefined && MOVE_ONCE === undefined ? 0 : 1));

const usd = (metrics: number): string => (metrics * 0.3).toFixed(2).replace(/\.00$/, '');

/** For people and for scripts. */
export function planDocument(plan: Plan<StepId>, inputs: Inputs, options: PlanViewOptions): Document {
  const { configured } = options;
  const changes = plan.items.filter(isChange).length;
  const refusals = planBlockers(plan, inputs.ACCEPT);
  const end = (style: Style): string => endText(changes, refusals, inputs, style);
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
        ...verdictLines(refusals, style),
        planText(plan, inputs, options, style),
        ...costLines(plan, inputs),
        '',
        end(style),
      ].join('\n'),
  };
}

const verdictLines = (refusals: readonly MigrateError[], style: Style): string[] =>
  refusals.length === 0 ? [] : [`  ${style.bad} init would refuse this plan. The reasons are at the end.`];

function endText(changes: number, refusals: readonly MigrateError[], inputs: Inputs, style: Style): string {
  if (refusals.length > 0) {
    const hints = new Set(refusals.flatMap(({ hint }) => hint));
    return [
      '  Nothing was written. init would refuse:',
      ...refusals.map(({ message }) => `  ${style.bad} ${message}`),
      ...[...hints].map((hint) => `    ${hint}`),
    ].join('\n');
  }
  if (changes === 0) return `  ${style.ok} Everything is in place.`;
  return `  Nothing was written. To apply:\n${commandLines(initCommandHere(inputs), '  ', style)}`;
}

/** A command to paste: on one line, or one line for each flag. */
function commandLines(parts: readonly string[], indent: string, style: Style): string {
  const line = `${indent}${parts.join(' ')}`;
  return line.length <= style.width ? line : overLines(parts, indent);
}

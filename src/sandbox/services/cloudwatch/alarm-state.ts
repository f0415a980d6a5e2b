/**
 * The state of an alarm, computed from its metrics when somebody asks for it.
 * CloudWatch User Guide, "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing data".
 */
import type { JsonObject } from '../../operation.ts';
import type { Expression, MathValue, Series } from './metric-math.ts';
import { pointsOf, type Query, second } from './metric-query.ts';
import type { Place } from './state.ts';

/** What an alarm watches: metrics and expressions by ID. One of them gives its values. */
export interface Watched {
  readonly metrics: ReadonlyMap<string, Query>;
  readonly expressions: ReadonlyMap<string, Expression>;
  readonly result: string;
  /** In milliseconds. */
  readonly period: number;
}

/** When an alarm goes off: the meaning of its settings. */
export interface AlarmRule {
  readonly watched: Watched;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly isBreaching: (value: number) => boolean;
  readonly missing: 'breaching' | 'notBreaching' | 'ignore' | 'missing';
}

export type StateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** Plain data, so that the state of the local AWS can be copied. */
export interface Alarm {
  readonly name: string;
  readonly arn: string;
  /** The members of PutMetricAlarm, as DescribeAlarms returns them. */
  readonly settings: JsonObject;
  readonly updatedAt: number;
  tags: ReadonlyMap<string, string>;
  state: StateValue;
  stateSince: number;
}

/** "An alarm with a period of a minute or more is evaluated every minute." */
const evaluationMs = 60 * second;

/** The values of the last periods, the newest first. Undefined where data is missing. */
function lastValues(place: Place, rule: AlarmRule, end: number): (number | undefined)[] {
  const { metrics, expressions, result, period } = rule.watched;
  const count = rule.evaluationPeriods;
  const start = end - count * period;
  const times = Array.from({ length: count }, (_, index) => start + index * period);
  const values = new Map<string, MathValue>(
    [...metrics].map(([id, query]): [string, Series] => [
      id,
      new Map(pointsOf(place, query, start, end).map(({ at, value }) => [at, value])),
    ]),
  );
  // An expression may name those before and after it, so each one waits for its names.
  const open = new Map(expressions);
  for (let before = -1; open.size !== before; ) {
    before = open.size;
    for (const [id, expression] of open) {
      if ([...expression.names].some((name) => !values.has(name))) continue;
      values.set(id, expression.evaluate({ values, times }));
      open.delete(id);
    }
  }
  const found = values.get(result);
  return times.map((at) => (typeof found === 'number' ? found : found?.get(at))).reverse();
}

function nextState(
  state: StateValue,
  { missing, isBreaching, datapointsToAlarm }: AlarmRule,
  values: readonly (number | undefined)[],
): StateValue {
  const present = values.filter((value) => value !== undefined);
  if (present.length === 0) {
    if (missing === 'ignore') return state;
    if (missing === 'missing') return 'INSUFFICIENT_DATA';
    return missing === 'breaching' ? 'ALARM' : 'OK';
  }
  const filled = missing === 'breaching' ? values.length - present.length : 0;
  return present.filter(isBreaching).length + filled >= datapointsToAlarm ? 'ALARM' : 'OK';
}

/**
 * Evaluates an alarm as of now. A new alarm has insufficient data until its first evaluation.
 * Runs of the evaluation that nobody saw are not repeated, and no action is sent.
 */
export function evaluateAlarm(place: Place, alarm: Alarm, rule: AlarmRule): void {
  const now = place.world.now();
  if (now < alarm.updatedAt + evaluationMs) return;
  const end = Math.floor(now / evaluationMs) * evaluationMs;
  const state = nextState(alarm.state, rule, lastValues(place, rule, end));
  if (state === alarm.state) return;
  alarm.state = state;
  alarm.stateSince = now;
}

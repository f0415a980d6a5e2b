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

export type StateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface Alarm {
  readonly name: string;
  readonly arn: string;
  /** The members of PutMetricAlarm, as DescribeAlarms returns them. */
  readonly settings: JsonObject;
  readonly watched: Watched;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly isBreaching: (value: number) => boolean;
  readonly missing: 'breaching' | 'notBreaching' | 'ignore' | 'missing';
  readonly updatedAt: number;
  tags: ReadonlyMap<string, string>;
  state: StateValue;
  stateSince: number;
}

/** "An alarm with a period of a minute or more is evaluated every minute." */
const evaluationMs = 60 * second;

/** The values of the last periods, the newest first. Undefined where data is missing. */
function lastValues(place: Place, alarm: Alarm, end: number): (number | undefined)[] {
  const { metrics, expressions, result, period } = alarm.watched;
  const count = alarm.evaluationPeriods;
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

function nextState(alarm: Alarm, values: readonly (number | undefined)[]): StateValue {
  const { missing, isBreaching, datapointsToAlarm } = alarm;
  const present = values.filter((value) => value !== undefined);
  if (present.length === 0) {
    if (missing === 'ignore') return alarm.state;
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
export function evaluateAlarm(place: Place, alarm: Alarm): void {
  const now = place.world.now();
  if (now < alarm.updatedAt + evaluationMs) return;
  const end = Math.floor(now / evaluationMs) * evaluationMs;
  const state = nextState(alarm, lastValues(place, alarm, end));
  if (state === alarm.state) return;
  alarm.state = state;
  alarm.stateSince = now;
}

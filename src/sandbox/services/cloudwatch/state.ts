/** The metrics of CloudWatch for one account and Region, summed by minute as CloudWatch stores them. */
import type { World } from '../../world.ts';

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Samples of one moment, summed. */
export interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly sum: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  /** `Count`, `Milliseconds`, and so on. `None` by default. */
  readonly unit: string;
}

interface Pending {
  readonly readableAt: number;
  readonly key: string;
  readonly sample: Sample;
}

/** Samples by minute and unit. */
type Series = Map<string, Sample>;

interface MetricsState {
  readonly series: Map<string, Series>;
  pending: Pending[];
}

const kind = { name: 'cloudwatch', create: (): MetricsState => ({ series: new Map(), pending: [] }) };

const minute = 60_000;

const keyOf = ({ namespace, name, dimensions }: Metric): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);

/** Adds two samples of one minute. */
export const added = (a: Sample | undefined, b: Sample): Sample =>
  a === undefined
    ? b
    : {
        ...a,
        sum: a.sum + b.sum,
        count: a.count + b.count,
        min: Math.min(a.min, b.min),
        max: Math.max(a.max, b.max),
      };

function store(state: MetricsState, key: string, sample: Sample): void {
  const series = state.series.get(key) ?? new Map<string, Sample>();
  state.series.set(key, series);
  const at = Math.floor(sample.at / minute) * minute;
  const place = `${at} ${sample.unit}`;
  series.set(place, added(series.get(place), { ...sample, at }));
}

export interface Place {
  readonly world: World;
  readonly account: string;
  readonly region: string;
}

/** Adds samples to a metric. They become readable after the delay of the world. */
export function putSamples(
  { world, account, region }: Place,
  metric: Metric,
  samples: Iterable<Sample>,
): void {
  const state = world.state(kind, account, region);
  const key = keyOf(metric);
  const now = world.now();
  for (const sample of samples) {
    const readableAt = sample.at + world.delays.metrics;
    if (readableAt > now) state.pending.push({ readableAt, key, sample });
    else store(state, key, sample);
  }
}

/** A sample of one value. */
export const oneSample = (at: number, value: number, unit: string): Sample => ({
  at,
  sum: value,
  count: 1,
  min: value,
  max: value,
  unit,
});

/** The samples of a metric that can be read now, in no order. */
export function readSamples({ world, account, region }: Place, metric: Metric): Iterable<Sample> {
  const state = world.state(kind, account, region);
  const now = world.now();
  if (state.pending.length > 0) {
    for (const { readableAt, key, sample } of state.pending) if (readableAt <= now) store(state, key, sample);
    state.pending = state.pending.filter(({ readableAt }) => readableAt > now);
  }
  return state.series.get(keyOf(metric))?.values() ?? [];
}

/**
 * Takes metrics out of log lines.
 * CloudWatch User Guide, "Specification: Embedded metric format". A line with an error in it stays a log line
 * and makes no metric.
 */
import { isObject, parseObject } from '../../input.ts';
import type { Json, JsonObject } from '../../operation.ts';
import { oneSample, type Place, putSamples } from './state.ts';

const hour = 3_600_000;

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

/** The values of a dimension set. Undefined unless each name in it is a member with a text. */
function dimensionsOf(root: JsonObject, names: Json): Record<string, string> | undefined {
  const pairs: [string, string][] = [];
  for (const name of list(names)) {
    const value = typeof name === 'string' ? root[name] : undefined;
    if (typeof name !== 'string' || typeof value !== 'string' || value === '') return undefined;
    pairs.push([name, value]);
  }
  // "A DimensionSet must not contain more than 30 dimension keys."
  return pairs.length > 30 ? undefined : Object.fromEntries(pairs);
}

const valuesOf = (value: Json | undefined): readonly number[] =>
  (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'number');

/** Adds the metrics of one member of CloudWatchMetrics. */
function putDirective(place: Place, root: JsonObject, directive: JsonObject, at: number): void {
  const { Namespace: namespace } = directive;
  if (typeof namespace !== 'string') return;
  const sets = list(directive.Dimensions).map((names) => dimensionsOf(root, names));
  for (const definition of list(directive.Metrics)) {
    if (!isObject(definition) || typeof definition.Name !== 'string') continue;
    const name = definition.Name;
    const unit = typeof definition.Unit === 'string' ? definition.Unit : 'None';
    const samples = valuesOf(root[name]).map((value) => oneSample(at, value, unit));
    for (const dimensions of sets)
      if (dimensions !== undefined) putSamples(place, { namespace, name, dimensions }, samples);
  }
}

/** Adds the metrics of a log line, if it holds any. */
export function putEmbedded(place: Place, message: string): void {
  // Most lines hold none, and parsing costs more than looking.
  if (!message.includes('"_aws"')) return;
  const root = parseObject(message.trim());
  const metadata = root?._aws;
  if (root === undefined || !isObject(metadata) || typeof metadata.Timestamp !== 'number') return;
  const at = metadata.Timestamp;
  const now = place.world.now();
  // PutMetricData: "up to two weeks before the current time, and up to 2 hours after".
  if (at < now - 14 * 24 * hour || at > now + 2 * hour) return;
  for (const directive of list(metadata.CloudWatchMetrics))
    if (isObject(directive)) putDirective(place, root, directive, at);
}

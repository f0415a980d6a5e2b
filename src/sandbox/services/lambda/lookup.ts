/** Finds the function that a call names. */
import type { TextRules } from '../../input.ts';
import { type Call, ServiceError } from '../../operation.ts';
import { functionArn, functionName, withoutLatest } from './names.ts';
import { readerOf } from './settings.ts';
import { findNamed, type LambdaFunction, latest, type Named } from './state.ts';

/**
 * A Region in the patterns of Lambda's API model.
 * Since 2025, they include the Regions of the European Sovereign Cloud.
 */
export const regionPattern = '(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}';

const namePrefix = `(arn:(aws[a-zA-Z-]*)?:lambda:)?(${regionPattern}:)?(\\d{12}:)?(function:)?`;

/** Rules for a text that must match a pattern as a whole. */
export function matching(patternText: string, rules: TextRules = {}): TextRules {
  return { ...rules, pattern: new RegExp(`^(?:${patternText})$`), patternText };
}

/** The resource that invokes a function, or that a mapping reads. */
export const sourceArnRules = matching(
  `arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:(${regionPattern})?:(\\d{12})?:(.*)`,
);

/** For operations that create or change a function. */
export const nameRules = matching(`${namePrefix}([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`, {
  min: 1,
  max: 140,
});

/** For operations that read, invoke, or delete a function. A longer name is just not found. */
const knownNameRules = matching(
  `${namePrefix}([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`,
  { min: 1, max: 256 },
);

const qualifierRules = matching('\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+', { min: 1, max: 128 });

const changing: ReadonlySet<string> = new Set(['UpdateFunctionCode', 'UpdateFunctionConfiguration']);

/** The checked qualifier of a call, from its FunctionName or its Qualifier. */
export function qualifierOf(call: Call): string | undefined {
  const reader = readerOf(call);
  const FunctionName = changing.has(call.operation) ? nameRules : knownNameRules;
  reader.check({ Qualifier: qualifierRules, FunctionName });
  const { qualifier: inName } = functionName(reader.text('FunctionName'));
  const given = reader.optionalText('Qualifier');
  if (inName !== undefined && given !== undefined && inName !== given) {
    const text = 'The derived qualifier from the function name does not match the specified qualifier.';
    throw new ServiceError('InvalidParameterValueException', text);
  }
  return inName ?? given;
}

/** The error for a function, version, or alias that doesn't exist. */
export function notFound(arn: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
}

/** The target of a call: a function, version, or alias, and its ARN in the call. */
export function namedResource(call: Call): Named & { readonly arn: string } {
  const qualifier = qualifierOf(call);
  const arn = qualifier === undefined ? functionArn(call) : `${functionArn(call)}:${qualifier}`;
  const found = findNamed(call.world, withoutLatest(arn));
  if (!found) throw notFound(arn);
  return { ...found, arn };
}

/**
 * The function that a call's FunctionName names, for operations that versions and aliases don't have here.
 * Throws ResourceNotFoundException for those, and if it is missing.
 */
export function namedFunction(call: Call): LambdaFunction {
  const { target, alias, arn } = namedResource(call);
  if (alias !== undefined || target.version !== latest) throw notFound(arn);
  return target;
}

/** One page of items, and the marker of the next one. A marker is the number of the items before it. */
export function page<T>(
  call: Call,
  items: readonly T[],
  most: number,
): { items: readonly T[]; NextMarker?: string } {
  const reader = readerOf(call);
  const size = Math.min(reader.optionalInteger('MaxItems', 1, 10_000) ?? most, most);
  const start = Number(reader.optionalText('Marker') ?? '0');
  if (!Number.isInteger(start) || start < 0)
    throw new ServiceError('InvalidParameterValueException', 'Invalid Marker.');
  const end = start + size;
  return { items: items.slice(start, end), ...(end < items.length ? { NextMarker: String(end) } : {}) };
}

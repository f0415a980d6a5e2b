/** Finds the function that a call names. */
import type { TextRules } from '../../input.ts';
import { type Call, ServiceError } from '../../operation.ts';
import { functionArn, functionName } from './names.ts';
import { readerOf } from './settings.ts';
import { findFunction, type LambdaFunction } from './state.ts';

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

/** The function that a call's FunctionName names. Throws ResourceNotFoundException if missing. */
export function namedFunction(call: Call): LambdaFunction {
  const qualifier = qualifierOf(call);
  const arn = functionArn(call);
  const found = findFunction(call.world, arn);
  // There are no versions and aliases here, so every other qualifier names a missing resource.
  if (!found || (qualifier !== undefined && qualifier !== '$LATEST')) {
    const full = qualifier === undefined ? arn : `${arn}:${qualifier}`;
    throw new ServiceError('ResourceNotFoundException', `Function not found: ${full}`, 404);
  }
  return found;
}

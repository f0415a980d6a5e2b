/** Finds the function that a call names. */
import { type Call, ServiceError } from '../operation.ts';
import { functionArn, functionName } from './names.ts';
import { readerOf } from './settings.ts';
import { findFunction, type LambdaFunction } from './state.ts';

export const nameRules = {
  min: 1,
  max: 140,
  pattern:
    /^(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2,4}(-(gov|iso[a-z]?|de))?-[a-z]+-\d:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?$/,
  patternText:
    '(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?',
} as const;

/** The function of a call's FunctionName, or ResourceNotFoundException. */
export function namedFunction(call: Call): LambdaFunction {
  const given = readerOf(call).text('FunctionName', nameRules);
  const { qualifier: inName } = functionName(given);
  const qualifier = inName ?? readerOf(call).optionalText('Qualifier');
  const arn = functionArn(call);
  const found = findFunction(call.world, arn);
  // There are no versions and aliases here, so every other qualifier names something that does not exist.
  if (!found || (qualifier !== undefined && qualifier !== '$LATEST')) {
    const full = qualifier === undefined ? arn : `${arn}:${qualifier}`;
    throw new ServiceError('ResourceNotFoundException', `Function not found: ${full}`, 404);
  }
  return found;
}

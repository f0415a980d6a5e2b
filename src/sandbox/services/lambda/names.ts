/** Names and ARNs of functions. */
import { parseArn } from '../../arn.ts';
import type { Call, RequestContext } from '../../operation.ts';
import { findFunction, latest } from './state.ts';

/**
 * Reads the function name from a name, NAME:QUALIFIER, a partial ARN (ACCOUNT:function:NAME), or an ARN.
 * Returns a qualifier separately. Lambda API Reference, "FunctionName".
 */
export function functionName(text: string): {
  readonly name: string;
  readonly qualifier: string | undefined;
} {
  const match =
    /^(?:arn:[\w-]+:lambda:)?(?:[a-z]+(?:-[a-z]+)+-\d+:)?(?:\d{12}:)?(?:function:)?([\w.-]+)(?::(\$LATEST|[\w-]+))?$/.exec(
      text,
    );
  return { name: match?.[1] ?? text, qualifier: match?.[2] };
}

const text = (call: Call, name: string): string => {
  const value = call.input[name];
  return typeof value === 'string' ? value : '';
};

/** ARN of the function that a call names by FunctionName, or by Resource in tag operations. */
export function functionArn(call: Call): string {
  const given = text(call, 'FunctionName') || text(call, 'Resource');
  const parsed = parseArn(given);
  if (parsed)
    return `arn:${parsed.partition}:lambda:${parsed.region}:${parsed.account}:function:${functionName(given).name}`;
  return `arn:${call.partition}:lambda:${call.region}:${call.account}:function:${functionName(given).name}`;
}

/** The same with the qualifier of the call, from its FunctionName or its Qualifier. */
export function qualifiedArn(call: Call): string {
  const qualifier = functionName(text(call, 'FunctionName')).qualifier ?? text(call, 'Qualifier');
  return qualifier === '' ? functionArn(call) : `${functionArn(call)}:${qualifier}`;
}

/** The ARN without the qualifier $LATEST, which names the function itself. */
export const withoutLatest = (arn: string): string => arn.replace(`:${latest}`, '');

/** Condition keys of the function that a call names: its tags. */
export function functionContext(call: Call): RequestContext {
  const found = findFunction(call.world, functionArn(call));
  const tags = [...(found?.tags ?? [])].map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  return Object.fromEntries(tags);
}

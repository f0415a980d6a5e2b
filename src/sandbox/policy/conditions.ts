/**
 * Condition operators.
 * IAM User Guide, "IAM JSON policy elements: Condition operators" and "Single-valued vs. multivalued context
 * keys" (ForAllValues, ForAnyValue).
 */
import { BlockList } from 'node:net';
import { arnMatch, literalMatch, wildcardMatch } from './match.ts';

type Test = (wanted: string, given: string) => boolean;

const numeric =
  (compare: (given: number, wanted: number) => boolean): Test =>
  (wanted, given) => {
    const [left, right] = [Number(given), Number(wanted)];
    return !Number.isNaN(left) && !Number.isNaN(right) && compare(left, right);
  };

/** Parses ISO 8601 or seconds since the epoch. Returns milliseconds since the epoch. */
const epochMs = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));
const dated =
  (compare: (given: number, wanted: number) => boolean): Test =>
  (wanted, given) => {
    const [left, right] = [epochMs(given), epochMs(wanted)];
    return !Number.isNaN(left) && !Number.isNaN(right) && compare(left, right);
  };

const inNetwork: Test = (wanted, given) => {
  const [address = '', bits] = wanted.split('/');
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  try {
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
    return list.check(given, given.includes(':') ? 'ipv6' : 'ipv4');
  } catch {
    return false;
  }
};

const equal: Test = literalMatch;
const equalIgnoringCase: Test = (wanted, given) => literalMatch(wanted.toLowerCase(), given.toLowerCase());

const positive: Readonly<Record<string, Test>> = {
  StringEquals: equal,
  StringEqualsIgnoreCase: equalIgnoringCase,
  StringLike: (wanted, given) => wildcardMatch(wanted, given),
  // "The ArnEquals and ArnLike condition operators behave identically."
  ArnEquals: arnMatch,
  ArnLike: arnMatch,
  Bool: equalIgnoringCase,
  BinaryEquals: equal,
  NumericEquals: numeric((given, wanted) => given === wanted),
  NumericLessThan: numeric((given, wanted) => given < wanted),
  NumericLessThanEquals: numeric((given, wanted) => given <= wanted),
  NumericGreaterThan: numeric((given, wanted) => given > wanted),
  NumericGreaterThanEquals: numeric((given, wanted) => given >= wanted),
  DateEquals: dated((given, wanted) => given === wanted),
  DateLessThan: dated((given, wanted) => given < wanted),
  DateLessThanEquals: dated((given, wanted) => given <= wanted),
  DateGreaterThan: dated((given, wanted) => given > wanted),
  DateGreaterThanEquals: dated((given, wanted) => given >= wanted),
  IpAddress: inNetwork,
};

const negated: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
};

export interface Operator {
  readonly name: string;
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
  readonly negated: boolean;
  /** Undefined for Null, which checks presence only. */
  readonly test: Test | undefined;
}

/** Reads an operator such as ForAnyValue:StringLikeIfExists. Undefined if IAM has no such operator. */
export function readOperator(text: string): Operator | undefined {
  const match = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(text);
  const [, prefix, name = '', ifExists] = match ?? [];
  const set = prefix === 'ForAllValues' || prefix === 'ForAnyValue' ? prefix : undefined;
  if (name === 'Null') {
    return ifExists || set ? undefined : { name, set, ifExists: false, negated: false, test: undefined };
  }
  const base = negated[name];
  const test = positive[base ?? name];
  return test && { name, set, ifExists: ifExists !== undefined, negated: base !== undefined, test };
}

/**
 * Evaluates one condition key under one operator.
 * `given` holds the request's values of the key. It is undefined if the request doesn't have the key. Values
 * in the policy are alternatives: OR, and NOR for negated operators.
 */
export function conditionHolds(
  operator: Operator,
  wanted: readonly string[],
  given: readonly string[] | undefined,
): boolean {
  const { test } = operator;
  if (!test) return wanted.some((value) => (value.toLowerCase() === 'true') === (given === undefined));
  if (given === undefined || given.length === 0) return holdsWithoutKey(operator);
  // ForAllValues "also returns true if there are no keys in the request, or if the key values resolve to a
  // null data set, such as an empty string". ForAnyValue: "for no matching key or a null dataset, the
  // condition returns false".
  if (operator.set && given.every((value) => value === '')) return operator.set === 'ForAllValues';
  const matches = (value: string) => wanted.some((pattern) => test(pattern, value)) !== operator.negated;
  return operator.set === 'ForAnyValue' ? given.some(matches) : given.every(matches);
}

/**
 * Evaluates a key that the request doesn't have. With IfExists, the condition is true.
 * Otherwise, "the values do not match and the condition is false. If the policy condition requires that the
 * key is not matched, such as StringNotLike or ArnNotLike, and the right key is not present, the condition is
 * true."
 */
function holdsWithoutKey(operator: Operator): boolean {
  if (operator.ifExists) return true;
  return operator.set ? operator.set === 'ForAllValues' : operator.negated;
}

/**
 * Filter patterns. CloudWatch Logs User Guide, "Filter pattern syntax".
 * A pattern has terms (all must match, case-sensitive), "?term" (any), "-term" (none), or "exact phrase". For
 * JSON events, it is { $.field = "value" && … }.
 */
import { isObject, parseObject } from '../../input.ts';
import { type Json, ServiceError } from '../../operation.ts';

export type EventFilter = (message: string) => boolean;

const invalid = (): ServiceError => new ServiceError('InvalidParameterException', 'Invalid filter pattern');

/** Reads a filter pattern. */
export function readFilter(pattern: string | undefined): EventFilter {
  const text = pattern?.trim() ?? '';
  if (text === '') return () => true;
  if (text.startsWith('{')) return jsonFilter(text);
  if (text.startsWith('[') || text.startsWith('%')) {
    throw new ServiceError(
      'InvalidParameterException',
      'The local AWS does not know column and regular expression patterns',
    );
  }
  return termFilter(text);
}

function termFilter(text: string): EventFilter {
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))/g)].map(
    ([, mark = '', phrase, word = '']) => ({
      mark,
      term: phrase?.replaceAll(/\\(.)/g, '$1') ?? word,
    }),
  );
  const any = terms.filter(({ mark }) => mark === '?');
  const all = terms.filter(({ mark }) => mark === '');
  const none = terms.filter(({ mark }) => mark === '-');
  return (message) => {
    const has = ({ term }: { readonly term: string }) => message.includes(term);
    if (none.some(has) || !all.every(has)) return false;
    // Terms with a question mark are ignored beside plain terms.
    return any.length === 0 || all.length > 0 || any.some(has);
  };
}

function jsonFilter(text: string): EventFilter {
  if (!text.endsWith('}')) throw invalid();
  const alternatives = text
    .slice(1, -1)
    .split('||')
    .map((part) => part.split('&&').map((comparison) => readComparison(comparison)));
  return (message) => {
    const event = parseObject(message.trim());
    return event !== undefined && alternatives.some((all) => all.every((holds) => holds(event)));
  };
}

type Comparison = (event: Json) => boolean;

function readComparison(text: string): Comparison {
  const match =
    /^[\s(]*\$((?:\.[\w-]+|\[\d+\]|\['[^']+'\])+)\s*(=|!=|>=|<=|>|<|IS|NOT)\s*("(?:[^"\\]|\\.)*"|[^\s)]+)[\s)]*$/.exec(
      text,
    );
  const [, path, operator, value] = match ?? [];
  if (path === undefined || operator === undefined || value === undefined) throw invalid();
  const steps = [...path.matchAll(/[\w-]+/g)].map(([step]) => step);
  const wanted = value.startsWith('"') ? value.slice(1, -1) : value;
  return (event) => compare(select(event, steps), operator, wanted);
}

function select(event: Json, steps: readonly string[]): Json | undefined {
  let value: Json | undefined = event;
  for (const step of steps) {
    if (Array.isArray(value)) value = value[Number(step)];
    else value = isObject(value) ? value[step] : undefined;
  }
  return value;
}

function compare(actual: Json | undefined, operator: string, expected: string): boolean {
  if (operator === 'IS')
    return expected === 'NULL' ? actual === null : String(actual) === expected.toLowerCase();
  if (operator === 'NOT') return actual === undefined;
  if (actual === undefined || actual === null || typeof actual === 'object') return false;
  const pattern = new RegExp(
    `^${expected.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`,
    's',
  );
  if (operator === '=') return pattern.test(String(actual));
  if (operator === '!=') return !pattern.test(String(actual));
  const [left, right] = [Number(actual), Number(expected)];
  if (operator === '>') return left > right;
  if (operator === '<') return left < right;
  return operator === '>=' ? left >= right : left <= right;
}

/**
 * Metric math: the operators, and the functions IF and FILL.
 * CloudWatch User Guide, "Use metric math", "Metric math syntax and functions".
 */
import { invalid } from './metric-query.ts';

/** A time series: values by the start of their period, in milliseconds since the epoch. */
export type Series = ReadonlyMap<number, number>;
export type MathValue = number | Series;

/** The values of the other queries by ID, and the periods of the time range. */
export interface MathInput {
  readonly values: ReadonlyMap<string, MathValue>;
  readonly times: readonly number[];
}

export interface Expression {
  /** IDs of the queries that it names. */
  readonly names: ReadonlySet<string>;
  evaluate(input: MathInput): MathValue;
}

type Node = (input: MathInput) => MathValue;
type Operator = (a: number, b: number) => number;

const truth = (value: boolean): number => (value ? 1 : 0);

/** By precedence, the weakest first. "AND, OR" are logical, and "&&, ||" are their synonyms. */
const levels: readonly Readonly<Record<string, Operator>>[] = [
  { OR: (a, b) => truth(a !== 0 || b !== 0), '||': (a, b) => truth(a !== 0 || b !== 0) },
  { AND: (a, b) => truth(a !== 0 && b !== 0), '&&': (a, b) => truth(a !== 0 && b !== 0) },
  {
    '==': (a, b) => truth(a === b),
    '!=': (a, b) => truth(a !== b),
    '<=': (a, b) => truth(a <= b),
    '>=': (a, b) => truth(a >= b),
    '<': (a, b) => truth(a < b),
    '>': (a, b) => truth(a > b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => a / b },
];

/** "If a metric has missing data points, the result has none there", for operations on two series. */
function combined(parts: readonly MathValue[], combine: (values: readonly number[]) => number): MathValue {
  const first = parts.find((part) => typeof part !== 'number');
  if (first === undefined) return combine(parts.filter((part) => typeof part === 'number'));
  const result = new Map<number, number>();
  for (const at of first.keys()) {
    const values = parts.flatMap((part) => (typeof part === 'number' ? part : (part.get(at) ?? [])));
    if (values.length === parts.length) result.set(at, combine(values));
  }
  return result;
}

const functions: Readonly<Record<string, (args: readonly MathValue[], input: MathInput) => MathValue>> = {
  IF: (args) => combined(args, ([condition = 0, yes = 0, no = 0]) => (condition === 0 ? no : yes)),
  FILL: ([series = 0, filler = 0], { times }) => {
    if (typeof series === 'number' || typeof filler !== 'number') return series;
    return new Map(times.map((at) => [at, series.get(at) ?? filler]));
  },
};
const argumentCounts: Readonly<Record<string, number>> = { IF: 3, FILL: 2 };

class Parser {
  readonly names = new Set<string>();
  readonly #tokens: string[];

  constructor(text: string) {
    this.#tokens = text.match(/\d+(?:\.\d+)?|\w+|&&|\|\||[=!<>]=|\S/g) ?? [];
  }

  whole(): Node {
    const node = this.#level(0);
    if (this.#tokens.length > 0) throw invalid(`Unexpected ${this.#tokens[0]} in the expression.`);
    return node;
  }

  #level(depth: number): Node {
    const operators = levels[depth];
    if (operators === undefined) return this.#operand();
    let left = this.#level(depth + 1);
    for (;;) {
      const [sign = ''] = this.#tokens;
      const operator = Object.hasOwn(operators, sign) ? operators[sign] : undefined;
      if (operator === undefined) return left;
      this.#tokens.shift();
      const [a, b] = [left, this.#level(depth + 1)];
      left = (input) => combined([a(input), b(input)], ([x = 0, y = 0]) => operator(x, y));
    }
  }

  #operand(): Node {
    const token = this.#tokens.shift() ?? '';
    if (/^\d/.test(token)) return () => Number(token);
    if (token === '-') {
      const negated = this.#operand();
      return (input) => combined([negated(input)], ([value = 0]) => -value);
    }
    if (token === '(') {
      const inner = this.#level(0);
      this.#take(')');
      return inner;
    }
    if (this.#tokens[0] === '(') return this.#call(token);
    if (!/^[a-z]\w*$/.test(token)) throw invalid(`Unexpected ${token || 'end'} in the expression.`);
    this.names.add(token);
    return ({ values }) => values.get(token) ?? new Map<number, number>();
  }

  #call(name: string): Node {
    const run = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (run === undefined) throw invalid(`The local AWS does not know the function ${name}.`);
    this.#take('(');
    const args = [this.#level(0)];
    while (this.#tokens[0] === ',') {
      this.#tokens.shift();
      args.push(this.#level(0));
    }
    this.#take(')');
    if (args.length !== argumentCounts[name]) throw invalid(`Wrong number of arguments of ${name}.`);
    return (input) =>
      run(
        args.map((arg) => arg(input)),
        input,
      );
  }

  #take(wanted: string): void {
    if (this.#tokens.shift() !== wanted) throw invalid(`Expected ${wanted} in the expression.`);
  }
}

/** Parses an expression. Throws ValidationError if it is not one. */
export function parseExpression(text: string): Expression {
  const parser = new Parser(text);
  const evaluate = parser.whole();
  return { names: parser.names, evaluate };
}

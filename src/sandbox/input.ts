/** Reads operation input by type, with the constraints and texts of AWS's request validation. */
import { type Json, type JsonObject, ServiceError } from './operation.ts';

export interface TextRules {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  /** The pattern as AWS's own message shows it. */
  readonly patternText?: string;
  readonly oneOf?: readonly string[];
}

const memberName = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

const failedTo = (constraint: string): string => `failed to satisfy constraint: ${constraint}`;

const violation = (name: string, value: string, constraint: string): string =>
  `Value ${value} at '${memberName(name)}' ${failedTo(constraint)}`;

/** Yields each violated constraint in AWS's order: the pattern first, then the lengths. */
function* constraints(value: string, rules: TextRules): Iterable<string> {
  if (rules.pattern && !rules.pattern.test(value)) {
    yield `Member must satisfy regular expression pattern: ${rules.patternText ?? rules.pattern.source}`;
  }
  if (rules.min !== undefined && value.length < rules.min) {
    yield `Member must have length greater than or equal to ${rules.min}`;
  }
  if (rules.max !== undefined && value.length > rules.max) {
    yield `Member must have length less than or equal to ${rules.max}`;
  }
  if (rules.oneOf && !rules.oneOf.includes(value)) {
    yield `Member must satisfy enum value set: [${rules.oneOf.join(', ')}]`;
  }
}

/** True for a JSON object. False for null and lists. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses JSON text to an object. Returns undefined for anything else. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Rules for tag keys and values. IAM API Reference, "Tag". */
const tagRules = {
  Key: {
    min: 1,
    max: 128,
    pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u,
    patternText: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+',
  },
  Value: {
    max: 256,
    pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u,
    patternText: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*',
  },
} as const;

/**
 * Reads members of an operation's input by name.
 * `code` is the exception that the service returns for an invalid member. It is ValidationError in IAM and
 * STS, ValidationException in Lambda, and InvalidParameterException in CloudWatch Logs and Cognito.
 * The AWS Query protocol sends every value as text, so the reader also accepts numbers and booleans as text.
 */
export class Reader {
  readonly #input: JsonObject;
  readonly #code: string;

  constructor(input: JsonObject, code: string) {
    this.#input = input;
    this.#code = code;
  }

  /** Throws the service's validation error. */
  fail(name: string, value: string, constraint: string): never {
    throw this.#error([violation(name, value, constraint)]);
  }

  /** Checks several texts together. One error lists every violated constraint. */
  check(rules: Readonly<Record<string, TextRules>>): void {
    const violations = Object.entries(rules).flatMap(([name, rule]) => {
      const value = this.#input[name];
      if (value === undefined || value === null) return [];
      if (typeof value !== 'string')
        throw new ServiceError('SerializationException', `${name} must be a string`);
      return [...constraints(value, rule)].map((constraint) => violation(name, `'${value}'`, constraint));
    });
    if (violations.length > 0) throw this.#error(violations);
  }

  #error(violations: readonly string[]): ServiceError {
    const count = violations.length === 1 ? '1 validation error' : `${violations.length} validation errors`;
    return new ServiceError(this.#code, `${count} detected: ${violations.join('; ')}`);
  }

  has(name: string): boolean {
    const value = this.#input[name];
    return value !== undefined && value !== null;
  }

  optionalText(name: string, rules: TextRules = {}): string | undefined {
    this.check({ [name]: rules });
    const value = this.#input[name];
    return typeof value === 'string' ? value : undefined;
  }

  text(name: string, rules: TextRules = {}): string {
    const value = this.optionalText(name, rules);
    if (value === undefined) this.fail(name, 'null', 'Member must not be null');
    return value;
  }

  optionalInteger(name: string, min?: number, max?: number): number | undefined {
    const value = this.#input[name];
    if (value === undefined || value === null) return undefined;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number)) {
      throw new ServiceError('SerializationException', `${name} must be an integer`);
    }
    if (min !== undefined && number < min) {
      this.fail(name, `'${number}'`, `Member must have value greater than or equal to ${min}`);
    }
    if (max !== undefined && number > max) {
      this.fail(name, `'${number}'`, `Member must have value less than or equal to ${max}`);
    }
    return number;
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.#input[name];
    if (value === undefined || value === null) return undefined;
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    throw new ServiceError('SerializationException', `${name} must be a boolean`);
  }

  optionalObject(name: string): JsonObject | undefined {
    const value = this.#input[name];
    if (value === undefined || value === null) return undefined;
    if (!isObject(value)) throw new ServiceError('SerializationException', `${name} must be an object`);
    return value;
  }

  /** Reads a list. The Query protocol sends an empty list as empty text. */
  optionalList(name: string): readonly Json[] | undefined {
    const value = this.#input[name];
    if (value === undefined || value === null) return undefined;
    if (value === '') return [];
    if (!Array.isArray(value)) throw new ServiceError('SerializationException', `${name} must be a list`);
    return value;
  }

  optionalTexts(name: string): readonly string[] | undefined {
    return this.optionalList(name)?.map((value) => {
      if (typeof value !== 'string')
        throw new ServiceError('SerializationException', `${name} must hold strings`);
      return value;
    });
  }

  /** Reads a map of strings to strings. */
  optionalTextMap(name: string): ReadonlyMap<string, string> | undefined {
    const value = this.optionalObject(name);
    if (!value) return undefined;
    const map = new Map<string, string>();
    for (const [key, item] of Object.entries(value)) {
      if (typeof item !== 'string')
        throw new ServiceError('SerializationException', `${name} must hold strings`);
      map.set(key, item);
    }
    return map;
  }

  /** Reads a list of { Key, Value } pairs, the tag format of IAM and STS. */
  optionalTagList(name: string): ReadonlyMap<string, string> | undefined {
    const list = this.optionalList(name);
    if (!list) return undefined;
    const tags = new Map<string, string>();
    for (const [index, item] of list.entries()) {
      const tag = new Reader(isObject(item) ? item : {}, this.#code);
      const [key, value] = [tag.text('Key'), tag.text('Value')];
      // Recorded: these refusals name the place, and don't repeat the text.
      const at = (member: string) => `Value at 'tags.${index + 1}.member.${member}'`;
      const faults = [
        ...[...constraints(key, tagRules.Key)].map((fault) => `${at('key')} ${failedTo(fault)}`),
        ...[...constraints(value, tagRules.Value)].map((fault) => `${at('value')} ${failedTo(fault)}`),
      ];
      if (faults.length > 0) throw this.#error(faults);
      if (tags.has(key)) throw new ServiceError('InvalidInput', 'Duplicate tag keys found.');
      tags.set(key, value);
    }
    return tags;
  }
}

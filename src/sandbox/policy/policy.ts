/**
 * Reads policy documents into statements.
 * IAM User Guide, "Grammar of the IAM JSON policy language".
 */
import { isObject, parseObject } from '../input.ts';
import type { Json } from '../operation.ts';

export interface Principals {
  /** True for '*' alone or { "AWS": "*" }. */
  readonly everyone: boolean;
  readonly aws: readonly string[];
  readonly services: readonly string[];
  readonly federated: readonly string[];
}

export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export interface Statement {
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[] | undefined;
  readonly notActions: readonly string[] | undefined;
  readonly resources: readonly string[] | undefined;
  readonly notResources: readonly string[] | undefined;
  readonly principals: Principals | undefined;
  readonly notPrincipals: Principals | undefined;
  readonly conditions: readonly Condition[];
}

export interface Policy {
  /** Policy variables work only in version 2012-10-17. In earlier versions, `${…}` is literal text. */
  readonly variables: boolean;
  readonly statements: readonly Statement[];
}

/** Reads one text or a list of texts. Policy elements allow both. */
export function texts(value: Json | undefined): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list = Array.isArray(value) ? value : [value];
  return list.map((item) => (typeof item === 'object' ? JSON.stringify(item) : String(item)));
}

function readPrincipals(value: Json | undefined): Principals | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) return { everyone: value === '*', aws: [], services: [], federated: [] };
  const aws = texts(value.AWS) ?? [];
  return {
    everyone: aws.includes('*'),
    aws,
    services: texts(value.Service) ?? [],
    federated: texts(value.Federated) ?? [],
  };
}

function readConditions(value: Json | undefined): readonly Condition[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([operator, keys]) =>
    isObject(keys)
      ? Object.entries(keys).map(([key, values]) => ({ operator, key, values: texts(values) ?? [] }))
      : [],
  );
}

function readStatement(value: Json): Statement | undefined {
  if (!isObject(value)) return undefined;
  const effect = value.Effect;
  if (effect !== 'Allow' && effect !== 'Deny') return undefined;
  return {
    sid: typeof value.Sid === 'string' ? value.Sid : undefined,
    effect,
    actions: texts(value.Action),
    notActions: texts(value.NotAction),
    resources: texts(value.Resource),
    notResources: texts(value.NotResource),
    principals: readPrincipals(value.Principal),
    notPrincipals: readPrincipals(value.NotPrincipal),
    conditions: readConditions(value.Condition),
  };
}

const cache = new Map<string, Policy | undefined>();

/**
 * Reads a policy document. Returns undefined if the text is not a policy.
 * Documents are validated when they are written.
 */
export function readPolicy(document: string): Policy | undefined {
  if (cache.has(document)) return cache.get(document);
  const object = parseObject(document);
  const list = object?.Statement;
  const statements = (Array.isArray(list) ? list : [list ?? null]).map(readStatement);
  const read = statements.filter((statement) => statement !== undefined);
  const policy: Policy | undefined = object && {
    variables: object.Version === '2012-10-17',
    statements: read,
  };
  cache.set(document, policy);
  return policy;
}

/** Call inputs as arguments of Terraform resources (hashicorp/aws, argument references). */
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts';
import { type Body, Expression, encoded, type Value } from '../../codegen/hcl.ts';
import { type Names, renamed } from '../../codegen/terraform.ts';
import { isList } from '../../codegen/texts.ts';

/** Terraform expressions for references: `aws_iam_role.migration.arn`. */
export type Words = Readonly<Record<string, string>>;

/** Terraform's name for each member of the calls. */
export const names = {
  role: {
    RoleName: 'name',
    Path: 'path',
    Description: 'description',
    AssumeRolePolicyDocument: 'assume_role_policy',
    PermissionsBoundary: 'permissions_boundary',
    Tags: 'tags',
  },
  policy: {
    PolicyName: 'name',
    Path: 'path',
    Description: 'description',
    PolicyDocument: 'policy',
    Tags: 'tags',
  },
  attachment: { RoleName: 'role', PolicyArn: 'policy_arn' },
  group: { logGroupName: 'name', retentionInDays: 'retention_in_days', tags: 'tags' },
  function: {
    FunctionName: 'function_name',
    Description: 'description',
    Runtime: 'runtime',
    Handler: 'handler',
    Role: 'role',
    MemorySize: 'memory_size',
    Timeout: 'timeout',
    Tags: 'tags',
  },
  environment: { Variables: 'variables' },
  permission: {
    FunctionName: 'function_name',
    StatementId: 'statement_id',
    Action: 'action',
    Principal: 'principal',
    SourceArn: 'source_arn',
    SourceAccount: 'source_account',
  },
} as const satisfies Record<string, Names>;

function toValue(json: Json, words: Words): Value {
  if (typeof json === 'string') return Object.hasOwn(words, json) ? new Expression(words[json] ?? '') : json;
  if (isList(json)) return json.map((one) => toValue(one, words));
  return isJsonObject(json) ? valuesOf(json, words) : json;
}

/** The same JSON as values. A placeholder for an output becomes its expression. */
export const valuesOf = (input: JsonObject, words: Words): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(input).flatMap(([key, json]) =>
      json === undefined ? [] : [[key, toValue(json, words)] as const],
    ),
  );

/** Tags as a map. IAM uses a list, and all other services use a map. */
function tagMap(tags: Json): JsonObject {
  if (!isList(tags)) return isJsonObject(tags) ? tags : {};
  return Object.fromEntries(
    tags.flatMap((tag) => (isJsonObject(tag) ? [[String(tag.Key), tag.Value] as const] : [])),
  );
}

/** Arguments by name: tags as a map, policy documents encoded. */
export function bodyOf(input: JsonObject, wanted: Names, words: Words): Body {
  const values = Object.entries(input).flatMap(([member, json = null]) => {
    const value = toValue(/^tags$/i.test(member) ? tagMap(json) : json, words);
    return [[member, member.endsWith('Document') ? encoded(value) : value] as const];
  });
  return renamed(Object.fromEntries(values), wanted);
}

/**
 * Resources as Terraform blocks.
 * Source: hashicorp/aws, argument references.
 */
import { isJsonObject, isList, type Json, type JsonObject, toJsonObject } from '../../core/json.ts';
import type { Resource, ResourceType } from '../../core/resource.ts';
import {
  type Body,
  block,
  Expression,
  encoded,
  interpolated,
  Nested,
  NestedList,
  type Value,
} from './hcl.ts';
import { clientNames, type Names, names, units } from './terraform-names.ts';
import { suffixOf } from './texts.ts';

/**
 * Arguments for the provider. In GovCloud, Cognito has FIPS endpoints only.
 * Source: AWS GovCloud User Guide, "Amazon Cognito".
 */
export const fipsOf = (region: string): { use_fips_endpoint?: true } =>
  region.startsWith('us-gov-') ? { use_fips_endpoint: true } : {};

/**
 * The members of a call under Terraform's names.
 * Throws for a member without a name, because nothing may get lost.
 */
function renamed<T>(input: Readonly<Record<string, T>>, names: Names): Record<string, T> {
  return Object.fromEntries(
    Object.entries(input).map(([member, value]) => {
      const name = Object.hasOwn(names, member) ? names[member] : undefined;
      if (name === undefined) throw new Error(`terraform: no argument for ${member}`);
      return [name, value];
    }),
  );
}

/**
 * The arguments of aws_cognito_user_pool_client.
 * `units` are those of the block token_validity_units.
 */
function clientArguments(input: JsonObject): { arguments: JsonObject; units: JsonObject } {
  const { TokenValidityUnits, ...rest } = input;
  const given: Json = TokenValidityUnits ?? {};
  return { arguments: renamed(rest, clientNames), units: renamed(toJsonObject(Object(given)), units) };
}

/** Terraform's expressions for texts. */
export interface Words {
  /** For whole texts, such as references: `aws_iam_role.migration.arn`. */
  readonly whole: Readonly<Record<string, string>>;
  /** For parts of texts. */
  readonly within?: Readonly<Record<string, string>>;
}

function toValue(json: Json, words: Words): Value {
  const { whole, within = {} } = words;
  if (typeof json === 'string') {
    if (Object.hasOwn(whole, json)) return new Expression(whole[json] ?? '');
    return Object.keys(within).some((part) => json.includes(part)) ? interpolated(json, within) : json;
  }
  if (isList(json)) return json.map((one) => toValue(one, words));
  return isJsonObject(json) ? valuesOf(json, words) : json;
}

/** The same JSON as values. A placeholder for an output becomes its expression. */
const valuesOf = (input: JsonObject, words: Words): Record<string, Value> =>
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
function bodyOf(input: JsonObject, wanted: Names, words: Words): Body {
  const values = Object.entries(input).flatMap(([member, json = null]) => {
    const value = toValue(/^tags$/i.test(member) ? tagMap(json) : json, words);
    return [[member, member.endsWith('Document') ? encoded(value) : value] as const];
  });
  return renamed(Object.fromEntries(values), wanted);
}

const objectIn = (json: Json | undefined): JsonObject => (isJsonObject(json) ? json : {});

/** Dimensions are a map in Terraform. */
const withDimensions = ({ Dimensions = [], ...input }: JsonObject): JsonObject => ({
  ...input,
  Dimensions: Object.fromEntries(
    (isList(Dimensions) ? Dimensions : []).map(objectIn).map(({ Name, Value }) => [String(Name), Value]),
  ),
});

/** The arguments of aws_cloudwatch_metric_alarm, with a block for each query of metric math. */
function alarmBody({ Metrics, ...input }: JsonObject, words: Words): Body {
  if (!isList(Metrics)) return bodyOf(withDimensions(input), names.alarm, words);
  const queries = Metrics.map(objectIn).map(({ MetricStat, ...query }): Body => {
    const { Metric, ...stat } = objectIn(MetricStat);
    const metric = withDimensions({ ...objectIn(Metric), ...stat });
    const body = bodyOf(query, names.query, words);
    return MetricStat === undefined
      ? body
      : { ...body, metric: new Nested(bodyOf(metric, names.alarm, words)) };
  });
  return { ...bodyOf(input, names.alarm, words), metric_query: new NestedList(queries) };
}

/** The function's code, beside the file. */
const zip = `"\${path.module}/handler.zip"`;

/** An identifier: letters, digits, and underscores, with no digit first. */
function nameOf({ name = 'migration' }: Resource): string {
  const suffix = suffixOf(name);
  return [name.replaceAll(/\W/g, '_').replace(/^(?=\d)/, '_'), ...(suffix ? [suffix] : [])].join('_');
}

const resource = (type: string, body: Body, name: string): string => block('resource', [type, name], body);

interface Printing {
  readonly resource: Resource;
  readonly inputs: readonly JsonObject[];
  /** The resources of the same file. */
  readonly all: readonly Resource[];
  readonly words: Words;
  /** The provider of another Region. */
  readonly provider: { readonly provider?: Expression };
}

/** The address of the role with this name, or its name if the file does not create it. */
function roleNamed(RoleName: Json | undefined, all: readonly Resource[], attribute: string): Value {
  const role = all.find(({ type, calls }) => type === 'role' && calls[0]?.input.RoleName === RoleName);
  return role === undefined ? String(RoleName) : new Expression(`aws_iam_role.${nameOf(role)}.${attribute}`);
}

/** The blocks of each type. */
const printers: Readonly<Record<ResourceType, (printing: Printing) => readonly string[]>> = {
  policy: ({ resource: one, inputs: [input = {}], words }) => [
    resource('aws_iam_policy', bodyOf(input, names.policy, words), nameOf(one)),
  ],
  role: ({ resource: one, inputs: [input = {}, inline], words, all }) => [
    resource('aws_iam_role', bodyOf(input, names.role, words), nameOf(one)),
    ...(inline === undefined
      ? []
      : [
          resource(
            'aws_iam_role_policy',
            { ...bodyOf(inline, names.inline, words), role: roleNamed(inline.RoleName, all, 'id') },
            nameOf(one),
          ),
        ]),
  ],
  'policy-attachment': ({ resource: one, inputs, words, all }) =>
    inputs.map((input, index) =>
      resource(
        'aws_iam_role_policy_attachment',
        { ...bodyOf(input, names.attachment, words), role: roleNamed(input.RoleName, all, 'name') },
        index === 0 ? nameOf(one) : one.name === undefined ? 'log' : `${nameOf(one)}_${index + 1}`,
      ),
    ),
  'app-client': ({ resource: one, inputs: [input = {}], words, provider }) => {
    const { arguments: given, units } = clientArguments(input);
    const body = {
      ...provider,
      ...valuesOf(given, words),
      token_validity_units: new Nested(valuesOf(units, words)),
    };
    return [resource('aws_cognito_user_pool_client', body, nameOf(one))];
  },
  'log-group': ({ resource: one, inputs: [group, retention], words }) => [
    resource('aws_cloudwatch_log_group', bodyOf({ ...group, ...retention }, names.group, words), nameOf(one)),
  ],
  function: ({ resource: one, inputs: [{ Environment, ...input } = {}], words }) => [
    resource(
      'aws_lambda_function',
      {
        ...bodyOf(input, names.function, words),
        filename: new Expression(zip),
        source_code_hash: new Expression(`filebase64sha256(${zip})`),
        depends_on: [new Expression('aws_cloudwatch_log_group.migration')],
        environment: new Nested(bodyOf(toJsonObject(Object(Environment)), names.environment, words)),
        lifecycle: new Nested(
          { ignore_changes: [new Expression('tags'), new Expression('tags_all')] },
          'init keeps in its tags what teardown needs to undo the changes of app clients and trigger.',
        ),
      },
      nameOf(one),
    ),
  ],
  permission: ({ resource: one, inputs: [input = {}], words }) => [
    resource(
      'aws_lambda_permission',
      {
        ...bodyOf(input, names.permission, words),
        function_name: new Expression('aws_lambda_function.migration.function_name'),
      },
      nameOf(one),
    ),
  ],
  'async-retries': ({ resource: one, inputs: [input = {}], words }) => [
    resource(
      'aws_lambda_function_event_invoke_config',
      {
        ...bodyOf(input, names.asyncRetries, words),
        function_name: new Expression('aws_lambda_function.migration.function_name'),
      },
      nameOf(one),
    ),
  ],
  group: ({ resource: one, inputs: [input = {}], words }) => [
    resource('aws_cognito_user_group', bodyOf(input, names.userGroup, words), nameOf(one)),
  ],
  alarm: ({ resource: one, inputs: [input = {}], words }) => [
    resource('aws_cloudwatch_metric_alarm', alarmBody(input, words), nameOf(one)),
  ],
  // Its tags are younger than the resource type. init accepts the text of the dashboard, and adds them.
  dashboard: ({ resource: one, inputs: [{ DashboardName = '', DashboardBody = {} } = {}], words }) => [
    resource(
      'aws_cloudwatch_dashboard',
      { dashboard_name: String(DashboardName), dashboard_body: encoded(toValue(DashboardBody, words)) },
      nameOf(one),
    ),
  ],
};

/**
 * The blocks of these resources, in their order.
 * @param isElsewhere whether the resource is in the Region of the provider `aws.old`.
 */
export const terraformResources = (
  all: readonly Resource[],
  words: Words,
  isElsewhere: (resource: Resource) => boolean = () => false,
): readonly string[] =>
  all.flatMap((one) =>
    printers[one.type]({
      resource: one,
      inputs: one.calls.map(({ input }) => input),
      all,
      words,
      provider: isElsewhere(one) ? { provider: new Expression('aws.old') } : {},
    }),
  );

export const output = (name: string, value: string): string =>
  block('output', [name], { value: new Expression(value) });

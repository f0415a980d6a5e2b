/** The desired state as Terraform (hashicorp/aws). */
import { parseArn, regionOfPool } from '../../../aws/arn.ts';
import { type JsonObject, toJsonObject } from '../../../core/json.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import { type Body, block, comment, Expression, Nested } from '../../codegen/hcl.ts';
import { clientArguments, fipsOf, type Names } from '../../codegen/terraform.ts';
import type { Export } from './export.ts';
import { snippetFor } from './live.ts';
import { assertKnown, type ByStep, inputsOf, isHere, notPrinted, type Part, references } from './parts.ts';
import { bodyOf, names, valuesOf, type Words } from './terraform-values.ts';

/** The function's code, beside the file. */
const zip = `"\${path.module}/handler.zip"`;

const resource = (type: string, body: Body, name = 'migration'): string =>
  block('resource', [type, name], body);
const output = (name: string, value: string): string =>
  block('output', [name], { value: new Expression(value) });

/** main.tf for the resources of one account. The old pool may be in another Region. */
export function terraform(parts: readonly Part[], { inputs, live, init }: Export): string {
  const [client] = inputsOf(parts, 'old-client');
  const asksForClient = client === undefined && JSON.stringify(parts).includes(references.OLD_CLIENT_ID);
  const words: Words = {
    [references.ROLE_ARN]: 'aws_iam_role.migration.arn',
    [references.POLICY_ARN]: 'aws_iam_policy.migration.arn',
    [references.OLD_CLIENT_ID]:
      client === undefined ? 'var.old_client_id' : 'aws_cognito_user_pool_client.migration.id',
  };
  const { region, account } = parseArn(inputs.NEW_USER_POOL_ARN);
  const provider = { region, allowed_account_ids: [account], ...fipsOf(region) };
  const oldRegion = parts.every((part) => isHere(part, inputs))
    ? undefined
    : regionOfPool(inputs.OLD_USER_POOL_ID);
  const blocks = [
    comment(`User migration ${inputs.OLD_USER_POOL_ID} to ${inputs.NEW_USER_POOL_ID} (cognito-migrate)`),
    block('terraform', [], {
      required_providers: new Nested({
        aws: { source: 'hashicorp/aws', version: providerFor(inputs.RUNTIME) },
      }),
    }),
    block('provider', ['aws'], provider),
    oldRegion && block('provider', ['aws'], { ...provider, alias: 'old', region: oldRegion }),
    asksForClient && block('variable', ['old_client_id'], clientVariable),
    ...resourcesOf(parts, words, oldRegion !== undefined),
    client && output('old_client_id', 'aws_cognito_user_pool_client.migration.id'),
    output('lambda_arn', 'aws_lambda_function.migration.arn'),
    comment(
      `The pool ${live.userPoolId} is live and not in here. This proves the function, then sets the trigger:\n` +
        `${init.join(' ')}\n\n${snippetFor('terraform', live)}`,
    ),
  ];
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}

/**
 * A provider knows only the runtimes that existed at its release.
 * It supports nodejs24.x since 6.20 (hashicorp/terraform-provider-aws#45024). 5.100 takes nodejs22.x.
 */
const providerFor = (runtime: Inputs['RUNTIME']): string =>
  runtime === 'nodejs24.x' ? '>= 6.20' : '>= 5.100';

const clientVariable = {
  description: 'ID of the app client that was made in the old pool',
  type: new Expression('string'),
};

function resourcesOf(parts: readonly Part[], words: Words, isOtherRegion: boolean): string[] {
  const body = (input: JsonObject, names: Names): Body => bodyOf(input, names, words);
  const resourceByStep: ByStep<(input: JsonObject, index: number) => string | undefined> = {
    'lambda-role': (input) => resource('aws_iam_role', body(input, names.role)),
    'lambda-policy': (input) => resource('aws_iam_policy', body(input, names.policy)),
    'policy-attachments': (input, index) =>
      resource(
        'aws_iam_role_policy_attachment',
        { ...body(input, names.attachment), role: new Expression('aws_iam_role.migration.name') },
        index === 0 ? 'migration' : 'log',
      ),
    'old-client': (input) => {
      const { arguments: given, units } = clientArguments(input);
      return resource('aws_cognito_user_pool_client', {
        ...(isOtherRegion ? { provider: new Expression('aws.old') } : {}),
        ...valuesOf(given, words),
        token_validity_units: new Nested(valuesOf(units, words)),
      });
    },
    'log-group': (_input, index) => {
      const [group = {}, retention] = inputsOf(parts, 'log-group');
      return index > 0
        ? undefined
        : resource('aws_cloudwatch_log_group', body({ ...group, ...retention }, names.group));
    },
    'lambda-function': ({ Environment, ...input }) =>
      resource('aws_lambda_function', {
        ...body(input, names.function),
        filename: new Expression(zip),
        source_code_hash: new Expression(`filebase64sha256(${zip})`),
        depends_on: [new Expression('aws_cloudwatch_log_group.migration')],
        environment: new Nested(body(toJsonObject(Object(Environment)), names.environment)),
        lifecycle: new Nested(
          { ignore_changes: [new Expression('tags'), new Expression('tags_all')] },
          'init keeps in its tags what teardown needs to undo the changes of app clients and trigger.',
        ),
      }),
    'invoke-permission': (input) =>
      resource('aws_lambda_permission', {
        ...body(input, names.permission),
        function_name: new Expression('aws_lambda_function.migration.function_name'),
      }),
    ...notPrinted,
  };
  assertKnown(parts, resourceByStep);
  return parts.flatMap(({ step }) =>
    inputsOf(parts, step).flatMap((input, index) => resourceByStep[step]?.(input, index) ?? []),
  );
}

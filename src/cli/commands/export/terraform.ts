/** The desired state as Terraform (hashicorp/aws). */
import { parseArn, regionOfPool } from '../../../aws/arn.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import { block, comment, Expression, Nested } from '../../codegen/hcl.ts';
import { fipsOf, output, terraformResources, type Words } from '../../codegen/terraform.ts';
import type { Export } from './export.ts';
import { snippetFor } from './live.ts';
import { hasClient, isHere, type Part, references } from './parts.ts';

/** main.tf for the resources of one account. The old pool may be in another Region. */
export function terraform(parts: readonly Part[], { inputs, live, init }: Export): string {
  const makesClient = hasClient(parts);
  const asksForClient = !makesClient && JSON.stringify(parts).includes(references.OLD_CLIENT_ID);
  const words: Words = {
    whole: {
      [references.ROLE_ARN]: 'aws_iam_role.migration.arn',
      [references.POLICY_ARN]: 'aws_iam_policy.migration.arn',
      [references.OLD_CLIENT_ID]: makesClient
        ? 'aws_cognito_user_pool_client.migration.id'
        : 'var.old_client_id',
    },
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
    ...terraformResources(
      parts.flatMap(({ resources }) => resources),
      words,
      (resource) => parts.some((part) => part.resources.includes(resource) && !isHere(part, inputs)),
    ),
    makesClient && output('old_client_id', 'aws_cognito_user_pool_client.migration.id'),
    output('lambda_arn', 'aws_lambda_function.migration.arn'),
    comment(
      `This does not change the live pool ${live.userPoolId}. To test the function and then set the trigger:\n` +
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
  description: 'ID of the app client that was created in the old pool',
  type: new Expression('string'),
};

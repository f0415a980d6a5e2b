/** The old account's half as Terraform. */
import { block, Expression, Nested } from '../hcl.ts';
import { fipsOf, output, terraformResources } from '../terraform.ts';
import { type OldHalf, oldAccount } from './half.ts';

const signIn = {
  type: new Expression('string'),
  default: 'unknown',
  description: 'What people sign in to the pool with: email,phone_number or username,email',
};

/** main.tf. Its account number is that of the credentials that apply it. */
export function terraform(half: OldHalf): string {
  const words = { whole: {}, within: { [oldAccount]: 'data.aws_caller_identity.old.account_id' } };
  const blocks = [
    block('terraform', [], {
      required_providers: new Nested({ aws: { source: 'hashicorp/aws', version: '>= 5.0' } }),
    }),
    block('provider', ['aws'], { region: half.region, ...fipsOf(half.region) }),
    block('variable', ['old_sign_in'], signIn),
    block('data', ['aws_caller_identity', 'old'], {}),
    ...terraformResources(half.resources, words),
    output('OldRoleArn', 'aws_iam_role.migration.arn'),
    block('output', ['OldExternalId'], { value: half.externalId }),
    output('OldClientId', 'aws_cognito_user_pool_client.migration.id'),
    output('OldSignIn', 'var.old_sign_in'),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** One page for the old account's administrator, who has never heard of this program. */
import { stackName } from '../cloudformation.ts';
import { type OldHalf, signInQuery } from './half.ts';

/** The path of each file in the folder. */
export const files = {
  readme: 'README.md',
  cloudFormation: 'cloudformation.json',
  terraform: 'terraform/main.tf',
  make: 'make.sh',
  remove: 'remove.sh',
  update: 'update.sh',
} as const;

/** The page, in Markdown. */
export function readme(half: OldHalf): string {
  const { oldUserPoolId, newUserPoolId, newAccount, region, roleName, clientName } = half;
  const searches = half.searchReason !== undefined;
  const stack = stackName(newUserPoolId);
  return `# Let a user migration check passwords in ${oldUserPoolId}

Users of the user pool \`${oldUserPoolId}\` (${region}, in your account) move to \`${newUserPoolId}\` in the account
${newAccount} when they first sign in there. They keep their passwords. To check a password, a Lambda function in that
account must ask your pool. The files in this folder give it access, each in another format. Choose one.

## What it allows

- A role \`${roleName}\`. Only this role can assume it, with the external ID below:
  \`${half.functionRole}\`
- The role has ${searches ? 'three' : 'two'} permissions, for this one pool only: \`cognito-idp:AdminInitiateAuth\` (check one user's
  password)${searches ? ',' : ' and'} \`cognito-idp:AdminGetUser\` (read one user's attributes)${searches ? `, and\n  \`cognito-idp:ListUsers\` (${half.searchReason})` : ''}.
- An app client \`${clientName}\` in the pool: no secret, no OAuth, admin sign-in only. Nobody can sign in through it
  without credentials of that role.

## What it cannot do

It cannot change, create${searches ? ', or delete' : ', delete, or list'} users. It cannot change the pool or its other app clients, or see passwords that
nobody typed. The users in your pool do not change. Each checked sign-in runs the triggers of your pool, and counts as a monthly active
user there. A wrong password counts toward the lockout of the user, as any other.

## Create it

With credentials of the pool's account, in ${region}:

\`\`\`sh
# The sign-in options of the pool, for CloudFormation and Terraform
sign_in=$(aws cognito-idp describe-user-pool --region ${region} --user-pool-id ${oldUserPoolId} --output text \\
  --query ${signInQuery})

# CloudFormation
aws cloudformation deploy --region ${region} --stack-name ${stack} --parameter-overrides OldSignIn="$sign_in" \\
  --template-file ${files.cloudFormation} --capabilities CAPABILITY_NAMED_IAM
aws cloudformation describe-stacks --region ${region} --stack-name ${stack} --query 'Stacks[0].Outputs'

# or Terraform
cd terraform && terraform init && terraform apply -var old_sign_in="$sign_in"

# or the AWS CLI
sh ${files.make}
\`\`\`

If Cognito requires \`ALLOW_REFRESH_TOKEN_AUTH\`, add it to the flows of the app client. \`${files.make}\` adds it by itself.

## Send back

The four outputs: **OldRoleArn**, **OldExternalId**, **OldClientId**, **OldSignIn**. None of them is a secret. Only the role above can
use them. The external ID is \`${half.externalId}\`.

## Remove it

When the migration is over, remove it with the same tool. From then on, no user can move.

\`\`\`sh
aws cloudformation delete-stack --region ${region} --stack-name ${stack}   # CloudFormation
cd terraform && terraform destroy   # or Terraform
sh ${files.remove}   # or the AWS CLI
\`\`\`
`;
}

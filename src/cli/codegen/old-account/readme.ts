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

Users of the user pool \`${oldUserPoolId}\` (${region}, in your account) are moving to \`${newUserPoolId}\` in the account
${newAccount}, at their first sign-in there, passwords kept. For that a Lambda function of that account must ask your pool
whether a password is right. The files here make what it needs, all of it the same; choose one.

## What it allows

- A role \`${roleName}\`, which only this role can assume, with the external ID below:
  \`${half.functionRole}\`
- That role may do ${searches ? 'three' : 'two'} things in this one pool, and nothing else anywhere: \`cognito-idp:AdminInitiateAuth\` (check one user's
  password)${searches ? ',' : ' and'} \`cognito-idp:AdminGetUser\` (read one user's attributes)${searches ? `, and\n  \`cognito-idp:ListUsers\` (${half.searchReason})` : ''}.
- An app client \`${clientName}\` in the pool: no secret, no OAuth, admin sign-in only, so that nobody without those IAM
  credentials can sign in through it.

## What it cannot do

Change, create${searches ? ' or delete' : ', delete or list'} users; change the pool or its other app clients; see passwords that nobody typed. Users
stay in your pool as they are. Each sign-in that is checked runs your pool's own triggers and counts as an active user of the
month there; a wrong password counts toward the user's lock-out as any other.

## Make it

With credentials of the pool's account, in ${region}:

\`\`\`sh
# What people sign in with, for either of the first two
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

Should Cognito insist on \`ALLOW_REFRESH_TOKEN_AUTH\`, add it to the app client's flows; \`${files.make}\` does so by itself.

## Send back

The four outputs: **OldRoleArn**, **OldExternalId**, **OldClientId**, **OldSignIn**. None of them is a password: they are of no use to
anyone but the role above. The external ID is \`${half.externalId}\`.

## Remove it

When the migration is over, with what it was made with. From then on nobody can be moved any more.

\`\`\`sh
aws cloudformation delete-stack --region ${region} --stack-name ${stack}   # CloudFormation
cd terraform && terraform destroy   # or Terraform
sh ${files.remove}   # or the AWS CLI
\`\`\`
`;
}

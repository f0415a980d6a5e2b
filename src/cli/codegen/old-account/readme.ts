/** One page for the old account's administrator, who has never heard of this program. */

import { markAttributeNames, markNames } from '../../../steps/moved-marks.ts';
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

/** Number words by how many rights there are beyond the first two. */
const counts = ['two', 'three', 'four', 'five'];

/** The rights beyond the first two, each with its reason. */
const furtherRights = ({ searchReason, seesGroups, closes }: OldHalf): readonly string[] => [
  ...(searchReason === undefined ? [] : [`\`cognito-idp:ListUsers\` (${searchReason})`]),
  ...(seesGroups ? ["`cognito-idp:AdminListGroupsForUser` (see one user's groups)"] : []),
  ...(closes === 'disable' ? ['`cognito-idp:AdminDisableUser` (disable a user who has moved)'] : []),
  ...(closes === 'mark' ? ['`cognito-idp:AdminUpdateUserAttributes` (mark a user who has moved)'] : []),
];

const listText = (rights: readonly string[]): string =>
  rights.map((right, index) => `,${index === rights.length - 1 ? ' and' : ''}\n  ${right}`).join('');

const cannotText = ({ searchReason, closes }: OldHalf): string =>
  closes === undefined
    ? `It cannot change, create${searchReason === undefined ? ', delete, or list' : ', or delete'} users.`
    : 'It cannot create or delete users.';

/** The attributes in the pool, as the AWS CLI adds them. */
const addMarksCommand = (pool: string): string =>
  `aws cognito-idp add-custom-attributes --user-pool-id ${pool} \\
  --custom-attributes ${markAttributeNames.map((name) => `Name=${name},AttributeDataType=String,Mutable=true`).join(' ')}`;

/** What happens to the users of this pool after a move. Empty if nothing does. */
export function closingText({ closes, oldUserPoolId, region }: OldHalf): string {
  if (closes === undefined) return '';
  if (closes === 'disable')
    return `## What changes for users

Users who move are disabled in this pool, and their sessions in its apps end. IAM cannot limit the permission to users who moved: someone
who can change the function's code could disable any user of this pool.

`;
  return `## What changes for users

Users who move get two attributes in this pool, \`${markNames.join('` and `')}\`. IAM cannot limit the permission to them: someone who can
change the function's code could change any attribute of any user of this pool.

A pool never loses an attribute again. \`${files.make}\` and \`${files.update}\` add both. With CloudFormation or Terraform, add them first:

\`\`\`sh
${addMarksCommand(`${oldUserPoolId} --region ${region}`)}
\`\`\`

No app client of this pool may have them in its WriteAttributes. Otherwise, a user could take the mark back.

`;
}

/** The page, in Markdown. */
export function readme(half: OldHalf): string {
  const { oldUserPoolId, newUserPoolId, newAccount, region, roleName, clientName } = half;
  const more = furtherRights(half);
  const stack = stackName(newUserPoolId);
  return `# Let a user migration check passwords in ${oldUserPoolId}

Users of the user pool \`${oldUserPoolId}\` (${region}, in your account) move to \`${newUserPoolId}\` in the account
${newAccount} when they first sign in there. They keep their passwords. To check a password, a Lambda function in that
account must ask your pool. The files in this folder give it access, each in another format. Choose one.

## What it allows

- A role \`${roleName}\`. Only this role can assume it, with the external ID below:
  \`${half.functionRole}\`
- The role has ${counts[more.length] ?? 'these'} permissions, for this one pool only: \`cognito-idp:AdminInitiateAuth\` (check one user's
  password)${more.length > 0 ? ',' : ' and'} \`cognito-idp:AdminGetUser\` (read one user's attributes)${listText(more)}.
- An app client \`${clientName}\` in the pool: no secret, no OAuth, admin sign-in only. Nobody can sign in through it
  without credentials of that role.

## What it cannot do

${cannotText(half)} It cannot change the pool or its other app clients, or see passwords that
nobody typed. ${half.closes === undefined ? 'The users in your pool do not change. ' : ''}Each checked sign-in runs the triggers of your pool, and counts as a monthly active
user there. A wrong password counts toward the lockout of the user, as any other.

${closingText(half)}## Create it

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

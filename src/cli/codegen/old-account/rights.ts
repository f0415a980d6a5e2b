/** The difference between two halves of one migration: the permissions of the role in the old pool. */
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { stackName } from '../cloudformation.ts';
import type { OldHalf } from './half.ts';
import { closingText, files } from './readme.ts';

/** IAM actions on the old pool, in alphabetical order. */
export interface ChangedRights {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Actions that a policy allows. */
function actionsIn({ Statement }: JsonObject): ReadonlySet<string> {
  const statements = Array.isArray(Statement) ? Statement.filter(isJsonObject) : [];
  const actions = statements.flatMap(({ Action }) => (Array.isArray(Action) ? Action : [Action]));
  return new Set(actions.filter((action) => typeof action === 'string'));
}

/** Undefined if both halves have the same permissions. */
export function changedRights(before: OldHalf, after: OldHalf): ChangedRights | undefined {
  const [had, has] = [actionsIn(before.role.policy), actionsIn(after.role.policy)];
  const added = [...has].filter((action) => !had.has(action)).sort();
  const removed = [...had].filter((action) => !has.has(action)).sort();
  return added.length + removed.length === 0 ? undefined : { added, removed };
}

/** One line for each action. */
export const rightsLines = ({ added, removed }: ChangedRights): readonly string[] => [
  ...added.map((action) => `+ ${action}`),
  ...removed.map((action) => `− ${action}`),
];

/** One page for the administrator, in Markdown. */
export function updateReadme(half: OldHalf, rights: ChangedRights): string {
  const { oldUserPoolId, newUserPoolId, region, roleName, searchReason } = half;
  const stack = stackName(newUserPoolId);
  return `# Change the permissions of a user migration in ${oldUserPoolId}

The role \`${roleName}\` lets users of your pool move to \`${newUserPoolId}\`. Its permissions in your user pool change:

\`\`\`diff
${rightsLines(rights).join('\n').replaceAll('−', '-')}
\`\`\`
${searchReason === undefined ? '' : `\n\`cognito-idp:ListUsers\` lets the migration ${searchReason}.\n`}
Nothing else changes: the principal that can assume the role, its external ID, and the app client stay the same.

${closingText(half)}## Apply the change

Use the tool that created the role, with credentials of the pool's account, in ${region}:

\`\`\`sh
# CloudFormation. It keeps the stack's parameters.
aws cloudformation deploy --region ${region} --stack-name ${stack} \\
  --template-file ${files.cloudFormation} --capabilities CAPABILITY_NAMED_IAM

# or Terraform: in the folder with its state, with this ${files.terraform}
terraform apply

# or the AWS CLI
sh ${files.update}
\`\`\`

There is nothing to send back.
`;
}

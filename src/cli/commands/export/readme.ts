/** The page of the folder: its contents, how to apply them, and the work left to init. */

import { parseArn, regionOfPool } from '../../../aws/arn.ts';
import type { VarName } from '../../../core/variables/index.ts';
import { keeping } from '../../../steps/ids.ts';
import { stackName } from '../../codegen/cloudformation.ts';
import { commandFor, overLines } from '../../codegen/init-command.ts';
import { codeKey } from './cloudformation.ts';
import type { Export } from './export.ts';
import { type FormatName, fileNames, mainFile, type Printed, stackClasses } from './formats.ts';
import { snippetFor } from './live.ts';

/** The page, in Markdown. */
export function readme(format: FormatName, args: Export, { elsewhere }: Printed): string {
  const { inputs, live, init } = args;
  const hasOldAccount = `${fileNames.oldAccount}/README.md` in elsewhere;
  const hasOldPool = fileNames.oldPool in elsewhere || fileNames.oldPoolStack in elsewhere;
  const tool = live.deployedBy ?? (format === 'terraform' || format === 'cdk' ? format : 'cloudformation');
  return `# User migration ${inputs.OLD_USER_POOL_ID} to ${inputs.NEW_USER_POOL_ID}

All resources of the migration, as \`cognito-migrate init\` would create them. The live pool and its app clients are not included.

## Create it
${hasOldAccount ? `\n${otherAccount}` : ''}
With credentials of the account ${parseArn(inputs.NEW_USER_POOL_ARN).account}:

\`\`\`sh
${how[format](args, { hasOldAccount, hasOldPool })}
\`\`\`

The code is \`${fileNames.code}\`. Its SHA-256, as Lambda shows it, is \`${inputs.CODE_SHA256}\`.

## Set the trigger

The pool ${live.userPoolId} and its app clients are live, so no template changes them. A bare \`update-user-pool\` would reset
every setting that it leaves out. This command finds the resources above in place, and makes a test call of the function. Then it
adds password sign-in and sets the trigger. Nothing else changes:

\`\`\`sh
${overLines(init)}
\`\`\`

If the pool is deployed from code, its next deployment would remove both again. Add them to that code, and deploy it after
\`cognito-migrate status --probe\` shows that the function works:

\`\`\`
${snippetFor(tool, live)}
\`\`\`

## Remove it

Remove the trigger first. While it calls a function that no longer exists, users who haven't moved cannot sign in.

\`\`\`sh
${down(format, args, { hasOldAccount, hasOldPool })}
\`\`\`
`;
}

const otherAccount = `Begin with the folder \`${fileNames.oldAccount}\`, in the old pool's account. Its \`README.md\` describes how. It outputs the ID of
the app client (OldClientId), which is the ID below.
`;

interface Elsewhere {
  readonly hasOldAccount: boolean;
  readonly hasOldPool: boolean;
}

/** How to apply each format. */
const how: Readonly<Record<FormatName, (args: Export, elsewhere: Elsewhere) => string>> = {
  cloudformation: ({ inputs }, { hasOldAccount, hasOldPool }) => {
    const old = regionOfPool(inputs.OLD_USER_POOL_ID);
    const region = regionOfPool(inputs.NEW_USER_POOL_ID);
    const stack = stackName(inputs.NEW_USER_POOL_ID);
    const first = `aws cloudformation deploy --region ${old} --stack-name ${stack}-old-pool \\
  --template-file ${fileNames.oldPool}
aws cloudformation describe-stacks --region ${old} --stack-name ${stack}-old-pool --query 'Stacks[0].Outputs'  # the ID

`;
    return `${hasOldPool ? first : ''}# BUCKET: one of yours in ${region}
aws s3 cp --region ${region} ${fileNames.code} s3://BUCKET/${codeKey(inputs.CODE_SHA256)}
aws cloudformation deploy --region ${region} --stack-name ${stack} --template-file ${mainFile.cloudformation} \\
  --capabilities CAPABILITY_NAMED_IAM --parameter-overrides CodeBucket=BUCKET${hasOldAccount || hasOldPool ? ' OldClientId=ID' : ''}`;
  },
  cdk: ({ inputs }, { hasOldAccount, hasOldPool }) => {
    const old = regionOfPool(inputs.OLD_USER_POOL_ID);
    const region = regionOfPool(inputs.NEW_USER_POOL_ID);
    const stack = stackName(inputs.NEW_USER_POOL_ID);
    const { account } = parseArn(inputs.NEW_USER_POOL_ARN);
    const lines = (file: string, className: string, id: string, where: string): string =>
      `#   import { ${className} } from './${file.replace('.ts', '')}';
#   new ${className}(app, '${id}', { env: { account: '${account}', region: '${where}' } });
`;
    const oldStack = hasOldPool
      ? lines(fileNames.oldPoolStack, stackClasses.oldPool, `${stack}-old-pool`, old)
      : '';
    return `# In the code of your CDK app:
${oldStack}${lines(mainFile.cdk, stackClasses.newPool, stack, region)}
# BUCKET: one of yours in ${region}
aws s3 cp --region ${region} ${fileNames.code} s3://BUCKET/${codeKey(inputs.CODE_SHA256)}
${
  hasOldPool
    ? `cdk deploy ${stack}-old-pool  # its output is the ID
`
    : ''
}cdk deploy ${stack} --parameters CodeBucket=BUCKET${hasOldAccount || hasOldPool ? ' --parameters OldClientId=ID' : ''}`;
  },
  terraform: (_of, { hasOldAccount }) =>
    `terraform init && terraform apply${hasOldAccount ? ' -var old_client_id=ID' : ''}`,
  'aws-cli': (_of, { hasOldAccount }) => `sh ${mainFile['aws-cli']}${hasOldAccount ? ' ID' : ''}`,
  json: () =>
    `# ${mainFile.json} has each call, in this order; ${fileNames.code} is the code of CreateFunction`,
};

/** The variables that identify the migration to teardown. */
const names = [
  'OLD_USER_POOL_ID',
  'NEW_USER_POOL_ID',
  'NAME',
  'ROLE_PATH',
  'OLD_PROFILE',
  'OLD_ROLE_TO_ASSUME',
  'EXISTING_ROLE_ARN',
  'EXISTING_OLD_ROLE_ARN',
  'EXISTING_OLD_EXTERNAL_ID',
  'EXISTING_OLD_CLIENT_ID',
  'EXISTING_OLD_SIGN_IN',
] as const satisfies readonly VarName[];

/**
 * The commands that remove everything. A stack or configuration must remove its own resources.
 * teardown then removes only additions by init.
 */
function down(format: FormatName, { inputs }: Export, { hasOldAccount, hasOldPool }: Elsewhere): string {
  const teardown = commandFor('teardown', inputs, names);
  if (format === 'aws-cli' || format === 'json') return overLines(teardown);
  const kept = [...teardown, keeping('invoke-permission'), keeping('policy-attachments')];
  const stack = (region: string, more = ''): string =>
    format === 'cdk'
      ? `cdk destroy ${stackName(inputs.NEW_USER_POOL_ID)}${more}`
      : `aws cloudformation delete-stack --region ${region} --stack-name ${stackName(inputs.NEW_USER_POOL_ID)}${more}`;
  const rest =
    format === 'terraform'
      ? ['terraform destroy']
      : [
          stack(regionOfPool(inputs.NEW_USER_POOL_ID)),
          ...(hasOldPool ? [stack(regionOfPool(inputs.OLD_USER_POOL_ID), '-old-pool')] : []),
        ];
  const other = hasOldAccount ? [`sh ${fileNames.oldAccount}/remove.sh   # in the old pool's account`] : [];
  return [overLines(kept), ...rest, ...other].join('\n');
}

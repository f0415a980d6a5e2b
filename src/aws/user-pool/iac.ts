/** Tools that deploy a pool from code. They would remove a trigger that their code doesn't contain. */
export const iacTools = [
  'cloudformation',
  'cdk',
  'amplify',
  'serverless',
  'terraform',
  'pulumi',
  'sst',
] as const;
export type IacTool = (typeof iacTools)[number];

/** The tool's name as people write it. */
export const iacNames: Readonly<Record<IacTool, string>> = {
  cloudformation: 'AWS CloudFormation',
  cdk: 'the AWS CDK',
  amplify: 'AWS Amplify',
  serverless: 'the Serverless Framework',
  terraform: 'Terraform or OpenTofu',
  pulumi: 'Pulumi',
  sst: 'SST',
};

/**
 * The tool that deployed a pool, as far as its tags and name show. Undefined if they show nothing.
 * Terraform sets no tags of its own, so this finds only the usual handwritten ones.
 */
export function deployedBy(tags: Readonly<Record<string, string>>, poolName: string): IacTool | undefined {
  const keys = Object.keys(tags);
  const has = (prefix: string) => keys.some((key) => key.toLowerCase().startsWith(prefix));
  // Amplify Gen 2 sets amplify:*. Gen 1 sets user:Application and user:Stack, and names pools
  // <name>_userpool_<hash>-<env>.
  if (has('amplify:') || has('user:application') || /_userpool_[0-9a-f]{6,}(-\w+)?$/.test(poolName))
    return 'amplify';
  if (has('sst:')) return 'sst';
  if (has('pulumi:')) return 'pulumi';
  if (has('aws:cloudformation:')) return stackTool(tags);
  return namedTool(tags);
}

function stackTool(tags: Readonly<Record<string, string>>): IacTool {
  // The CDK ends logical IDs in eight hexadecimal digits. The Serverless Framework tags its stacks with
  // STAGE.
  if (/[0-9A-F]{8}$/.test(tags['aws:cloudformation:logical-id'] ?? '')) return 'cdk';
  return Object.hasOwn(tags, 'STAGE') ? 'serverless' : 'cloudformation';
}

const words: readonly (readonly [RegExp, IacTool])[] = [
  [/terraform|opentofu|terragrunt/i, 'terraform'],
  [/pulumi/i, 'pulumi'],
  [/serverless/i, 'serverless'],
  [/\bcdk\b/i, 'cdk'],
  [/cloudformation/i, 'cloudformation'],
];

/** Handwritten tags: managed-by: terraform, Terraform: true, provisioner: cdk, and the like. */
function namedTool(tags: Readonly<Record<string, string>>): IacTool | undefined {
  for (const [key, value] of Object.entries(tags)) {
    const aboutTools = /manag|provision|deploy|created|iac|source|tool/i.test(key);
    const text = /^(true|yes|1)$/i.test(value) ? key : aboutTools ? value : '';
    const tool = words.find(([word]) => word.test(text))?.[1];
    if (tool !== undefined) return tool;
  }
  return undefined;
}

/**
 * The lines to add to the tool's own code.
 * With them, its next deployment keeps the triggers and the password flow.
 * @param lambdaArn ARN of the migration function.
 * @param others the other triggers that hold the function.
 */
export function iacSnippet(tool: IacTool, lambdaArn: string, others: readonly OtherTrigger[]): string {
  return snippets[tool](lambdaArn)
    .split('\n')
    .map((line) => withTriggersBeside(line, others))
    .join('\n');
}

/** The triggers that hold the function only by choice, by their names in LambdaConfig. */
export type OtherTrigger = 'PreSignUp' | 'PreTokenGeneration';

/** The names of the other triggers in code, and in Terraform. */
const otherNames: Readonly<Record<OtherTrigger, readonly [code: string, terraform: string]>> = {
  PreSignUp: ['preSignUp', 'pre_sign_up   '],
  PreTokenGeneration: ['preTokenGeneration', 'pre_token_generation'],
};

/** The line, with the other triggers beside the first one. */
function withTriggersBeside(line: string, others: readonly OtherTrigger[]): string {
  const members = others.map((other) => `, ${otherNames[other][0]}: $1`);
  if (/\buserMigration:/.test(line)) return line.replace(/userMigration: ('[^']*')/, `$&${members.join('')}`);
  const lines = others.map((other) =>
    line.replace('UserMigration', other).replace('user_migration', otherNames[other][1]),
  );
  return [line, ...lines.filter((other) => other !== line)].join('\n');
}

const yaml = (lambdaArn: string) => `# in the AWS::Cognito::UserPool, beside its other triggers
Properties:
  LambdaConfig:
    UserMigration: ${lambdaArn}

# in each AWS::Cognito::UserPoolClient whose users migrate, beside its other flows
Properties:
  ExplicitAuthFlows:
    - ALLOW_USER_PASSWORD_AUTH`;

const snippets: Readonly<Record<IacTool, (lambdaArn: string) => string>> = {
  cloudformation: yaml,
  serverless: (lambdaArn) => `# under resources.Resources of serverless.yml\n${yaml(lambdaArn)}`,
  cdk: (lambdaArn) => `const pool = userPool.node.defaultChild as cognito.CfnUserPool;
pool.addPropertyOverride('LambdaConfig.UserMigration', '${lambdaArn}');

// in each app client whose users migrate
authFlows: { userPassword: true },`,
  amplify: (lambdaArn) => `// Gen 2, amplify/backend.ts
const { cfnUserPool, cfnUserPoolClient } = backend.auth.resources.cfnResources;
cfnUserPool.addPropertyOverride('LambdaConfig.UserMigration', '${lambdaArn}');
cfnUserPoolClient.explicitAuthFlows = [...(cfnUserPoolClient.explicitAuthFlows ?? []), 'ALLOW_USER_PASSWORD_AUTH'];

// Gen 1, override.ts, made by: amplify override auth
resources.userPool.addPropertyOverride('LambdaConfig.UserMigration', '${lambdaArn}');
for (const client of [resources.userPoolClient, resources.userPoolClientWeb]) {
  client.explicitAuthFlows = [...(client.explicitAuthFlows ?? []), 'ALLOW_USER_PASSWORD_AUTH'];
}`,
  terraform: (lambdaArn) => `# in the aws_cognito_user_pool, beside its other triggers
lambda_config {
  user_migration = "${lambdaArn}"
}

# in each aws_cognito_user_pool_client whose users migrate, beside its other flows
explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH"]`,
  pulumi: (lambdaArn) => `// in the aws.cognito.UserPool, beside its other triggers
lambdaConfig: { userMigration: '${lambdaArn}' },

// in each aws.cognito.UserPoolClient whose users migrate, beside its other flows
explicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],`,
  sst: (lambdaArn) => `// in the sst.aws.CognitoUserPool
transform: {
  userPool: (args) => {
    args.lambdaConfig = $output(args.lambdaConfig).apply((config) => ({ ...config, userMigration: '${lambdaArn}' }));
  },
},

// in each client whose users migrate
transform: {
  client: (args) => {
    args.explicitAuthFlows = $output(args.explicitAuthFlows).apply((flows) => [...(flows ?? []), 'ALLOW_USER_PASSWORD_AUTH']);
  },
},`,
};

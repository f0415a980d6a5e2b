/** What a fast test can see of `--format cdk`. `npm run test:cdk` compiles and synthesizes it. */
import { parseSync } from 'oxc-parser';
import { expect, test } from 'vitest';
import { cdkStack } from '../../../src/cli/codegen/cdk.ts';
import { startLocalAws } from '../../support/local-aws.ts';
import { runCli } from '../../support/run-cli.ts';
import { exported, farPool, sceneOf, textIn } from './support.ts';

const errorsIn = (text: string): unknown[] => parseSync('stack.ts', text).errors;

test('is TypeScript with a construct for each resource of the template', async () => {
  const scene = await sceneOf('watched');
  const text = await textIn(await exported(scene, 'cdk'), 'migration-stack.ts');
  expect(errorsIn(text)).toEqual([]);
  const template = JSON.parse(await textIn(await exported(scene, 'cloudformation'), 'cloudformation.json'));
  for (const [id, { Type }] of Object.entries<{ Type: string }>(template.Resources))
    expect(text).toContain(`.Cfn${Type.split('::')[2]}(this, "${id}", {`);
  // References, not copies of names.
  expect(text).toContain('role: role.attrArn,');
  expect(text).toContain('s3Bucket: codeBucket.valueAsString,');
  expect(text).toContain('OLD_CLIENT_ID: oldClient.ref,');
  expect(text).toContain('functionName: lambdaFunction.ref,');
});

test('quotes every text, and ends no comment or template with it', () => {
  const text = cdkStack('Stack1', {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `it's "quoted" \`\${x}\` */ \u2028\u0007`,
    Resources: {
      Group: { Type: 'AWS::Cognito::UserPoolGroup', Properties: { GroupName: '"); process.exit(); (' } },
    },
  });
  expect(errorsIn(text)).toEqual([]);
  expect(text).toContain(`"it's \\"quoted\\" \`\${x}\` */ \\u2028\\u0007"`);
  expect(text).toContain(String.raw`groupName: "\"); process.exit(); ("`);
});

test('the page shows both stacks if the old pool is in another Region', async () => {
  const aws = await startLocalAws();
  const pools = ['--old-user-pool-id', await farPool(aws), '--new-user-pool-id', aws.newPool];
  const folder = `${aws.folder}/out`;
  expect((await runCli(['export', '--format', 'cdk', '--out', folder, ...pools, ...aws.where])).code).toBe(0);
  const stack = `cognito-migrate-${aws.newPool.replace('_', '-')}`;
  const page = await textIn(folder, 'README.md');
  expect(page).toContain(
    `new OldPoolStack(app, '${stack}-old-pool', { env: { account: '111122223333', region: 'us-east-1' } });`,
  );
  expect(page).toContain(
    `new MigrationStack(app, '${stack}', { env: { account: '111122223333', region: 'eu-west-1' } });`,
  );
  expect(page).toContain(`cdk deploy ${stack} --parameters CodeBucket=BUCKET --parameters OldClientId=ID`);
  expect(page).toContain(`cdk destroy ${stack}\ncdk destroy ${stack}-old-pool`);
  expect(await textIn(folder, 'old-pool-stack.ts')).toContain('export class OldPoolStack extends Stack {');
});

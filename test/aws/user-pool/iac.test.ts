import { describe, expect, test } from 'vitest';
import { deployedBy, iacNames, iacSnippet, iacTools } from '../../../src/aws/user-pool/index.ts';
import { lambdaArn } from './stub.ts';

const stack = { 'aws:cloudformation:stack-name': 'auth' };

describe('deployedBy', () => {
  test.each([
    ['cloudformation', { ...stack, 'aws:cloudformation:logical-id': 'UserPool' }, 'customers'],
    ['cdk', { ...stack, 'aws:cloudformation:logical-id': 'UserPool6BA7E5F2' }, 'customers'],
    ['serverless', { ...stack, STAGE: 'prod' }, 'customers'],
    ['amplify', { 'amplify:app-id': 'd1', ...stack }, 'amplifyAuthUserPool4BA7F805'],
    ['amplify', { 'user:Application': 'shop', 'user:Stack': 'dev' }, 'customers'],
    ['amplify', {}, 'shop0a1b2c3d_userpool_0a1b2c3d-dev'],
    ['sst', { 'sst:app': 'shop' }, 'customers'],
    ['pulumi', { 'pulumi:project': 'shop' }, 'customers'],
    ['terraform', { 'managed-by': 'Terraform' }, 'customers'],
    ['terraform', { Terraform: 'true' }, 'customers'],
    ['terraform', { provisioner: 'terragrunt' }, 'customers'],
    [undefined, {}, 'customers'],
    [undefined, { team: 'terraform', 'managed-by': 'ops' }, 'customers'],
  ])('%s', (tool, tags, name) => {
    expect(deployedBy(tags, name)).toBe(tool);
  });
});

test.each(iacTools)('the snippet of %s names the function and the flow', (tool) => {
  const snippet = iacSnippet(tool, lambdaArn, []);
  expect(snippet).toContain(lambdaArn);
  expect(snippet).toMatch(/ALLOW_USER_PASSWORD_AUTH|userPassword: true/);
  expect(iacNames[tool]).toMatch(/\w/);
});

test.each(iacTools)('the snippet of %s has the other triggers that hold the function', (tool) => {
  const count = (others: Parameters<typeof iacSnippet>[2]): number =>
    iacSnippet(tool, lambdaArn, others).split(lambdaArn).length - 1;
  expect(count(['PreSignUp'])).toBe(2 * count([]));
  expect(count(['PreSignUp', 'PreTokenGeneration'])).toBe(3 * count([]));
  expect(iacSnippet(tool, lambdaArn, ['PreSignUp'])).toMatch(/pre_?sign_?up/i);
  expect(iacSnippet(tool, lambdaArn, ['PreSignUp'])).not.toMatch(/pre_?token/i);
  expect(iacSnippet(tool, lambdaArn, ['PreTokenGeneration'])).toMatch(/pre_?token_?generation/i);
  expect(iacSnippet(tool, lambdaArn, [])).not.toMatch(/pre_?(sign|token)/i);
});

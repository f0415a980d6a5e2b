/** A function of somebody else, as a pool's trigger may name it. */
import { CreateRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { given } from './errors.ts';

const idle = 'export const handler = async (event) => event;';

/**
 * Makes a function that exists and, without code of its own, does nothing for anybody.
 * @returns its ARN.
 */
export async function makeOtherFunction(
  { iam, lambda }: { readonly iam: IAMClient; readonly lambda: LambdaClient },
  name = 'theirs',
  code = idle,
): Promise<string> {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  const trust = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: Role?.Arn,
      Code: { ZipFile: zipSync({ 'index.mjs': strToU8(code) }) },
    }),
  );
  return given(FunctionArn, 'ARN of the function');
}

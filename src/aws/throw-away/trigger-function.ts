/** A throw-away Lambda function that plays every trigger of throw-away pools, and its role, which may do nothing. */
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { AddPermissionCommand, CreateFunctionCommand } from '@aws-sdk/client-lambda';
import { parseArn } from '../arn.ts';
import type { Side } from '../clients.ts';
import { answered, errorName } from '../errors.ts';
import { functionReady } from '../function-ready.ts';
import { type TagMap, toTagList } from '../ownership.ts';
import { patiently } from '../retry.ts';
import type { Place } from './leftovers.ts';
import { patienceOf, type Waiting } from './patience.ts';
import { triggerZip } from './trigger-code.ts';

/** The trust policy of every Lambda execution role. */
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

interface Making extends Waiting {
  readonly place: Pick<Place, 'side' | 'rolePath' | 'permissionsBoundary'>;
}

/**
 * Makes role and function under one name, and waits until the function can be invoked. Without a permission to write logs
 * Lambda makes no log group for it.
 * @returns the function's ARN
 */
export async function makeTriggerFunction(
  { place, clock, signal }: Making,
  name: string,
  tags: TagMap,
): Promise<string> {
  const { side, rolePath, permissionsBoundary } = place;
  const { Role } = await side.iam.send(
    new CreateRoleCommand({
      RoleName: name,
      Path: rolePath,
      ...(permissionsBoundary === undefined ? {} : { PermissionsBoundary: permissionsBoundary }),
      Description: 'Throw-away: of a self-test of cognito-migrate',
      AssumeRolePolicyDocument: JSON.stringify(trust),
      Tags: toTagList(tags),
    }),
  );
  const command = new CreateFunctionCommand({
    FunctionName: name,
    Description: 'Throw-away: of a self-test of cognito-migrate',
    Role: answered(Role?.Arn, "the role's ARN"),
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Timeout: 5,
    Code: { ZipFile: triggerZip() },
    Tags: { ...tags },
  });
  const patience = patienceOf({ clock, signal }, 300_000);
  const { FunctionArn } = await patiently(() => side.lambda.send(command), roleNotReady, patience);
  await functionReady({ new: side, clock, signal }, name);
  return answered(FunctionArn, "the function's ARN");
}

/** Lambda's words while IAM has not told it about the role yet. */
const roleNotReady = (error: unknown): boolean =>
  errorName(error) === 'InvalidParameterValueException' && /cannot be assumed by Lambda/i.test(String(error));

/** Lets Cognito invoke the function for one pool. */
export async function letPoolIn(side: Side, functionArn: string, poolArn: string): Promise<void> {
  const { account, resource } = parseArn(poolArn);
  await side.lambda.send(
    new AddPermissionCommand({
      FunctionName: functionArn,
      StatementId: resource.replace(/\W/g, '-'),
      Action: 'lambda:InvokeFunction',
      Principal: 'cognito-idp.amazonaws.com',
      SourceArn: poolArn,
      SourceAccount: account,
    }),
  );
}

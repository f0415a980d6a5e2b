/** Allows Cognito to invoke the function, for this one pool of this one account only. */

import { AddPermissionCommand, GetPolicyCommand, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import template from '../../templates/invoke-permission.json' with { type: 'json' };
import { parseArn } from '../aws/arn.ts';
import { functionUrl } from '../aws/console-url.ts';
import { isNamed, undefinedIfNotFound } from '../aws/errors.ts';
import { fill } from '../aws/templates.ts';
import { limits, stops } from '../core/effects.ts';
import { differences, isJsonObject, type JsonObject } from '../core/json.ts';
import type { Vars } from '../core/variables/index.ts';
import { defineStep } from './define-step.ts';
import { functionArn } from './names.ts';
import { addedStatements, statementsOf } from './resource-policy.ts';

type Props = { readonly statement: JsonObject };

/** A fixed StatementId. It identifies the permission later and prevents a second one. */
const StatementId = template.Sid;

/** Unifies condition keys. IAM ignores their case, and Lambda uses its own (`AWS:SourceArn`). */
function withUpperKeys(statement: JsonObject): JsonObject {
  const upper = (keys: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(keys).map(([key, value]) => [key.replace(/^aws:/i, 'AWS:'), value]));
  const { Condition } = statement;
  if (!isJsonObject(Condition)) return statement;
  const condition = Object.entries(Condition).map(([operator, keys]) => [
    operator,
    isJsonObject(keys) ? upper(keys) : keys,
  ]);
  return { ...statement, Condition: Object.fromEntries(condition) };
}

/** The desired statement for the function with this ARN. */
const statementFor = (
  LAMBDA_ARN: string,
  { NEW_USER_POOL_ARN }: Pick<Vars, 'NEW_USER_POOL_ARN'>,
): JsonObject =>
  fill(template, {
    LAMBDA_ARN,
    NEW_USER_POOL_ARN,
    NEW_ACCOUNT_ID: parseArn(NEW_USER_POOL_ARN).account,
  });

/** The input of AddPermission. */
const newPermission = (vars: Pick<Vars, 'NAME' | 'NEW_USER_POOL_ARN'>) => ({
  FunctionName: vars.NAME,
  StatementId,
  Action: template.Action,
  Principal: template.Principal.Service,
  SourceArn: vars.NEW_USER_POOL_ARN,
  SourceAccount: parseArn(vars.NEW_USER_POOL_ARN).account,
});

/**
 * The statement with our ID, or else an equal statement with another ID.
 * CloudFormation chooses the ID itself (AWS::Lambda::Permission has none to set).
 * A function needs no permission twice.
 */
function ourStatement(statements: readonly JsonObject[], wanted: JsonObject): JsonObject | undefined {
  const ours = statements.find(({ Sid }) => Sid === StatementId);
  if (ours !== undefined) return withUpperKeys(ours);
  return statements
    .map((statement): JsonObject => ({ ...withUpperKeys(statement), Sid: StatementId }))
    .find((statement) => differences(statement, wanted).length === 0);
}

/** Whether this is the statement that `ourStatement` found, whatever its ID. */
const isOurs = (one: JsonObject, found: JsonObject | undefined): boolean =>
  found !== undefined && differences({ ...withUpperKeys(one), Sid: StatementId }, found).length === 0;

export const invokePermission = defineStep({
  id: 'invoke-permission',
  title: 'permission',
  effects: {
    missing: stops('the new pool is not allowed to call the function'),
    drifted: limits('Others may be able to call the function, or the new pool may not.'),
    foreign: stops('the permission of this name does not belong to this migration'),
  },
  consoleUrl: (inputs) => functionUrl(functionArn(inputs)),
  kind: 'create',
  requires: ['LAMBDA_ARN', 'NEW_USER_POOL_ARN', 'NAME'],
  outputs: [],
  parent: 'lambda-function',
  alreadyExistsErrors: ['ResourceConflictException'],
  cleanup: { deletedWith: 'lambda-function' },
  permissions: [
    {
      sid: 'LetCognitoInvokeIt',
      actions: { 'lambda:AddPermission': ['init'] },
      resource: functionArn,
      condition: () => ({ StringEquals: { 'lambda:Principal': template.Principal.Service } }),
    },
  ],
  describe: ({ NEW_USER_POOL_NAME }) => `${NEW_USER_POOL_NAME} may invoke the function`,

  desired: ({ vars }): Props => ({ statement: statementFor(vars.LAMBDA_ARN, vars) }),
  iac: ({ vars }) => ({
    type: 'permission',
    calls: [{ operation: 'AddPermission', input: newPermission(vars) }],
  }),

  async read({ aws, vars }) {
    const found = await undefinedIfNotFound(
      aws.new.lambda.send(new GetPolicyCommand({ FunctionName: vars.NAME })),
      'ResourceNotFoundException',
    );
    const statements = statementsOf(found?.Policy);
    const wanted = statementFor(functionArn(vars), vars);
    const statement = ourStatement(statements, wanted);
    const others = statements.filter((one) => !isOurs(one, statement));
    const added = addedStatements(others, {
      name: vars.NAME,
      arn: functionArn(vars),
      pool: vars.NEW_USER_POOL_ARN,
    });
    return statement === undefined
      ? added
      : { props: { statement }, outputs: {}, ownership: 'ours', ...added };
  },

  means: () =>
    'Callers other than this pool can send it sign-ins, and try passwords beyond the limits of Cognito.',

  async write({ aws, live, vars }) {
    const { lambda } = aws.new;
    // Lambda has no update call. AddPermission refuses an existing StatementId (ResourceConflictException).
    if (live !== undefined) {
      const old = new RemovePermissionCommand({ FunctionName: vars.NAME, StatementId });
      await undefinedIfNotFound(lambda.send(old), 'ResourceNotFoundException');
    }
    const adding = lambda.send(new AddPermissionCommand(newPermission(vars)));
    // The wrong statement is gone by now. An existing one comes from our own call whose answer was lost.
    await adding.catch((error: unknown) => {
      if (live === undefined || !isNamed(error, 'ResourceConflictException')) throw error;
    });
    return { outputs: {} };
  },

  async remove({ aws, vars }) {
    const { lambda } = aws.new;
    const FunctionName = vars.NAME;
    const remove = (Sid: string) =>
      undefinedIfNotFound(
        lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: Sid })),
        'ResourceNotFoundException',
      );
    if ((await remove(StatementId)) !== undefined) return undefined;
    const found = await undefinedIfNotFound(
      lambda.send(new GetPolicyCommand({ FunctionName })),
      'ResourceNotFoundException',
    );
    const wanted = statementFor(functionArn(vars), vars);
    const same = statementsOf(found?.Policy).find((one) => ourStatement([one], wanted) !== undefined);
    if (typeof same?.Sid === 'string') await remove(same.Sid);
    return undefined;
  },
});

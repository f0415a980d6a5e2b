/** Lets Cognito invoke the function, for this one pool of this one account only. */
import { AddPermissionCommand, GetPolicyCommand, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import template from '../../templates/invoke-permission.json' with { type: 'json' };
import { parseArn } from '../aws/arn.ts';
import { isNamed, unlessMissing } from '../aws/errors.ts';
import { fill } from '../aws/templates.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { defineStep } from './define.ts';

type Props = { readonly statement: JsonObject };

/** A fixed StatementId, so that the permission is found again and a second one cannot be made beside it. */
const StatementId = template.Sid;

/** IAM reads condition keys whatever their case, and Lambda writes them in its own (`AWS:SourceArn`). */
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

/** The statements of a resource policy's text. */
function statementsOf(policy: string | undefined): readonly JsonObject[] {
  const parsed: unknown = JSON.parse(policy ?? '{}');
  const list = isJsonObject(parsed) ? parsed.Statement : undefined;
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

export const invokePermission = defineStep({
  id: 'invoke-permission',
  title: 'permission',
  needs: ['LAMBDA_ARN', 'NEW_USER_POOL_ARN', 'NAME'],
  gives: [],
  taken: ['ResourceConflictException'],
  describe: ({ NEW_USER_POOL_NAME }) => `${NEW_USER_POOL_NAME} may invoke the function`,

  desired: ({ vars }): Props => ({
    statement: fill(template, {
      LAMBDA_ARN: vars.LAMBDA_ARN,
      NEW_USER_POOL_ARN: vars.NEW_USER_POOL_ARN,
      NEW_ACCOUNT_ID: parseArn(vars.NEW_USER_POOL_ARN).account,
    }),
  }),

  async read({ aws, vars }) {
    const found = await unlessMissing(
      aws.new.lambda.send(new GetPolicyCommand({ FunctionName: vars.NAME })),
      'ResourceNotFoundException',
    );
    const statement = statementsOf(found?.Policy).find(({ Sid }) => Sid === StatementId);
    if (statement === undefined) return undefined;
    return { props: { statement: withUpperKeys(statement) }, outputs: {}, ours: 'yes' };
  },

  async write({ aws, live, vars }) {
    const { lambda } = aws.new;
    // There is no update: AddPermission refuses a StatementId that exists (ResourceConflictException).
    if (live !== undefined) {
      const old = new RemovePermissionCommand({ FunctionName: vars.NAME, StatementId });
      await unlessMissing(lambda.send(old), 'ResourceNotFoundException');
    }
    const adding = lambda.send(
      new AddPermissionCommand({
        FunctionName: vars.NAME,
        StatementId,
        Action: template.Action,
        Principal: template.Principal.Service,
        SourceArn: vars.NEW_USER_POOL_ARN,
        SourceAccount: parseArn(vars.NEW_USER_POOL_ARN).account,
      }),
    );
    // The wrong one is gone by now, so what is there is what a call with a lost answer has added.
    await adding.catch((error: unknown) => {
      if (live === undefined || !isNamed(error, 'ResourceConflictException')) throw error;
    });
    return { outputs: {} };
  },

  async remove({ aws, vars }) {
    await unlessMissing(
      aws.new.lambda.send(new RemovePermissionCommand({ FunctionName: vars.NAME, StatementId })),
      'ResourceNotFoundException',
    );
    return undefined;
  },
});

/** Statements in the function's resource policy that init did not add, and their effect on passwords. */
import type { Addition, Found } from '../core/additions.ts';
import { isJsonObject, isList, type Json, type JsonObject } from '../core/json.ts';
import { quoted } from '../core/shell.ts';
import { lambdaCommand } from './function-parts.ts';

interface Where {
  readonly name: string;
  readonly arn: string;
  /** ARN of the new pool. */
  readonly pool: string;
  /** The version or alias that the policy belongs to. Absent for the policy of the function itself. */
  readonly qualifier?: string;
}

/** The statements in the text of a resource policy. */
export function statementsOf(policy: string | undefined): readonly JsonObject[] {
  const parsed: unknown = JSON.parse(policy ?? '{}');
  const listed = isJsonObject(parsed) ? parsed.Statement : undefined;
  return Array.isArray(listed) ? listed.filter(isJsonObject) : [];
}

/**
 * Additions and notices from these statements.
 * A second permission for the same pool is a notice. The console adds one when someone saves the trigger there.
 */
export function addedStatements(statements: readonly JsonObject[], where: Where): Required<Found> {
  const isSame = (one: JsonObject): boolean => isForPool(one, where.pool);
  return {
    additions: statements.filter((one) => !isSame(one)).map((one) => additionOf(one, where)),
    notices: statements.filter(isSame).map((one) => ({ kind: 'second-statement', sid: sidOf(one) })),
  };
}

const sidOf = ({ Sid }: JsonObject): string => (typeof Sid === 'string' ? Sid : '');

const list = (value: Json | undefined): readonly Json[] =>
  value === undefined ? [] : isList(value) ? value : [value];

/** For example, `*`, `arn:aws:iam::444455556666:root`, or `s3.amazonaws.com`. */
function principalsOf({ Principal }: JsonObject): readonly string[] {
  const members = isJsonObject(Principal) ? Object.values(Principal).flatMap(list) : list(Principal);
  return members.filter((member) => typeof member === 'string');
}

const actionsOf = ({ Action }: JsonObject): readonly string[] =>
  list(Action).filter((member) => typeof member === 'string');

const cognito = 'cognito-idp.amazonaws.com';
const invoking = /^lambda:invokefunction$/i;
/** Condition operators that name the allowed source. Others only limit it further. */
const naming = /^(arn|string)(equals|like)$/i;

/** Whether the statement allows nothing but Cognito's calls for this very pool. */
function isForPool(statement: JsonObject, pool: string): boolean {
  const { Effect, Condition } = statement;
  const conditions = Object.entries(isJsonObject(Condition) ? Condition : {}).flatMap(([operator, keys]) =>
    naming.test(operator) && isJsonObject(keys) ? Object.entries(keys) : [],
  );
  const sources = conditions
    .filter(([key]) => /^aws:sourcearn$/i.test(key))
    .flatMap(([, value]) => list(value));
  return (
    Effect === 'Allow' &&
    principalsOf(statement).join() === cognito &&
    actionsOf(statement).length > 0 &&
    actionsOf(statement).every((action) => invoking.test(action)) &&
    sources.length === 1 &&
    sources[0] === pool
  );
}

function additionOf(statement: JsonObject, { name, arn, qualifier }: Where): Addition {
  const where = qualifier === undefined ? '' : ` --qualifier ${quoted(qualifier)}`;
  const command = `${lambdaCommand('remove-permission', name, arn)}${where}`;
  const remove = `${command} --statement-id ${quoted(sidOf(statement))}`;
  const who = principalsOf(statement).join(', ');
  return {
    path: ['policy', ...(qualifier === undefined ? [] : [qualifier]), sidOf(statement)].join('.'),
    found: who,
    means: meansOf(statement),
    remove,
    finding: 'CM410',
  };
}

function meansOf(statement: JsonObject): string {
  const { Effect, Condition, Principal } = statement;
  if (Effect === 'Deny')
    return "It may keep Cognito from calling the function. Then users who haven't moved can't sign in.";
  const actions = actionsOf(statement);
  const isOpen = principalsOf(statement).includes('*') && Condition === undefined;
  // "NotPrincipal" and "NotAction" mean everyone else and everything else.
  const who = isOpen || Principal === undefined ? 'Anyone in any AWS account' : 'Others than this pool';
  const mayInvoke =
    actions.length === 0 || actions.some((action) => matches(action, 'lambda:InvokeFunction'));
  const mayChange =
    actions.length === 0 || actions.some((action) => changing.some((one) => matches(action, one)));
  if (mayChange) return `${who} can change the function, and read every password with other code.`;
  if (mayInvoke) return `${who} can send it sign-ins, and try passwords beyond the limits of Cognito.`;
  return `${who} can use ${actions.join(', ')} on the function.`;
}

const changing = [
  'lambda:UpdateFunctionCode',
  'lambda:UpdateFunctionConfiguration',
  'lambda:AddPermission',
  'lambda:CreateFunctionUrlConfig',
  'lambda:DeleteFunction',
  'lambda:TagResource',
];

/** Whether the pattern in a statement's Action covers the action. */
const matches = (pattern: string, action: string): boolean =>
  new RegExp(
    `^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`,
    'i',
  ).test(action);

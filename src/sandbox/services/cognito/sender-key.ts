/**
 * The KMS key of a pool with custom senders.
 * "Grant the principal that creates or updates the pool kms:CreateGrant", with
 * kms:EncryptionContext:userpool-id (Developer Guide, "Custom sender Lambda triggers"). There is no KMS here.
 * Every key exists and has the default key policy, which leaves the decision to IAM. AWS doesn't document the
 * text with which Cognito passes on a denial by KMS.
 */
import { globalContext, namedIsEnough } from '../../auth/authorize.ts';
import { type Call, type JsonObject, type Principal, ServiceError } from '../../operation.ts';
import { evaluate, type Requester, type Verdict } from '../../policy/evaluate.ts';
import { readPolicy } from '../../policy/policy.ts';
import type { World } from '../../world.ts';
import { isObject } from './input.ts';
import { member, text } from './pool-config.ts';
import { cognitoSettings } from './settings.ts';

const action = 'kms:CreateGrant';

const policiesKind = { name: 'kms-key-policies', create: (): Map<string, string> => new Map() };

/** Key policies other than the default one, by the ARN of the key. Change them in place. */
export const keyPolicies = (world: World): Map<string, string> => world.state(policiesKind, '', '');

/** Throws AccessDenied unless the caller may create the grant for the custom senders of a request. */
export function authorizeSenderKey(call: Call, request: JsonObject, poolId: string): void {
  const lambda = member(request, 'LambdaConfig');
  const key = text(lambda, 'KMSKeyID');
  const hasSender = isObject(lambda.CustomSMSSender) || isObject(lambda.CustomEmailSender);
  if (!hasSender || key === undefined || cognitoSettings(call.world).customSenderGrant === 'not-asked')
    return;
  const context = { 'kms:EncryptionContext:userpool-id': poolId };
  const document = keyPolicies(call.world).get(key);
  if (document === undefined) {
    call.authorize(action, key, context);
    return;
  }
  checkKeyPolicy(call, key, document, context);
}

/**
 * Checks a call against a key policy.
 * KMS Developer Guide, "Key policies": without a statement in the key policy, IAM policies have no effect.
 */
function checkKeyPolicy(
  call: Call,
  key: string,
  document: string,
  extra: Readonly<Record<string, string>>,
): void {
  const { caller, world } = call;
  const allowedByIdentity = call.allowed(action, key, extra);
  const policy = readPolicy(document);
  const context = { ...globalContext(world, caller, call.region), ...extra };
  const evaluateKeyPolicy = (requester: Requester): Verdict =>
    policy ? evaluate([policy], { action, resource: key, context, requester }) : 'implicit-deny';
  const arns = arnsOf(caller);
  const verdict = evaluateKeyPolicy(
    caller.kind === 'anonymous' ? { arns } : { account: caller.account, arns },
  );
  const isNamed = evaluateKeyPolicy({ arns }) === 'allow';
  const allowedByName = isNamed && namedIsEnough(world, caller, { action, resource: key, context }, 'role');
  if (verdict === 'allow' && (allowedByIdentity || allowedByName)) return;
  const reason =
    verdict === 'explicit-deny'
      ? 'with an explicit deny in a resource-based policy'
      : `because no ${verdict === 'allow' ? 'identity-based' : 'resource-based'} policy allows the ${action} action`;
  const callerName = caller.kind === 'anonymous' ? 'anonymous' : caller.arn;
  throw new ServiceError(
    'AccessDeniedException',
    `User: ${callerName} is not authorized to perform: ${action} on resource: ${key} ${reason}`,
  );
}

function arnsOf(caller: Principal): readonly string[] {
  if (caller.kind === 'anonymous') return [];
  return caller.kind === 'session' ? [caller.arn, caller.roleArn] : [caller.arn];
}

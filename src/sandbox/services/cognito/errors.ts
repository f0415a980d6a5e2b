/** Cognito's exceptions in Cognito's words. Names: API reference, "Errors" of each operation. */
import { ServiceError } from '../../operation.ts';

export function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}

/** A violated member constraint, in the words of the service's model validation. */
export function invalidMember(value: string, member: string, constraint: string): ServiceError {
  const path = member.charAt(0).toLowerCase() + member.slice(1);
  return invalidParameter(
    `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: ${constraint}`,
  );
}

export function serialization(message: string): ServiceError {
  return new ServiceError('SerializationException', message);
}

export function notFound(message: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', message);
}

export function noSuchPool(poolId: string): ServiceError {
  return notFound(`User pool ${poolId} does not exist.`);
}

export function noSuchClient(clientId: string): ServiceError {
  return notFound(`User pool client ${clientId} does not exist.`);
}

export function noSuchUser(): ServiceError {
  return new ServiceError('UserNotFoundException', 'User does not exist.');
}

export function notAuthorized(message: string): ServiceError {
  return new ServiceError('NotAuthorizedException', message);
}

/**
 * The error for a wrong password.
 * With PreventUserExistenceErrors=ENABLED, an unknown user gets the same error.
 */
export function incorrectLogin(): ServiceError {
  return notAuthorized('Incorrect username or password.');
}

export function featureUnavailable(tier: string, features: readonly string[]): ServiceError {
  return new ServiceError(
    'FeatureUnavailableInTierException',
    `The following features need to be disabled for the ${tier} pricing tier configured: ${features.join(', ')}`,
  );
}

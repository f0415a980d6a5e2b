/** AWS JSON 1.1, the protocol of Cognito and CloudWatch Logs. Smithy, "AWS JSON 1.1 protocol". */
import type { JsonObject, ServiceError, ServiceName } from '../operation.ts';
import type { Answer } from './answer.ts';

const targets: ReadonlyMap<string, ServiceName> = new Map([
  ['AWSCognitoIdentityProviderService', 'cognito-idp'],
  ['Logs_20140328', 'logs'],
]);

/** Reads the service and operation from an x-amz-target header. */
export function readTarget(
  target: string,
): { readonly service: ServiceName; readonly operation: string } | undefined {
  const dot = target.lastIndexOf('.');
  const service = targets.get(target.slice(0, Math.max(dot, 0)));
  const operation = target.slice(dot + 1);
  return service && operation ? { service, operation } : undefined;
}

/** The response to a successful call. */
export function jsonAnswer(output: JsonObject, requestId: string): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId },
    body: JSON.stringify(output),
  };
}

/** The response to a failed call. */
export function jsonError(error: ServiceError, requestId: string): Answer {
  return {
    status: error.status,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': `${error.code}:`,
    },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}

/**
 * AWS JSON, the protocol of Cognito, CloudWatch Logs, CloudTrail (1.1), and CloudWatch (1.0).
 * Smithy, "AWS JSON 1.1 protocol", "AWS JSON 1.0 protocol", and "AWS Query compatible protocol migration".
 */
import type { JsonObject, ServiceError, ServiceName } from '../operation.ts';
import type { Answer } from './answer.ts';

const targets: ReadonlyMap<string, ServiceName> = new Map([
  ['AWSCognitoIdentityProviderService', 'cognito-idp'],
  ['Logs_20140328', 'logs'],
  ['GraniteServiceVersion20100801', 'monitoring'],
  ['CloudTrail_20131101', 'cloudtrail'],
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

const contentType = (service: ServiceName): string =>
  `application/x-amz-json-${service === 'monitoring' ? '1.0' : '1.1'}`;

/** The response to a successful call. */
export function jsonAnswer(service: ServiceName, output: JsonObject, requestId: string): Answer {
  return {
    status: 200,
    headers: { 'content-type': contentType(service), 'x-amzn-requestid': requestId },
    body: JSON.stringify(output),
  };
}

/** The codes of AWS Query that the model of CloudWatch names (trait awsQueryError). */
const queryCodes: Readonly<Record<string, string>> = {
  DashboardNotFoundError: 'ResourceNotFound',
  DashboardInvalidInputError: 'InvalidParameterInput',
  ResourceNotFoundException: 'ResourceNotFoundException',
};

/**
 * CloudWatch spoke AWS Query before. The codes of that time are in a header.
 * The documentation doesn't list the others: they are the names without "Exception".
 */
const queryError = (service: ServiceName, { code, status }: ServiceError): Record<string, string> => {
  if (service !== 'monitoring') return {};
  const old = queryCodes[code] ?? code.replace(/Exception$/, '');
  return { 'x-amzn-query-error': `${old};${status < 500 ? 'Sender' : 'Receiver'}` };
};

/** The response to a failed call. */
export function jsonError(service: ServiceName, error: ServiceError, requestId: string): Answer {
  return {
    status: error.status,
    headers: {
      'content-type': contentType(service),
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': `${error.code}:`,
      ...queryError(service, error),
    },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}

/**
 * Function URLs. They are stored, but not served.
 * Lambda Developer Guide, "Creating and managing Lambda function URLs".
 */
import { type Call, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import { namedFunction } from './lookup.ts';
import { readerOf } from './settings.ts';
import type { LambdaFunction } from './state.ts';

const latest = '$LATEST';

function urlOf(target: LambdaFunction): JsonObject {
  const existing = target.urls.get(latest);
  if (existing !== undefined) return existing;
  throw new ServiceError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
}

function create(call: Call): JsonObject {
  const target = namedFunction(call);
  const AuthType = readerOf(call).text('AuthType', { oneOf: ['NONE', 'AWS_IAM'] });
  if (target.urls.has(latest)) {
    const message = `Failed to create function url config for [functionArn = ${target.arn}]. Error message:  FunctionUrlConfig exists for this Lambda function`;
    throw new ServiceError('ResourceConflictException', message, 409);
  }
  const id = Buffer.from(call.world.randomBytes(16)).toString('hex');
  const createdAt = new Date(call.world.now()).toISOString();
  const config: JsonObject = {
    FunctionUrl: `https://${id}.lambda-url.${call.region}.on.aws/`,
    FunctionArn: target.arn,
    AuthType,
    InvokeMode: 'BUFFERED',
    CreationTime: createdAt,
    LastModifiedTime: createdAt,
  };
  target.urls.set(latest, config);
  return config;
}

export const urlOperations: Operations = {
  CreateFunctionUrlConfig: create,
  GetFunctionUrlConfig: (call) => urlOf(namedFunction(call)),
  ListFunctionUrlConfigs: (call) => ({ FunctionUrlConfigs: [...namedFunction(call).urls.values()] }),
  DeleteFunctionUrlConfig: (call) => {
    const target = namedFunction(call);
    urlOf(target);
    target.urls.delete(latest);
    return {};
  },
};

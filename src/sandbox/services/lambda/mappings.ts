/**
 * Event source mappings: queues and streams from which Lambda invokes a function.
 * They are stored, but invoke nothing: there are no queues and streams here.
 * So the local AWS doesn't check whether the function's role may read the source. AWS does, but a policy of
 * the queue itself can allow it.
 * Lambda Developer Guide, "How Lambda processes records from stream and queue-based event sources".
 */
import { randomUUID } from 'node:crypto';
import { parseArn } from '../../arn.ts';
import {
  type Call,
  type JsonObject,
  type Operations,
  type RequestContext,
  ServiceError,
} from '../../operation.ts';
import { nameRules, page, sourceArnRules } from './lookup.ts';
import { qualifiedArn, withoutLatest } from './names.ts';
import { readerOf } from './settings.ts';
import { findNamed, lambdaState } from './state.ts';

const mappingsOf = (call: Call): Map<string, JsonObject> =>
  lambdaState(call.world, call.account, call.region).mappings;

/** ARN of a mapping of the caller's account. */
export const mappingArn = ({ partition, region, account }: Call, uuid: string): string =>
  `arn:${partition}:lambda:${region}:${account}:event-source-mapping:${uuid}`;

/** Condition key lambda:FunctionArn: the function of a new mapping, or of the one that the call names. */
export function mappingContext(call: Call): RequestContext {
  const { UUID } = call.input;
  const arn = typeof UUID === 'string' ? mappingsOf(call).get(UUID)?.FunctionArn : qualifiedArn(call);
  return typeof arn === 'string' ? { 'lambda:FunctionArn': arn } : {};
}

const alreadyExists = (service: string, source: string, name: string, uuid: string): ServiceError =>
  new ServiceError(
    'ResourceConflictException',
    `An event source mapping with ${service} arn (" ${source} ") and function (" ${name} ") already exists. Please update or delete the existing mapping with UUID ${uuid}`,
    409,
  );

/** Sources with a position from which to start. */
const streams: readonly string[] = ['kinesis', 'dynamodb'];

const invalid = (text: string): ServiceError => new ServiceError('InvalidParameterValueException', text);

interface Source {
  /** Name of the service in its ARN, e.g. sqs. Empty for a self-managed source, which has no ARN. */
  readonly service: string;
  readonly arn: string | undefined;
  /** Members of the mapping. */
  readonly described: JsonObject;
}

function readSource(call: Call): Source {
  const reader = readerOf(call);
  const arn = reader.optionalText('EventSourceArn', sourceArnRules);
  const position = reader.optionalText('StartingPosition', {
    oneOf: ['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP'],
  });
  const own = reader.optionalObject('SelfManagedEventSource');
  const service = parseArn(arn ?? '')?.service ?? '';
  if (service === '' && own === undefined) throw invalid('Unrecognized event source.');
  if (streams.includes(service) && position === undefined)
    throw invalid(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
  const described = {
    ...(arn === undefined ? {} : { EventSourceArn: arn }),
    ...(own === undefined ? {} : { SelfManagedEventSource: own }),
    ...(position === undefined ? {} : { StartingPosition: position }),
  };
  return { service, arn, described };
}

function createMapping(call: Call): JsonObject {
  const reader = readerOf(call);
  const name = reader.text('FunctionName', nameRules);
  const source = readSource(call);
  const arn = withoutLatest(qualifiedArn(call));
  // The API reference has ResourceNotFoundException too, and doesn't say when.
  if (findNamed(call.world, arn) === undefined) throw invalid('Function does not exist');
  const mappings = mappingsOf(call);
  for (const [uuid, one] of mappings)
    if (source.arn !== undefined && one.EventSourceArn === source.arn && one.FunctionArn === arn)
      throw alreadyExists(source.service.toUpperCase(), source.arn, name, uuid);
  const UUID = randomUUID();
  const mapping: JsonObject = {
    UUID,
    BatchSize: reader.optionalInteger('BatchSize', 1, 10_000) ?? (source.service === 'sqs' ? 10 : 100),
    MaximumBatchingWindowInSeconds: reader.optionalInteger('MaximumBatchingWindowInSeconds', 0, 300) ?? 0,
    ...source.described,
    FunctionArn: arn,
    LastModified: call.world.now() / 1000,
    State: (reader.optionalBoolean('Enabled') ?? true) ? 'Enabled' : 'Disabled',
    StateTransitionReason: 'USER_INITIATED',
    EventSourceMappingArn: mappingArn(call, UUID),
  };
  mappings.set(UUID, mapping);
  return { ...mapping, State: 'Creating' };
}

/**
 * "Note that ListEventSourceMappings returns a maximum of 100 items in each response." The reference doesn't
 * say whether a function's name alone also finds the mappings of its versions and aliases. Here it doesn't.
 * The function may be gone: mappings outlive it.
 */
function listMappings(call: Call): JsonObject {
  const reader = readerOf(call);
  const source = reader.optionalText('EventSourceArn', sourceArnRules);
  const wanted = reader.optionalText('FunctionName', nameRules);
  const arn = wanted === undefined ? undefined : withoutLatest(qualifiedArn(call));
  const found = [...mappingsOf(call).values()].filter(
    (one) =>
      (arn === undefined || one.FunctionArn === arn) &&
      (source === undefined || one.EventSourceArn === source),
  );
  const { items, ...rest } = page(call, found, 100);
  return { EventSourceMappings: [...items], ...rest };
}

function deleteMapping(call: Call): JsonObject {
  const UUID = readerOf(call).text('UUID');
  const found = mappingsOf(call).get(UUID);
  if (found === undefined)
    throw new ServiceError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
  mappingsOf(call).delete(UUID);
  return { ...found, State: 'Deleting' };
}

export const mappingOperations: Operations = {
  CreateEventSourceMapping: createMapping,
  ListEventSourceMappings: listMappings,
  DeleteEventSourceMapping: deleteMapping,
};

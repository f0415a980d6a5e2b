/** Log groups. CloudWatch Logs API Reference. */
import { Reader } from '../../input.ts';
import { type Call, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import { groupName, plainGroupArn } from './names.ts';
import { type LogGroup, logsState, makeGroup } from './state.ts';

const nameRules = { min: 1, max: 512, pattern: /^[.\-_/#A-Za-z0-9]+$/, patternText: '[\\.\\-_/#A-Za-z0-9]+' };

/** The possible values, in days. CloudWatch Logs API Reference, PutRetentionPolicy. */
const retentionValues: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Reader of a Logs call's input. */
export const readerOf = (call: Call): Reader => new Reader(call.input, 'InvalidParameterException');

/** The group with this name. Throws ResourceNotFoundException if it doesn't exist. */
export function requireGroup(call: Call, name: string): LogGroup {
  const group = logsState(call.world, call.account, call.region).groups.get(name);
  if (!group) throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
  return group;
}

/** The group that a call's logGroupName names. */
export function namedGroup(call: Call): LogGroup {
  return requireGroup(call, readerOf(call).text('logGroupName', nameRules));
}

function checkTags(tags: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  for (const [key, value] of tags) {
    if (key.length < 1 || key.length > 128 || value.length > 256 || key.startsWith('aws:')) {
      throw new ServiceError('InvalidParameterException', `Invalid tag ${key}`);
    }
  }
  if (tags.size > 50)
    throw new ServiceError('TooManyTagsException', 'A resource can have no more than 50 tags.');
  return tags;
}

function createLogGroup(call: Call): JsonObject {
  const reader = readerOf(call);
  const name = reader.text('logGroupName', nameRules);
  if (name.startsWith('aws/')) {
    throw new ServiceError(
      'InvalidParameterException',
      "Log groups starting with 'aws/' are reserved for AWS.",
    );
  }
  const { groups } = logsState(call.world, call.account, call.region);
  if (groups.has(name)) {
    throw new ServiceError('ResourceAlreadyExistsException', 'The specified log group already exists');
  }
  const group = makeGroup(call.world, name);
  group.tags = checkTags(reader.optionalTextMap('tags') ?? new Map());
  groups.set(name, group);
  return {};
}

function describeLogGroups(call: Call): JsonObject {
  const reader = readerOf(call);
  const prefix = reader.optionalText('logGroupNamePrefix', nameRules);
  const substring = reader.optionalText('logGroupNamePattern', { max: 512 });
  if (prefix !== undefined && substring !== undefined) {
    throw new ServiceError(
      'InvalidParameterException',
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive.',
    );
  }
  const limit = reader.optionalInteger('limit', 1, 50) ?? 50;
  const after = reader.optionalText('nextToken') ?? '';
  const found = [...logsState(call.world, call.account, call.region).groups.values()]
    .filter(
      ({ name }) =>
        name.startsWith(prefix ?? '') && name.toLowerCase().includes((substring ?? '').toLowerCase()),
    )
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .filter(({ name }) => name > after);
  const output: JsonObject = { logGroups: found.slice(0, limit).map((group) => describe(call, group)) };
  const last = found[limit - 1];
  if (found.length > limit && last) output.nextToken = last.name;
  return output;
}

function describe(call: Call, group: LogGroup): JsonObject {
  const arn = plainGroupArn(call, group.name);
  const stored = [...group.streams.values()].flatMap(({ events }) => events);
  const output: JsonObject = {
    logGroupName: group.name,
    creationTime: group.createdAt,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    storedBytes: stored.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0),
    logGroupClass: 'STANDARD',
    logGroupArn: arn,
    deletionProtectionEnabled: false,
  };
  if (group.retentionInDays !== undefined) output.retentionInDays = group.retentionInDays;
  return output;
}

function putRetentionPolicy(call: Call): JsonObject {
  const days = readerOf(call).optionalInteger('retentionInDays') ?? 0;
  if (!retentionValues.includes(days)) {
    const text = `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${retentionValues.join(', ')}]`;
    throw new ServiceError('InvalidParameterException', text);
  }
  namedGroup(call).retentionInDays = days;
  return {};
}

const taggedGroup = (call: Call): LogGroup =>
  requireGroup(call, groupName(readerOf(call).text('resourceArn', { min: 1, max: 1011 })));

export const groupOperations: Operations = {
  CreateLogGroup: createLogGroup,
  DescribeLogGroups: describeLogGroups,
  PutRetentionPolicy: putRetentionPolicy,
  DeleteLogGroup: (call) => {
    logsState(call.world, call.account, call.region).groups.delete(namedGroup(call).name);
    return {};
  },
  DeleteRetentionPolicy: (call) => {
    namedGroup(call).retentionInDays = undefined;
    return {};
  },
  TagResource: (call) => {
    const group = taggedGroup(call);
    group.tags = checkTags(new Map([...group.tags, ...(readerOf(call).optionalTextMap('tags') ?? [])]));
    return {};
  },
  UntagResource: (call) => {
    const group = taggedGroup(call);
    const removedKeys = readerOf(call).optionalTexts('tagKeys') ?? [];
    group.tags = new Map([...group.tags].filter(([key]) => !removedKeys.includes(key)));
    return {};
  },
  ListTagsForResource: (call) => ({ tags: Object.fromEntries(taggedGroup(call).tags) }),
};

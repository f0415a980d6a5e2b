/**
 * Subscription filters. They are stored, but nothing is delivered.
 * CloudWatch Logs API Reference, PutSubscriptionFilter: "Each log group can have up to two subscription filters".
 */
import { type Call, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import { readFilter } from './filter.ts';
import { namedGroup, readerOf } from './groups.ts';

const mostPerGroup = 2;
const nameRules = { min: 1, max: 512, pattern: /^[^:*]*$/, patternText: '[^:*]*' };

/** Creates a filter, or changes the one of that name. */
function put(call: Call): JsonObject {
  const reader = readerOf(call);
  const name = reader.text('filterName', nameRules);
  const pattern = reader.text('filterPattern', { max: 1024 });
  const destination = reader.text('destinationArn', { min: 1 });
  const role = reader.optionalText('roleArn', { min: 1 });
  const { name: logGroupName, subscriptions } = namedGroup(call);
  readFilter(pattern);
  if (!subscriptions.has(name) && subscriptions.size >= mostPerGroup)
    throw new ServiceError('LimitExceededException', 'Resource limit exceeded.');
  subscriptions.set(name, {
    filterName: name,
    logGroupName,
    filterPattern: pattern,
    destinationArn: destination,
    ...(role === undefined ? {} : { roleArn: role }),
    distribution: 'ByLogStream',
    applyOnTransformedLogs: false,
    creationTime: call.world.now(),
  });
  return {};
}

function describe(call: Call): JsonObject {
  const reader = readerOf(call);
  const prefix = reader.optionalText('filterNamePrefix', nameRules) ?? '';
  const limit = reader.optionalInteger('limit', 1, 50) ?? 50;
  const after = reader.optionalText('nextToken') ?? '';
  const names = [...namedGroup(call).subscriptions.keys()]
    .filter((name) => name.startsWith(prefix) && name > after)
    .sort();
  const shown = names.slice(0, limit);
  const { subscriptions } = namedGroup(call);
  const output: JsonObject = { subscriptionFilters: shown.flatMap((name) => subscriptions.get(name) ?? []) };
  const last = shown.at(-1);
  if (names.length > limit && last !== undefined) output.nextToken = last;
  return output;
}

export const subscriptionOperations: Operations = {
  PutSubscriptionFilter: put,
  DescribeSubscriptionFilters: describe,
  DeleteSubscriptionFilter: (call) => {
    const name = readerOf(call).text('filterName', nameRules);
    if (!namedGroup(call).subscriptions.delete(name)) {
      const text = 'The specified subscription filter does not exist.';
      throw new ServiceError('ResourceNotFoundException', text);
    }
    return {};
  },
};

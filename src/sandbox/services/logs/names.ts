/** ARNs of log groups and streams as IAM sees them. */
import type { Call, RequestContext } from '../../operation.ts';
import { logsState } from './state.ts';

const text = (call: Call, name: string): string => {
  const value = call.input[name];
  return typeof value === 'string' ? value : '';
};

/** Reads the log group name from a name or an ARN. */
export function groupName(identifier: string): string {
  return /^arn:[\w-]+:logs:[^:]*:\d{12}:log-group:([^:]+)(:\*)?$/.exec(identifier)?.[1] ?? identifier;
}

const tagOperations: ReadonlySet<string> = new Set(['TagResource', 'UntagResource', 'ListTagsForResource']);

/**
 * The resource of an action on a group.
 * According to the API Reference (LogGroup, members arn and logGroupArn), policies name a group with a
 * trailing :*. The only exceptions are TagResource, UntagResource, and ListTagsForResource.
 * The trailing :* matches log-group:NAME:log-stream:, as denials show. vectordotdev/vector#714 lists them:
 * DescribeLogGroups on log-group::log-stream:, CreateLogGroup on log-group:NAME:log-stream:, CreateLogStream
 * on log-group:NAME:log-stream:STREAM.
 */
export function groupResource(partition: string, region: string, account: string, name: string): string {
  return `arn:${partition}:logs:${region}:${account}:log-group:${name}:log-stream:`;
}

/** ARN of a group without the trailing :*. */
export function plainGroupArn(call: Call, name: string): string {
  return `arn:${call.partition}:logs:${call.region}:${call.account}:log-group:${name}`;
}

function nameIn(call: Call): string {
  const given = text(call, 'logGroupName') || text(call, 'logGroupIdentifier') || text(call, 'resourceArn');
  return groupName(given);
}

/** The resource of a call on a group. */
export function groupArn(call: Call): string {
  const name = nameIn(call);
  if (tagOperations.has(call.operation)) return plainGroupArn(call, name);
  return groupResource(call.partition, call.region, call.account, name);
}

/** The resource of a call on a stream. */
export function streamArn(call: Call): string {
  return `${groupResource(call.partition, call.region, call.account, nameIn(call))}${text(call, 'logStreamName')}`;
}

/** Condition keys of the group that a call names: its tags. */
export function groupContext(call: Call): RequestContext {
  const group = logsState(call.world, call.account, call.region).groups.get(nameIn(call));
  return Object.fromEntries(
    [...(group?.tags ?? [])].map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
  );
}

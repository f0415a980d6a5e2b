/** Tags of alarms and dashboards: TagResource, UntagResource, and ListTagsForResource. CloudWatch API Reference. */
import type { RequestContext } from '../../operation.ts';
import { type Call, type Operations, ServiceError } from '../../operation.ts';
import { alarmsIn } from './alarms.ts';
import { dashboardsIn } from './dashboards.ts';
import { readerOf } from './metric-query.ts';
import { assertTagCount, tagsOf } from './tag-rules.ts';

interface Tagged {
  tags: ReadonlyMap<string, string>;
}

/** The ARNs of the resources that a call names. */
export function resourceArns({ operation, input, partition, region, account }: Call): readonly string[] {
  const alarm = (name: string): string => `arn:${partition}:cloudwatch:${region}:${account}:alarm:${name}`;
  const dashboard = (name: string): string => `arn:${partition}:cloudwatch::${account}:dashboard/${name}`;
  const texts = (name: string): readonly string[] => {
    const value = input[name];
    return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
  };
  if (operation === 'PutMetricAlarm') return texts('AlarmName').map(alarm);
  if (operation === 'DeleteAlarms') return texts('AlarmNames').map(alarm);
  // The documentation does not say which resources a call with names is about. All is the strictest.
  if (operation === 'DescribeAlarms') return [alarm('*')];
  if (/Dashboards?$/.test(operation))
    return [...texts('DashboardName'), ...texts('DashboardNames')].map(dashboard);
  return texts('ResourceARN');
}

function resourceOf(call: Call, arn: string): Tagged | undefined {
  const [, place, name] = /^arn:[\w-]+:cloudwatch:([\w-]*:\d{12}):(.+)$/.exec(arn) ?? [];
  if (name?.startsWith('alarm:') && place === `${call.region}:${call.account}`)
    return alarmsIn(call).get(name.slice('alarm:'.length));
  if (name?.startsWith('dashboard/') && place === `:${call.account}`)
    return dashboardsIn(call).get(name.slice('dashboard/'.length));
  return undefined;
}

/** Condition keys of a resource: its tags. */
export const resourceContext = (call: Call, arn: string): RequestContext =>
  Object.fromEntries(
    [...(resourceOf(call, arn)?.tags ?? [])].map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
  );

function requireResource(call: Call): Tagged {
  const arn = readerOf(call.input).text('ResourceARN', { min: 1, max: 1024 });
  const found = resourceOf(call, arn);
  if (found === undefined)
    throw new ServiceError('ResourceNotFoundException', `Unknown resource ${arn}`, 404);
  return found;
}

export const tagOperations: Operations = {
  TagResource: (call) => {
    const resource = requireResource(call);
    const tags = new Map([...resource.tags, ...tagsOf(readerOf(call.input))]);
    assertTagCount(tags);
    resource.tags = tags;
    return {};
  },
  UntagResource: (call) => {
    const resource = requireResource(call);
    const removed = readerOf(call.input).optionalTexts('TagKeys') ?? [];
    resource.tags = new Map([...resource.tags].filter(([key]) => !removed.includes(key)));
    return {};
  },
  ListTagsForResource: (call) => ({
    Tags: [...requireResource(call).tags].map(([Key, Value]) => ({ Key, Value })),
  }),
};

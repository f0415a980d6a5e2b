/** The CloudWatch client and its calls. A separate module, so that only runs that use it load it. */
import {
  CloudWatchClient,
  type CloudWatchClientConfig,
  DeleteAlarmsCommand,
  type DeleteAlarmsCommandInput,
  DeleteDashboardsCommand,
  type DeleteDashboardsCommandInput,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  GetDashboardCommand,
  type GetDashboardCommandInput,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  ListTagsForResourceCommand,
  type ListTagsForResourceCommandInput,
  PutDashboardCommand,
  type PutDashboardCommandInput,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  TagResourceCommand,
  type TagResourceCommandInput,
} from '@aws-sdk/client-cloudwatch';

/** Opens a client. Its calls take the input of their command. */
export function openCloudWatch(config: CloudWatchClientConfig) {
  const client = new CloudWatchClient(config);
  return {
    middlewareStack: client.middlewareStack,
    getMetricData: (input: GetMetricDataCommandInput) => client.send(new GetMetricDataCommand(input)),
    describeAlarms: (input: DescribeAlarmsCommandInput) => client.send(new DescribeAlarmsCommand(input)),
    putMetricAlarm: (input: PutMetricAlarmCommandInput) => client.send(new PutMetricAlarmCommand(input)),
    deleteAlarms: (input: DeleteAlarmsCommandInput) => client.send(new DeleteAlarmsCommand(input)),
    getDashboard: (input: GetDashboardCommandInput) => client.send(new GetDashboardCommand(input)),
    putDashboard: (input: PutDashboardCommandInput) => client.send(new PutDashboardCommand(input)),
    deleteDashboards: (input: DeleteDashboardsCommandInput) =>
      client.send(new DeleteDashboardsCommand(input)),
    listTags: (input: ListTagsForResourceCommandInput) => client.send(new ListTagsForResourceCommand(input)),
    tagResource: (input: TagResourceCommandInput) => client.send(new TagResourceCommand(input)),
  };
}

export type CloudWatch = ReturnType<typeof openCloudWatch>;

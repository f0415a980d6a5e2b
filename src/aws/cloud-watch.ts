/** The client of CloudWatch. A module of its own, so that only commands that use it load it. */
export { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';

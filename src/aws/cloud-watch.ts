/** The CloudWatch client. A separate module, so that only commands that use it load it. */
export { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';

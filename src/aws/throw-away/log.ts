/** Every line of a function's log, to look for what must not be in it. */
import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { isNamed } from '../errors.ts';

/** No lines where there is no such log group yet. */
export async function logLines(logs: CloudWatchLogsClient, logGroupName: string): Promise<string[]> {
  const lines: string[] = [];
  try {
    for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, { logGroupName })) {
      lines.push(...events.flatMap(({ message }) => message ?? []));
    }
  } catch (error) {
    if (!isNamed(error, 'ResourceNotFoundException')) throw error;
  }
  return lines;
}

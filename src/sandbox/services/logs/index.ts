/** Amazon CloudWatch Logs, API version 2014-03-28. */
import type { Operations } from '../../operation.ts';
import { eventOperations } from './events.ts';
import { groupOperations } from './groups.ts';
import { subscriptionOperations } from './subscriptions.ts';

export const logsOperations: Operations = {
  ...groupOperations,
  ...eventOperations,
  ...subscriptionOperations,
};

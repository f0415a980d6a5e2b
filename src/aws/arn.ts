/** What a user pool's ID, and an ARN, say by themselves. */

import { regionInPoolId } from '../core/variables/pool-id.ts';

/** `us-east-2` of `us-east-2_AbCdEfGhI`; nothing of what is no user pool's ID. */
export const regionOfPool = (userPoolId: string): string => regionInPoolId(userPoolId) ?? '';

export interface ArnParts {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** The parts of an ARN. Partition and account always come from a real one, never from a literal `arn:aws:`. */
export function parseArn(arn: string): ArnParts {
  const [, partition = '', service = '', region = '', account = '', ...resource] = arn.split(':');
  return { partition, service, region, account, resource: resource.join(':') };
}

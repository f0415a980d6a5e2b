/** Reads the parts of user pool IDs and ARNs. */

import { regionInPoolId } from '../core/variables/pool-id.ts';

/** `us-east-2` of `us-east-2_AbCdEfGhI`. Empty if the text isn't a user pool ID. */
export const regionOfPool = (userPoolId: string): string => regionInPoolId(userPoolId) ?? '';

export interface ArnParts {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/**
 * The parts of an ARN.
 * Partition and account must come from a real ARN, never from a literal `arn:aws:`.
 */
export function parseArn(arn: string): ArnParts {
  const [, partition = '', service = '', region = '', account = '', ...resource] = arn.split(':');
  return { partition, service, region, account, resource: resource.join(':') };
}

/** The ARN of a user pool that cannot be read. The partition is that of the other ARN. */
export const userPoolArn = (userPoolId: string, { arn, account }: { arn: string; account: string }): string =>
  `arn:${parseArn(arn).partition}:cognito-idp:${regionOfPool(userPoolId)}:${account}:userpool/${userPoolId}`;

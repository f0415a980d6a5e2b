/** What a user pool's ID, and an ARN, say by themselves. */

/** `us-east-2` of `us-east-2_AbCdEfGhI`: whatever stands before the underscore (Regions are added every year). */
export function regionOfPool(userPoolId: string): string {
  return userPoolId.slice(0, userPoolId.lastIndexOf('_'));
}

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

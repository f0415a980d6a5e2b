/** Checks whether Lambda can use an execution role. */
import { serviceMayAssume } from '../../auth/trust.ts';
import type { World } from '../../world.ts';
import { roleByArn } from '../iam/state.ts';

/**
 * True if the role exists, trusts lambda.amazonaws.com, and is old enough for Lambda to see it.
 * Conditions of the trust policy see no source. AWS doesn't document which keys Lambda sets when it checks a
 * role.
 */
export function roleIsAssumable(world: World, roleArn: string): boolean {
  const role = roleByArn(world, roleArn);
  if (!role || world.now() < role.createdAt + world.delays.roleToLambda) return false;
  return serviceMayAssume(world, role, 'lambda.amazonaws.com', {});
}

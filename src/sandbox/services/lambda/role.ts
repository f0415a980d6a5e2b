/** Whether Lambda can use an execution role. */
import { serviceMayAssume } from '../../auth/trust.ts';
import type { World } from '../../world.ts';
import { roleByArn } from '../iam/state.ts';

/**
 * True if the role exists, trusts lambda.amazonaws.com, and has been there long enough for Lambda to see it.
 * The trust policy's own conditions see no source: which keys Lambda sets when it checks a role is not documented.
 */
export function roleIsAssumable(world: World, roleArn: string): boolean {
  const role = roleByArn(world, roleArn);
  if (!role || world.now() < role.createdAt + world.delays.roleToLambda) return false;
  return serviceMayAssume(world, role, 'lambda.amazonaws.com', {});
}

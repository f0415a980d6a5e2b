/** Other migrations in one chain with this one, as status shows them. */

import type { StatusDocument } from '../../../core/status-document.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import { nameIn } from '../../../steps/chain.ts';
import { functionArn } from '../../../steps/names.ts';
import type { FoundChain } from '../../migration/chain.ts';
import { breakText } from '../../migration/chain-fits.ts';
import type { Migration } from '../../migration/read-migration.ts';

/** The migrations in the order in which their functions decide. Undefined if this one is alone. */
export function chainOf({ chain, inputs }: Migration): StatusDocument['chain'] {
  if (chain === undefined || !isLinked(chain)) return undefined;
  const own = functionArn(inputs);
  const others = chain.chain.members.map(({ arn, name, oldUserPoolId }) => ({
    ...{ name, oldUserPoolId },
    own: arn === own,
  }));
  const isInside = others.some((one) => one.own);
  const { broken } = chain.chain;
  return {
    migrations: isInside ? others : [ownOf(inputs), ...others],
    ...(broken && { broken: { function: nameIn(broken.arn), reason: broken.why } }),
  };
}

const ownOf = ({ NAME: name, OLD_USER_POOL_ID: oldUserPoolId }: Inputs) => ({
  ...{ name, oldUserPoolId },
  own: true,
});

const isLinked = ({ links: { before, after } }: FoundChain): boolean => before.length + after.length > 0;

/** Why users of the other old pools cannot move. Undefined if they can, or if that is unknown. */
export function chainProblem({ chain }: Migration): string | undefined {
  const { broken } = chain?.chain ?? {};
  if (chain === undefined || broken === undefined || broken.why === 'unreadable') return undefined;
  return isLinked(chain) ? breakText(broken) : undefined;
}

/** For example, `cognito-migrate-a (this one), then old-b (from eu-west-1_B)`. */
export function chainWords({ migrations, broken }: NonNullable<StatusDocument['chain']>): string {
  const words = migrations.map(({ name, oldUserPoolId, own }) =>
    own ? `${name} (this one)` : `${name} (from ${oldUserPoolId})`,
  );
  const end = broken?.reason === 'unreadable' ? [`${broken.function} (cannot be read)`] : [];
  return `sign-ins ask ${[...words, ...end].join(', then ')}`;
}

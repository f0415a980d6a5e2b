/** Whether a chain of migrations can work, and the refusals if it cannot. Reads nothing. */
import { parseArn } from '../../aws/arn.ts';
import type { OwnFunction } from '../../aws/function/read.ts';
import { PermissionError, UsageError } from '../../core/errors.ts';
import { flagOf, type Vars } from '../../core/variables/index.ts';
import { type Chain, type ChainMember, longestChain, nameIn, nextIn } from '../../steps/chain.ts';
import { functionArn } from '../../steps/names.ts';
import type { FoundChain } from './chain.ts';

const breakTexts: Readonly<Record<NonNullable<Chain['broken']>['why'], string>> = {
  gone: 'does not exist',
  foreign: 'is not of a migration into this pool',
  unreadable: 'cannot be read with these permissions',
  circle: 'is asked twice',
  'too-long': `would be the fourth: at most ${longestChain} migrations can be in one chain`,
};

/** For example, `the function old-2 does not exist`. */
export const breakText = ({ arn, why }: NonNullable<Chain['broken']>): string =>
  `the function ${nameIn(arn)} ${breakTexts[why]}`;

type Choices = Pick<Vars, 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ARN' | 'NAME'> &
  Partial<Pick<Vars, 'GUARD_SIGN_UP' | 'GROUPS_IN_FIRST_TOKEN'>>;

/**
 * Throws UsageError for a chain that cannot work, and PermissionError for one that cannot be read.
 * @param isAsked Whether this run asks for a chain.
 */
export function assertChainFits(found: FoundChain | undefined, choices: Choices, isAsked: boolean): void {
  const { links, chain } = found ?? {};
  if (links === undefined || chain === undefined) {
    if (isAsked) throw unfit('no other migration has the User migration trigger', choices.NAME);
    return;
  }
  if (links.after.length + links.before.length === 0 && !isAsked) return;
  const problem = problemOf(chain, choices);
  if (problem !== undefined) throw unfit(...problem);
  if (chain.broken !== undefined)
    throw unreadable(
      chain.broken.arn,
      'which is to be asked',
      'A chain of unknown functions could not work.',
    );
}

/** The first reason against a chain, with what was found, and a hint. */
function problemOf({ members, broken }: Chain, choices: Choices): Parameters<typeof unfit> | undefined {
  const own = functionArn(choices);
  const others = members.filter(({ arn }) => arn !== own);
  const reached = [...others.map(({ arn }) => arn), ...(broken === undefined ? [] : [broken.arn])];
  const elsewhere = reached.find((arn) => placeOf(arn) !== placeOf(own));
  if (elsewhere !== undefined)
    return [`the function ${nameIn(elsewhere)} is in another account or Region`, elsewhere];
  if (broken !== undefined && broken.why !== 'unreadable') return [breakText(broken), broken.arn];
  const twice = others.find(({ oldUserPoolId }) => oldUserPoolId === choices.OLD_USER_POOL_ID);
  if (twice !== undefined) return [`${twice.name} moves users from the same old pool`, twice.oldUserPoolId];
  if (others.length >= longestChain)
    return [`at most ${longestChain} migrations can be in one chain`, others.map(({ name }) => name)];
  const extra = extraOf(others, choices);
  return extra === undefined
    ? undefined
    : [`only sign-ins and password resets go on to the next function, and ${extra}`, own];
}

/** A function with more work than moving users. That work would not reach the users of the other pools. */
function extraOf(others: readonly ChainMember[], choices: Choices): string | undefined {
  if (choices.GUARD_SIGN_UP === true) return `${flagOf('GUARD_SIGN_UP')} protects the names of one old pool`;
  if (choices.GROUPS_IN_FIRST_TOKEN === true)
    return `${flagOf('GROUPS_IN_FIRST_TOKEN')} knows the groups of one old pool`;
  const other = others.find(({ extra }) => extra !== undefined);
  if (other === undefined) return undefined;
  const flag = flagOf(other.extra === 'guard' ? 'GUARD_SIGN_UP' : 'GROUPS_IN_FIRST_TOKEN');
  return `${other.name} uses ${flag}: stop it first, with init ${flagOf('NAME')} ${other.name} ${flag} no`;
}

/**
 * Throws PermissionError if it is unknown whether the function on the trigger asks this migration's own. Its removal would
 * then break the sign-ins of other migrations. A function in another account never asks ours.
 */
export function assertChainRead({
  chain: found,
  inputs,
  ownFunction,
}: {
  readonly chain?: FoundChain | undefined;
  readonly inputs: Pick<Vars, 'NEW_USER_POOL_ARN' | 'NAME'>;
  readonly ownFunction: OwnFunction;
}): void {
  const { broken } = found?.chain ?? {};
  const isInside = found !== undefined && found.links.before.length > 0;
  const own = functionArn(inputs);
  if (broken?.why !== 'unreadable' || isInside || ownFunction.variables === undefined) return;
  if (placeOf(broken.arn) !== placeOf(own) || nextIn(ownFunction.variables) === broken.arn) return;
  throw unreadable(
    broken.arn,
    "which may ask this migration's",
    'If it does, users of other migrations could no longer sign in.',
  );
}

const unreadable = (arn: string, which: string, why: string): PermissionError =>
  new PermissionError(`Cannot read the function ${nameIn(arn)}, ${which}`, {
    code: 'CHAIN_UNREADABLE',
    found: { action: 'lambda:GetFunction', resource: arn },
    hint: [
      `Nothing was changed. ${why}`,
      'Allow lambda:GetFunction and lambda:ListTags on it (cognito-migrate policy --chain), and run the same command again.',
    ],
  });

const placeOf = (arn: string): string => {
  const { partition, region, account } = parseArn(arn);
  return [partition, region, account].join(':');
};

function unfit(why: string, found: string | readonly string[]): UsageError {
  return new UsageError(`${flagOf('CHAIN')} cannot be used: ${why}`, {
    code: 'CHAIN_UNFIT',
    found,
    hint: [
      'Nothing was changed.',
      `${flagOf('CHAIN')} no  leaves the other migrations alone. Their users then no longer move by this trigger.`,
    ],
  });
}

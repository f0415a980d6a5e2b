/** Other migrations into the same pool, whose functions decide before or after this one (`--chain`). */
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { OwnFunction } from '../../aws/function/read.ts';
import { previousTriggerTag } from '../../aws/function/undo-tags.ts';
import type { State } from '../../core/state.ts';
import type { Vars } from '../../core/variables/index.ts';
import { type Chain, nextIn, readChain, unqualified } from '../../steps/chain.ts';
import { functionArn } from '../../steps/names.ts';
import { recordOf } from '../../steps/records.ts';
import { previousOf, slotKeys } from '../../steps/trigger-slots.ts';

/** The chain of the trigger, as far as it concerns this migration. */
export interface FoundChain {
  readonly links: Vars['CHAIN_LINKS'];
  /** The functions in the order in which they decide, without this migration's own if it decides first. */
  readonly chain: Chain;
}

interface Looking {
  readonly ids: Pick<Vars, 'NEW_USER_POOL_ID' | 'NEW_USER_POOL_ARN' | 'NAME'>;
  /** The choice. Undefined: keep what is there. */
  readonly wish: boolean | undefined;
  /** ARN of the function on the trigger. */
  readonly trigger: string | undefined;
  readonly ownFunction: OwnFunction;
  readonly state: State | undefined;
  /** Whether this run is to build the chain, or only to see it. */
  readonly builds: boolean;
}

/** Reads the chain of the trigger. Undefined if there is no other function. Makes no call then. */
export async function findChain(lambda: LambdaClient, looking: Looking): Promise<FoundChain | undefined> {
  const { ids, wish, trigger, ownFunction, builds } = looking;
  const own = functionArn(ids);
  const nextNow = nextIn(ownFunction.variables);
  const isWanted = wish ?? nextNow !== undefined;
  const isNamedSo = trigger !== undefined && unqualified(trigger) === own;
  // A function of our name can be another migration's.
  if (trigger !== undefined && !(isNamedSo && ownFunction.variables !== undefined)) {
    const chain = await readChain(lambda, trigger, ids.NEW_USER_POOL_ID);
    const isOursGone = isNamedSo && chain.broken?.why === 'gone' && chain.members.length === 0;
    if (!isOursGone) return { links: linksIn(chain, own, isWanted, builds), chain };
  }
  const next = nextNow ?? (isWanted && builds ? recordedNext(own, looking) : undefined);
  if (next === undefined) return undefined;
  const chain = await readChain(lambda, next, ids.NEW_USER_POOL_ID);
  return { links: { before: [], after: isWanted ? arnsOf(chain) : [], others: [] }, chain };
}

/** The place of our function in the chain of the trigger, or before it if this run builds that. */
function linksIn(chain: Chain, own: string, isWanted: boolean, builds: boolean): Vars['CHAIN_LINKS'] {
  const arns = chain.members.map(({ arn }) => arn);
  const others = arns.filter((arn) => arn !== own);
  const at = arns.indexOf(own);
  const isInside = at > 0;
  const rest = isInside ? { ...chain, members: chain.members.slice(at + 1) } : chain;
  const asks = isWanted && (isInside || builds);
  return { before: isInside ? arns.slice(0, at) : [], after: asks ? arnsOf(rest) : [], others };
}

/** The function that init replaced, which a new or recreated function is to ask. */
function recordedNext(own: string, { ownFunction, state }: Looking): string | undefined {
  const before = recordOf(state, 'migration-trigger', slotKeys.UserMigration)?.before;
  const previous = previousOf(ownFunction.tags[previousTriggerTag], before, own);
  return previous && unqualified(previous);
}

/** A function that cannot be read is still the one that is asked. */
const arnsOf = ({ members, broken }: Chain): string[] => [
  ...members.map(({ arn }) => arn),
  ...(broken === undefined || broken.why === 'circle' || broken.why === 'too-long' ? [] : [broken.arn]),
];

/** Asks for one of the two pools, which nothing else can answer. Checks each answer in AWS at once. */

import { regionOfPool } from '../../aws/arn.ts';
import type { NamedPool } from '../../aws/user-pool/list.ts';
import { poolId } from '../../aws/user-pool/near-pool.ts';
import { number } from '../../core/format-number.ts';
import { nearest } from '../../core/near.ts';
import { declarationOf, parseVariable, type Vars } from '../../core/variables/index.ts';
import { version } from '../../core/version.ts';
import type { Elsewhere } from '../session/access.ts';
import type { Offer, PoolLookup, PoolName } from '../session/pool-lookup.ts';
import { noticeText } from '../terminal/notice-text.ts';
import type { Choice, Prompts, Verdict } from '../terminal/questions.ts';
import type { Conversation } from './conversation.ts';
import type { Interview } from './interview.ts';

/** One question about one pool. */
export interface PoolQuestion {
  readonly name: PoolName;
  readonly answers: Partial<Vars>;
  /** The account to look in. */
  readonly account: Elsewhere;
  /** Whether the answer may be that the pool is in another account. */
  readonly canBeElsewhere: boolean;
  /** The ID to choose if the person presses Enter alone. */
  readonly preselected: string | undefined;
}

export interface Picked {
  /** The ID of the pool, or `elsewhere`. */
  readonly id: string;
  /** The pool in words. */
  readonly label: string;
  readonly isListed: boolean;
}

/** The value of a choice that is not a pool. No pool has an ID like it. */
export const elsewhere = 'elsewhere';
const otherAccount = '… it is in another AWS account';
const elsewhereChoice = { value: elsewhere, name: otherAccount, short: 'in another AWS account' };

const users = (count: number | undefined): string =>
  count === undefined ? '' : `${number(count)} ${count === 1 ? 'user' : 'users'}`;

/**
 * The most pools of a list. Longer lists are for searching, and each pool that is shown takes a request.
 * AWS allows 15 such requests per second.
 */
const mostShown = 30;

/** A pool with its size, as far as it is known. */
interface SizedPool extends NamedPool {
  readonly users: number | undefined;
}

/**
 * Users leave a pool that has users for a pool that has none.
 * The likely pool comes first, because pressing Enter alone chooses it.
 */
const likelyFirst: Readonly<Record<PoolName, (a: SizedPool, b: SizedPool) => number>> = {
  OLD_USER_POOL_ID: (a, b) => (b.users ?? 0) - (a.users ?? 0),
  NEW_USER_POOL_ID: (a, b) => (a.users ?? 0) - (b.users ?? 0),
};

const byName = (a: NamedPool, b: NamedPool): number => (a.name < b.name ? -1 : 1);

const choiceOf = (pool: SizedPool, width: number): Choice<string> => ({
  value: pool.id,
  name: `${pool.name.padEnd(width)}  ${pool.id}  ${users(pool.users)}`.trimEnd(),
  short: `${pool.name}  ${pool.id}`,
});

type Sizes = (ids: readonly string[], isWanted: () => boolean) => ReturnType<PoolLookup['sizes']>;

/** The pools to show for these words. Asks for the size of those only. */
async function toChoices(
  name: PoolName,
  pools: readonly NamedPool[],
  sizesOf: Sizes,
  term: string | undefined,
  isWanted = () => true,
): Promise<Choice<string>[]> {
  const typed = parseVariable(name, term ?? '');
  const id = 'value' in typed ? typed.value : undefined;
  const wanted = (id ?? term ?? '').trim().toLowerCase();
  const matching = pools
    .filter((pool) => `${pool.name} ${pool.id}`.toLowerCase().includes(wanted))
    .sort(byName);
  const shown = matching.slice(0, mostShown);
  const sizes = await sizesOf(
    shown.map((pool) => pool.id),
    isWanted,
  );
  const width = Math.max(0, ...shown.map((pool) => pool.name.length));
  const sized = shown.map((pool): SizedPool => ({ ...pool, users: sizes.get(pool.id) }));
  // The order of a part of the list would mislead.
  const ordered = matching.length > mostShown ? sized : sized.sort(likelyFirst[name]);
  const choices = ordered.map((pool) => choiceOf(pool, width));
  if (id === undefined || pools.some((pool) => pool.id === id)) return choices;
  const near = nearest(id, pools, poolId);
  return [
    ...choices,
    ...(near === undefined
      ? []
      : [{ ...choiceOf({ ...near, users: undefined }, 0), description: 'similar to this ID' }]),
    { value: id, name: id, description: 'this ID' },
  ];
}

/** Asks for the pool. */
export async function pickPool(question: PoolQuestion, interview: Interview): Promise<Picked> {
  const { name, answers, account, canBeElsewhere, preselected } = question;
  const { lookup, conversation, busy } = interview;
  const { prompts, place } = conversation;
  const message = declarationOf(name).ask ?? name;
  const other = name === 'OLD_USER_POOL_ID' ? answers.NEW_USER_POOL_ID : answers.OLD_USER_POOL_ID;
  const profile = account.profile ?? answers.PROFILE;
  // --region is about the main account, if another profile has its own Region.
  const own = profile === answers.PROFILE ? undefined : await lookup.region(profile);
  const known = answers.OLD_USER_POOL_ID ?? answers.NEW_USER_POOL_ID;
  const region = own ?? answers.REGION ?? (await lookup.region(profile)) ?? (known && regionOfPool(known));
  let pools: readonly NamedPool[] = [];
  let sizesOf: Sizes = async () => new Map();
  if (region !== undefined) {
    const offer = await readOffer(interview, account, region);
    say(offer, region, profile, place, prompts);
    pools = offer.pools.filter(({ id }) => id !== known);
    sizesOf = (ids, isWanted) => lookup.sizes(account, region, ids, isWanted);
    // Before the question opens, because the screen doesn't change until a list arrives.
    await busy('Reading the number of users in each pool', () => toChoices(name, pools, sizesOf, undefined));
    sayLength(pools, prompts);
  } else if (place.said === undefined) {
    // Without a Region, no pool can be listed. Missing credentials would then go unnoticed too.
    await busy('Looking for credentials', () => lookup.credentials(account));
    place.said = 'no Region';
    prompts.say(
      '\n  No Region is set, so no pools can be listed. --region, AWS_REGION, or the profile sets one.\n',
    );
  }
  const isList = region !== undefined && (pools.length > 0 || canBeElsewhere);
  const validate = async (answer: string): Promise<Verdict> => {
    if (answer === elsewhere) return true;
    const parsed = parseVariable(name, answer);
    if ('problem' in parsed) return parsed.problem;
    const id = parsed.value;
    const refusal = await busy(`Checking ${id}`, () => lookup.refusal(account, name, id, other));
    if (refusal === undefined) return true;
    const isElsewhere = isList && canBeElsewhere && refusal.code === 'POOL_NOT_FOUND';
    return isElsewhere
      ? `${refusal.message}\n    Is it in another one? Choose "${otherAccount}".`
      : refusal.message;
  };
  if (!isList) {
    const id = await typedId(name, message, prompts, validate);
    return { id, label: id, isListed: false };
  }
  const last = canBeElsewhere ? [elsewhereChoice] : [];
  // A mistyped ID must not leave only a choice that the person does not want.
  const matching = (term = ''): readonly Choice<string>[] =>
    last.filter((choice) => choice.name.toLowerCase().includes(term.trim().toLowerCase()));
  let latest: string | undefined;
  const source = async (term: string | undefined) => {
    latest = term;
    const choices = await toChoices(name, pools, sizesOf, term, () => latest === term);
    return [...choices, ...matching(term)];
  };
  const parsed = parseVariable(name, '');
  const id = await prompts.pick({
    message,
    preselected,
    hasIds: true,
    typing: 'search or paste an ID',
    ...('problem' in parsed ? { otherwise: parsed.problem } : {}),
    source,
    validate,
  });
  return pickedFrom(pools, id);
}

function pickedFrom(pools: readonly NamedPool[], id: string): Picked {
  if (id === elsewhere) return { id, label: elsewhereChoice.short, isListed: false };
  const pool = pools.find((one) => one.id === id);
  return { id, label: pool === undefined ? id : `${pool.name}  ${id}`, isListed: pool !== undefined };
}

function readOffer({ lookup, busy }: Interview, account: Elsewhere, region: string): Promise<Offer> {
  const reading = `Reading pools in ${region}`;
  return busy(reading, (onProgress) =>
    lookup.offer(account, region, (read) => onProgress(`${reading}: ${number(read)} so far`)),
  );
}

function sayLength({ length }: readonly NamedPool[], prompts: Prompts): void {
  if (length > mostShown)
    prompts.say(
      `  ${number(length)} pools. The list shows ${mostShown}: type part of a name or an ID to find others.`,
    );
}

/** Asks for an ID without a list. The check has accepted the text, which may be more than the ID. */
async function typedId(
  name: PoolName,
  message: string,
  prompts: Prompts,
  check: (answer: string) => Promise<Verdict>,
): Promise<string> {
  const validate = async (answer: string): Promise<Verdict> => {
    const parsed = parseVariable(name, answer);
    return 'problem' in parsed ? parsed.problem : true;
  };
  const typed = await prompts.input({ message: `${message}, its ID`, validate, check });
  const parsed = parseVariable(name, typed);
  return 'value' in parsed ? parsed.value : typed;
}

/**
 * Prints the account and Region of the pools to choose from.
 * People easily look in vain for pools of another account or Region.
 */
function say(
  { account, notices }: Offer,
  region: string,
  profile: string | undefined,
  place: Conversation['place'],
  prompts: Prompts,
): void {
  const parts = [`account ${account}`, region, ...(profile === undefined ? [] : [`profile ${profile}`])];
  const said = parts.join(' · ');
  if (place.said === undefined) prompts.say(`\n  cognito-migrate ${version} · ${said}\n`);
  else if (place.said !== said) prompts.say(`  ${said}`);
  place.said = said;
  for (const notice of notices) prompts.say(`  ${noticeText(notice)}. You can still enter an ID.`);
}

/** Asks for one of the two pools, which nothing else can answer. Checks each answer in AWS at once. */

import { regionOfPool } from '../../aws/arn.ts';
import type { NamedPool } from '../../aws/user-pool/list.ts';
import { number } from '../../core/format-number.ts';
import { declarationOf, parseVariable, type Vars } from '../../core/variables/index.ts';
import { version } from '../../core/version.ts';
import type { Elsewhere } from '../session/access.ts';
import type { Offer, PoolName } from '../session/pool-lookup.ts';
import { noticeText } from '../terminal/notice-text.ts';
import { type Choice, type Prompts, unlessBack, type Verdict } from '../terminal/questions.ts';
import type { Conversation } from './conversation.ts';
import type { Interview } from './interview.ts';
import { type Describe, mostShown, parsePoolId, toChoices } from './pool-choices.ts';

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

/** A choice that is not a pool: to look in another Region. */
const anotherRegion = 'another Region';
const anotherRegionChoice = {
  value: anotherRegion,
  name: '… it is in another Region',
  short: 'in another Region',
};
const sameRegion = 'same Region';
const sameRegionChoice = (region: string) => ({
  value: sameRegion,
  name: `… it is in ${region}, like the other pool`,
  short: `in ${region}`,
});

/** Asks for the pool. */
export async function pickPool(question: PoolQuestion, interview: Interview): Promise<Picked> {
  const { answers, account } = question;
  const { lookup, conversation, busy } = interview;
  const { prompts, place } = conversation;
  const profile = profileOf(question);
  // --region is about the main account, if another profile has its own Region.
  const own = profile === answers.PROFILE ? undefined : await lookup.region(profile);
  const region = own ?? answers.REGION ?? (await lookup.region(profile)) ?? regionOfKnown(answers);
  if (region !== undefined) return pickIn(region, question, interview);
  if (place.said === undefined) {
    // Without a Region, no pool can be listed. Missing credentials would then go unnoticed too.
    await busy('Looking for credentials', () => lookup.credentials(account));
    place.said = 'no Region';
    prompts.say(
      '\n  No Region is set, so no pools can be listed. --region, AWS_REGION, or the profile sets one.\n',
    );
  }
  return typedPool(question, interview);
}

const profileOf = ({ account, answers }: PoolQuestion): string | undefined =>
  account.profile ?? answers.PROFILE;

/** The other pool, if there is one already. */
const knownPool = (answers: Partial<Vars>): string | undefined =>
  answers.OLD_USER_POOL_ID ?? answers.NEW_USER_POOL_ID;

function regionOfKnown(answers: Partial<Vars>): string | undefined {
  const known = knownPool(answers);
  return known && regionOfPool(known);
}

/** Offers the pools of one Region. If it has none, offers another Region. */
async function pickIn(region: string, question: PoolQuestion, interview: Interview): Promise<Picked> {
  const { name, answers, account, preselected } = question;
  const { lookup, conversation, busy } = interview;
  const { prompts, place } = conversation;
  const offer = await readOffer(interview, account, region);
  say(offer, region, profileOf(question), place, prompts);
  const pools = offer.pools.filter(({ id }) => id !== knownPool(answers));
  const describe: Describe = (ids, isWanted) => lookup.describe(account, region, ids, isWanted);
  // Before the question opens, because the screen doesn't change until a list arrives.
  await busy('Reading the number of users in each pool', () => toChoices(name, pools, describe, undefined));
  sayLength(pools, prompts);
  const isEmpty = pools.length === 0 && offer.notices.length === 0;
  if (isEmpty)
    prompts.say(`  There is no ${offer.pools.length === 0 ? '' : 'other '}user pool in ${region}.\n`);
  const others = otherPlaces(question, region, isEmpty);
  if (pools.length === 0 && others.length === 0) return typedPool(question, interview);
  // A mistyped ID must not leave only choices that the person does not want.
  const matching = (term = ''): readonly Choice<string>[] =>
    others.filter((choice) => choice.name.toLowerCase().includes(term.trim().toLowerCase()));
  let latest: string | undefined;
  const source = async (term: string | undefined) => {
    latest = term;
    const choices = await toChoices(name, pools, describe, term, () => latest === term);
    return [...choices, ...matching(term)];
  };
  const check = validator(question, interview, question.canBeElsewhere);
  for (;;) {
    const id = await prompts.pick({
      message: messageOf(name),
      preselected,
      hasIds: true,
      typing: 'search or paste an ID',
      otherwise: 'Paste a full ID, such as us-east-2_AbCdEfGhI',
      source,
      validate: async (answer) => others.some(({ value }) => value === answer) || check(answer),
    });
    const picked = await unlessBack(pickedFrom(pools, id, question, interview));
    if (picked !== undefined) return picked;
  }
}

/** The choices that are not pools of this Region. */
function otherPlaces(
  { answers, canBeElsewhere }: PoolQuestion,
  region: string,
  isEmpty: boolean,
): readonly Choice<string>[] {
  const nearby = regionOfKnown(answers) ?? region;
  return [
    ...(isEmpty && nearby !== region ? [sameRegionChoice(nearby)] : []),
    ...(isEmpty ? [anotherRegionChoice] : []),
    ...(canBeElsewhere ? [elsewhereChoice] : []),
  ];
}

/** The chosen pool. Asks on if it is in another Region. */
async function pickedFrom(
  pools: readonly NamedPool[],
  id: string,
  question: PoolQuestion,
  interview: Interview,
): Promise<Picked> {
  const nearby = regionOfKnown(question.answers);
  if (id === sameRegion && nearby !== undefined) return pickIn(nearby, question, interview);
  if (id === anotherRegion) return pickInAnother(question, interview);
  if (id === elsewhere) return { id, label: elsewhereChoice.short, isListed: false };
  const pool = pools.find((one) => one.id === id);
  return { id, label: pool === undefined ? id : `${pool.name}  ${id}`, isListed: pool !== undefined };
}

/** Asks for a Region, and then for one of its pools. Esc goes back to the Region. */
async function pickInAnother(question: PoolQuestion, interview: Interview): Promise<Picked> {
  const { lookup, conversation, busy } = interview;
  const { account } = question;
  for (;;) {
    const region = await conversation.prompts.input({
      message: 'Which Region, such as us-east-2?',
      async validate(answer) {
        const parsed = parseVariable('REGION', answer.trim());
        return 'problem' in parsed ? parsed.problem : true;
      },
      async check(answer) {
        const name = answer.trim();
        const reason = await busy(`Trying ${name}`, () => lookup.unreachable(account, name));
        return reason?.message ?? true;
      },
    });
    const picked = await unlessBack(pickIn(region.trim(), question, interview));
    if (picked !== undefined) return picked;
  }
}

const messageOf = (name: PoolName): string => declarationOf(name).ask ?? name;

/** Checks an ID in AWS. */
function validator(
  { name, answers, account }: PoolQuestion,
  { lookup, busy }: Interview,
  canBeElsewhere: boolean,
) {
  const other = name === 'OLD_USER_POOL_ID' ? answers.NEW_USER_POOL_ID : answers.OLD_USER_POOL_ID;
  return async (answer: string): Promise<Verdict> => {
    const parsed = parsePoolId(name, answer);
    if ('problem' in parsed) return parsed.problem;
    const id = parsed.value;
    const refusal = await busy(`Checking ${id}`, () => lookup.refusal(account, name, id, other));
    if (refusal === undefined) return true;
    return canBeElsewhere && refusal.code === 'POOL_NOT_FOUND'
      ? `${refusal.message}\n    Is it in another one? Choose "${otherAccount}".`
      : refusal.message;
  };
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
async function typedPool(question: PoolQuestion, interview: Interview): Promise<Picked> {
  const { name } = question;
  const typed = await interview.conversation.prompts.input({
    message: `${messageOf(name)}, its ID`,
    async validate(answer) {
      const parsed = parsePoolId(name, answer);
      return 'problem' in parsed ? parsed.problem : true;
    },
    check: validator(question, interview, false),
  });
  const parsed = parsePoolId(name, typed);
  const id = 'value' in parsed ? parsed.value : typed;
  return { id, label: id, isListed: false };
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

/** Asks for the two pools, which nothing else can answer. Checks each answer in AWS at once. */

import { regionOfPool } from '../../aws/arn.ts';
import { defaultRegion, type Side, whoAmI } from '../../aws/clients.ts';
import { toMigrateError } from '../../aws/errors.ts';
import { poolId } from '../../aws/near-pool.ts';
import { readOptional } from '../../aws/optional-read.ts';
import { listPools, type PoolChoice } from '../../aws/user-pool/list.ts';
import { CancelledError, type ErrorCode } from '../../core/errors.ts';
import { number } from '../../core/format-number.ts';
import { nearest } from '../../core/near.ts';
import { declarationOf, flagOf, parseVariable, type Vars } from '../../core/variables/index.ts';
import { version } from '../../core/version.ts';
import { type Account, oldAccess } from '../session/access.ts';
import { assertTwoPools, requirePool } from '../session/read-pools.ts';
import type { Choice, Verdict } from '../terminal/prompts/index.ts';
import type { Interview } from './interview.ts';
import { askOldAccount } from './old-account.ts';

type PoolName = 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID';

/** One question about one pool. */
interface Question extends Pick<Interview, 'prompts' | 'busy'> {
  readonly name: PoolName;
  readonly answers: Partial<Vars>;
  readonly open: Account;
  /** The profile whose Region is the default. */
  readonly profile: string | undefined;
  /** The account and Region of the offered pools, as last printed. */
  readonly place: { said?: string };
}

/** More pools than a person wants to scroll through. The ID of any other pool can be pasted. */
const maxOffered = 200;

/** The value of a choice that is not a pool. No pool has an ID like it. */
const elsewhere = 'another account';
const otherAccount = '… it is in another AWS account';

const users = (count: number | undefined): string =>
  count === undefined ? '' : `${number(count)} ${count === 1 ? 'user' : 'users'}`;

/**
 * Users leave a pool that has users for a pool that has none.
 * The likely pool comes first, because pressing Enter alone chooses it.
 */
const likelyFirst: Readonly<Record<PoolName, (a: PoolChoice, b: PoolChoice) => number>> = {
  OLD_USER_POOL_ID: (a, b) => (b.users ?? 0) - (a.users ?? 0),
  NEW_USER_POOL_ID: (a, b) => (a.users ?? 0) - (b.users ?? 0),
};

const byName = (a: PoolChoice, b: PoolChoice): number => (a.name < b.name ? -1 : 1);

const choiceOf = (pool: PoolChoice, width: number): Choice<string> => ({
  value: pool.id,
  name: `${pool.name.padEnd(width)}  ${pool.id}  ${users(pool.users)}`.trimEnd(),
  short: `${pool.name}  ${pool.id}`,
});

function toChoices(name: PoolName, pools: readonly PoolChoice[], term: string | undefined): Choice<string>[] {
  const typed = parseVariable(name, term ?? '');
  const id = 'value' in typed ? typed.value : undefined;
  const wanted = (id ?? term ?? '').trim().toLowerCase();
  const width = Math.max(0, ...pools.map((pool) => pool.name.length));
  const choices = pools
    .filter((pool) => `${pool.name} ${pool.id}`.toLowerCase().includes(wanted))
    .sort((a, b) => likelyFirst[name](a, b) || byName(a, b))
    .map((pool) => choiceOf(pool, width));
  if (id === undefined || pools.some((pool) => pool.id === id)) return choices;
  const near = nearest(id, pools, poolId);
  return [
    ...choices,
    ...(near === undefined ? [] : [{ ...choiceOf(near, 0), description: 'nearly this ID' }]),
    { value: id, name: id, description: 'this ID' },
  ];
}

/** Asks for the missing pool IDs, and for access to the old pool's account if it is another one. */
export async function askPools(values: Partial<Vars>, interview: Interview): Promise<Partial<Vars>> {
  const { accounts, prompts, busy } = interview;
  let answers = { ...values };
  const place = {};
  if (answers.OLD_USER_POOL_ID === undefined) answers = await askOldPool(answers, interview, place);
  if (answers.NEW_USER_POOL_ID === undefined) {
    const question = {
      name: 'NEW_USER_POOL_ID',
      answers,
      open: accounts.open(),
      profile: answers.PROFILE,
      prompts,
      busy,
      place,
    } as const;
    answers.NEW_USER_POOL_ID = await askPool(question, []);
  }
  return answers;
}

async function askOldPool(
  answers: Partial<Vars>,
  interview: Interview,
  place: Question['place'],
): Promise<Partial<Vars>> {
  const { accounts, prompts, busy } = interview;
  const given = oldAccess(answers);
  const isElsewhere = Object.keys(given).length > 0;
  const question = { name: 'OLD_USER_POOL_ID', answers, prompts, busy, place } as const;
  const profile = given.profile ?? answers.PROFILE;
  const other = { value: elsewhere, name: otherAccount, short: 'in another AWS account' };
  const answer = await askPool(
    { ...question, open: accounts.open(given), profile },
    isElsewhere ? [] : [other],
  );
  if (answer !== elsewhere) return { ...answers, OLD_USER_POOL_ID: answer };
  const OLD_PROFILE = await askOldAccount(answers, interview);
  const open = accounts.open({ profile: OLD_PROFILE });
  return {
    ...answers,
    OLD_PROFILE,
    OLD_USER_POOL_ID: await askPool({ ...question, open, profile: OLD_PROFILE }, []),
  };
}

async function askPool(question: Question, further: readonly Choice<string>[]): Promise<string> {
  const { name, answers, profile, prompts } = question;
  const message = declarationOf(name).ask ?? name;
  let canSayElsewhere = false;
  const validate = async (answer: string): Promise<Verdict> => {
    const { verdict, code } = await judge(question, answer);
    const isElsewhere = canSayElsewhere && code === 'POOL_NOT_FOUND';
    return isElsewhere ? `${verdict}\n    Is it in another one? Choose "${otherAccount}".` : verdict;
  };
  const other = answers.OLD_USER_POOL_ID ?? answers.NEW_USER_POOL_ID;
  // --region is about the main account, if another profile has its own Region.
  const own = profile === answers.PROFILE ? undefined : await defaultRegion(profile);
  const region = own ?? answers.REGION ?? (await defaultRegion(profile)) ?? (other && regionOfPool(other));
  if (region === undefined) await sayWithoutRegion(question);
  const pools = region === undefined ? [] : await offered(question, region, other);
  if (region === undefined || pools.length + further.length === 0) {
    const isId = async (answer: string): Promise<Verdict> => {
      const parsed = parseVariable(name, answer);
      return 'problem' in parsed ? parsed.problem : true;
    };
    const question = { message: `${message}, its ID`, validate: isId, check: validate };
    return idOf(name, await prompts.input(question));
  }
  canSayElsewhere = further.length > 0;
  // A mistyped ID must not leave only a choice that the person does not want.
  const matching = (term = ''): readonly Choice<string>[] =>
    further.filter((choice) => choice.name.toLowerCase().includes(term.trim().toLowerCase()));
  const source = async (term: string | undefined) => [...toChoices(name, pools, term), ...matching(term)];
  const parsed = parseVariable(name, '');
  return prompts.pick({
    message,
    typing: 'search or paste an ID',
    ...('problem' in parsed ? { otherwise: parsed.problem } : {}),
    source,
    validate,
  });
}

/** Any Region works to check whether there are credentials. Nothing is sent there. */
const anyRegion = 'us-east-1';

/** Without a Region, no pool can be listed. Missing credentials would then go unnoticed too. */
async function sayWithoutRegion({ open, prompts, busy, place }: Question): Promise<void> {
  if (place.said !== undefined) return;
  await busy('Looking for credentials', () => open(anyRegion).sts.config.credentials());
  place.said = 'no Region';
  prompts.say(
    '\n  No Region is set, so no pools can be listed. --region, AWS_REGION, or the profile sets one.\n',
  );
}

/** The ID in the typed text, which `judge` has accepted. */
function idOf(name: PoolName, typed: string): string {
  const parsed = parseVariable(name, typed);
  return 'value' in parsed ? parsed.value : typed;
}

/**
 * The pools to choose from. Prints their account and Region.
 * People easily look in vain for pools of another account or Region.
 */
async function offered(
  { open, profile, prompts, busy, place }: Question,
  region: string,
  other: string | undefined,
): Promise<PoolChoice[]> {
  const side = open(region);
  const notes: string[] = [];
  const [{ account }, found] = await busy(`Reading pools in ${region}`, () =>
    Promise.all([whoAmI(side), listOrNone(side, (message) => notes.push(message))]),
  );
  const parts = [`account ${account}`, region, ...(profile === undefined ? [] : [`profile ${profile}`])];
  const said = parts.join(' · ');
  if (place.said === undefined) prompts.say(`\n  cognito-migrate ${version} · ${said}\n`);
  else if (place.said !== said) prompts.say(`  ${said}`);
  place.said = said;
  for (const message of notes) prompts.say(`  ${message}. An ID can be typed all the same.`);
  return found.filter(({ id }) => id !== other);
}

/** The pools, or none if they cannot be listed. An ID can be typed without a list. */
async function listOrNone(side: Side, note: (message: string) => void): Promise<PoolChoice[]> {
  return (await readOptional(listPools(side.idp, maxOffered), 'which pools there are', note)) ?? [];
}

/** Whether the pool exists, can be read, and is not the other one. */
async function judge(
  { name, answers, open, busy }: Question,
  answer: string,
): Promise<{ readonly verdict: Verdict; readonly code?: ErrorCode }> {
  if (answer === elsewhere) return { verdict: true };
  const parsed = parseVariable(name, answer);
  if ('problem' in parsed) return { verdict: parsed.problem };
  try {
    const other = name === 'OLD_USER_POOL_ID' ? answers.NEW_USER_POOL_ID : answers.OLD_USER_POOL_ID;
    const id = parsed.value;
    assertTwoPools({ OLD_USER_POOL_ID: id, NEW_USER_POOL_ID: other ?? '' });
    await busy(`Checking ${id}`, () => requirePool(open(regionOfPool(id)), id, flagOf(name)));
    return { verdict: true };
  } catch (error) {
    const known = toMigrateError(error);
    if (known === undefined || known instanceof CancelledError) throw error;
    return { verdict: known.message, code: known.code };
  }
}

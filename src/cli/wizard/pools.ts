/** Asks for the two pools, and for access to the old pool's account if it is another one. */
import { MigrateError, UsageError } from '../../core/errors.ts';
import { exactFirst } from '../../core/near.ts';
import type { Vars } from '../../core/variables/index.ts';
import { isHandedOver, oldAccess } from '../session/access.ts';
import { handoffFlags, wayIn } from '../session/old-account.ts';
import type { Verdict } from '../terminal/questions.ts';
import type { Answer } from './conversation.ts';
import type { Interview } from './interview.ts';
import { elsewhere, type PoolQuestion, pickPool } from './pick-pool.ts';
import * as declared from './questions.ts';

/**
 * The values, with an answer for each missing pool ID.
 * @param isOldPoolNeeded whether to look for a given old pool, and to ask where it is if it is not there.
 */
export async function askPools(
  values: Partial<Vars>,
  interview: Interview,
  isOldPoolNeeded = false,
): Promise<Partial<Vars>> {
  const { conversation } = interview;
  const isOpen = values.OLD_USER_POOL_ID === undefined || values.NEW_USER_POOL_ID === undefined;
  if (isOpen) conversation.prompts.begin();
  return conversation.phase(async () => {
    const question = { name: 'OLD_USER_POOL_ID', answers: values } as const;
    let account = oldAccess(values);
    let old = isOldPoolNeeded ? await confirmOldPool(values, interview) : values.OLD_USER_POOL_ID;
    if (old === undefined) {
      const canBeElsewhere = Object.keys(account).length === 0;
      const pick = { ...question, account, canBeElsewhere };
      old = await askPool(declared.oldPool, pick, interview);
    }
    if (old === elsewhere) {
      account = { profile: await askOldAccount(values, interview) };
      const pick = { ...question, account, canBeElsewhere: false };
      old = values.OLD_USER_POOL_ID ?? (await askPool(declared.oldPoolThere, pick, interview));
    }
    const { profile = values.OLD_PROFILE } = account;
    const answers = { ...values, OLD_USER_POOL_ID: old, ...(profile && { OLD_PROFILE: profile }) };
    if (answers.NEW_USER_POOL_ID !== undefined) return answers;
    const last = {
      ...question,
      name: 'NEW_USER_POOL_ID',
      answers,
      account: {},
      canBeElsewhere: false,
    } as const;
    return { ...answers, NEW_USER_POOL_ID: await askPool(declared.newPool, last, interview) };
  });
}

/** The ID of the pool, or `elsewhere`. */
async function askPool(
  question: typeof declared.oldPool,
  pool: Omit<PoolQuestion, 'preselected'>,
  interview: Interview,
): Promise<string> {
  const answer = await interview.conversation.ask(question, async (earlier) => {
    const picked = await pickPool({ ...pool, preselected: earlier?.values[pool.name] }, interview);
    if (picked.id === elsewhere) return { branch: elsewhere, label: picked.label, values: {} };
    return {
      branch: picked.isListed ? 'listed' : 'typed',
      label: picked.label,
      values: { [pool.name]: picked.id },
    };
  });
  return answer.values[pool.name] ?? elsewhere;
}

/**
 * The ID of a given old pool, or the one that the person meant instead.
 * `elsewhere` if it is in an account to which no input says the way. Undefined if no pool was given.
 */
async function confirmOldPool(
  values: Partial<Vars>,
  { lookup, conversation, busy }: Interview,
): Promise<string | undefined> {
  const { prompts } = conversation;
  const { OLD_USER_POOL_ID: id, NEW_USER_POOL_ID: other } = values;
  if (id === undefined || wayIn(values) !== undefined || isHandedOver(values)) return id;
  const refusal = await busy(`Checking ${id}`, () => lookup.refusal({}, 'OLD_USER_POOL_ID', id, other));
  if (refusal === undefined) return id;
  if (refusal.code !== 'POOL_NOT_FOUND') throw refusal;
  prompts.say(`\n  ${refusal.message}.`);
  const near = await busy('Reading pools', () => lookup.near(id));
  if (near === undefined || near.id === other) return elsewhere;
  const message = `Did you mean ${near.name}  ${near.id}?`;
  const answer = await conversation.ask(declared.nearPool, async (): Promise<Answer> => {
    if (!(await prompts.confirm({ message, default: true })))
      return { branch: 'no', label: 'no', values: {} };
    return { branch: 'yes', label: `${near.name}  ${near.id}`, values: { OLD_USER_POOL_ID: near.id } };
  });
  return answer.values.OLD_USER_POOL_ID ?? elsewhere;
}

/** The values, with an answer for a missing ID of the new pool. */
export async function askNewPool(answers: Partial<Vars>, interview: Interview): Promise<Partial<Vars>> {
  if (answers.NEW_USER_POOL_ID !== undefined) return answers;
  const { conversation } = interview;
  conversation.prompts.begin();
  const pick = { name: 'NEW_USER_POOL_ID', answers, account: {}, canBeElsewhere: false } as const;
  const NEW_USER_POOL_ID = await conversation.phase(() => askPool(declared.newPool, pick, interview));
  return { ...answers, NEW_USER_POOL_ID };
}

const nobody = '';

/**
 * A profile from the AWS configuration files, after a test: it must have credentials, and for
 * another account than the main one. If the old pool was given, it must be in that account.
 * Throws UsageError, with a way to continue, if there is no access at all.
 */
async function askOldAccount(
  { PROFILE, REGION, OLD_USER_POOL_ID: id }: Partial<Vars>,
  { lookup, conversation, busy }: Interview,
): Promise<string> {
  const profiles = (await lookup.profiles()).filter((name) => name !== PROFILE);
  const problemWith = async (profile: string): Promise<Verdict> => {
    const region = (await lookup.region(profile)) ?? REGION ?? (await lookup.region(PROFILE)) ?? 'us-east-1';
    const callers = await busy(`Trying the profile ${profile}`, () => lookup.callers(profile, region));
    if (callers instanceof MigrateError) return callers.message;
    const { main, other } = callers;
    if (main.account === other.account)
      return `The profile ${profile} is for the same account, ${other.account}`;
    if (id === undefined) return true;
    const refusal = await busy(`Checking ${id}`, () => lookup.refusal({ profile }, 'OLD_USER_POOL_ID', id));
    return refusal?.message ?? true;
  };
  const profilesLike = (term = '') =>
    exactFirst(
      term,
      profiles.filter((name) => name.toLowerCase().includes(term.trim().toLowerCase())),
      (name) => [name],
    );
  const pick = (preselected: string | undefined) =>
    conversation.prompts.pick({
      message: "Which profile is for the old pool's account?",
      preselected,
      source: async (term) => [
        ...profilesLike(term).map((name) => ({ value: name, name })),
        { value: nobody, name: '… none: its administrator has to set up that half', short: 'none' },
      ],
      validate: async (profile) => profile === nobody || problemWith(profile),
    });
  const answer = await conversation.ask(declared.oldAccount, async (earlier) => {
    const profile = await pick(earlier?.values.OLD_PROFILE);
    return profile === nobody
      ? { branch: 'handoff', label: 'no access', values: {} }
      : { branch: 'profile', label: profile, values: { OLD_PROFILE: profile } };
  });
  if (answer.values.OLD_PROFILE !== undefined) return answer.values.OLD_PROFILE;
  throw new UsageError(
    "You have no access to the old pool's account, so its administrator has to set up that half",
    {
      code: 'HANDOFF_NEEDED',
      hint: [
        'cognito-migrate handoff  writes a folder with which the administrator sets up that half.',
        `Then give its outputs to init:  init ${handoffFlags}`,
      ],
    },
  );
}

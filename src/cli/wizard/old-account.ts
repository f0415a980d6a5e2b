/** Asks for the profile that has access to the old pool's account. */
import { regionOfPool } from '../../aws/arn.ts';
import { defaultRegion, whoAmI } from '../../aws/clients.ts';
import { toMigrateError } from '../../aws/errors.ts';
import { nearestPool } from '../../aws/near-pool.ts';
import { profileNames } from '../../aws/profiles.ts';
import { CancelledError, UsageError } from '../../core/errors.ts';
import { flagOf, type Vars } from '../../core/variables/index.ts';
import { isHandedOver } from '../session/access.ts';
import { handoffFlags, wayIn } from '../session/old-account.ts';
import { assertTwoPools, requirePool } from '../session/read-pools.ts';
import type { Verdict } from '../terminal/prompts/index.ts';
import type { Interview } from './interview.ts';

const nobody = '';

/**
 * A profile from the AWS configuration files, after a test.
 * Throws UsageError, with a way to continue, if there is no access at all.
 */
export async function askOldAccount(answers: Partial<Vars>, interview: Interview): Promise<string> {
  const profiles = (await profileNames()).filter((name) => name !== answers.PROFILE);
  const answer = await interview.prompts.pick({
    message: "Which profile is for the old pool's account?",
    source: async (term) => [
      ...profiles.filter((name) => name.includes(term ?? '')).map((name) => ({ value: name, name })),
      { value: nobody, name: '… none: its administrator has to do that half', short: 'none' },
    ],
    validate: async (profile) => profile === nobody || judge(answers, profile, interview),
  });
  if (answer !== nobody) return answer;
  throw new UsageError("The old pool's account needs its administrator", {
    code: 'HANDOFF_NEEDED',
    hint: [
      'cognito-migrate handoff  writes a folder with all that the administrator needs to make that half.',
      `Its outputs go back in:  init ${handoffFlags}`,
    ],
  });
}

/**
 * The same for a given old pool that is not in the main account.
 * Asks only if no other input says how to access it.
 */
export async function askWayIn(answers: Partial<Vars>, interview: Interview): Promise<Partial<Vars>> {
  const { accounts, prompts, busy } = interview;
  const { OLD_USER_POOL_ID: id } = answers;
  if (id === undefined || wayIn(answers) !== undefined || isHandedOver(answers)) return answers;
  assertTwoPools({ OLD_USER_POOL_ID: id, NEW_USER_POOL_ID: answers.NEW_USER_POOL_ID ?? '' });
  const side = accounts.open()(regionOfPool(id));
  try {
    await busy(`Checking ${id}`, () => requirePool(side, id, flagOf('OLD_USER_POOL_ID')));
    return answers;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    prompts.say(`\n  ${error.message}.`);
  }
  const near = await busy('Reading pools', () => nearestPool(side.idp, id));
  if (near !== undefined && near.id !== answers.NEW_USER_POOL_ID) {
    const message = `Did you mean ${near.name}  ${near.id}?`;
    if (await prompts.confirm({ message, default: true })) return { ...answers, OLD_USER_POOL_ID: near.id };
  }
  return { ...answers, OLD_PROFILE: await askOldAccount(answers, interview) };
}

/**
 * Whether the profile has credentials, and for another account than the main one.
 * If the old pool was given, it must be in that account.
 */
async function judge(
  { PROFILE, REGION, OLD_USER_POOL_ID: id }: Partial<Vars>,
  profile: string,
  { accounts, busy }: Interview,
): Promise<Verdict> {
  const region = (await defaultRegion(profile)) ?? REGION ?? (await defaultRegion(PROFILE)) ?? 'us-east-1';
  try {
    const [main, old] = await busy(`Trying the profile ${profile}`, () =>
      Promise.all([whoAmI(accounts.open()(region)), whoAmI(accounts.open({ profile })(region))]),
    );
    if (main.account === old.account) return `The profile ${profile} is for the same account, ${old.account}`;
    if (id !== undefined)
      await busy(`Checking ${id}`, () =>
        requirePool(accounts.open({ profile })(regionOfPool(id)), id, flagOf('OLD_USER_POOL_ID')),
      );
    return true;
  } catch (error) {
    const known = toMigrateError(error);
    if (known === undefined || known instanceof CancelledError) throw error;
    return known.message;
  }
}

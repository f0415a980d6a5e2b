/**
 * The decisions that only the operator can make. Each is asked only if it matters for these two pools.
 * The first answer is preselected: the one that changes least, and what init does if nobody is asked.
 */
import { tokenTriggerOf } from '../../aws/user-pool/index.ts';
import { number } from '../../core/format-number.ts';
import type { VarName, Vars } from '../../core/variables/index.ts';
import { allGroups } from '../../core/variables/schemas.ts';
import { type Case, hasStricterPasswords, isOpen } from '../../doctor/index.ts';
import type { MfaShare } from '../../doctor/mfa-share.ts';
import type { Settings } from '../../lambda/settings.ts';
import { decodeSettings } from '../../lambda/settings-codec.ts';
import { oldSubName, unfitForSub } from '../../steps/old-sub.ts';
import type { Answer, Conversation, Question } from './conversation.ts';

/** What decides whether a question matters. */
interface Situation extends Given {
  readonly settings: Settings;
}

interface Given extends Pick<Case, 'facts' | 'inputs'> {
  /** Undefined if no user could be checked. */
  readonly mfaShare: MfaShare | undefined;
  /** The function of somebody else on the trigger, by its name. */
  readonly otherTrigger: string | undefined;
}

interface Option {
  readonly branch: string;
  readonly name: string;
  readonly values: (situation: Situation) => Partial<Vars>;
  /** Whether the answer is possible for these pools. Without it, it always is. */
  readonly when?: (situation: Situation) => boolean;
}

/** An answer with the same values whatever the pools are. */
const option = (branch: string, name: string, values: Partial<Vars> = {}): Option => ({
  ...{ branch, name },
  values: () => values,
});

interface Decision extends Question {
  readonly when: (situation: Situation) => boolean;
  readonly message: (situation: Situation) => string;
  readonly options: readonly Option[];
}

const declare = (decision: Omit<Decision, 'branches'>): Decision => ({
  ...decision,
  branches: decision.options.map(({ branch }) => branch),
});

const oldMfa = ({ facts }: Situation): string => facts.oldPool?.pool.MfaConfiguration ?? 'OFF';

/** "About 2% of users have MFA (1 of 60 in a sample)." */
function mfaText(situation: Situation): string {
  const { mfaShare: share } = situation;
  if (oldMfa(situation) === 'ON') return 'All users have MFA.';
  if (share === undefined || share.users === 0) return 'Users can have MFA.';
  const { users, withMfa, isAll } = share;
  const counts = `${number(withMfa)} of ${number(users)}`;
  if (isAll) return withMfa === 0 ? 'No user has MFA.' : `Users with MFA: ${counts}.`;
  const percent = Math.round((100 * withMfa) / users);
  return withMfa === 0
    ? `None of ${number(users)} sampled users has MFA.`
    : `About ${percent}% of users have MFA (${counts} in a sample).`;
}

/** The attribute for the old sub, as the new pool has it. */
const subAttribute = ({ facts }: Situation) =>
  facts.newPool.pool.SchemaAttributes?.find(({ Name }) => Name === oldSubName);

const isAdminOnly = ({ facts }: Situation): boolean =>
  facts.newPool.pool.AccountRecoverySetting?.RecoveryMechanisms?.some(({ Name }) => Name === 'admin_only') ===
  true;

/** With fewer users, their own messages tell about trouble as soon as an alarm does. */
const manyUsers = 1000;

const oldUsers = ({ facts }: Situation): number => facts.oldPool?.pool.EstimatedNumberOfUsers ?? 0;

/** Whether the function can prove who a new user was, and has the rights in the old pool's account. */
const canWorkAfterMove = ({ settings, inputs }: Situation): boolean =>
  settings.map.rename.sub === oldSubName && inputs.EXISTING_OLD_ROLE_ARN === undefined;

/** Names of the old groups that the new pool lacks. Another group of the same name may give other rights. */
function newGroupNames({ facts: { oldGroups, newGroups } }: Situation): readonly string[] {
  const existing = newGroups?.groups.map(({ name }) => name);
  return existing === undefined
    ? []
    : (oldGroups?.groups ?? []).map(({ name }) => name).filter((name) => !existing.includes(name));
}

const table = {
  trigger: declare({
    id: 'trigger',
    title: 'The trigger that is already there',
    sets: ['REPLACE_TRIGGER'],
    when: ({ otherTrigger }) => otherTrigger !== undefined,
    message: ({ inputs, otherTrigger }) =>
      `${inputs.NEW_USER_POOL_NAME} already migrates users with another function, ${otherTrigger}.`,
    options: [
      option('keep', 'Keep it, and change nothing'),
      option('replace', 'Replace it. teardown restores it.', { REPLACE_TRIGGER: true }),
    ],
  }),
  mfa: declare({
    id: 'mfa',
    title: 'Users with MFA',
    sets: ['MFA'],
    when: (situation) => oldMfa(situation) !== 'OFF',
    message: (situation) => `${mfaText(situation)} A second factor can't be moved.`,
    options: [
      option('block', 'Leave users with MFA in the old pool for now (safest)', { MFA: 'block' }),
      option('reset', 'Move them without a password. They set one with a code.', { MFA: 'reset' }),
      option('allow', 'Move them with their password. They set up MFA again.', { MFA: 'allow' }),
    ],
  }),
  'forgot-password': declare({
    id: 'forgot-password',
    title: 'Password resets',
    sets: ['FORGOT_PASSWORD'],
    // Without a way to recover an account, Cognito refuses ForgotPassword, and nobody moves by it.
    when: (situation) => !isAdminOnly(situation),
    message: () => "What happens when a user who hasn't moved requests a password reset?",
    options: [
      option('on', 'Move the user without the password. The user sets one with a code.', {
        FORGOT_PASSWORD: 'on',
      }),
      option('off', "Don't move the user. Users move only when they sign in.", { FORGOT_PASSWORD: 'off' }),
    ],
  }),
  'weak-password': declare({
    id: 'weak-password',
    title: 'Weak passwords',
    sets: ['WEAK_PASSWORD'],
    when: ({ facts }) => hasStricterPasswords(facts),
    message: ({ inputs }) =>
      `${inputs.NEW_USER_POOL_NAME} requires stronger passwords than ${inputs.OLD_USER_POOL_NAME}.`,
    options: [
      option('allow', 'Users keep their password, even if it is weaker', { WEAK_PASSWORD: 'allow' }),
      option('reset', 'Users with a weaker password set a new one when they move', {
        WEAK_PASSWORD: 'reset',
      }),
    ],
  }),
  'old-sub': declare({
    id: 'old-sub',
    title: 'The old ID (sub)',
    sets: ['ADD_OLD_SUB', 'MAP'],
    when: (situation) => {
      const attribute = subAttribute(situation);
      const isFit = attribute === undefined || unfitForSub(attribute) === undefined;
      return isFit && situation.settings.map.rename.sub === undefined;
    },
    message: (situation) =>
      subAttribute(situation) === undefined
        ? `Keep each user's old ID (sub)? Later is too late. The attribute ${oldSubName} can't be removed.`
        : `Keep each user's old ID (sub) in ${oldSubName}? Later is too late.`,
    options: [
      option('no', 'No'),
      {
        branch: 'yes',
        name: `Yes, as ${oldSubName}`,
        values: (situation) =>
          subAttribute(situation) === undefined
            ? { ADD_OLD_SUB: true }
            : { MAP: { ...situation.inputs.MAP, sub: oldSubName } },
      },
    ],
  }),
  'guard-sign-up': declare({
    id: 'guard-sign-up',
    title: 'Sign-ups with names of the old pool',
    sets: ['GUARD_SIGN_UP'],
    // Only the old ID tells users who move from strangers, and only an empty trigger is used.
    when: ({ facts, settings }) =>
      isOpen(facts.newPool.pool) &&
      settings.map.rename.sub === oldSubName &&
      facts.newPool.pool.LambdaConfig?.PreSignUp === undefined,
    message: ({ inputs }) =>
      `Self-registration is on in ${inputs.NEW_USER_POOL_NAME}. A stranger could register a name that belongs to a user who hasn't moved.`,
    options: [
      option('keep', 'Keep self-registration open'),
      option('refuse', 'Refuse those names (Pre sign-up trigger; sign-ups then depend on the function)', {
        GUARD_SIGN_UP: true,
      }),
    ],
  }),
  groups: declare({
    id: 'groups',
    title: 'Groups',
    sets: ['GROUPS', 'GROUPS_IN_FIRST_TOKEN'],
    // Only the old ID proves who the new user was. After a handoff, the old account has to add rights first.
    when: (situation) => canWorkAfterMove(situation) && newGroupNames(situation).length > 0,
    message: (situation) => {
      const { OLD_USER_POOL_NAME: from, NEW_USER_POOL_NAME: to } = situation.inputs;
      const names = newGroupNames(situation);
      const groups = names.length === 1 ? `the group ${names.join()}` : `${number(names.length)} groups`;
      return `${from} has ${groups} that ${to} lacks. Copy memberships when users move?`;
    },
    options: [
      option('no', 'No'),
      option('all', 'Yes. Create these groups, and add each user right after the move.', {
        GROUPS: allGroups,
      }),
      {
        ...option(
          'first-token',
          'Yes, and in the first token too (Pre token generation trigger; every sign-in then calls the function)',
          { GROUPS: allGroups, GROUPS_IN_FIRST_TOKEN: true },
        ),
        // Only an empty trigger is used.
        when: ({ facts }) => tokenTriggerOf(facts.newPool.pool.LambdaConfig) === undefined,
      },
    ],
  }),
  'move-once': declare({
    id: 'move-once',
    title: 'Old users after the move',
    sets: ['MOVE_ONCE'],
    when: canWorkAfterMove,
    message: ({ inputs: { OLD_USER_POOL_NAME: from, NEW_USER_POOL_NAME: to } }) =>
      `After a move, the old password still works in ${from}. It creates the user again if someone deletes them in ${to}. Close old users?`,
    options: [
      option('no', 'No'),
      option('disable', 'Disable them. Apps that still use the old pool sign them out.', {
        MOVE_ONCE: 'disable',
      }),
      option(
        'mark',
        "Mark them with attributes, which can't be removed from the old pool. Old apps still work.",
        { MOVE_ONCE: 'mark' },
      ),
    ],
  }),
  alarms: declare({
    id: 'alarms',
    title: 'Alarms',
    sets: ['ALARMS'],
    when: (situation) => oldUsers(situation) >= manyUsers,
    message: (situation) =>
      `Watch the move of about ${number(oldUsers(situation))} users with alarms and a dashboard in CloudWatch?`,
    options: [
      option('no', 'No'),
      option('yes', 'Yes, for about 0.60 USD a month. To get mails, give --alarms an SNS topic later.', {
        ALARMS: 'on',
      }),
    ],
  }),
};

export type DecisionId = keyof typeof table;

export const decisions: Readonly<Record<DecisionId, Decision>> = table;

/** The decisions about users and their move, in the order of their questions. */
export const userDecisions = [
  'mfa',
  'forgot-password',
  'weak-password',
  'old-sub',
  'groups',
  'move-once',
  'guard-sign-up',
  'alarms',
] as const satisfies readonly DecisionId[];

/**
 * Asks for one decision, if it matters. Undefined if it does not.
 * @param isOpen whether nobody has set this variable yet.
 */
export async function decide(
  id: DecisionId,
  given: Given,
  isOpen: (name: VarName) => boolean,
  conversation: Conversation,
): Promise<Answer | undefined> {
  const decision = decisions[id];
  const { sets, when, message, options } = decision;
  const situation = { ...given, settings: decodeSettings(given.inputs.SETTINGS) };
  if (!sets.every(isOpen) || !when(situation)) return undefined;
  const possible = options.filter((option) => option.when?.(situation) ?? true);
  const put = async (earlier: Answer | undefined): Promise<Answer> => {
    const branch = await conversation.prompts.choose({
      message: message(situation),
      choices: possible.map((option) => ({ value: option.branch, name: option.name })),
      preselected: earlier?.branch,
    });
    const option = options.find((one) => one.branch === branch);
    return { branch, label: option?.name ?? branch, values: option?.values(situation) ?? {} };
  };
  const { OLD_USER_POOL_ID, NEW_USER_POOL_ID } = situation.inputs;
  return conversation.ask(decision, put, OLD_USER_POOL_ID, NEW_USER_POOL_ID);
}

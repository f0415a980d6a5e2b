/**
 * Behavior that the AWS documentation leaves open, by name and value.
 * Anyone can choose the world in which they try a migration.
 */

import { importSwitches, type Switch, words, yesOrNo } from './services/cognito/import-switches.ts';
import { type CognitoSettings, cognitoSettings } from './services/cognito/index.ts';
import type { World } from './world.ts';

/**
 * Omits settings without a fixed list of values.
 * They are the roles and identity providers that a test removes, raised limits, and the fields of a future
 * Cognito.
 */
type Switches = Omit<
  CognitoSettings,
  'brokenSmsRoles' | 'deletedIdentityProviders' | 'provisionedLimits' | 'futureFields'
>;
type SwitchName = keyof Switches;

/** Lists every switch. A missing switch doesn't compile. */
const switches: { readonly [S in SwitchName]: Switch<Switches[S]> } = {
  userAuthPasswordMigrates: {
    id: 'Q1',
    question: 'Does USER_AUTH with a password fire the migration trigger?',
    values: yesOrNo,
  },
  migratesWhenExistenceHidden: {
    id: 'Q2',
    question: 'Does the trigger fire where PreventUserExistenceErrors is ENABLED?',
    values: yesOrNo,
  },
  hiddenEmptyResponse: {
    id: 'Q2',
    question: 'What does an empty answer of the function become where existence is hidden?',
    values: words('simulated', 'exception'),
  },
  forgotPasswordConfirmed: {
    id: 'Q3',
    question: 'What does finalUserStatus CONFIRMED do after ForgotPassword?',
    values: words('no-password', 'refused'),
  },
  migrationAlsoFires: {
    id: 'Q4',
    question: 'Which other triggers of the new pool does a migration fire?',
    values: {
      none: [],
      PreSignUp_SignUp: ['PreSignUp_SignUp'],
      PreSignUp_AdminCreateUser: ['PreSignUp_AdminCreateUser'],
      PostConfirmation: ['PostConfirmation'],
      'PreSignUp_SignUp+PostConfirmation': ['PreSignUp_SignUp', 'PostConfirmation'],
    },
  },
  lastTrigger: {
    id: 'Q13',
    question: 'Which trigger comes last in a sign-in?',
    values: words('pre-token-generation', 'post-authentication'),
  },
  mfaFactorsAfterUpdate: {
    id: 'Q5-kept',
    question: 'Does UpdateUserPool keep the factors of SetUserPoolMfaConfig?',
    values: words('kept', 'dropped'),
  },
  updateMfaNeedsSms: {
    id: 'Q5',
    question: 'Does UpdateUserPool ask for an SMS configuration where another factor is on?',
    values: yesOrNo,
  },
  liteAcr: {
    id: 'Q6',
    question: 'What becomes of AcrConfiguration in a LITE pool?',
    values: words('custom-refused', 'refused', 'absent'),
  },
  liteDcr: {
    id: 'Q6',
    question: 'May a LITE pool name DcrConfiguration?',
    values: words('disabled-accepted', 'refused'),
  },
  awsTags: {
    id: 'Q7',
    question: 'What becomes of aws: tags in UpdateUserPool?',
    values: words('reserved', 'lost', 'ordinary'),
  },
  omittedPoolName: {
    id: 'Q8',
    question: 'What does UpdateUserPool do without PoolName?',
    values: words('kept', 'renamed', 'refused'),
  },
  omittedAttributeUpdateSettings: {
    question: 'What does UpdateUserPool do without UserAttributeUpdateSettings?',
    values: words('reset', 'kept'),
  },
  omittedMfaConfiguration: {
    question: 'What does UpdateUserPool do without MfaConfiguration?',
    values: words('reset', 'kept'),
  },
  omittedPolicies: {
    question: 'What does UpdateUserPool do without Policies?',
    values: words('reset', 'kept'),
  },
  unsentDefaults: {
    question: 'When does a pool show defaults that CreateUserPool was not sent?',
    values: words('shown', 'after-update'),
  },
  bothVerificationTexts: {
    question: 'May a verification template hold texts for codes and for links?',
    values: words('refused', 'accepted'),
  },
  requireRefreshFlow: {
    id: 'Q9',
    question: 'Must every app client have ALLOW_REFRESH_TOKEN_AUTH?',
    values: yesOrNo,
  },
  nullMessageAction: {
    id: 'Q10',
    question: 'What does messageAction null in the answer of the function mean?',
    values: words('missing', 'refused'),
  },
  otherFinalStatus: {
    question: 'What does an unknown finalUserStatus mean?',
    values: words('refused', 'reset-required'),
  },
  migrationTexts: {
    id: 'Q11',
    question: 'Which words does a failed migration have?',
    values: words('quoted', 'other'),
  },
  managedLoginNeedsPasswordFlow: {
    id: 'Q12',
    question: 'Does the hosted sign-in page need USER_PASSWORD_AUTH?',
    values: yesOrNo,
  },
  dailyMails: {
    question: 'Are some of the daily mails left?',
    values: words('left', 'used-up'),
  },
  threatProtection: {
    question: 'What does threat protection make of a sign-in with a password?',
    values: words('lets-in', 'blocks'),
  },
  expiredPasswordText: {
    question: 'Which words does an expired temporary password have?',
    values: words('temporary', 'account'),
  },
  trueInOtherCase: {
    id: 'Q25',
    question: 'Does a verified flag of "True" verify its address?',
    values: words('verified', 'unverified'),
  },
  aliasAtMigration: {
    id: 'Q24',
    question: 'May the answer of the function hold preferred_username where it is an alias?',
    values: words('taken', 'refused'),
  },
  numberForms: {
    id: 'Q36',
    question: 'Which forms may a Number attribute have?',
    values: words('whole', 'any'),
  },
  writesWithoutList: {
    id: 'Q37',
    question: 'Which attributes can an app client without WriteAttributes set at sign-up?',
    values: words('standard', 'at-creation', 'all'),
  },
  signUpWriteCheck: {
    id: 'Q28',
    question: 'Is an attribute that an app client cannot write refused before pre sign-up is called?',
    values: words('before-trigger', 'after-trigger'),
  },
  unknownMembers: {
    question: 'What becomes of members that a request may not have?',
    values: words('refused', 'ignored'),
  },
  customSenderGrant: {
    id: 'Q34',
    question: 'Does UpdateUserPool ask for kms:CreateGrant on the key of custom senders?',
    values: words('asked', 'not-asked'),
  },
  searchedCase: {
    id: 'Q38',
    question: 'Does ListUsers find an email address in another letter case?',
    values: words('any', 'exact'),
  },
  subPrefix: {
    id: 'Q18',
    question: 'Does ListUsers find users by the beginning of the sub?',
    values: words('found', 'refused', 'whole'),
  },
  listTokenLife: {
    question: 'How long is a pagination token of ListUsers good?',
    values: { '10m': 600_000, '1h': 3_600_000, '65m': 3_900_000 },
  },
  subAsUsername: {
    id: 'Q22',
    question: 'Does AdminGetUser find a user by the sub?',
    values: words('found', 'not-found'),
  },
  userPages: {
    question: 'Can a page of ListUsers be short or empty although more follow?',
    values: words('full', 'short'),
  },
  newUserListedAfter: {
    question: 'How long does it take until ListUsers shows a new user?',
    values: { '0s': 0, '2s': 2000, '10s': 10_000 },
  },
  requestRates: {
    question: 'Are calls above the documented rate of their category refused?',
    values: words('unlimited', 'documented'),
  },
  ...importSwitches,
  preTokenAttributes: {
    id: 'Q27',
    question: 'Which attributes does the event of Pre token generation hold?',
    values: words('all', 'standard'),
  },
  immutableMapping: {
    id: 'Q29',
    question: 'Can an identity provider be mapped to an immutable attribute?',
    values: words('accepted', 'refused'),
  },
  disabledSessions: {
    id: 'Q35',
    question: 'What becomes of the session of a user who is disabled?',
    values: words('ended', 'refreshed'),
  },
  groupsSeenFrom: {
    id: 'Q15',
    question: 'From when on does a new membership count in the tokens of a sign-in?',
    values: words('pre-token', 'post-authentication', 'next-token'),
  },
  answerOrder: {
    question: 'Do maps and lists in answers keep their order?',
    values: words('as-made', 'shuffled'),
  },
};

/** One setting that anyone can choose. */
export interface Choice {
  readonly name: string;
  readonly values: readonly string[];
  /** The value in this world. */
  readonly value: string;
  readonly question: string;
  /** ID of the self-test question. */
  readonly id?: string;
}

const isSwitch = (name: string): name is SwitchName => Object.hasOwn(switches, name);

const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

/** All choices with their values in this world. */
export function choices(world: World): readonly Choice[] {
  const settings = cognitoSettings(world);
  return Object.keys(switches)
    .filter(isSwitch)
    .map((name) => {
      const { question, id, values } = switches[name];
      const [value = ''] =
        Object.entries(values).find(([, setting]) => isSame(setting, settings[name])) ?? [];
      return { name, values: Object.keys(values), value, question, ...(id === undefined ? {} : { id }) };
    });
}

/** Every choice with each of its values, as `name=value`. */
export const choiceWords: readonly string[] = Object.entries(switches).flatMap(([name, { values }]) =>
  Object.keys(values).map((value) => `${name}=${value}`),
);

/** The reason why a choice is invalid: an unknown name, or a value that the choice doesn't have. */
export type Unknown = { readonly unknown: 'name' } | { readonly unknown: 'value'; readonly values: string[] };

function setSwitch<S extends SwitchName>(settings: Switches, name: S, value: string): Unknown | undefined {
  const { values }: Switch<Switches[S]> = switches[name];
  const setting = Object.hasOwn(values, value) ? values[value] : undefined;
  if (setting === undefined) return { unknown: 'value', values: Object.keys(values) };
  settings[name] = setting;
  return undefined;
}

/** Sets one choice. Returns the reason if that is impossible. */
export const choose = (world: World, name: string, value: string): Unknown | undefined =>
  isSwitch(name) ? setSwitch(cognitoSettings(world), name, value) : { unknown: 'name' };

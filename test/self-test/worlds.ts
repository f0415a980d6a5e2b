/** Every switch of the local AWS's Cognito, and worlds in which some of them are otherwise than documented. */
import type { CognitoSettings } from '../../src/sandbox/services/cognito/index.ts';
import { random } from '../support/interleave.ts';

/**
 * Not switches: roles that a test breaks, fields of a Cognito to come, what an account has left and how fast it may call,
 * what threat protection or an invitation's age makes of a sign-in, and the life of a token, which no throw-away pool can show. Those about
 * import jobs have worlds of their own (imports.test.ts): nothing of a migration depends on them.
 */
type Circumstances =
  | 'deletedIdentityProviders'
  | 'brokenSmsRoles'
  | 'futureFields'
  | 'dailyMails'
  | 'requestRates'
  | 'provisionedLimits'
  | 'threatProtection'
  | 'expiredPasswordText'
  | 'listTokenLife'
  | (`import${string}` & keyof CognitoSettings)
  | 'secondImportJob'
  | 'resetRequiredHidden'
  | 'temporaryResetText'
  | 'temporaryFactors';
type Switches = Omit<CognitoSettings, Circumstances>;
export type World = Partial<Switches>;

/** The settings of each switch beside its default. A new switch does not compile until it is here. */
export const otherSettings: { readonly [S in keyof Switches]: readonly Switches[S][] } = {
  userAuthPasswordMigrates: [true],
  migratesWhenExistenceHidden: [false],
  hiddenEmptyResponse: ['exception'],
  forgotPasswordConfirmed: ['refused'],
  migrationAlsoFires: [
    ['PreSignUp_SignUp'],
    ['PreSignUp_AdminCreateUser'],
    ['PostConfirmation'],
    ['PreSignUp_SignUp', 'PostConfirmation'],
  ],
  lastTrigger: ['post-authentication'],
  mfaFactorsAfterUpdate: ['dropped'],
  updateMfaNeedsSms: [true],
  liteAcr: ['refused', 'absent'],
  liteDcr: ['refused'],
  awsTags: ['ordinary', 'lost'],
  omittedPoolName: ['refused', 'renamed'],
  omittedAttributeUpdateSettings: ['kept'],
  omittedMfaConfiguration: ['kept'],
  omittedPolicies: ['kept'],
  unsentDefaults: ['after-update'],
  bothVerificationTexts: ['accepted'],
  requireRefreshFlow: [true],
  nullMessageAction: ['refused'],
  otherFinalStatus: ['reset-required'],
  migrationTexts: ['other'],
  managedLoginNeedsPasswordFlow: [true],
  trueInOtherCase: ['unverified'],
  aliasAtMigration: ['refused'],
  numberForms: ['any'],
  writesWithoutList: ['at-creation', 'all'],
  signUpWriteCheck: ['after-trigger'],
  unknownMembers: ['ignored'],
  customSenderGrant: ['not-asked'],
  searchedCase: ['exact'],
  subPrefix: ['refused', 'whole'],
  subAsUsername: ['not-found'],
  userPages: ['short'],
  newUserListedAfter: [2_000],
  preTokenAttributes: ['standard'],
  immutableMapping: ['refused'],
  disabledSessions: ['refreshed'],
  groupsSeenFrom: ['post-authentication', 'next-token'],
  answerOrder: ['shuffled'],
};

/** One switch set otherwise. */
interface Turn {
  readonly name: string;
  readonly setting: unknown;
}

/** By switch. */
const turns: readonly (readonly Turn[])[] = Object.entries(otherSettings).map(([name, settings]) =>
  settings.map((setting: unknown) => ({ name, setting })),
);

const worldOf = (chosen: readonly Turn[]): World =>
  Object.fromEntries(chosen.map(({ name, setting }) => [name, setting]));

/** A world for each setting of each switch, everything else as documented. */
export const oneByOne: readonly World[] = turns.flat().map((turn) => worldOf([turn]));

/** Where the first setting is, the second makes no difference: the function is not called, or the update is refused. */
const masking: readonly (readonly [by: keyof Switches, masked: keyof Switches])[] = [
  ['migratesWhenExistenceHidden', 'hiddenEmptyResponse'],
  ['updateMfaNeedsSms', 'mfaFactorsAfterUpdate'],
];

/** Whether each of a world's settings can be seen in it. */
export const isPlain = (world: World): boolean =>
  !masking.some(([by, masked]) => by in world && masked in world);

/** As few worlds as there are settings of the switch that has most: in one of them each setting comes up, beside others. */
export function fewWorlds(seed: number): World[] {
  const next = random(seed);
  for (;;) {
    const worlds = spread(next);
    if (worlds.every(isPlain)) return worlds;
  }
}

function spread(next: () => number): World[] {
  const count = Math.max(...turns.map(({ length }) => length));
  const worlds: Turn[][] = Array.from({ length: count }, () => []);
  for (const settings of turns) {
    const free = worlds.map((_, index) => index);
    for (const turn of settings) {
      const [place = 0] = free.splice(Math.floor(next() * free.length), 1);
      worlds[place]?.push(turn);
    }
  }
  return worlds.map(worldOf);
}

/** Worlds in which any two settings of two switches (those of the documentation too) come up together. */
export function pairwiseWorlds(seed: number): World[] {
  const next = random(seed);
  // Without a setting: as documented.
  const switches = turns.map((settings) => [
    ...settings.slice(0, 1).map(({ name }): Turn => ({ name, setting: undefined })),
    ...settings,
  ]);
  const open = new Set(
    switches.flatMap((one, index) =>
      switches.slice(index + 1).flatMap((other) => one.flatMap((a) => other.map((b) => pairOf(a, b)))),
    ),
  );
  const worlds: World[] = [];
  while (open.size > 0) {
    // The best of some random ones: simple, and not much worse than the fewest there can be.
    const candidates = Array.from({ length: 200 }, () =>
      switches
        .map((settings) => settings[Math.floor(next() * settings.length)])
        .filter((turn) => turn !== undefined),
    );
    const [best] = candidates
      .map((world) => ({ world, pairs: pairsIn(world).filter((pair) => open.has(pair)) }))
      .sort((a, b) => b.pairs.length - a.pairs.length);
    if (best === undefined || best.pairs.length === 0) continue;
    for (const pair of best.pairs) open.delete(pair);
    worlds.push(worldOf(best.world.filter(({ setting }) => setting !== undefined)));
  }
  return worlds;
}

const pairOf = (a: Turn, b: Turn): string => JSON.stringify([a.name, a.setting, b.name, b.setting]);

const pairsIn = (world: readonly Turn[]): string[] =>
  world.flatMap((one, index) => world.slice(index + 1).map((other) => pairOf(one, other)));

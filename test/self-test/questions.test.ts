/** Each question tells what the world does that it is asked in: the documented one, and others in which much is otherwise. */
import { CreateUserPoolDomainCommand, ListUserPoolsCommand } from '@aws-sdk/client-cognito-identity-provider';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/aws/clock.ts';
import { type CognitoSettings, deliveries } from '../../src/sandbox/services/cognito/index.ts';
import { questions } from '../../src/self-test/aws-behavior/index.ts';
import { removeLeftovers } from '../../src/self-test/fixtures/remove.ts';
import { findLeftovers } from '../../src/self-test/fixtures/resources.ts';
import { given } from '../support/errors.ts';
import { inFrontOf } from '../support/in-front.ts';
import { type AskedBehavior, ask } from './asking.ts';

const ids = questions.map(({ id }) => id);
const minute = 60_000;

async function poolIds({ place }: AskedBehavior): Promise<string[]> {
  const { UserPools } = await place.side.idp.send(new ListUserPoolsCommand({ MaxResults: 60 }));
  return (UserPools ?? []).flatMap(({ Id }) => Id ?? []);
}

/** Nothing that a report must not hold. */
function expectNoSecrets({ results }: AskedBehavior): void {
  const text = JSON.stringify(results);
  // Passwords of the askers end so; tokens of the local AWS are JWTs; addresses are attribute values.
  expect(text).not.toMatch(/-aA1|eyJ[\w-]{10}|simulator|\d{12}/);
}

describe('in the world of the documentation', () => {
  test(
    'everything is as documented, nobody is written to, and the clean-up finds all of it',
    async () => {
      const asked = await ask();
      expect(asked.results.map(({ id, outcome, seen }) => [id, outcome === 'same' ? outcome : seen])).toEqual(
        ids.map((id) => [id, 'same']),
      );
      expectNoSecrets(asked);
      const pools = await poolIds(asked);
      const sent = pools.flatMap((id) => deliveries(asked.sandbox.world, id));
      expect(sent.map(({ purpose, destination }) => [purpose, destination])).toEqual([
        ['forgot-password', expect.stringMatching(/^success\+\w+@simulator\.amazonses\.com$/)],
        ['forgot-password', expect.stringMatching(/^success\+\w+@simulator\.amazonses\.com$/)],
      ]);

      // As if the run had been killed while a pool had its pages.
      const { side } = asked.place;
      await side.idp.send(
        new CreateUserPoolDomainCommand({ UserPoolId: given(pools[0], 'pool'), Domain: 'left' }),
      );
      const { own, foreign } = await findLeftovers(asked.place);
      expect(foreign).toEqual([]);
      expect(await removeLeftovers(asked.place, own, { clock: systemClock })).toEqual([]);
      expect(await poolIds(asked)).toEqual([]);
      expect((await side.iam.send(new ListRolesCommand({}))).Roles).toEqual([]);
      expect((await side.lambda.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
    },
    minute,
  );
});

type Refuses = (path: string, operation: string, body: string) => boolean;

/** An endpoint that refuses some of what the local AWS would take. */
const refusing =
  (refuses: Refuses) =>
  (target: string): Promise<string> => {
    const refusal = { status: 400, body: '{"__type":"InvalidParameterException","message":"Not here."}' };
    return inFrontOf(target, (...asked) => (refuses(...asked) ? refusal : undefined));
  };

describe('where something cannot be had', () => {
  test(
    'a hosted sign-in page that no program can fill in leaves its question open',
    async () => {
      const behind = refusing((path) => path.startsWith('/login'));
      const { answer } = await ask({}, { only: ['Q12'], behind });
      expect(answer('Q12')).toBe(
        'open: not answered by the API: there is no sign-in page; it takes a browser',
      );
    },
    minute,
  );

  test(
    'a pool that AWS does not make leaves its question open, and breaks no promise',
    async () => {
      const behind = refusing(
        (_, operation, body) =>
          (operation === 'SetUserPoolMfaConfig' && body.includes('"ON"')) ||
          (operation === 'CreateUserPool' && body.includes('"LITE"')),
      );
      const { answer } = await ask({}, { only: ['Q5', 'Q5-kept', 'Q6', 'Q6-kept'], behind });
      const none = 'no such pool can be made: refused with InvalidParameterException: Not here.';
      expect(answer('Q5')).toContain(`same: authenticator app, optional: accepted, kept`);
      expect(answer('Q5')).toContain(`authenticator app, required: ${none}`);
      expect(answer('Q5-kept')).toMatch(/^same: authenticator app, optional: set;/);
      expect(answer('Q6')).toBe(`open: ${none}`);
      expect(answer('Q6-kept')).toBe(`same: nothing to keep, ${none}`);
    },
    minute,
  );
});

test(
  'a new user whom AdminGetUser never shows is a finding, and the sign-in counts all the same',
  async () => {
    const body = '{"__type":"UserNotFoundException","message":"User does not exist."}';
    const behind = (target: string) =>
      inFrontOf(target, (_, operation) => (operation === 'AdminGetUser' ? { status: 400, body } : undefined));
    const { answer } = await ask({}, { only: ['Q14', 'Q23'], behind });
    expect(answer('Q23')).toBe('different: not found in 1.2 s');
    expect(answer('Q14')).toBe('different: set in Post authentication: the sign-in ended first');
  },
  minute,
);

type World = readonly [Partial<CognitoSettings>, Readonly<Record<string, RegExp>>];

/** What each question says there; a question that is not named says "same". */
const worlds: readonly World[] = [
  [
    {
      userAuthPasswordMigrates: true,
      migratesWhenExistenceHidden: false,
      forgotPasswordConfirmed: 'refused',
      migrationAlsoFires: ['PreSignUp_SignUp', 'PostConfirmation'],
      mfaFactorsAfterUpdate: 'dropped',
      liteAcr: 'absent',
      awsTags: 'ordinary',
      omittedPoolName: 'refused',
      migrationTexts: 'other',
      managedLoginNeedsPasswordFlow: true,
      trueInOtherCase: 'unverified',
      aliasAtMigration: 'refused',
      numberForms: 'any',
      writesWithoutList: 'all',
      searchedCase: 'exact',
      subPrefix: 'whole',
      subAsUsername: 'not-found',
      groupsSeenFrom: 'next-token',
      preTokenAttributes: 'standard',
      immutableMapping: 'refused',
      disabledSessions: 'refreshed',
    },
    {
      Q1: /^different: called \(UserLambdaValidationException/,
      Q2: /^different: sign-in: not called .*at sign-in: NotAuthorizedException.*ForgotPassword: code$/,
      Q3: /^different: ForgotPassword: UserNotFoundException: .*status: no such user$/,
      Q4: /^different: pre auth.*pre sign-up: fired as PreSignUp_SignUp; post confirmation: fired as PostConf/,
      Q5: /^different: (.*accepted, and changed: SoftwareTokenMfaConfiguration){2}; email only: not tried/,
      Q6: /^different: AcrConfiguration: not returned; DcrConfiguration: not returned; Disabled: accepted$/,
      Q7: /^different: sent: accepted; left out: lost$/,
      Q8: /^different: refused with InvalidParameterException: PoolName is required\.$/,
      Q11: /^different: .*an empty response: UserNotFoundException: Exception during user migration; /,
      Q18: /^different: 16 parts: 0 of 8 users, 0 in a wrong part; two digits: not found$/,
      Q22: /^different: usernames: refused with UserNotFoundException: .*; email as an alias: refused .*; email as the username: found$/,
      Q24: /^different: migration: UserNotFoundException: .*; sign-in by it: UserNotFoundException: /,
      Q25: /^different: kept: True; sign-in by email: .*Exception: .*; ForgotPassword: InvalidParameterException: /,
      Q36: /^different: 1: accepted; -1: accepted; 1\.50: accepted; \+1: accepted; 1e3: accepted; 007: accepted$/,
      Q37: /^different: in the pool before the client: accepted; added to the pool later: accepted; a client with a list that lacks it: refused with NotAuthorizedException: /,
      Q38: /^different: in lower case: not found; in upper case: not found$/,
      Q14: /^different: set in Post authentication: in no token$/,
      Q15: /^different: without an override: in no token; with an override: in both tokens$/,
      Q27: /^different: cognito:user_status, name, sub$/,
      Q29: /^different: the mapping: refused with InvalidParameterException: /,
      Q35: /^different: GetUser: refused with NotAuthorizedException: .*; a refresh: accepted$/,
      Q12: /^different: moved with the flow only \(without it: USER_PASSWORD_AUTH flow not enabled/,
      Q13: new RegExp(
        [
          '^different: pre sign-up: fired as PreSignUp_SignUp, after UserMigration_Authentication, with userName as typed; ',
          'request userAttributes{name} validationData:null; its refusal stops the migration; ',
          'post confirmation: fired as PostConfirmation_ConfirmSignUp, after UserMigration_Authentication, PreSignUp_SignUp, .*',
          'post authentication: fired as PostAuthentication_Authentication, after .*, PreAuthentication_Authentication, .*; ',
          'pre token generation: fired as TokenGeneration_Authentication, after .*, PostAuthentication_Authentication, ',
        ].join(''),
      ),
    },
  ],
  [
    {
      hiddenEmptyResponse: 'exception',
      migrationAlsoFires: ['PostConfirmation'],
      lastTrigger: 'post-authentication',
      updateMfaNeedsSms: true,
      liteAcr: 'refused',
      liteDcr: 'refused',
      requireRefreshFlow: true,
      groupsSeenFrom: 'post-authentication',
      nullMessageAction: 'refused',
      otherFinalStatus: 'reset-required',
      writesWithoutList: 'at-creation',
      signUpWriteCheck: 'after-trigger',
      subPrefix: 'refused',
    },
    {
      Q2: /^different: sign-in: called .*at sign-in: UserNotFoundException: Exception migrating.*at ForgotPassword: UserNotFound/,
      Q4: /^different: .*pre sign-up: not fired \(.*post confirmation: fired as PostConfirmation_ConfirmSignUp$/,
      Q5: /^different: (.*refused with InvalidParameterException: SMS configuration and Auto verification.*){2}/,
      'Q5-kept': /^same: (.*refused with InvalidParameterException.*every other setting is as it was.*){2}$/,
      Q6: /^different: AcrConfiguration: returned; sent back: refused with Feature.*DcrConfiguration: .*: refused with Feature/,
      Q9: /^different: refused with InvalidParameterException: REFRESH_TOKEN_AUTH should always be allowed\.$/,
      Q18: /^different: refused with InvalidParameterException: The operator \^= is not supported/,
      Q28: /^different: a function that throws: called before the attribute is refused; a function that lets it pass: refused with NotAuthorizedException: /,
      Q37: /^different: in the pool before the client: accepted; added to the pool later: refused with NotAuthorizedException: /,
      Q14: /^different: set in Post authentication: in no token$/,
      Q15: /^different: without an override: in no token; with an override: in both tokens$/,
      Q10: /^different: null: UserNotFoundException: .* invalid messageAction; left out: tokens$/,
      Q11: /^different: .*a status of its own: PasswordResetRequiredException: /,
      Q13: /^different: pre sign-up: not fired \(tokens\); post confirmation: fired as .*post authentication: .*, after .*, TokenGeneration_Authentication, with .*pre token generation: fired as TokenGeneration_Authentication, after .*, PreAuthentication_Authentication, with/,
    },
  ],
  [
    { migrationAlsoFires: ['PreSignUp_AdminCreateUser'], groupsSeenFrom: 'post-authentication' },
    {
      Q4: /^different: .*pre sign-up: fired as PreSignUp_AdminCreateUser; post confirmation: not fired/,
      Q15: /^different: without an override: in no token; with an override: in both tokens$/,
      Q13: /^different: pre sign-up: fired as PreSignUp_AdminCreateUser, .*its refusal stops the migration; post confirmation: not fired/,
    },
  ],
];

describe('in a world that is otherwise', () => {
  test.each(worlds)(
    'each question tells how, and every promise is kept: %o',
    async (settings, expected) => {
      const asked = await ask(settings);
      for (const id of ids)
        expect([id, asked.answer(id)]).toEqual([id, expect.stringMatching(expected[id] ?? /^same: /)]);
      expectNoSecrets(asked);
    },
    minute,
  );
});

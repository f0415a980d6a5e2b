/**
 * Q16, Q17, Q19, Q20, Q30, Q31, and Q33: what import jobs do, and what becomes of imported users.
 * Four jobs in two pools answer all of them. Nobody gets a message: jobs send none.
 */
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  CreateUserImportJobCommand,
  InitiateAuthCommand,
  type UserPoolPolicyType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Check, Seen } from '../check.ts';
import { allowAuthenticators } from '../fixtures/pools.ts';
import { answerText } from '../fixtures/sign-in.ts';
import { letPoolIn } from '../fixtures/trigger-function.ts';
import { type Verdict, verdictOn } from '../fixtures/verdict.ts';
import { oncePerRun } from '../once-per-run.ts';
import type { Person, SelfTestScene, ThrowAwayPool } from '../scene.ts';
import { jobRole, type Row, readyJob, rowFor } from './import-job.ts';
import { asker, type Observation, plainNames, together, triggerFunction } from './support.ts';

/** Rows beside those in question, so that few of all rows can fail. The threshold needs as many. */
const fillers = 10;

interface Jobs {
  readonly pool: ThrowAwayPool;
  /** An imported user. */
  readonly plain: Person;
  /** Whether the function ran for the user whom it refuses. */
  readonly isRefused: boolean;
  readonly rows: readonly Observation[];
  readonly threshold: Observation;
  readonly broken: Observation;
  /** The start of a job while another one runs. Undefined if that one was too quick. */
  readonly second: Verdict<void> | undefined;
  readonly roles: { readonly free: string; readonly bound: string };
}

const jobsOf = oncePerRun(async (scene): Promise<Jobs> => {
  const arn = await triggerFunction(scene);
  const pool = await scene.makePool('new', 'q-import', {
    ...plainNames,
    AliasAttributes: ['email', 'phone_number'],
    AutoVerifiedAttributes: ['email', 'phone_number'],
    LambdaConfig: { PreSignUp: arn },
  });
  await letPoolIn(scene.sides.new, arn, pool.arn);
  await allowAuthenticators(scene.sides.new.idp, pool.id);
  const source = { StringEquals: { 'aws:SourceAccount': scene.places.new.account } };
  const roles = {
    free: await jobRole(scene, 'q-import'),
    bound: await jobRole(scene, 'q-import-two', source),
  };
  const user = (more: Row = {}): Row => rowFor(asker(pool, 'none').username, more);
  const others = Array.from({ length: fillers }, () => user());
  const [first = {}] = others;
  const refused = rowFor(asker(pool, 'pre-sign-up').username);
  const asked = {
    backslash: user({ name: 'a\\b' }),
    mfa: user({ 'cognito:mfa_enabled': 'TRUE' }),
    second: user({ phone_number: `+1555${Math.floor(1e6 + Math.random() * 8e6)}` }),
    alias: user({ email: first.email ?? '' }),
  };
  const rows = [...others, refused, ...Object.values(asked)];
  const ready = (name: string, of: readonly (Row | string)[]) =>
    readyJob(scene, pool, { roleArn: roles.free, name, rows: of });
  const one = await ready('rows', rows);
  const started = await one.start();
  if (!started.accepted) throw new Error(`the job was ${started.text}`);
  const end = await one.end();
  const find = (row: Row) => scene.userIn(pool, row['cognito:username'] ?? '');
  const imported = async (attempt: string, row: Row): Promise<Observation> => {
    const isThere = (await find(row)) !== undefined;
    return see(attempt, isThere, isThere ? 'imported' : 'not imported');
  };
  const backslash = (await find(asked.backslash))?.attributes.name;
  const alias = (await find(asked.alias)) ? 'imported' : end.skipped > 0 ? 'skipped' : 'not imported';

  const again = await ready('again', others);
  const cut = await ready('cut', [user(), 'a,b']);
  await again.start();
  const during = await cut.start();
  // A refusal shows that the first job runs. Otherwise it may have ended before.
  const isSure = !during.accepted || (await again.isRunning());
  const afterAgain = await again.end();
  if (!during.accepted) await cut.start();
  const afterCut = await cut.end();
  return {
    pool,
    roles,
    plain: { ...asker(pool, 'none'), username: first['cognito:username'] ?? '' },
    isRefused: (await find(refused)) === undefined,
    second: isSure ? during : undefined,
    rows: [
      see('a backslash', backslash === 'a\\b', backslash ?? 'not imported'),
      await imported('MFA without a phone number', asked.mfa),
      await imported('an unverified second address', asked.second),
      see("somebody else's alias", alias === 'skipped', alias),
    ],
    threshold: see(
      `${fillers} users who are there already`,
      afterAgain.status === 'Failed' && afterAgain.skipped === fillers / 2 + 1,
      `${afterAgain.status} after ${afterAgain.skipped}`,
    ),
    broken: see(
      'a row with too few values',
      afterCut.imported === 0,
      `${afterCut.status}, ${afterCut.imported} of 1 imported`,
    ),
  };
});

const see = (attempt: string, same: boolean, seen: string): Observation => ({ attempt, same, seen });

const notSaid = 'not said by AWS. Taken for:';

export const importedRows: Check = {
  id: 'Q16',
  title: 'rows of an import job that the documentation leaves open, and when a job gives up',
  kind: 'question',
  documented: `${notSaid} a backslash is kept; MFA without a phone number and an unverified second address are imported; somebody else's alias is skipped; a pool with two username attributes takes users; a row with too few values fails the job; a job ends when more than half of its users have failed or been skipped. import leaves such users out, and takes a failed job for a partial one`,
  async run(scene) {
    const { rows, threshold, broken, roles } = await jobsOf(scene);
    const two = await scene.makePool('new', 'q-import-two', {
      UsernameAttributes: ['email', 'phone_number'],
      AutoVerifiedAttributes: ['email'],
    });
    const row = rowFor('');
    const rowsOfTwo = [{ ...row, 'cognito:username': row.email ?? '' }];
    const job = await readyJob(scene, two, { roleArn: roles.free, name: 'two', rows: rowsOfTwo });
    await job.start();
    const end = await job.end();
    const seen = end.imported === 1 ? 'imported' : 'not imported';
    const both = see('two username attributes', end.imported === 1, seen);
    return together([...rows, both, broken, threshold]);
  },
};

export const importedSignIn: Check = {
  id: 'Q17',
  title: 'whether an import fires Pre sign-up, and what a sign-in of an imported user gets',
  kind: 'question',
  documented:
    'not said about the trigger, taken for: not fired. A sign-in gets PasswordResetRequiredException, or NotAuthorizedException where PreventUserExistenceErrors is ENABLED (Developer Guide)',
  async run(scene) {
    const { pool, plain, isRefused } = await jobsOf(scene);
    const signIn = async (attempt: string, how: 'LEGACY' | 'ENABLED', name: string): Promise<Observation> => {
      const client = await scene.makeClient(pool, how.toLowerCase(), {
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        PreventUserExistenceErrors: how,
      });
      const answer = await scene.signIn(client, plain, 'USER_PASSWORD_AUTH');
      return see(attempt, answer.name === name, answerText(answer));
    };
    return together([
      see('Pre sign-up', !isRefused, isRefused ? 'fired: its refusal keeps the user out' : 'not fired'),
      await signIn('a sign-in', 'LEGACY', 'PasswordResetRequiredException'),
      await signIn('with hidden existence', 'ENABLED', 'NotAuthorizedException'),
    ]);
  },
};

export const secondImport: Check = {
  id: 'Q19',
  title: 'a second import job while one runs',
  kind: 'question',
  documented: `${notSaid} refused. import starts one job after another`,
  async run(scene) {
    const { second } = await jobsOf(scene);
    if (second === undefined) return { same: false, open: true, seen: 'the first job had ended by then' };
    return { same: !second.accepted, seen: second.text };
  },
};

/** Creates a user with a temporary password that nobody knows. Returns the name. */
async function addTemporary({ sides }: SelfTestScene, pool: ThrowAwayPool): Promise<string> {
  const { username } = asker(pool, 'none');
  const UserAttributes = [
    { Name: 'email', Value: rowFor(username).email },
    { Name: 'email_verified', Value: 'true' },
  ];
  const user = { UserPoolId: pool.id, Username: username, UserAttributes };
  await sides.new.idp.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }));
  return username;
}

const quoted = 'NotAuthorizedException: User password cannot be reset in the current state.';

export const temporaryReset: Check = {
  id: 'Q20',
  title: 'a password reset of a user with a temporary password',
  kind: 'question',
  documented: `refused with ${quoted} (aws-amplify/amplify-js#2955). That is why import uses jobs, not AdminCreateUser`,
  async run(scene) {
    const { pool } = await jobsOf(scene);
    const username = await addTemporary(scene, pool);
    const client = await scene.makeClient(pool, 'reset');
    const answer = await scene.forgotPassword(client, username);
    return { same: answerText(answer) === quoted, seen: answerText(answer) };
  },
};

export const temporaryFactors: Check = {
  id: 'Q31',
  title: 'EMAIL_OTP of a user with a temporary password',
  kind: 'question',
  documented: `${notSaid} offered. So import --with-disabled verifies the address of a disabled user only after it has disabled the user`,
  async run(scene) {
    const { idp } = scene.sides.new;
    const Policies: UserPoolPolicyType = {
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] },
    };
    const made = await verdictOn(scene, () =>
      scene.makePool('new', 'q-otp', { ...plainNames, UserPoolTier: 'ESSENTIALS', Policies }),
    );
    if (!made.accepted) return { same: false, open: true, seen: `no such pool can be made: ${made.text}` };
    const USERNAME = await addTemporary(scene, made.answer);
    const { id: ClientId } = await scene.makeClient(made.answer, 'otp', {
      ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
    // Without a preferred challenge, Cognito lists them all, and sends nothing.
    const ask = { ClientId, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME } } as const;
    const listed = await verdictOn(scene, () => idp.send(new InitiateAuthCommand(ask)));
    if (!listed.accepted) return { same: false, seen: listed.text };
    const { ChallengeName, AvailableChallenges = [] } = listed.answer;
    const seen = `${ChallengeName}: ${AvailableChallenges.join(', ')}`;
    return { same: AvailableChallenges.includes('EMAIL_OTP'), seen };
  },
};

export const importSource: Check = {
  id: 'Q30',
  title: 'the role of an import job, with a condition on aws:SourceAccount',
  kind: 'question',
  documented: `${notSaid} accepted. import uses such a role. --accept CM704 leaves the condition out`,
  async run(scene): Promise<Seen> {
    const { pool, roles } = await jobsOf(scene);
    const request = { UserPoolId: pool.id, JobName: 'bound', CloudWatchLogsRoleArn: roles.bound };
    const { idpOnce } = scene.sides.new;
    const { accepted, text } = await verdictOn(scene, () =>
      idpOnce.send(new CreateUserImportJobCommand(request)),
    );
    return { same: accepted, seen: text };
  },
};

export const importedDates: Check = {
  id: 'Q33',
  title: 'UserLastModifiedDate of an imported user',
  kind: 'question',
  documented: `${notSaid} the time of the creation. import --undo takes a later change for a use of the account, and allows 5 seconds`,
  async run(scene) {
    const { pool, plain } = await jobsOf(scene);
    const command = new AdminGetUserCommand({ UserPoolId: pool.id, Username: plain.username });
    const { UserCreateDate, UserLastModifiedDate } = await scene.sides.new.idp.send(command);
    const later = Number(UserLastModifiedDate) - Number(UserCreateDate);
    return {
      same: later < 1000,
      seen: later < 1000 ? 'the same second' : `${Math.round(later / 1000)} s later`,
    };
  },
};

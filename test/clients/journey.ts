/** What an app's users live through in a migration, step by step, with a client library that others wrote. */
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { lastSecret, totpCode } from '../../src/sandbox/services/cognito/index.ts';
import { init, start } from '../e2e/support.ts';
import { given } from '../support/errors.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { tempFolder } from '../support/temp.ts';
import type { AppClient, Pool, SignedIn } from './app-client.ts';

export interface Row {
  readonly step: string;
  /** How the sign-in ended, or name and text of the error. */
  readonly result: string;
  /** How often the function ran meanwhile. */
  readonly functionRuns: number;
}

export interface Journey {
  /** Library and version. */
  readonly name: string;
  readonly rows: readonly Row[];
}

const ben = { username: 'ben@example.com', password: 'Old-password-of-ben-1' };

async function addOldUser({ oldPool, sdk }: LocalAws, { username, password }: typeof ben): Promise<void> {
  const UserAttributes = [
    { Name: 'email', Value: username },
    { Name: 'email_verified', Value: 'true' },
  ];
  const who = { UserPoolId: oldPool, Username: username };
  await sdk.idp.send(new AdminCreateUserCommand({ ...who, MessageAction: 'SUPPRESS', UserAttributes }));
  await sdk.idp.send(new AdminSetUserPasswordCommand({ ...who, Password: password, Permanent: true }));
}

const errorText = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

type Action = () => Promise<SignedIn> | Promise<void>;

/** Sets a migration up with the built program, and takes two users of the old pool through it. */
export async function journeyOf(create: (pool: Pool) => AppClient): Promise<Journey> {
  // Without Cognito's 5 s: a busy machine may need longer to start a function.
  const pools = await startLocalAws({ timer: () => () => undefined });
  await addOldUser(pools, ben);
  const { sandbox, sdk, user: ana } = pools;
  const ran = await start(await tempFolder(), init(pools), { AWS_ENDPOINT_URL: sandbox.url }).ended;
  if (ran.code !== 0) throw new Error(ran.stderr);
  const app = create({ endpoint: sandbox.url, poolId: pools.newPool, clientId: pools.clients.web });
  const rows: Row[] = [];
  const invocations = (): number =>
    sandbox.journal.calls.reduce((sum, call) => sum + call.functions.length, 0);
  /** Tries again as a person would: on a busy machine the function can take longer to start than it may. */
  const outcomeOf = async (action: Action, tries = 3): Promise<Omit<Row, 'step'>> => {
    const before = invocations();
    const result = await Promise.resolve(action()).then((outcome) => outcome?.kind ?? 'done', errorText);
    if (tries > 1 && result.startsWith('UserLambdaValidationException')) return outcomeOf(action, tries - 1);
    return {
      result: result.replaceAll(pools.clients.web, 'CLIENT_ID'),
      functionRuns: invocations() - before,
    };
  };
  const take = async (step: string, action: Action): Promise<void> => {
    rows.push({ step, ...(await outcomeOf(action)) });
  };
  const reset = async (who: string, credentials: typeof ben): Promise<void> => {
    await take(`${who} forgot the password`, () => app.requestReset(credentials.username));
    const code = lastSecret(sandbox.world, pools.newPool, credentials.username, 'forgot-password');
    await take(`${who} sets a new one`, () => app.confirmReset(credentials, given(code)));
  };
  let secret = '';
  const code = (): string => totpCode(secret, sandbox.world.now());

  await take('ana, SRP, before the move', () => app.signIn(ana, 'SRP'));
  await take('ana, wrong password', () => app.signIn({ ...ana, password: 'Wrong-password-1' }, 'password'));
  await take('ana, old password', () => app.signIn(ana, 'password'));
  const moved = await sdk.idp.send(
    new AdminGetUserCommand({ UserPoolId: pools.newPool, Username: ana.username }),
  );
  rows.push({ step: 'ana in the new pool', result: given(moved.UserStatus), functionRuns: 0 });
  await take('ana, SRP, after the move', () => app.signIn(ana, 'SRP'));
  await take('ana, new tokens', () => app.refresh());
  await take('ana signs out', () => app.signOut());
  await take('ana, new tokens, signed out', () => app.refresh());
  await take('ana, SRP, wrong password', () => app.signIn({ ...ana, password: 'Wrong-password-1' }, 'SRP'));
  const newAna = { ...ana, password: 'New-password-of-ana-1' };
  await reset('ana', newAna);
  await take('ana, SRP, old password', () => app.signIn(ana, 'SRP'));
  await take('ana, SRP, new password', () => app.signIn(newAna, 'SRP'));
  await reset('ben, before the move,', { ...ben, password: 'New-password-of-ben-1' });
  await sdk.idp.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId: pools.newPool,
      MfaConfiguration: 'ON',
      SoftwareTokenMfaConfiguration: { Enabled: true },
    }),
  );
  const newBen = { ...ben, password: 'New-password-of-ben-1' };
  await take('ben, SRP, MFA is required', async () => {
    const asked = await app.signIn(newBen, 'SRP');
    if (asked.kind === 'set up TOTP') secret = asked.secret;
    return asked;
  });
  await take('ben enters the first code', () => app.enterCode(code()));
  await take('ben, SRP, once more', () => app.signIn(newBen, 'SRP'));
  await take('ben enters a wrong code', () => app.enterCode('000000'));
  await take('ben enters a code', () => app.enterCode(code()));
  await take('ben signs out everywhere', () => app.signOutEverywhere());
  await take('ben, new tokens, signed out', () => app.refresh());
  return { name: app.name, rows };
}

const noSuchUser = 'UserNotFoundException: User does not exist.';
const notMigrated = 'UserNotFoundException: Exception migrating user in app client CLIENT_ID';
const wrongLogin = 'NotAuthorizedException: Incorrect username or password.';
const wrongCode = 'CodeMismatchException: Invalid code received for user';
const noSession = 'NotAuthorizedException: Invalid Refresh Token';

/** What every library must show: step, result, and how often the function runs if it does. */
export const expectedRows: readonly Row[] = (
  [
    ['ana, SRP, before the move', noSuchUser],
    ['ana, wrong password', notMigrated, 1],
    ['ana, old password', 'signed in', 1],
    ['ana in the new pool', 'CONFIRMED'],
    ['ana, SRP, after the move', 'signed in'],
    ['ana, new tokens', 'done'],
    ['ana signs out', 'done'],
    ['ana, new tokens, signed out', noSession],
    ['ana, SRP, wrong password', wrongLogin],
    ['ana forgot the password', 'done'],
    ['ana sets a new one', 'done'],
    ['ana, SRP, old password', wrongLogin],
    ['ana, SRP, new password', 'signed in'],
    ['ben, before the move, forgot the password', 'done', 1],
    ['ben, before the move, sets a new one', 'done'],
    ['ben, SRP, MFA is required', 'set up TOTP'],
    ['ben enters the first code', 'signed in'],
    ['ben, SRP, once more', 'enter TOTP code'],
    ['ben enters a wrong code', wrongCode],
    ['ben enters a code', 'signed in'],
    ['ben signs out everywhere', 'done'],
    ['ben, new tokens, signed out', noSession],
  ] as const
).map(([step, result, functionRuns = 0]) => ({ step, result, functionRuns }));

/** The table as people read it. */
export function tableOf({ name, rows }: Journey): string {
  const width = Math.max(...rows.map(({ step }) => step.length));
  const lines = rows.map(({ step, result, functionRuns }) => {
    const runs = functionRuns === 0 ? '' : `  (the function ran ${functionRuns}×)`;
    return `  ${step.padEnd(width)}  ${result}${runs}`;
  });
  return `${[name, ...lines].join('\n')}\n`;
}

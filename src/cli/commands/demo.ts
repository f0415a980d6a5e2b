/** demo: the real init between two pools of the embedded local AWS, and a user who moves at the first sign-in. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { errorName } from '../../aws/errors.ts';
import { CheckError, type ExitKind } from '../../core/errors.ts';
import { createSandbox } from '../../sandbox/index.ts';
import type { Context } from '../begin.ts';
import type { Io } from '../io.ts';
import { main } from '../program.ts';
import { columns } from '../render/style.ts';
import { demoScene, localCredentials, type SetPool, setScene } from '../scene.ts';

const username = 'ana@example.com';
const password = 'Old-password-of-ana-1';

export async function demo({ io, reporter }: Context): Promise<ExitKind> {
  const folder = await mkdtemp(join(tmpdir(), 'cognito-migrate-demo-'));
  const local = await createSandbox();
  try {
    await io.interrupt.during('Closing the local AWS.', async () => {
      reporter.text(`\n  A local AWS on ${local.url}: no account, no network.`);
      const [oldPool, newPool] = await setScene(demoScene, local.url);
      if (oldPool === undefined || newPool === undefined) throw new Error('the demo scene has two pools');
      reporter.text(
        `  ${oldPool.name} ${oldPool.id} has ${oldPool.users} users, ${newPool.name} ${newPool.id} none.\n`,
      );
      await runInit(io, local.url, oldPool, newPool, join(folder, 'state.json'));
      const journey = await signIn(local.url, newPool);
      reporter.data({
        json: { command: 'demo', oldPool, newPool, ...journey },
        text: () => story(journey, newPool),
      });
    });
  } finally {
    await local.close();
    await rm(folder, { recursive: true, force: true });
  }
  return 'ok';
}

/** The same entry as the command line's, with the local AWS behind it. */
async function runInit(
  io: Io,
  endpoint: string,
  oldPool: SetPool,
  newPool: SetPool,
  state: string,
): Promise<void> {
  const pools = ['--old-user-pool-id', oldPool.id, '--new-user-pool-id', newPool.id];
  const rest = ['--all-new-clients', '--yes', '--state', state, '--endpoint-url', endpoint];
  const code = await withLocalCredentials(() =>
    main(['init', ...pools, ...rest], { ...io, env: {}, stdout: io.stderr }),
  );
  if (code === 0) return;
  throw new CheckError(`init ended with exit code ${code}`, {
    code: 'DEMO_FAILED',
    expected: 0,
    found: code,
  });
}

/** The SDK reads credentials from the process; whatever real ones are there must stay out of a demo. */
async function withLocalCredentials<T>(work: () => Promise<T>): Promise<T> {
  const local: Record<string, string | undefined> = {
    AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
    AWS_REGION: demoScene.region,
  };
  const before = Object.keys(local).map((name) => [name, process.env[name]] as const);
  setEnvironment(Object.entries(local));
  try {
    return await work();
  } finally {
    setEnvironment(before);
  }
}

function setEnvironment(values: readonly (readonly [string, string | undefined])[]): void {
  for (const [name, value] of values) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

interface Journey {
  /** What the new pool says to a wrong password, and to the old one. */
  readonly wrongPassword: string;
  readonly firstSignIn: { readonly ms: number; readonly tokens: readonly string[] };
  readonly secondSignIn: { readonly ms: number };
  readonly user: {
    readonly username: string;
    readonly status: string;
    readonly attributes: Readonly<Record<string, string>>;
  };
}

/** Signs one user in to the new pool: with a wrong password, with the old one, and once more. */
async function signIn(endpoint: string, pool: SetPool): Promise<Journey> {
  const idp = new CognitoIdentityProviderClient({
    endpoint,
    region: demoScene.region,
    credentials: localCredentials,
  });
  const ClientId = pool.clients[0]?.id;
  const attempt = async (PASSWORD: string) => {
    const start = performance.now();
    const answer = await idp.send(
      new InitiateAuthCommand({
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: username, PASSWORD },
      }),
    );
    return {
      ms: Math.round(performance.now() - start),
      tokens: Object.keys(answer.AuthenticationResult ?? {}),
    };
  };
  try {
    const wrongPassword = await attempt('a-guess').then(() => 'signed in', errorName);
    const firstSignIn = await attempt(password);
    const found = await idp.send(new AdminGetUserCommand({ UserPoolId: pool.id, Username: username }));
    const secondSignIn = await attempt(password);
    const attributes = Object.fromEntries(
      (found.UserAttributes ?? []).map(({ Name = '', Value = '' }) => [Name, Value]),
    );
    return {
      wrongPassword,
      firstSignIn,
      secondSignIn,
      user: { username: found.Username ?? '', status: found.UserStatus ?? '', attributes },
    };
  } finally {
    idp.destroy();
  }
}

const story = ({ wrongPassword, firstSignIn, secondSignIn, user }: Journey, pool: SetPool): string =>
  [
    '',
    `  ${username} signs in to ${pool.name} for the first time (USER_PASSWORD_AUTH)`,
    `    with a wrong password   ${wrongPassword}`,
    `    with the old password   signed in (${firstSignIn.tokens.length} values in the answer, ${firstSignIn.ms} ms): the user was moved`,
    `    and once more           signed in (${secondSignIn.ms} ms), without the function`,
    '',
    `  The user in ${pool.name} ${pool.id}`,
    columns(
      [['Username', user.username], ['UserStatus', user.status], ...Object.entries(user.attributes)],
      '    ',
    ),
    '',
    '  The old pool is as it was. Everything else was on this machine and is gone now.',
  ].join('\n');

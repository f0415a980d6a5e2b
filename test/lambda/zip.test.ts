import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Metafile } from 'esbuild';
import { unzipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildHandler } from '../../scripts/build-handler.mjs';
import type { Settings } from '../../src/lambda/settings.ts';
import { encodeSettings } from '../../src/lambda/settings-codec.ts';
import { SETTINGS, VARIABLES } from './fakes.ts';
import {
  type Answer,
  accessToken,
  assumeRoleBody,
  assumeRoleError,
  awsError,
  oldUserBody,
  type StubAws,
  startStub,
  tokensBody,
} from './stub-aws.ts';

type Handler = (event: unknown) => Promise<unknown>;

let folder: string;
let stub: StubAws;
let zip: Buffer;
let metafile: Metafile;
let instances = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cognito-migrate-zip-'));
  stub = await startStub();
  const built = await buildHandler({ outdir: join(folder, 'first') });
  zip = readFileSync(built.zip);
  ({ metafile } = built);
  for (const [name, bytes] of Object.entries(unzipSync(zip))) writeFileSync(join(folder, name), bytes);
});
afterEach(() => {
  stub.reset();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
afterAll(async () => {
  await stub.close();
  await rm(folder, { recursive: true, force: true });
});

const CANARIES = {
  password: 'CANARY-password-1aA!',
  token: 'CANARY-token',
  userName: 'canary-name@example.com',
  email: 'canary-name@example.com',
  givenName: 'CANARY-given',
  badBirthdate: 'CANARY-birthdate',
  sub: 'CANARY-sub',
  set: 'CANARY-set',
  externalId: 'CANARY-external',
  accessKeyId: 'CANARYKEYID',
  secret: 'CANARY-secret',
  session: 'CANARY-session',
  message: 'CANARY-message',
  assumedKeyId: 'CANARYASSUMED',
  assumedSecret: 'CANARY-assumed-secret',
};

/** The zip's handler as a new execution environment would load it. */
async function load(settings: Settings = SETTINGS, role = false): Promise<Handler> {
  const variables = {
    ...VARIABLES,
    OLD_ROLE_ARN: role ? 'arn:aws:iam::111122223333:role/old' : '',
    OLD_EXTERNAL_ID: role ? CANARIES.externalId : '',
    MIGRATION_SETTINGS: encodeSettings(settings),
    AWS_ENDPOINT_URL: stub.url,
    AWS_ACCESS_KEY_ID: CANARIES.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CANARIES.secret,
    AWS_SESSION_TOKEN: CANARIES.session,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const module: { handler: Handler } = await import(
    `${pathToFileURL(join(folder, 'index.mjs')).href}?${++instances}`
  );
  return module.handler;
}

const event = (changes: object = {}) => ({
  version: '1',
  triggerSource: 'UserMigration_Authentication',
  region: 'eu-central-1',
  userPoolId: 'eu-central-1_new',
  userName: CANARIES.userName,
  callerContext: {},
  request: { password: CANARIES.password, validationData: { note: 'CANARY-validation' } },
  response: {},
  ...changes,
});

const oldUser = (changes: object = {}) =>
  oldUserBody({
    UserAttributes: [
      { Name: 'sub', Value: CANARIES.sub },
      { Name: 'email', Value: CANARIES.email },
      { Name: 'email_verified', Value: 'true' },
      { Name: 'given_name', Value: CANARIES.givenName },
      { Name: 'birthdate', Value: CANARIES.badBirthdate },
    ],
    ...changes,
  });

/** Everything that the handler writes anywhere, apart from what it returns. */
function listen(): { heard: string[]; lines: () => Record<string, unknown>[] } {
  const heard: string[] = [];
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    heard.push(String(chunk));
    lines.push(String(chunk));
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    heard.push(String(chunk));
    return true;
  });
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const)
    vi.spyOn(console, method).mockImplementation((...args) => {
      heard.push(JSON.stringify(args));
    });
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => {
    heard.push(String(warning));
  });
  return { heard, lines: () => lines.map((line) => JSON.parse(line)) };
}

describe('the zip', () => {
  it('is the same, byte for byte, each time it is built', async () => {
    const second = await buildHandler({ outdir: join(folder, 'second') });
    expect(readFileSync(second.zip).equals(zip)).toBe(true);
  });

  it('is small', () => {
    expect(zip.length).toBeLessThanOrEqual(25 * 1024);
  });

  it('holds one file, of our own code and the signer alone', () => {
    expect(Object.keys(unzipSync(zip))).toEqual(['index.mjs']);
    const packages = new Set(
      Object.values(metafile.outputs).flatMap(({ inputs }) =>
        Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
          bytesInOutput > 0 ? [/^node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(file)?.[1] ?? 'our own'] : [],
        ),
      ),
    );
    // Node's own modules have no package.
    expect([...packages].toSorted()).toEqual(['@smithy/core', '@smithy/signature-v4', 'our own']);
  });
});

describe('one migration', () => {
  it('is two requests, over one connection that is kept', async () => {
    const handler = await load();
    listen();
    stub.answers = { AdminGetUser: oldUser(), AdminInitiateAuth: tokensBody(accessToken(CANARIES.sub)) };
    await handler(event());
    expect(stub.seen.map(({ action }) => action)).toEqual(['AdminGetUser', 'AdminInitiateAuth']);
    expect(stub.connections()).toBe(1);
    for (let i = 0; i < 5; i++) await handler(event());
    expect(stub.seen).toHaveLength(12);
    expect(stub.connections()).toBe(1);
  });

  it('is three requests with work after the move, over two connections that are kept', async () => {
    for (const [name, value] of [
      ['NEW_USER_POOL_ID', 'eu-central-1_new'],
      ['AWS_LAMBDA_FUNCTION_NAME', 'migrate'],
    ] as const)
      vi.stubEnv(name, value);
    const handler = await load({
      ...SETTINGS,
      map: { rename: { sub: 'custom:old_sub' }, drop: [], set: {} },
      afterMove: { groups: { admins: 'admins' }, groupsInFirstToken: true, moveOnce: 'mark' },
    });
    const { heard } = listen();
    stub.answers = {
      AdminGetUser: oldUser(),
      AdminInitiateAuth: tokensBody(accessToken(CANARIES.sub)),
      Invoke: { status: 202, body: '' },
    };
    for (let i = 0; i < 5; i++) await handler(event());
    const [first = [], ...others] = [0, 1, 2, 3, 4].map((i) =>
      stub.seen.slice(i * 3, i * 3 + 3).map(({ action }) => action),
    );
    expect(first).toEqual(['AdminGetUser', 'AdminInitiateAuth', 'Invoke']);
    for (const other of others) expect(other).toEqual(first);
    expect(stub.seen).toHaveLength(15);
    // The pools and Lambda are two hosts, even if both are this computer here.
    expect(stub.connections()).toBe(2);
    expect(heard.join('')).not.toMatch(/canary/i);
  });

  it('assumes the role once for all', async () => {
    const handler = await load(SETTINGS, true);
    listen();
    stub.answers = {
      AdminGetUser: oldUser(),
      AdminInitiateAuth: tokensBody(accessToken(CANARIES.sub)),
      AssumeRole: assumeRoleBody(CANARIES.assumedKeyId, new Date(Date.now() + 3_600_000)),
    };
    for (let i = 0; i < 5; i++) await handler(event());
    expect(stub.seen.map(({ action }) => action).filter((action) => action === 'AssumeRole')).toHaveLength(1);
    expect(stub.seen).toHaveLength(11);
    expect(stub.connections()).toBe(2);
  });

  it('takes a name from AWS for what it is, in the bundle too', async () => {
    const handler = await load();
    const { lines } = listen();
    for (const [name, reason] of [
      ['UserNotFoundException', 'unknown-user'],
      ['UserNotConfirmedException', 'unconfirmed'],
      ['PasswordResetRequiredException', 'reset-required'],
      ['UserLambdaValidationException', 'old-pool-trigger'],
      ['MFAMethodNotFoundException', 'mfa'],
      ['AccessDeniedException', 'denied'],
    ] as const) {
      stub.answers = { AdminGetUser: oldUser(), AdminInitiateAuth: awsError(name, CANARIES.message) };
      await handler(event()).catch(() => undefined);
      expect(lines().at(-1)).toMatchObject({ reason });
    }
  });

  it('repeats a request once, and no more: nothing beneath repeats any', async () => {
    const handler = await load();
    const { lines } = listen();
    for (const [answer, reason] of [
      [awsError('InternalErrorException', 'x', 500), 'aws-error'],
      [{ status: 503, body: '' }, 'aws-error'],
      ['reset', 'unreachable'],
    ] as const) {
      stub.reset();
      stub.answers = { AdminGetUser: answer };
      await handler(event()).catch(() => undefined);
      expect(lines().at(-1)).toMatchObject({ outcome: 'failed', reason });
      expect(stub.seen).toHaveLength(2);
    }
  });

  it('sends the password once, whatever follows it', async () => {
    const handler = await load();
    const { lines } = listen();
    for (const [answer, reason] of [
      [awsError('InternalErrorException', 'x', 500), 'aws-error'],
      [awsError('ServerErrorOfTomorrowException', 'x', 500), 'aws-error'],
      [{ status: 502, body: '<html>' }, 'aws-error'],
      [{ status: 408, body: '' }, 'unexpected'],
      [{ status: 421, body: '' }, 'unexpected'],
      ['reset', 'unreachable'],
    ] as const) {
      stub.reset();
      stub.answers = { AdminGetUser: oldUser(), AdminInitiateAuth: answer };
      await handler(event()).catch(() => undefined);
      expect(lines().at(-1)).toMatchObject({ outcome: 'failed', reason });
      expect(stub.seen.map(({ action }) => action)).toEqual(['AdminGetUser', 'AdminInitiateAuth']);
    }
  });
});

describe('silence', () => {
  const role = assumeRoleBody(
    CANARIES.assumedKeyId,
    new Date(Date.now() + 3_600_000),
    CANARIES.assumedSecret,
  );
  const error = (name: string, status?: number) => awsError(name, CANARIES.message, status);
  const challenge = (name: string): Answer => ({
    body: {
      ChallengeName: name,
      Session: CANARIES.token,
      ChallengeParameters: { USERNAME: CANARIES.userName },
    },
  });
  const FORGOT = event({ triggerSource: 'UserMigration_ForgotPassword', request: {} });

  const cases: [string, Record<string, Answer>, object?][] = [
    ['migrated', {}],
    ['forgot password', {}, FORGOT],
    ['rehearsal', {}, event({ triggerSource: 'CognitoMigrate_Rehearsal' })],
    ['probe', {}, { triggerSource: 'CognitoMigrate_Probe' }],
    [
      'probe denied',
      { AdminGetUser: error('AccessDeniedException') },
      { triggerSource: 'CognitoMigrate_Probe' },
    ],
    ['role refused', { AssumeRole: assumeRoleError('AccessDenied', CANARIES.message) }],
    ['role without keys', { AssumeRole: { body: `<x>${CANARIES.message}</x>` } }],
    ['wrong password', { AdminInitiateAuth: error('NotAuthorizedException') }],
    ['disabled', { AdminGetUser: oldUser({ Enabled: false }) }],
    ...['UNCONFIRMED', 'RESET_REQUIRED', 'EXTERNAL_PROVIDER', 'FORCE_CHANGE_PASSWORD', 'CANARY-status'].map(
      (UserStatus): [string, Record<string, Answer>] => [
        UserStatus,
        { AdminGetUser: oldUser({ UserStatus }) },
      ],
    ),
    ['MFA', { AdminGetUser: oldUser({ UserMFASettingList: ['CANARY-mfa'] }) }],
    ...['SMS_MFA', 'NEW_PASSWORD_REQUIRED', 'CUSTOM_CHALLENGE', 'CANARY-challenge'].map(
      (name): [string, Record<string, Answer>] => [name, { AdminInitiateAuth: challenge(name) }],
    ),
    ...[
      'UserNotFoundException',
      'TooManyRequestsException',
      'InvalidParameterException',
      'ResourceNotFoundException',
      'UserLambdaValidationException',
      'InternalErrorException',
      'CANARY-Exception',
    ].flatMap((name): [string, Record<string, Answer>][] => [
      [`${name}, user`, { AdminGetUser: error(name) }],
      [`${name}, sign-in`, { AdminInitiateAuth: error(name) }],
    ]),
    ['no JSON', { AdminGetUser: { body: CANARIES.message } }],
    ['no JSON, 500', { AdminInitiateAuth: { status: 500, body: CANARIES.message } }],
    ['closed connection', { AdminInitiateAuth: 'reset' }],
    ['user without name', { AdminGetUser: oldUser({ Username: undefined }) }],
    ['odd name', {}, event({ userName: 'CANARY name' })],
    ['odd pool', {}, event({ userPoolId: 'CANARY pool' })],
    ['unknown trigger', {}, event({ triggerSource: 'CANARY-trigger' })],
    ['nothing', {}, { canary: 'CANARY-x' }],
  ];

  it.each([
    ['as it comes', SETTINGS],
    [
      'with every policy the other way',
      {
        ...SETTINGS,
        mfa: 'allow',
        onBadAttribute: 'refuse',
        weakPassword: 'reset',
        passwordPolicy: { minimumLength: 99 },
        map: { rename: {}, drop: [], set: { given_name: CANARIES.set } },
      } satisfies Settings,
    ],
    [
      'with nothing to fit the schema',
      { ...SETTINGS, schema: { 'custom:need': { type: 'Number', required: true } } } satisfies Settings,
    ],
  ])('about every secret, in every outcome, %s', async (_, settings) => {
    const handler = await load(settings, true);
    const { heard, lines } = listen();
    for (const [name, answers, given] of cases) {
      stub.answers = {
        AdminGetUser: oldUser(),
        AdminInitiateAuth: tokensBody(accessToken(CANARIES.sub, CANARIES.token)),
        AssumeRole: role,
        ...answers,
      };
      const before = lines().length;
      const result = await handler(given ?? event()).then(
        (value) => ({ value }),
        (thrown: unknown) => ({ thrown }),
      );
      expect(lines().length, name).toBe(before + 1);
      if ('thrown' in result) {
        expect(result.thrown).toBeInstanceOf(Error);
        const { thrown } = result;
        const told =
          thrown instanceof Error ? `${thrown.message} ${thrown.stack} ${JSON.stringify(thrown)}` : '';
        expect(told, name).not.toMatch(/canary/i);
      } else if (name.startsWith('probe')) expect(JSON.stringify(result.value), name).not.toMatch(/canary/i);
      else
        expect(JSON.stringify(result.value), name).not.toMatch(/CANARY-(token|sub|external|secret|message)/);
    }
    expect(heard.length).toBeGreaterThanOrEqual(cases.length);
    expect(heard.join('\n')).not.toMatch(/canary/i);
  });
});

/** The work after a move, with an event on one side and AWS's answers on the other. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { bothPools } from '../../src/lambda/both-pools.ts';
import { readEnvironment } from '../../src/lambda/environment.ts';
import { oldPool } from '../../src/lambda/old-pool.ts';
import { oldPoolCalls } from '../../src/lambda/pool-calls.ts';
import { FIXED_SENTENCE, makeHandler, NOT_FINISHED } from '../../src/lambda/serve.ts';
import { type AfterMove, oldSubName, type Settings } from '../../src/lambda/settings.ts';
import { encodeSettings, SettingsError } from '../../src/lambda/settings-codec.ts';
import { fakeClock, SETTINGS, text, VARIABLES } from './fakes.ts';
import {
  type Answer,
  awsError,
  oldUserBody,
  type Seen,
  type StubAws,
  startStub,
  tokensBody,
} from './stub-aws.ts';

const OLD = 'eu-central-1_old';
const NEW = 'eu-central-1_new';
const SUB = '11111111-2222-4333-8444-555555555555';
const NEW_SUB = '99999999-2222-4333-8444-555555555555';
const ALL: AfterMove = { groups: { admins: 'admins', old: 'new', staff: 'new' }, moveOnce: 'mark' };
const EVENT = { triggerSource: 'CognitoMigrate_AfterMove', userName: 'ana@example.com' };
const SIGN_IN = {
  version: '1',
  triggerSource: 'UserMigration_Authentication',
  userPoolId: NEW,
  userName: 'ana@example.com',
  request: { password: 'Correct-horse-1' },
  response: {},
};
const EMPTY: Answer = { status: 202, body: '' };
const FINE: Answer = { body: {} };

let stub: StubAws;
beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAOWN');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'migrate');
  vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-5759e988-bd862e3fe1be46a994272793');
  stub = await startStub();
});
afterEach(() => stub.reset());
afterAll(async () => {
  vi.unstubAllEnvs();
  await stub.close();
});

const attributes = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }));

const isOf =
  (newPool: Answer, old: Answer) =>
  ({ body }: Seen): Answer =>
    body.UserPoolId === NEW ? newPool : old;

/** This answer about the new user, and the ordinary one about the old user. */
const isNow = (newPool: Answer): Answer => isOf(newPool, oldUserBody());

const clock = fakeClock();

/** The new user, created so many minutes ago. */
const newUser = (minutes = 0, values: Readonly<Record<string, string>> = { [oldSubName]: SUB }): Answer => ({
  body: {
    Username: NEW_SUB,
    Enabled: true,
    UserStatus: 'CONFIRMED',
    UserAttributes: attributes({ sub: NEW_SUB, email: 'ana@example.com', ...values }),
    UserCreateDate: clock.now() / 1000 - minutes * 60,
  },
});
const oldUser = (values: Readonly<Record<string, string>> = {}): Answer => ({
  body: { Users: [{ Username: 'ana', Enabled: true, Attributes: attributes({ sub: SUB, ...values }) }] },
});
const groups = (...names: string[]): Answer => ({
  body: { Groups: names.map((GroupName) => ({ GroupName })) },
});

interface Asked {
  readonly afterMove?: AfterMove | undefined;
  readonly answers?: Record<string, Answer>;
  readonly settings?: Partial<Settings>;
  readonly context?: { readonly invokedFunctionArn?: string; getRemainingTimeInMillis?(): number };
}

const SETTINGS_KEPT: Settings = {
  ...SETTINGS,
  map: { rename: { sub: oldSubName }, drop: [], set: {} },
  schema: { ...SETTINGS.schema, [oldSubName]: text({ mutable: false }) },
};

/** The handler with one kind of settings; it keeps what an execution environment keeps. */
function start({ afterMove = ALL, settings = {} }: Asked = {}) {
  const environment = readEnvironment({
    ...VARIABLES,
    NEW_USER_POOL_ID: NEW,
    AWS_LAMBDA_FUNCTION_NAME: 'migrate',
    AWS_ENDPOINT_URL: stub.url,
    MIGRATION_SETTINGS: encodeSettings({ ...SETTINGS_KEPT, ...settings, ...(afterMove && { afterMove }) }),
  });
  const call = oldPoolCalls(environment, clock);
  const { newPool } = environment;
  const lines: string[] = [];
  const handler = makeHandler({
    start: () => ({
      environment,
      pool: oldPool(environment, clock, call),
      ...(newPool && { both: bothPools(environment, newPool, clock, call) }),
    }),
    clock,
    write: (line) => lines.push(line),
  });
  return { handler, lines };
}

/** Every call of a run gets its ordinary answer. */
const ordinary = (): Record<string, Answer> => ({
  AdminGetUser: isOf(newUser(), oldUserBody()),
  AdminInitiateAuth: tokensBody(),
  ListUsers: oldUser(),
  AdminListGroupsForUser: groups('admins', 'old', 'staff', 'unchosen', 'constructor'),
  AdminAddUserToGroup: FINE,
  AdminUpdateUserAttributes: FINE,
  AdminDisableUser: FINE,
  Invoke: EMPTY,
});

async function ask(event: object, asked: Asked = {}) {
  stub.answers = { ...ordinary(), ...asked.answers };
  const { handler, lines } = start(asked);
  const [result, thrown] = await handler(event, asked.context).then(
    (value) => [value, undefined],
    (error: unknown) => [undefined, error instanceof Error ? error.message : error],
  );
  const line: Record<string, unknown> = JSON.parse(lines[0] ?? '{}');
  return { result, thrown, line, lines, writes: writesOf(), calls: stub.seen.map(({ action }) => action) };
}

const WRITES = ['AdminAddUserToGroup', 'AdminUpdateUserAttributes', 'AdminDisableUser'];
const writesOf = () => stub.seen.filter(({ action }) => WRITES.includes(action)).map(({ body }) => body);

describe('a run after a move', () => {
  it('copies the chosen groups under their new names, once each, and marks the old user', async () => {
    const { thrown, line, writes } = await ask(EVENT);
    expect(thrown).toBeUndefined();
    expect(writes).toEqual([
      { UserPoolId: NEW, Username: NEW_SUB, GroupName: 'admins' },
      { UserPoolId: NEW, Username: NEW_SUB, GroupName: 'new' },
      {
        UserPoolId: OLD,
        Username: 'ana',
        UserAttributes: [
          { Name: 'custom:moved_at', Value: expect.stringMatching(/^\d{4}-.*Z$/) },
          { Name: 'custom:moved_to', Value: NEW },
        ],
      },
    ]);
    expect(line).toMatchObject({
      outcome: 'done',
      trigger: 'after-move',
      groupsAdded: 2,
      groupsMissing: 0,
      oldUser: 'marked',
      Created: 1,
      newUserPoolId: NEW,
    });
  });

  it('logs one line without any name', async () => {
    const { lines } = await ask(EVENT);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/ana|admins|example|1111|9999/);
  });

  it('disables the old user', async () => {
    const { writes, line } = await ask(EVENT, { afterMove: { moveOnce: 'disable' } });
    expect(writes).toEqual([{ UserPoolId: OLD, Username: 'ana' }]);
    expect(line).toMatchObject({ oldUser: 'disabled' });
    expect(line).not.toHaveProperty('groupsAdded');
  });

  it('looks for the old user by nothing but the old sub', async () => {
    await ask(EVENT);
    const filter = stub.seen.find(({ action }) => action === 'ListUsers')?.body;
    expect(filter).toMatchObject({ UserPoolId: OLD, Filter: `sub = "${SUB}"` });
    expect(filter).not.toHaveProperty('AttributesToGet');
  });

  it.each([
    ['has no old sub', { AdminGetUser: () => newUser(0, {}) }],
    ['has an old sub that nobody has', { ListUsers: { body: { Users: [] } } }],
    ['has an old sub that AWS finds for somebody else', { ListUsers: () => oldUser({ sub: NEW_SUB }) }],
    [
      'has an old sub that is a filter of its own',
      { AdminGetUser: () => newUser(0, { [oldSubName]: '" or sub ^= "' }) },
    ],
  ] as const)('writes nothing for a user who %s, and is not tried again', async (_, answers) => {
    const { thrown, line, writes } = await ask(EVENT, { answers: { ...answers } });
    expect(thrown).toBeUndefined();
    expect(writes).toEqual([]);
    expect(line).toMatchObject({ outcome: 'failed', reason: 'not-this-user', AfterMoveFailed: 1 });
    expect(line).not.toHaveProperty('Created');
  });

  it.each([
    ['mutable', { [oldSubName]: text({ mutable: true }) }],
    ['unknown', {}],
  ])('proves nothing by an attribute that is %s', async (kind, schema) => {
    if (kind === 'mutable') expect(() => start({ settings: { schema } })).toThrow(SettingsError);
    else expect((await ask(EVENT, { settings: { schema } })).line).toMatchObject({ reason: 'not-this-user' });
    expect(writesOf()).toEqual([]);
  });

  it('writes nothing 15 minutes after the move', async () => {
    const { line, writes, thrown } = await ask(EVENT, {
      answers: { AdminGetUser: isNow(() => newUser(15)) },
    });
    expect(writes).toEqual([]);
    expect(thrown).toBeUndefined();
    expect(line).toMatchObject({ outcome: 'failed', reason: 'after-move-failed', fault: 'TooLate' });
    expect((await ask(EVENT, { answers: { AdminGetUser: isNow(() => newUser(14.9)) } })).writes).toHaveLength(
      3,
    );
  });

  it('looks twice for a new user who is not there yet', async () => {
    const slept = clock.slept.length;
    const { line } = await ask(EVENT, {
      answers: {
        AdminGetUser: isNow((_, count) => (count === 1 ? awsError('UserNotFoundException') : newUser())),
      },
    });
    expect(line).toMatchObject({ outcome: 'done' });
    expect(clock.slept.slice(slept)).toEqual([400, 800]);
  });

  it('fails for nobody, so that Lambda tries again', async () => {
    const { thrown, line, calls } = await ask(EVENT, {
      answers: { AdminGetUser: awsError('UserNotFoundException') },
    });
    expect(thrown).toBe(NOT_FINISHED);
    expect(calls).toEqual(['AdminGetUser', 'AdminGetUser']);
    expect(line).toMatchObject({ reason: 'after-move-failed', fault: 'UserNotFoundException' });
  });

  it('reads all pages of groups', async () => {
    const { writes } = await ask(EVENT, {
      answers: {
        AdminListGroupsForUser: ({ body }) =>
          body.NextToken === undefined
            ? { body: { Groups: [{ GroupName: 'admins' }], NextToken: 'next' } }
            : groups('staff'),
      },
    });
    expect(writes.map(({ GroupName }) => GroupName)).toEqual(['admins', 'new', undefined]);
  });

  it.each([
    ['is gone', 'ResourceNotFoundException', { groupsMissing: 1, groupsRefused: 0 }],
    ['is one too many', 'LimitExceededException', { groupsMissing: 0, groupsRefused: 1 }],
  ])('goes on if a group %s', async (_, name, counts) => {
    const { line, thrown } = await ask(EVENT, {
      answers: { AdminAddUserToGroup: ({ body }) => (body.GroupName === 'admins' ? awsError(name) : FINE) },
    });
    expect(thrown).toBeUndefined();
    expect(line).toMatchObject({ outcome: 'done', groupsAdded: 1, oldUser: 'marked', ...counts });
  });

  it.each(['ListUsers', 'AdminListGroupsForUser', 'AdminAddUserToGroup', 'AdminUpdateUserAttributes'])(
    'fails if %s is denied, and says so once',
    async (action) => {
      const { thrown, line, lines } = await ask(EVENT, {
        answers: { [action]: awsError('AccessDeniedException') },
      });
      expect(thrown).toBe(NOT_FINISHED);
      expect(lines).toHaveLength(1);
      expect(line).toMatchObject({ reason: 'after-move-failed', fault: 'AccessDeniedException' });
    },
  );

  it('waits out short throttling, and no more', async () => {
    const throttled = awsError('TooManyRequestsException');
    const twice: Answer = (_, count) => (count <= 2 ? throttled : FINE);
    expect((await ask(EVENT, { answers: { AdminAddUserToGroup: twice } })).line).toMatchObject({
      outcome: 'done',
    });
    stub.reset();
    const ever = await ask(EVENT, { answers: { AdminAddUserToGroup: throttled } });
    expect(ever.thrown).toBe(NOT_FINISHED);
    expect(ever.writes).toHaveLength(3);
  });

  it('looks at the proof again after a pause, since someone else may have taken the name', async () => {
    const stranger: Answer = {
      body: {
        Username: 'ana',
        Enabled: true,
        UserStatus: 'CONFIRMED',
        UserAttributes: attributes({ sub: SUB.replaceAll('1', '7') }),
        UserCreateDate: clock.now() / 1000,
      },
    };
    const { thrown, line, writes } = await ask(EVENT, {
      answers: {
        AdminGetUser: isNow((_, count) => (count <= 2 ? newUser() : stranger)),
        AdminAddUserToGroup: (_, count) => (count === 1 ? awsError('TooManyRequestsException') : FINE),
      },
    });
    expect(thrown).toBe(NOT_FINISHED);
    expect(line).toMatchObject({ reason: 'after-move-failed', fault: 'UserNotFoundException' });
    expect(writes).toEqual([{ UserPoolId: NEW, Username: NEW_SUB, GroupName: 'admins' }]);
  });

  it('takes a search with too many pages for a failure, not for proof that nobody is there', async () => {
    const { thrown, writes, line } = await ask(EVENT, {
      answers: { ListUsers: { body: { Users: [], PaginationToken: 'more' } } },
    });
    expect(thrown).toBe(NOT_FINISHED);
    expect(writes).toEqual([]);
    expect(line).toMatchObject({ reason: 'after-move-failed' });
  });

  it.each([
    [NEW, 'marked-before'],
    ['eu-west-1_other', 'marked-by-another'],
  ])('leaves the mark of %s as it is', async (movedTo, oldUserIs) => {
    const { writes, line } = await ask(EVENT, {
      afterMove: { moveOnce: 'mark' },
      answers: {
        AdminGetUser: isOf(
          newUser(),
          oldUserBody({ UserAttributes: attributes({ sub: SUB, 'custom:moved_to': movedTo }) }),
        ),
      },
    });
    expect(writes).toEqual([]);
    expect(line).toMatchObject({ outcome: 'done', oldUser: oldUserIs });
  });

  it('does nothing if nothing is chosen any more', async () => {
    stub.answers = ordinary();
    const { handler, lines } = start({ afterMove: undefined, settings: {} });
    await handler(EVENT).catch(() => undefined);
    expect(stub.seen.length).toBeGreaterThan(0);
    stub.reset();
    const environment = readEnvironment({ ...VARIABLES, AWS_ENDPOINT_URL: stub.url });
    const none = makeHandler({
      start: () => ({ environment, pool: oldPool(environment, clock) }),
      clock,
      write: (line) => lines.push(line),
    });
    await none(EVENT);
    expect(stub.seen).toEqual([]);
    expect(JSON.parse(lines.at(-1) ?? '{}')).toMatchObject({ reason: 'unknown-trigger' });
  });
});

describe('a sign-in with work after the move', () => {
  it('starts the function itself with the name and nothing else, in three requests', async () => {
    const { result, calls, line } = await ask(SIGN_IN, {
      context: { invokedFunctionArn: 'arn:aws:lambda:eu-central-1:111122223333:function:migrate:live' },
    });
    expect(calls).toEqual(['AdminGetUser', 'AdminInitiateAuth', 'Invoke']);
    expect(stub.seen[2]?.body).toEqual({
      function: 'migrate:live',
      type: 'Event',
      trace: 'Root=1-5759e988-bd862e3fe1be46a994272793',
      event: { triggerSource: 'CognitoMigrate_AfterMove', userName: 'ana@example.com' },
    });
    expect(stub.seen[2]?.scope).toContain('/lambda');
    expect(result).toHaveProperty('response.finalUserStatus', 'CONFIRMED');
    expect(line).not.toHaveProperty('afterMove');
  });

  it('names the user as the new pool will', async () => {
    const settings = {
      newPool: { usernameAttributes: [], aliasAttributes: ['email' as const], caseSensitive: false },
    };
    const { result } = await ask(SIGN_IN, {
      settings,
      context: { invokedFunctionArn: 'a:b:c:d:e:function:migrate' },
    });
    expect(result).toHaveProperty('response.userAttributes.username', 'ana');
    expect(stub.seen.at(-1)?.body).toMatchObject({ function: 'migrate', event: { userName: 'ana' } });
  });

  it.each([
    ['denied', awsError('AccessDeniedException'), 'AccessDeniedException'],
    ['throttled', awsError('TooManyRequestsException', '', 429), 'TooManyRequestsException'],
    ['reset', 'reset', 'ConnectionLost'],
    ['never answered', 'hang', 'BudgetExhausted'],
  ] as const)('goes on if its start is %s', async (_, answer, name) => {
    const { result, line } = await ask(SIGN_IN, { answers: { Invoke: answer } });
    expect(result).toHaveProperty('response.finalUserStatus', 'CONFIRMED');
    expect(line).toMatchObject({
      outcome: 'migrated',
      afterMove: 'after-move-not-started',
      Migrated: 1,
      AfterMoveFailed: 1,
    });
    expect([name, 'ConnectionError']).toContain(line.afterMoveFault);
  });

  it.each([
    [
      'a wrong password',
      { AdminInitiateAuth: awsError('NotAuthorizedException', 'Incorrect username or password.') },
    ],
    ['an unknown user', { AdminGetUser: awsError('UserNotFoundException') }],
  ])('starts nothing after %s', async (_, answers) => {
    expect((await ask(SIGN_IN, { answers })).calls).not.toContain('Invoke');
  });

  it('starts nothing in a rehearsal', async () => {
    const { calls, result } = await ask({ ...SIGN_IN, triggerSource: 'CognitoMigrate_Rehearsal' });
    expect(result).toMatchObject({ outcome: 'migrated' });
    expect(calls).not.toContain('Invoke');
  });

  const marked = (minutes: number, to = NEW, at?: string): Answer =>
    oldUserBody({
      UserAttributes: attributes({
        sub: SUB,
        email: 'ana@example.com',
        email_verified: 'true',
        'custom:moved_to': to,
        'custom:moved_at': at ?? new Date(clock.now() - minutes * 60_000).toISOString(),
      }),
    });

  it.each(['UserMigration_Authentication', 'UserMigration_ForgotPassword'])(
    'refuses a user who has moved before, in %s, without a try of the password',
    async (triggerSource) => {
      const event = { ...SIGN_IN, triggerSource };
      const { result, line, calls } = await ask(event, { answers: { AdminGetUser: () => marked(11) } });
      expect(result).toEqual(event);
      expect(line).toMatchObject({ outcome: 'untouched', reason: 'already-moved' });
      expect(calls).toEqual(['AdminGetUser']);
    },
  );

  it.each([
    ['young', () => marked(9), ALL],
    ['of another pool', () => marked(60, 'eu-central-1_other'), ALL],
    ['of a setting that is off', () => marked(60), { moveOnce: 'disable' } as const],
  ])('lets a user in whose mark is %s', async (_, user, afterMove) => {
    const { line } = await ask(SIGN_IN, { afterMove, answers: { AdminGetUser: user } });
    expect(line).toMatchObject({ outcome: 'migrated' });
  });

  it.each(['', 'soon'])('refuses a user whose mark has the time "%s"', async (at) => {
    const { line } = await ask(SIGN_IN, { answers: { AdminGetUser: () => marked(0, NEW, at) } });
    expect(line).toMatchObject({ reason: 'already-moved' });
  });

  it('fails with the fixed sentence, never with that of a run', async () => {
    expect(
      (await ask(SIGN_IN, { answers: { AdminGetUser: awsError('AccessDeniedException') } })).thrown,
    ).toBe(FIXED_SENTENCE);
  });
});

describe('the test call', () => {
  const PROBE = { triggerSource: 'CognitoMigrate_Probe' };
  const unknown = awsError('UserNotFoundException');
  const nobody = {
    AdminGetUser: unknown,
    AdminInitiateAuth: unknown,
    ListUsers: { body: { Users: [] } },
    AdminListGroupsForUser: unknown,
    AdminAddUserToGroup: unknown,
    AdminUpdateUserAttributes: unknown,
    AdminDisableUser: unknown,
    Invoke: { status: 204, body: '' },
  };

  it('tries every right of the chosen work, and starts nothing', async () => {
    const { result, writes } = await ask(PROBE, { answers: nobody });
    expect(result).toHaveProperty('afterMove', {
      invoke: 'OK',
      listUsers: 'OK',
      adminGetUser: 'UserNotFoundException',
      adminListGroupsForUser: 'UserNotFoundException',
      adminAddUserToGroup: 'UserNotFoundException',
      adminUpdateUserAttributes: 'UserNotFoundException',
    });
    expect(stub.seen.find(({ action }) => action === 'Invoke')?.body).toMatchObject({ type: 'DryRun' });
    for (const { Username } of writes) expect(Username).toMatch(/^cognito-migrate-probe-/);
  });

  it('asks for no right that is not chosen', async () => {
    const { result } = await ask(PROBE, { answers: nobody, afterMove: { moveOnce: 'disable' } });
    expect(result).toHaveProperty('afterMove', {
      invoke: 'OK',
      listUsers: 'OK',
      adminGetUser: 'UserNotFoundException',
      adminDisableUser: 'UserNotFoundException',
    });
  });

  it('names each right that is denied', async () => {
    for (const [action, member] of [
      ['Invoke', 'invoke'],
      ['ListUsers', 'listUsers'],
      ['AdminListGroupsForUser', 'adminListGroupsForUser'],
      ['AdminAddUserToGroup', 'adminAddUserToGroup'],
      ['AdminUpdateUserAttributes', 'adminUpdateUserAttributes'],
    ] as const) {
      const { result } = await ask(PROBE, {
        answers: { ...nobody, [action]: awsError('AccessDeniedException') },
      });
      expect(result).toHaveProperty(`afterMove.${member}`, 'AccessDeniedException');
    }
  });
});

describe('groups in the first token', () => {
  const FIRST: AfterMove = { groups: { admins: 'admins', old: 'new' }, groupsInFirstToken: true };
  const token = (changes: object = {}, request: object = {}) => ({
    version: '1',
    triggerSource: 'TokenGeneration_Authentication',
    userPoolId: NEW,
    userName: NEW_SUB,
    request: {
      userAttributes: { sub: NEW_SUB, [oldSubName]: SUB },
      groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
      ...request,
    },
    response: { claimsOverrideDetails: null },
    ...changes,
  });
  const answers = {
    AdminGetUser: isNow(() => newUser(0)),
    AdminListGroupsForUser: groups('admins', 'old', 'other'),
  };
  const first = (event: object, more: Record<string, Answer> = {}, afterMove: AfterMove = FIRST) =>
    ask(event, { afterMove, answers: { ...answers, ...more } });

  it.each([
    ['1', 'claimsOverrideDetails'],
    ['2', 'claimsAndScopeOverrideDetails'],
    ['3', 'claimsAndScopeOverrideDetails'],
  ])('are set in the pool and added to an event of version %s', async (version, member) => {
    const event = token({ version, response: { [member]: null } });
    const { result, writes, line } = await first(event);
    expect(result).toEqual({
      ...event,
      response: {
        [member]: {
          groupOverrideDetails: { groupsToOverride: ['admins', 'new'], iamRolesToOverride: [] },
        },
      },
    });
    expect(writes.map(({ GroupName }) => GroupName)).toEqual(['admins', 'new']);
    expect(line).toMatchObject({ trigger: 'pre-token', outcome: 'done', groupsAdded: 2 });
    expect(line).not.toHaveProperty('_aws');
  });

  it.each(['TokenGeneration_HostedAuth', 'TokenGeneration_NewPasswordChallenge'])(
    'are added for %s',
    async (triggerSource) => {
      expect((await first(token({ triggerSource }))).result).toHaveProperty(
        'response.claimsOverrideDetails.groupOverrideDetails.groupsToOverride',
        ['admins', 'new'],
      );
    },
  );

  it('leave groups, roles, and the preferred role of the user as they are', async () => {
    const roles = ['arn:aws:iam::111122223333:role/a'];
    const groupConfiguration = {
      groupsToOverride: ['own'],
      iamRolesToOverride: roles,
      preferredRole: roles[0],
    };
    const response = { claimsOverrideDetails: { claimsToSuppress: ['email'] }, other: 1 };
    const { result } = await first(token({ response }, { groupConfiguration }));
    expect(result).toHaveProperty('response', {
      other: 1,
      claimsOverrideDetails: {
        claimsToSuppress: ['email'],
        groupOverrideDetails: {
          groupsToOverride: ['own', 'admins', 'new'],
          iamRolesToOverride: roles,
          preferredRole: roles[0],
        },
      },
    });
  });

  it('are added where everything in the event is null', async () => {
    const { result } = await first(token({ response: null }, { groupConfiguration: null }));
    expect(result).toHaveProperty('response.claimsOverrideDetails.groupOverrideDetails', {
      groupsToOverride: ['admins', 'new'],
    });
  });

  it.each([
    ['a refresh', token({ triggerSource: 'TokenGeneration_RefreshTokens' })],
    ['a device', token({ triggerSource: 'TokenGeneration_AuthenticateDevice' })],
    ['another version', token({ version: '4' })],
    ['another pool', token({ userPoolId: 'eu-central-1_other' })],
    ['a user without an old sub', token({}, { userAttributes: { sub: NEW_SUB } })],
    ['a user who has one of the groups', token({}, { groupConfiguration: { groupsToOverride: ['new'] } })],
    ['groups in another form', token({}, { groupConfiguration: { groupsToOverride: 'admins' } })],
    ['no request', { triggerSource: 'TokenGeneration_Authentication' }],
  ])('cost no request for %s', async (_, event) => {
    const { result, calls, lines } = await first(event);
    expect(result).toBe(event);
    expect(calls).toEqual([]);
    expect(lines).toEqual([]);
  });

  it('cost no request if they are not chosen', async () => {
    expect((await first(token(), {}, { groups: { admins: 'admins' } })).calls).toEqual([]);
  });

  it.each([
    ['moved 15 minutes ago', { AdminGetUser: () => newUser(15) }],
    ['has another old sub in the pool', { AdminGetUser: () => newUser(0, { [oldSubName]: NEW_SUB }) }],
    ['has no old user', { ListUsers: { body: { Users: [] } } }],
    ['had none of the groups', { AdminListGroupsForUser: groups('other') }],
  ] as const)('are left out for a user who %s, who is then remembered', async (_, more) => {
    stub.answers = { ...ordinary(), ...answers, ...more };
    const { handler } = start({ afterMove: FIRST });
    const event = token();
    expect(await handler(event)).toBe(event);
    const asked = stub.seen.length;
    expect(await handler(event)).toBe(event);
    expect(stub.seen).toHaveLength(asked);
    expect(writesOf()).toEqual([]);
  });

  it('are only those that the pool has accepted', async () => {
    const refuses: Answer = ({ body }) =>
      body.GroupName === 'admins' ? awsError('ResourceNotFoundException') : FINE;
    const { result } = await first(token(), { AdminAddUserToGroup: refuses });
    expect(result).toHaveProperty('response.claimsOverrideDetails.groupOverrideDetails.groupsToOverride', [
      'new',
    ]);
    const event = token();
    expect((await first(event, { AdminAddUserToGroup: awsError('AccessDeniedException') })).result).toBe(
      event,
    );
  });

  const faults: readonly (readonly [string, Answer])[] = [
    ['denied', awsError('AccessDeniedException')],
    ['throttled', awsError('TooManyRequestsException')],
    ['failing', awsError('InternalErrorException', '', 500)],
    ['reset', 'reset'],
    ['silent', 'hang'],
    ['another program', { body: '<html>' }],
    ['empty', { body: {} }],
  ];
  const calls = ['AdminGetUser', 'ListUsers', 'AdminListGroupsForUser', 'AdminAddUserToGroup'];
  it.each(calls.flatMap((action) => faults.map(([name, answer]) => [action, name, answer] as const)))(
    'never stop a sign-in: %s %s',
    async (action, name, answer) => {
      const event = token();
      const { result, thrown } = await first(event, { [action]: answer });
      expect(thrown).toBeUndefined();
      if (action === 'AdminAddUserToGroup' && name === 'empty') expect(result).toHaveProperty('response');
      else expect(result).toBe(event);
    },
  );

  it('never stop a sign-in with settings that cannot be read, or a log that cannot be written', async () => {
    const event = token();
    const broken = makeHandler({
      start: () => {
        throw new SettingsError('x');
      },
      clock,
      write: () => undefined,
    });
    expect(await broken(event)).toBe(event);
    stub.answers = { ...ordinary(), ...answers };
    const environment = start({ afterMove: FIRST });
    const { handler } = environment;
    vi.spyOn(environment.lines, 'push').mockImplementation(() => {
      throw new Error('full');
    });
    expect(await handler(event)).toBe(event);
  });
});

describe('the environment', () => {
  const variables = {
    ...VARIABLES,
    NEW_USER_POOL_ID: NEW,
    AWS_LAMBDA_FUNCTION_NAME: 'migrate',
    MIGRATION_SETTINGS: encodeSettings({ ...SETTINGS_KEPT, afterMove: ALL }),
  };

  it('names the own endpoints of the new pool', () => {
    expect(readEnvironment(variables).newPool).toEqual({
      id: NEW,
      functionName: 'migrate',
      cognito: { region: 'eu-central-1', url: 'https://cognito-idp.eu-central-1.amazonaws.com' },
      lambda: { region: 'eu-central-1', url: 'https://lambda.eu-central-1.amazonaws.com' },
    });
    const china = { AWS_REGION: 'cn-north-1', NEW_USER_POOL_ID: 'cn-north-1_new' };
    expect(readEnvironment({ ...variables, ...china }).newPool?.lambda.url).toBe(
      'https://lambda.cn-north-1.amazonaws.com.cn',
    );
  });

  it('needs no new pool if nothing is chosen', () => {
    expect(readEnvironment({ ...VARIABLES, NEW_USER_POOL_ID: 'x' })).not.toHaveProperty('newPool');
  });

  it.each([
    ['no new pool', { NEW_USER_POOL_ID: '' }],
    ['a new pool of another Region', { NEW_USER_POOL_ID: 'eu-west-1_new' }],
    ['no name of its own', { AWS_LAMBDA_FUNCTION_NAME: '' }],
    ['a Lambda elsewhere', { AWS_ENDPOINT_URL_LAMBDA: 'https://lambda.example.com' }],
  ])('is refused with %s', (_, changes) => {
    expect(() => readEnvironment({ ...variables, ...changes })).toThrow(SettingsError);
  });
});

/** `--find-by`: ListUsers finds the username of a typed address, and AdminGetUser by that username decides. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HoldersAnswer } from '../../src/lambda/decide.ts';
import { readEnvironment } from '../../src/lambda/environment.ts';
import { filterFor, forwarded } from '../../src/lambda/find-by.ts';
import { type Asker, migrate } from '../../src/lambda/migrate.ts';
import { oldPool } from '../../src/lambda/old-pool.ts';
import { FIXED_SENTENCE, makeHandler } from '../../src/lambda/serve.ts';
import type { NewPool, OldPool, Settings } from '../../src/lambda/settings.ts';
import { encodeSettings } from '../../src/lambda/settings-codec.ts';
import { asking, SUB } from './asking.ts';
import {
  ANA,
  fakeClock,
  fakePool,
  fault,
  found,
  SETTINGS,
  SIGN_IN,
  SIGNED_IN,
  text,
  VARIABLES,
} from './fakes.ts';
import { type Answer, awsError, oldUserBody, type Seen, startStub, tokensBody } from './stub-aws.ts';

const ask = asking();
const address = 'ana@example.com';
const byEmail: NewPool = { usernameAttributes: ['email'], aliasAttributes: [], caseSensitive: false };
const named: OldPool = { usernameAttributes: [], aliasAttributes: [], caseSensitive: true };
const schema = { ...SETTINGS.schema, email: text(), phone_number: text() };
const rule = (more: Partial<Settings> = {}): Partial<Settings> => ({
  schema,
  newPool: byEmail,
  oldPool: named,
  findBy: 'email',
  ...more,
});

/** A function with `--find-by` and an old pool that has one user: ana, with her verified address. */
async function openFlooded() {
  const stub = await startStub();
  onTestFinished(() => stub.close());
  const isHers = ({ body }: Seen) =>
    [body.Username, body.Filter].some((text) => /^ana$|"ana@/.test(String(text)));
  stub.answers = {
    ListUsers: (seen) => pageOf(isHers(seen) ? [ana] : []),
    AdminGetUser: (seen) => (isHers(seen) ? hers : awsError('UserNotFoundException')),
    AdminInitiateAuth: tokensBody(),
  };
  const clock = fakeClock();
  const lines: { readonly reason: string }[] = [];
  const environment = readEnvironment({
    ...VARIABLES,
    AWS_ENDPOINT_URL: stub.url,
    MIGRATION_SETTINGS: encodeSettings({ ...SETTINGS, ...rule() }),
  });
  const handler = makeHandler({
    start: () => ({ environment, pool: oldPool(environment, clock) }),
    clock,
    write: (line) => lines.push(JSON.parse(line)),
  });
  const sent = (userName: string) =>
    handler({ triggerSource: 'UserMigration_Authentication', userName, request: { password: 'x' } });
  return { stub, clock, lines, handler, sent };
}

interface Listed {
  readonly name: string;
  readonly email?: string;
  readonly verified?: string;
  readonly enabled?: boolean;
}
const ana: Listed = { name: 'ana', email: address, verified: 'true' };

/** AdminGetUser's answer. */
const hers = oldUserBody({
  Username: 'ana',
  UserAttributes: [
    { Name: 'sub', Value: SUB },
    { Name: 'email', Value: address },
    { Name: 'email_verified', Value: 'true' },
  ],
});

/** One page of ListUsers. */
const pageOf = (users: readonly Listed[], PaginationToken?: string) => ({
  body: {
    Users: users.map(({ name, email = address, verified = 'true', enabled = true }) => ({
      Username: name,
      Enabled: enabled,
      Attributes: [
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: verified },
      ],
    })),
    ...(PaginationToken !== undefined && { PaginationToken }),
  },
});

/** Answers with these pages of users. `calls` collects every request. */
function answersWith(calls: Seen[], ...pages: readonly (readonly Listed[])[]): Record<string, Answer> {
  const keep =
    (answer: Answer): Answer =>
    (seen, count) => {
      calls.push(seen);
      return typeof answer === 'function' ? answer(seen, count) : answer;
    };
  return {
    ListUsers: keep((_seen, count) => pageOf(pages[count - 1] ?? [], pages[count] && `page-${count}`)),
    AdminGetUser: keep(hers),
    AdminInitiateAuth: keep(tokensBody()),
  };
}

const actionsOf = (calls: readonly Seen[]): string[] => calls.map(({ action }) => action);

describe('a user whose address is the new name', () => {
  it('moves with the old password, in three requests', async () => {
    const calls: Seen[] = [];
    const { response, line } = await ask(address, { settings: rule(), answers: answersWith(calls, [ana]) });
    expect(response.userAttributes).toEqual({ email: address, email_verified: 'true' });
    expect(line).toMatchObject({ outcome: 'migrated', reason: 'password-proven' });
    expect(actionsOf(calls)).toEqual(['ListUsers', 'AdminGetUser', 'AdminInitiateAuth']);
    expect(calls[0]?.body).toEqual({
      UserPoolId: expect.any(String),
      Filter: `email = "${address}"`,
      Limit: 10,
    });
    expect(calls[1]?.body.Username).toBe('ana');
    expect(calls[2]?.body.AuthParameters).toMatchObject({ USERNAME: 'ana' });
  });

  it.each([
    ['typed in another letter case', 'ANA@Example.com', ana],
    ['stored in another letter case', address, { ...ana, email: 'Ana@Example.com' }],
  ])('moves by the address %s, as the new pool compares names', async (_what, typed, user) => {
    const answers = answersWith([], [user]);
    const { line } = await ask(typed, { settings: rule(), answers });
    expect(line).toMatchObject({ outcome: 'migrated' });
  });

  it('does not move by another letter case in a case-sensitive new pool', async () => {
    const settings = rule({ newPool: { ...byEmail, caseSensitive: true } });
    const { line } = await ask('Ana@example.com', { settings, answers: answersWith([], [ana]) });
    expect(line).toMatchObject({ outcome: 'untouched', reason: 'unknown-user' });
  });

  it('keeps the old username where email is an alias', async () => {
    const settings = rule({ newPool: { ...byEmail, usernameAttributes: [], aliasAttributes: ['email'] } });
    const { response } = await ask(address, { settings, answers: answersWith([], [ana]) });
    expect(response.userAttributes).toMatchObject({ username: 'ana', email: address });
    const calls: Seen[] = [];
    const typed = await ask('ana', { settings, answers: answersWith(calls, []) });
    expect(typed.line).toMatchObject({ outcome: 'migrated' });
    expect(actionsOf(calls)).toEqual(['AdminGetUser', 'AdminInitiateAuth']);
  });

  it('moves without a password too, and has one name only', async () => {
    const source = 'UserMigration_ForgotPassword';
    const moved = await ask(address, { source, settings: rule(), answers: answersWith([], [ana]) });
    expect(moved.line).toMatchObject({ outcome: 'reset', reason: 'forgot-password' });
    const user = {
      email: address,
      email_verified: 'true',
      phone_number: '+491',
      phone_number_verified: 'true',
    };
    const both = { ...byEmail, usernameAttributes: ['phone_number', 'email'] } as const;
    const settings = rule({ newPool: both, oldPool: { ...named, aliasAttributes: ['phone_number'] } });
    const { line } = await ask('+491', { user, username: 'ana', settings });
    expect(line).toMatchObject({ outcome: 'untouched', reason: 'other-name' });
  });
});

describe('nobody moves', () => {
  const stranger = (name: string): Listed => ({ name, verified: 'false' });
  it.each([
    ['nobody has the address', [[]], 'unknown-user'],
    ['nobody has verified it', [[stranger('a'), stranger('b')]], 'unknown-user'],
    ['two have verified it', [[ana, { name: 'bea' }]], 'ambiguous-name'],
    ['two have, and one is disabled', [[ana, { name: 'bea', enabled: false }]], 'ambiguous-name'],
    ['two have, the second on another page', [[ana], [stranger('b')], [{ name: 'bea' }]], 'ambiguous-name'],
    ['only another address matches', [[{ ...ana, email: `x${address}` }]], 'unknown-user'],
  ])('where %s', async (_what, pages, reason) => {
    const calls: Seen[] = [];
    const { response, line, thrown } = await ask(address, {
      settings: rule(),
      answers: answersWith(calls, ...pages),
    });
    expect([response, thrown]).toEqual([{}, undefined]);
    expect(line).toMatchObject({ outcome: 'untouched', reason });
    expect(new Set(actionsOf(calls))).toEqual(new Set(['ListUsers']));
  });

  it('but strangers with the same unverified address change nothing', async () => {
    const crowd = Array.from({ length: 9 }, (_, at) => stranger(`s${at}`));
    const answers = answersWith([], crowd, [], [...crowd, ana]);
    const { line } = await ask(address, { settings: rule(), answers });
    expect(line).toMatchObject({ outcome: 'migrated' });
  });

  it('where a token is left after three pages: a failure that all names have', async () => {
    const calls: Seen[] = [];
    const answers = answersWith(calls, [ana], [], [], []);
    const { line, thrown } = await ask(address, { settings: rule(), answers });
    expect(line).toMatchObject({ outcome: 'failed', reason: 'unexpected', fault: 'TooManyMatches' });
    expect(thrown).toBeDefined();
    expect(actionsOf(calls)).toEqual(['ListUsers', 'ListUsers', 'ListUsers']);
  });

  it.each([
    ['whose address changed between the two reads', { email: 'new@example.com' }, 'other-name'],
    ['whose address is no longer verified', { email_verified: 'false' }, 'unverified-address'],
  ])('%s', async (_what, change, reason) => {
    const attributes = { sub: SUB, email: address, email_verified: 'true', ...change };
    const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
    const answers = {
      ...answersWith([], [ana]),
      AdminGetUser: oldUserBody({ Username: 'ana', UserAttributes }),
    };
    const { line } = await ask(address, { settings: rule(), answers });
    expect(line).toMatchObject({ outcome: 'untouched', reason });
  });

  it('who is disabled, or deleted a moment ago', async () => {
    const disabled = { ...answersWith([], [ana]), AdminGetUser: oldUserBody({ Enabled: false }) };
    expect((await ask(address, { settings: rule(), answers: disabled })).line).toMatchObject({
      reason: 'disabled',
    });
    const gone = { ...answersWith([], [ana]), AdminGetUser: awsError('UserNotFoundException') };
    expect((await ask(address, { settings: rule(), answers: gone })).line).toMatchObject({
      reason: 'unknown-user',
    });
  });

  it.each([
    ['before anybody is found, it shows', { ListUsers: awsError('AccessDeniedException') }, true],
    ['of a user who was found, it is hidden', { AdminGetUser: awsError('AccessDeniedException') }, false],
  ])('while the function may not ask: %s', async (_what, answers, isShown) => {
    const { line, thrown } = await ask(address, {
      settings: rule(),
      answers: { ...answersWith([], [ana]), ...answers },
    });
    expect(line).toMatchObject({ outcome: 'failed', reason: 'denied', fault: 'AccessDeniedException' });
    expect(thrown !== undefined).toBe(isShown);
  });
});

describe('the search', () => {
  it('takes nothing but names of that shape', () => {
    for (const name of [
      'ana',
      '@x',
      'a@',
      'a b@x',
      'a@b@c',
      'a\u0000@x',
      `${'"'.repeat(125)}@x`,
      '+491',
      SUB,
    ])
      expect(filterFor(name, 'email')).toBeUndefined();
    for (const name of ['491', '+', '+49 1', '+1234567890123456', address])
      expect(filterFor(name, 'phone_number')).toBeUndefined();
    expect(filterFor('+4915112345678', 'phone_number')).toBe('phone_number = "+4915112345678"');
    expect(filterFor(address, undefined)).toBeUndefined();
  });

  it.each([
    ['"', '\\"'],
    ['\\', '\\\\'],
    ['" or sub ^= "', undefined],
    ['*', '*'],
    ['%', '%'],
    ["'", "'"],
    ['ä', 'ä'],
    ['例', '例'],
    ['\u212A', '\u212A'],
    ['\u200D', '\u200D'],
    ['\n', undefined],
    ['\u0000', undefined],
    ['\u009b', undefined],
    ['$x', '$x'],
    ['\\"', '\\\\\\"'],
    ['😀', '😀'],
  ])('takes %j for nothing but a part of the value', (part, escaped) => {
    const filter = escaped === undefined ? undefined : `email = "a${escaped}@x"`;
    expect(filterFor(`a${part}@x`, 'email')).toBe(filter);
  });

  it('throws the fixed sentence at the limit of searches, and still answers other names and the test call', async () => {
    const { handler, sent: send, clock, lines, stub } = await openFlooded();
    const sent = (userName: string) =>
      send(userName).then(
        () => 'returned',
        () => 'threw',
      );
    const flood = async () => {
      const ends: string[] = [];
      for (const at of [1, 2, 3, 4, 5, 6, 7]) ends.push(await sent(`nobody${at}@example.com`));
      return ends;
    };
    expect(await flood()).toEqual([...Array.from({ length: 5 }, () => 'returned'), 'threw', 'threw']);
    expect(lines.map(({ reason }) => reason).slice(4)).toEqual([
      'unknown-user',
      'lookup-limit',
      'lookup-limit',
    ]);
    // A real user with a name of another shape beside the flood, and the test call.
    expect(await sent('ana')).toBe('returned');
    expect(await handler({ triggerSource: 'CognitoMigrate_Probe' })).toMatchObject({ listUsers: 'OK' });
    clock.pass(1000);
    expect(await sent(address)).toBe('returned');
    expect(stub.seen.filter(({ action }) => action === 'ListUsers')).toHaveLength(7);
  });
});

describe('a real user beside a flood of unknown names', () => {
  it('is asked to try again in that second, and moves in the next one', async () => {
    const { handler, sent, clock, lines } = await openFlooded();
    const flood = async () => {
      for (const at of [1, 2, 3, 4, 5]) await sent(`nobody${at}@example.com`).catch(() => undefined);
    };
    await flood();
    await expect(sent(address)).rejects.toThrow(FIXED_SENTENCE);
    clock.pass(1000);
    expect(await sent(address)).toMatchObject({ response: { finalUserStatus: 'CONFIRMED' } });
    await flood(); // the user's own search counts, so one of these is too much
    expect(lines.map(({ reason }) => reason)).toEqual([
      ...Array.from({ length: 5 }, () => 'unknown-user'),
      'lookup-limit',
      'password-proven',
      ...Array.from({ length: 4 }, () => 'unknown-user'),
      'lookup-limit',
    ]);
    expect(await handler({ triggerSource: 'CognitoMigrate_Probe' })).toMatchObject({ listUsers: 'OK' });
  });
});

describe('no answer in time', () => {
  const late = fault('TimeoutError');
  const owner = found({ ...ANA, userName: 'ana' });
  const listed: HoldersAnswer = { kind: 'holders', users: [{ userName: 'ana', attributes: ANA.attributes }] };
  const vouched = { ...SETTINGS.map, rename: { username: 'email' } };
  it.each([
    ['to the search', rule(), fakePool(owner, SIGNED_IN, undefined, late), 'find'],
    ['to the read of the user', rule(), fakePool(late, SIGNED_IN, undefined, listed), 'find get'],
    ['to the password', rule(), fakePool(owner, late, undefined, listed), 'find get sign-in'],
    [
      'to the search for others with that address',
      { schema, newPool: byEmail, oldPool: named, map: vouched },
      fakePool(found({ ...ANA, userName: address }), SIGNED_IN, undefined, late),
      'get sign-in holders',
    ],
  ])('%s is asked once, and everyone gets the fixed sentence', async (_what, more, pool, calls) => {
    const clock = fakeClock();
    const settings = { ...SETTINGS, ...more };
    const outcome = await migrate(
      { ...SIGN_IN, userName: address },
      settings,
      pool,
      clock,
      clock.now() + 4000,
    );
    expect(outcome).toEqual({ outcome: 'failed', reason: 'time-out', fault: 'TimeoutError' });
    expect(pool.calls.join(' ')).toBe(calls);
  });
});

describe('"forgot password" under a name that only the owner of the pools vouches for', () => {
  const vouched: Partial<Settings> = {
    schema,
    newPool: byEmail,
    oldPool: named,
    map: { ...SETTINGS.map, rename: { username: 'email' } },
  };

  it('counts its searches, since anyone can ask, and does not tell at the limit who is in the old pool', async () => {
    const askers: Asker[] = [];
    const pool = {
      ...fakePool(found({ ...ANA, userName: address })),
      holdersOf: async (_address: string, asker: Asker) => {
        askers.push(asker);
        return { kind: 'fault', name: 'LookupLimit', message: '' } as const;
      },
    };
    const settings = { ...SETTINGS, ...vouched };
    const clock = fakeClock();
    const event = { kind: 'forgot-password', userName: address } as const;
    const outcome = await migrate(event, settings, pool, clock, clock.now() + 4000);
    expect(outcome).toMatchObject({ outcome: 'failed', reason: 'lookup-limit', quiet: true });
    await migrate({ ...SIGN_IN, userName: address }, settings, pool, clock, clock.now() + 4000);
    expect(askers).toEqual(['anyone', 'user']);
  });
});

describe('an unknown name', () => {
  const cased = { newPool: { ...byEmail, usernameAttributes: [] }, oldPool: named, schema };
  const known = (name: string): Record<string, Answer> => {
    const user = oldUserBody({ Username: name });
    return {
      AdminGetUser: ({ body }) => (body.Username === name ? user : awsError('UserNotFoundException')),
    };
  };

  it('is asked once more in lower case, where only the old pool tells them apart', async () => {
    const { line } = await ask('Ana', { settings: cased, answers: known('ana') });
    expect(line).toMatchObject({ outcome: 'migrated' });
    const insensitive = { ...cased, oldPool: { ...named, caseSensitive: false } };
    const one = await ask('Ana', { settings: insensitive, answers: known('ana') });
    expect(one.line).toMatchObject({ outcome: 'untouched', reason: 'unknown-user' });
  });

  it('never tries a password twice: a user who was found is the one', async () => {
    const calls: Seen[] = [];
    const wrong: Answer = (seen) => {
      calls.push(seen);
      return awsError('NotAuthorizedException', 'Incorrect username or password.');
    };
    const AdminGetUser: Answer = ({ body }) => oldUserBody({ Username: body.Username });
    const { line } = await ask('Ana', {
      settings: cased,
      answers: { AdminGetUser, AdminInitiateAuth: wrong },
    });
    expect(line).toMatchObject({ outcome: 'untouched', reason: 'wrong-password' });
    expect(calls.map(({ body }) => body.AuthParameters)).toMatchObject([{ USERNAME: 'Ana' }]);
  });
});

describe('ClientMetadata', () => {
  it('goes on with the chosen keys only, and our own mark is written last', async () => {
    const calls: Seen[] = [];
    const settings = rule({ forwardClientMetadata: ['tenant', 'missing', '__proto__', 'long'] });
    const validationData = {
      tenant: 'blue',
      secret: 'x',
      source: 'forged',
      number: 7,
      long: 'x'.repeat(257),
    };
    const { line } = await ask(address, { settings, answers: answersWith(calls, [ana]), validationData });
    expect(calls.at(-1)?.body.ClientMetadata).toEqual({ tenant: 'blue', source: 'cognito-migrate' });
    expect(JSON.stringify(line)).not.toContain('blue');
  });

  it('takes only what was sent', () => {
    expect(forwarded({ a: '1' }, ['a', 'b', 'toString'])).toEqual({ a: '1' });
    expect(forwarded({ a: '1' })).toEqual({});
  });
});

/** `--guard-sign-up`: the Pre sign-up trigger, with events on one side and users of the old pool on the other. */
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/lambda/environment.ts';
import { readEnvironment } from '../../src/lambda/environment.ts';
import type { Asker, OldPoolPort } from '../../src/lambda/migrate.ts';
import type { OldUser } from '../../src/lambda/old-user.ts';
import { makeHandler, NAME_IN_USE, NO_SIGN_UP } from '../../src/lambda/serve.ts';
import type { Settings } from '../../src/lambda/settings.ts';
import { encodeSettings } from '../../src/lambda/settings-codec.ts';
import { ANA, fakeClock, fault, SETTINGS, SIGNED_IN, text, VARIABLES } from './fakes.ts';

const OLD_SUB = 'custom:old_sub';
const ANA_SUB = ANA.userName;
const address = 'ana@example.com';

const guarded: Settings = {
  ...SETTINGS,
  map: { rename: { sub: OLD_SUB }, drop: [], set: {} },
  schema: { ...SETTINGS.schema, [OLD_SUB]: text({ mutable: false }) },
  guard: 'local',
};

interface Old {
  /** Users by each name that AdminGetUser finds them by. */
  readonly users?: Readonly<Record<string, OldUser>>;
  /** The error of every call. */
  readonly fails?: string;
  /** Users whom ListUsers finds. */
  readonly listed?: readonly OldUser[];
}

interface Seen {
  readonly looked: string[];
  readonly searched: Asker[];
}

function poolOf({ users = {}, fails, listed = [] }: Old, seen: Seen): OldPoolPort {
  return {
    getUser: async (userName) => {
      seen.looked.push(userName);
      if (fails !== undefined) return fault(fails);
      const user = Object.hasOwn(users, userName) ? users[userName] : undefined;
      return user ? { kind: 'user', user } : fault('UserNotFoundException');
    },
    signIn: async () => SIGNED_IN,
    findUsers: async (_, asker) => {
      seen.searched.push(asker);
      return fails === undefined ? { kind: 'holders', users: listed } : fault(fails);
    },
    holdersOf: async () => ({ kind: 'holders', users: [] }),
  };
}

interface Sent {
  readonly userName?: unknown;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly source?: string;
  readonly settings?: Settings;
  readonly old?: Old;
  readonly unusable?: true;
}

/** One event of the trigger. */
async function send({
  userName = address,
  attributes = {},
  source = 'PreSignUp_SignUp',
  settings = guarded,
  old = { users: { [address]: ANA } },
  unusable,
}: Sent) {
  const seen: Seen = { looked: [], searched: [] };
  const lines: string[] = [];
  const environment: Environment = readEnvironment({
    ...VARIABLES,
    MIGRATION_SETTINGS: encodeSettings(settings),
  });
  const clock = fakeClock();
  const handler = makeHandler({
    start: () => {
      if (unusable) throw new Error('no settings');
      return { environment, pool: poolOf(old, seen) };
    },
    clock,
    write: (line) => lines.push(line),
  });
  const event = {
    version: '1',
    triggerSource: source,
    userPoolId: 'eu-central-1_new',
    userName,
    request: { userAttributes: attributes, validationData: null },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  };
  const ended = await handler(event).then(
    (result) => ({ result, thrown: undefined }),
    (error: unknown) => ({ result: undefined, thrown: error instanceof Error ? error.message : error }),
  );
  const line: Record<string, unknown> = lines[0] === undefined ? {} : JSON.parse(lines[0]);
  return { ...ended, ...seen, event, lines, line, isUnchanged: ended.result === event };
}

const withStatus = (status: string, enabled = true): Old => ({
  users: { [address]: { ...ANA, status, enabled } },
});

describe('a sign-up with the name of an old user', () => {
  it.each([
    ['CONFIRMED', true],
    ['CONFIRMED', false],
    ['RESET_REQUIRED', true],
    ['FORCE_CHANGE_PASSWORD', true],
    ['ARCHIVED', true],
    ['COMPROMISED', true],
    ['UNKNOWN', true],
    ['A_STATUS_OF_TOMORROW', true],
  ])('is refused: %s, enabled %s', async (status, enabled) => {
    const { thrown, line } = await send({ old: withStatus(status, enabled) });
    expect(thrown).toBe(NAME_IN_USE);
    expect(line).toMatchObject({
      outcome: 'refused',
      reason: 'squatting-refused',
      trigger: 'sign-up',
      SquattingRefused: 1,
    });
  });

  it.each([
    ['UNCONFIRMED', 'local', true],
    ['UNCONFIRMED', 'federated', true],
    ['EXTERNAL_PROVIDER', 'local', true],
    ['EXTERNAL_PROVIDER', 'federated', false],
  ] as const)('%s with the guard of %s users: allowed %s', async (status, guard, isAllowed) => {
    const sent = await send({ old: withStatus(status), settings: { ...guarded, guard } });
    expect(sent.isUnchanged).toBe(isAllowed);
    expect(sent.thrown).toBe(isAllowed ? undefined : NAME_IN_USE);
  });

  it('the line holds nothing of the person', async () => {
    const { lines } = await send({ attributes: { email: address, given_name: 'Ana' } });
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toMatch(/ana/i);
  });
});

describe('the names that are looked up', () => {
  const aliases: Settings = {
    ...guarded,
    newPool: { ...guarded.newPool, usernameAttributes: [], aliasAttributes: ['email', 'phone_number'] },
    oldPool: { usernameAttributes: [], aliasAttributes: ['email', 'phone_number'], caseSensitive: false },
  };

  it.each([
    ['the username', { userName: 'ana', old: { users: { ana: ANA } } }],
    ['an email address', { userName: 'x', attributes: { email: address } }],
    [
      'a phone number',
      { userName: 'x', attributes: { phone_number: '+4930123' }, old: { users: { '+4930123': ANA } } },
    ],
  ] satisfies [string, Sent][])('%s', async (_, sent) => {
    expect((await send({ settings: aliases, ...sent })).thrown).toBe(NAME_IN_USE);
  });

  it('an attribute that nobody signs in with is none', async () => {
    const sent = await send({ userName: 'x', attributes: { phone_number: '+4930123', nickname: address } });
    expect(sent.looked).toEqual(['x']);
    expect(sent.isUnchanged).toBe(true);
  });

  it('a generated username beside the address', async () => {
    const sent = await send({
      userName: '7b0c1c3e-1111-4222-8333-444444444444',
      attributes: { email: address },
    });
    expect(sent.thrown).toBe(NAME_IN_USE);
  });

  it.each([
    ['case-sensitive', true, ['ANA@Example.com', address]],
    ['unknown', undefined, ['ANA@Example.com', address]],
    ['case-insensitive', false, ['ANA@Example.com']],
  ])('in an old pool that is %s', async (_, caseSensitive, looked) => {
    const oldPool = { ...guarded.oldPool, ...(caseSensitive !== undefined && { caseSensitive }) };
    const sent = await send({
      userName: 'ANA@Example.com',
      settings: { ...guarded, oldPool },
      old: {},
    });
    expect(sent.looked).toEqual(looked);
  });

  it('dots and plus signs make another address', async () => {
    for (const userName of ['a.na@example.com', 'ana+1@example.com'])
      expect((await send({ userName })).isUnchanged).toBe(true);
  });

  it.each(['a b@example.com', 'x'.repeat(129), ''])('no user can be named %j', async (userName) => {
    const sent = await send({ userName });
    expect(sent.looked).toEqual([]);
    expect(sent.isUnchanged).toBe(true);
  });

  it('an event without a name fails', async () => {
    expect((await send({ userName: 7 })).thrown).toBe(NO_SIGN_UP);
  });
});

describe('with --find-by', () => {
  const settings: Settings = {
    ...guarded,
    findBy: 'email',
    oldPool: { usernameAttributes: [], aliasAttributes: [], caseSensitive: true },
  };
  const ana: OldUser = { ...ANA, userName: 'ana' };

  it('a verified address is found', async () => {
    const sent = await send({ settings, old: { users: { ana }, listed: [ana] } });
    expect([sent.thrown, sent.searched, sent.looked]).toEqual([NAME_IN_USE, ['anyone'], ['ana']]);
  });

  it('is searched in lowercase too, whatever letter case ListUsers compares', async () => {
    const sent = await send({
      settings,
      userName: 'ANA@example.com',
      old: { users: { ana }, listed: [ana] },
    });
    expect([sent.thrown, sent.searched]).toEqual([NAME_IN_USE, ['anyone', 'anyone']]);
  });

  it('an unverified one belongs to nobody', async () => {
    const attributes = ANA.attributes.filter(({ name }) => name !== 'email_verified');
    const sent = await send({ settings, old: { users: { ana }, listed: [{ ...ana, attributes }] } });
    expect(sent.isUnchanged).toBe(true);
  });

  it('two owners refuse too', async () => {
    const bea = { ...ana, userName: 'bea', status: 'UNCONFIRMED' };
    const sent = await send({ settings, old: { users: { ana, bea }, listed: [bea, ana] } });
    expect(sent.thrown).toBe(NAME_IN_USE);
  });

  it('a flood is refused with the other sentence', async () => {
    const sent = await send({ settings, old: { fails: 'LookupLimit' } });
    expect([sent.thrown, sent.line.reason]).toEqual([NO_SIGN_UP, 'lookup-limit']);
  });

  it('the search for a user who moves does not count', async () => {
    const attributes = { [OLD_SUB]: ANA_SUB };
    const sent = await send({ settings, attributes, old: { users: { ana }, listed: [ana] } });
    expect([sent.isUnchanged, sent.searched]).toEqual([true, ['user']]);
  });
});

describe('a user who moves', () => {
  it('passes with the sub of the old user of that name, after one look', async () => {
    const sent = await send({ attributes: { email: address, [OLD_SUB]: ANA_SUB } });
    expect([sent.isUnchanged, sent.looked]).toEqual([true, [address]]);
  });

  it('passes even if another old user has the second address', async () => {
    const bea = { ...ANA, userName: 'bea', attributes: [{ name: 'sub', value: 'other' }] };
    const sent = await send({
      attributes: { email: address, phone_number: '+4930123', [OLD_SUB]: ANA_SUB },
      settings: {
        ...guarded,
        newPool: { ...guarded.newPool, usernameAttributes: ['email', 'phone_number'] },
      },
      old: { users: { [address]: ANA, '+4930123': bea } },
    });
    expect(sent.isUnchanged).toBe(true);
  });

  it.each(['22222222-2222-4333-8444-555555555555', '', 7, null, [ANA_SUB]])('not with %j', async (sub) => {
    const sent = await send({ attributes: { [OLD_SUB]: sub } });
    expect(sent.thrown).toBe(NAME_IN_USE);
  });
});

describe('faults', () => {
  it.each([
    ['TooManyRequestsException', 'throttled'],
    ['AccessDeniedException', 'denied'],
    ['ConnectionError', 'unreachable'],
    ['TimeoutError', 'time-out'],
    ['InternalErrorException', 'aws-error'],
    ['InvalidParameterException', 'misconfigured'],
    ['UserLambdaValidationException', 'unexpected'],
    ['SomethingNew', 'unexpected'],
  ])('%s refuses the sign-up with the other sentence', async (fails, reason) => {
    const { thrown, line } = await send({ userName: 'new@example.com', old: { fails } });
    expect(thrown).toBe(NO_SIGN_UP);
    expect(line).toMatchObject({ outcome: 'failed', reason, trigger: 'sign-up', Failed: 1 });
  });

  it('broken settings refuse it too', async () => {
    const { thrown, line } = await send({ unusable: true });
    expect([thrown, line.reason]).toEqual([NO_SIGN_UP, 'bad-settings']);
  });
});

describe('left unchanged', () => {
  it.each(['PreSignUp_AdminCreateUser', 'PreSignUp_ExternalProvider', 'PreSignUp_SomethingNew'])(
    '%s, whatever happens',
    async (source) => {
      for (const more of [{}, { unusable: true }, { old: { fails: 'ConnectionError' } }] satisfies Sent[]) {
        const sent = await send({ source, ...more });
        expect([sent.isUnchanged, sent.looked, sent.lines]).toEqual([true, [], []]);
      }
    },
  );

  it('everything, without the setting', async () => {
    const { guard: _, ...settings } = guarded;
    const sent = await send({ settings });
    expect([sent.isUnchanged, sent.looked]).toEqual([true, []]);
  });

  it('a sign-up of another name: nobody is confirmed, nothing verified, nothing counted', async () => {
    const sent = await send({ userName: 'new@example.com' });
    expect(sent.result).toEqual(sent.event);
    expect(sent.line).toMatchObject({ outcome: 'untouched', reason: 'sign-up-allowed' });
    expect(sent.line._aws).toBeUndefined();
  });
});

it('the setting needs the old sub', () => {
  expect(() => encodeSettings({ ...SETTINGS, guard: 'local' })).toThrow(
    'guard needs map: sub to custom:old_sub',
  );
});

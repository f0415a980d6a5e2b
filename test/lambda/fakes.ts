import type { Fault, HoldersAnswer, SignInAnswer, UserAnswer } from '../../src/lambda/decide.ts';
import type { TriggerEvent } from '../../src/lambda/event.ts';
import type { Clock, OldPoolPort } from '../../src/lambda/migrate.ts';
import type { OldUser } from '../../src/lambda/old-user.ts';
import type { AttributeSchema, Settings } from '../../src/lambda/settings.ts';
import { encodeSettings } from '../../src/lambda/settings-codec.ts';

/** A clock that only moves when it is told to. */
export function fakeClock(): Clock & { pass(ms: number): void; readonly slept: number[] } {
  let time = 1_700_000_000_000;
  const slept: number[] = [];
  return {
    now: () => time,
    sleep: async (ms) => {
      slept.push(ms);
      time += ms;
    },
    pass: (ms) => {
      time += ms;
    },
    slept,
  };
}

export const text = (rules: Partial<AttributeSchema> = {}): AttributeSchema => ({
  type: 'String',
  max: 2048,
  ...rules,
});

/** A new pool of the most ordinary kind: people sign in with their e-mail address. */
export const SETTINGS: Settings = {
  mfa: 'block',
  oldPoolMfa: 'OPTIONAL',
  forgotPassword: 'on',
  onBadAttribute: 'drop',
  weakPassword: 'allow',
  map: { rename: {}, drop: [], set: {} },
  schema: {
    sub: text({ required: true, mutable: false, min: 1 }),
    email: text({ required: true }),
    email_verified: { type: 'Boolean' },
    phone_number: text(),
    phone_number_verified: { type: 'Boolean' },
    given_name: text({ max: 20 }),
    birthdate: text({ min: 10, max: 10 }),
    'custom:level': { type: 'Number', min: 1, max: 10 },
  },
  newPool: { usernameAttributes: ['email'], aliasAttributes: [], caseSensitive: false },
  oldPool: { usernameAttributes: ['email'] },
};

/** The function's environment for a pool in the same account. */
export const VARIABLES = {
  OLD_USER_POOL_ID: 'eu-central-1_old',
  OLD_USER_POOL_REGION: 'eu-central-1',
  OLD_CLIENT_ID: 'client',
  AWS_REGION: 'eu-central-1',
  MIGRATION_SETTINGS: encodeSettings(SETTINGS),
};

export const ANA: OldUser = {
  userName: '11111111-2222-4333-8444-555555555555',
  enabled: true,
  status: 'CONFIRMED',
  hasMfa: false,
  attributes: [
    { name: 'sub', value: '11111111-2222-4333-8444-555555555555' },
    { name: 'email', value: 'ana@example.com' },
    { name: 'email_verified', value: 'true' },
    { name: 'given_name', value: 'Ana' },
  ],
};

/** ANA without a verified address. */
export const UNVERIFIED: OldUser = {
  ...ANA,
  attributes: ANA.attributes.map((one) => (one.name === 'email_verified' ? { ...one, value: 'false' } : one)),
};

export const SIGN_IN: TriggerEvent = {
  kind: 'authentication',
  userName: 'ana@example.com',
  password: 'Correct-horse-1',
};
export const FORGOT: TriggerEvent = { kind: 'forgot-password', userName: 'ana@example.com' };

/** Tokens of ANA. */
export const SIGNED_IN: SignInAnswer = { kind: 'signed-in', sub: '11111111-2222-4333-8444-555555555555' };

export const found = (user: OldUser): UserAnswer => ({ kind: 'user', user });
export const fault = (name: string, message = '', awsError?: string, status?: number): Fault => ({
  kind: 'fault',
  name,
  message,
  ...(awsError !== undefined && { awsError }),
  ...(status !== undefined && { status }),
});

/** An old pool that gives the same answers, or one after the other, and counts what it was asked. */
export function fakePool(
  users: UserAnswer | readonly UserAnswer[],
  signIns: SignInAnswer | readonly SignInAnswer[] = SIGNED_IN,
  onCall: () => void = () => undefined,
  holders: HoldersAnswer | readonly HoldersAnswer[] = { kind: 'holders', users: [] },
): OldPoolPort & { readonly calls: string[] } {
  const calls: string[] = [];
  const next = <T>(answers: T | readonly T[], kind: string): T => {
    onCall();
    calls.push(kind);
    const list: readonly T[] = isList(answers) ? answers : [answers];
    const answer = list[Math.min(calls.filter((call) => call === kind).length, list.length) - 1];
    if (answer === undefined) throw new Error('The fake pool has no answer');
    return answer;
  };
  return {
    calls,
    getUser: async () => next(users, 'get'),
    signIn: async () => next(signIns, 'sign-in'),
    holdersOf: async () => next(holders, 'holders'),
    findUsers: async () => next(holders, 'find'),
  };
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

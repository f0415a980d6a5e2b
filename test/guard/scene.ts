/** Two pools of one kind, the users of the old one, and the function in this process on the triggers of the new one. */
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  DescribeUserPoolCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  SignUpCommand,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { vi } from 'vitest';
import type { Vars } from '../../src/core/variables/index.ts';
import { readEnvironment } from '../../src/lambda/environment.ts';
import { oldPool } from '../../src/lambda/old-pool.ts';
import { oldPoolCalls } from '../../src/lambda/pool-calls.ts';
import { makeHandler } from '../../src/lambda/serve.ts';
import { oldSubName } from '../../src/lambda/settings.ts';
import { createSandbox, keysOf, noDelays, type Sandbox } from '../../src/sandbox/index.ts';
import { settingsFor } from '../../src/steps/handler-settings.ts';
import { fakeClock } from '../sandbox/support.ts';
import { given } from '../support/errors.ts';
import { sdkOf } from '../support/sdk.ts';

const region = 'eu-west-1';
const account = '111122223333';
const password = 'Correct-horse-1';

export interface OldPerson {
  readonly username: string;
  readonly email: string;
  readonly phone: string;
  /** The ID in the old pool. */
  readonly sub: string;
}

/** What a stranger sends to SignUp. */
export interface SignUpInput {
  readonly Username: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

type PoolInput = Partial<CreateUserPoolCommandInput>;

/** How people sign in to both pools. */
export interface GuardedPools {
  readonly old: PoolInput;
  readonly new: PoolInput;
  readonly choices?: Partial<Vars>;
  /** The name that people type. */
  readonly nameOf: (person: OldPerson) => string;
  /** Ten spellings of a name that belongs to the person. */
  readonly spellings: readonly ((person: OldPerson) => SignUpInput)[];
  /** A sign-up of somebody else. */
  readonly other: (number: number) => SignUpInput;
  /** Sign-ups of others with almost the name of an old user. */
  readonly lookalikes: readonly SignUpInput[];
}

const insensitive = { UsernameConfiguration: { CaseSensitive: false } };
const sensitive = { UsernameConfiguration: { CaseSensitive: true } };

/** Letter cases in which people, and strangers, type a name. */
const cases: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => name.charAt(0).toUpperCase() + name.slice(1),
  (name) => name.slice(0, -1) + name.slice(-1).toUpperCase(),
  (name) => name.replace(/@.*/, (domain) => domain.toUpperCase()),
  (name) => name.replace(/^[^@]*/, (local) => local.toUpperCase()),
  (name) => name.replaceAll('e', 'E'),
  (name) => [...name].map((letter, at) => (at % 2 === 0 ? letter.toUpperCase() : letter)).join(''),
  (name) => [...name].map((letter, at) => (at % 2 === 1 ? letter.toUpperCase() : letter)).join(''),
  (name) => name.replaceAll('o', 'O'),
];

const byEmail = cases.map(
  (spell) =>
    ({ email }: OldPerson): SignUpInput => ({ Username: spell(email) }),
);
const byName = cases.map(
  (spell) =>
    ({ username }: OldPerson): SignUpInput => ({ Username: spell(username) }),
);
const others = {
  email: (number: number): SignUpInput => ({ Username: `stranger.${number}@example.com` }),
  name: (number: number): SignUpInput => ({ Username: `stranger${number}` }),
};

/** Dots and plus signs make another address, since most mail servers tell them apart. */
const lookalikes = {
  email: ['some.one.0@example.com', 'someone0@example.com', 'someone.0+app@example.com'].map((Username) => ({
    Username,
  })),
  name: ['some.one0', 'someone0+app', 'someone-0', 'someone00'].map((Username) => ({ Username })),
};

/** A sign-up with a name of its own, and an attribute that is a name of somebody. */
const beside = (name: string, spell: (person: OldPerson) => string) => (person: OldPerson) => ({
  Username: `beside-${person.username}`,
  attributes: { [name]: spell(person) },
});

export const kinds: Readonly<Record<string, GuardedPools>> = {
  'email addresses': {
    old: { UsernameAttributes: ['email'], ...insensitive },
    new: { UsernameAttributes: ['email'], ...insensitive },
    nameOf: ({ email }) => email,
    spellings: byEmail,
    other: others.email,
    lookalikes: lookalikes.email,
  },
  'email addresses, case-sensitive in the old pool': {
    old: { UsernameAttributes: ['email'], ...sensitive },
    new: { UsernameAttributes: ['email'], ...insensitive },
    nameOf: ({ email }) => email,
    spellings: byEmail,
    other: others.email,
    lookalikes: lookalikes.email,
  },
  'usernames, case-sensitive in the old pool': {
    old: { ...sensitive },
    new: { ...insensitive },
    nameOf: ({ username }) => username,
    spellings: byName,
    other: others.name,
    lookalikes: lookalikes.name,
  },
  'usernames with aliases': {
    old: { AliasAttributes: ['email', 'phone_number'], ...insensitive },
    new: { AliasAttributes: ['email', 'phone_number'], ...insensitive },
    nameOf: ({ username }) => username,
    spellings: [
      ...byName.slice(0, 4),
      ...cases.slice(0, 4).map((spell) => beside('email', ({ email }) => spell(email))),
      beside('phone_number', ({ phone }) => phone),
      ({ username, email, phone }) => ({
        Username: username,
        attributes: { email: `not.${email}`, phone_number: phone },
      }),
    ],
    other: (number) => ({
      ...others.name(number),
      attributes: { email: `stranger.${number}@example.com`, phone_number: `+4917${10_000_000 + number}` },
    }),
    // A nickname is no name, even if it is the address of an old user.
    lookalikes: [
      ...lookalikes.name,
      { Username: 'nick', attributes: { nickname: 'someone.0@example.com' } },
      { Username: 'dotted', attributes: { email: 'some.one.0@example.com' } },
    ],
  },
  'addresses found by a search': {
    old: { ...sensitive },
    new: { UsernameAttributes: ['email'], ...insensitive },
    choices: { FIND_BY: 'email' },
    nameOf: ({ email }) => email,
    spellings: byEmail,
    other: others.email,
    lookalikes: lookalikes.email,
  },
  'phone numbers': {
    old: { UsernameAttributes: ['phone_number'], ...insensitive },
    new: { UsernameAttributes: ['phone_number', 'email'], ...insensitive },
    nameOf: ({ phone }) => phone,
    spellings: [
      ({ phone }) => ({ Username: phone }),
      ({ phone, email }) => ({ Username: phone, attributes: { email } }),
      ({ phone, email }) => ({ Username: email, attributes: { phone_number: phone } }),
      ...[' ', '-', '/', '.'].map((sign) => ({ phone }: OldPerson) => ({
        Username: `${phone.slice(0, 6)}${sign}${phone.slice(6)}`,
      })),
      ({ phone }) => ({ Username: phone.replace('+', '00') }),
      ({ phone }) => ({ Username: ` ${phone}` }),
      ({ phone, email }) => ({ Username: email.toUpperCase(), attributes: { phone_number: phone } }),
    ],
    other: (number) => ({ Username: `+4917${20_000_000 + number}` }),
    lookalikes: [{ Username: '+49151000000' }, { Username: '+4915100000000' }],
  },
};

export interface GuardScene {
  readonly sandbox: Sandbox;
  readonly people: readonly OldPerson[];
  /** `signed up`, or the name of the error with its message. */
  signUp(attempt: SignUpInput): Promise<string>;
  signIn(name: string): Promise<string>;
  forgot(name: string): Promise<string>;
  close(): Promise<void>;
}

const attributesOf = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }));

const personOf = (number: number): Omit<OldPerson, 'sub'> => ({
  username: `someone${number}`,
  email: `someone.${number}@example.com`,
  phone: `+4915${10_000_000 + number}`,
});

/** Starts a local AWS in which the new pool calls the guarded function. */
export async function startScene(kind: GuardedPools, users: number): Promise<GuardScene> {
  const clock = fakeClock();
  const sandbox = await createSandbox({ delays: noDelays, now: clock.now, sleep: clock.sleep });
  const { idp } = sdkOf(sandbox.url, { account, region });
  const lambdaArn = `arn:aws:lambda:${region}:${account}:function:guard`;
  const make = async (
    PoolName: string,
    input: PoolInput,
  ): Promise<{ pool: UserPoolType; client: string }> => {
    const made = await idp.send(new CreateUserPoolCommand({ PoolName, ...input }));
    const UserPoolId = given(made.UserPool?.Id);
    const { UserPoolClient } = await idp.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: 'app',
        ExplicitAuthFlows: [
          'ALLOW_USER_PASSWORD_AUTH',
          'ALLOW_ADMIN_USER_PASSWORD_AUTH',
          'ALLOW_REFRESH_TOKEN_AUTH',
        ],
        WriteAttributes: ['email', 'phone_number', 'nickname'],
      }),
    );
    const { UserPool } = await idp.send(new DescribeUserPoolCommand({ UserPoolId }));
    return { pool: given(UserPool), client: given(UserPoolClient?.ClientId) };
  };
  const old = await make('old', kind.old);
  const fresh = await make('new', {
    ...kind.new,
    Schema: [{ Name: 'old_sub', AttributeDataType: 'String', Mutable: false }],
    LambdaConfig: { UserMigration: lambdaArn, PreSignUp: lambdaArn },
  });

  const people: OldPerson[] = [];
  for (let number = 0; number < users; number += 1) {
    const person = personOf(number);
    const { username, email, phone } = person;
    const [attribute] = kind.old.UsernameAttributes ?? [];
    const Username = attribute === undefined ? username : attribute === 'email' ? email : phone;
    const UserPoolId = given(old.pool.Id);
    const contact = { email, email_verified: 'true', phone_number: phone, phone_number_verified: 'true' };
    const made = await idp.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username,
        MessageAction: 'SUPPRESS',
        UserAttributes: attributesOf(contact),
      }),
    );
    const sub = made.User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value;
    people.push({ ...person, sub: given(sub) });
    await idp.send(
      new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: password, Permanent: true }),
    );
  }

  const keys = keysOf(account);
  vi.stubEnv('AWS_ACCESS_KEY_ID', keys.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', keys.secretAccessKey);
  const environment = readEnvironment({
    OLD_USER_POOL_ID: old.pool.Id,
    OLD_USER_POOL_REGION: region,
    OLD_CLIENT_ID: old.client,
    AWS_REGION: region,
    AWS_ENDPOINT_URL: sandbox.url,
    MIGRATION_SETTINGS: settingsFor(old.pool, fresh.pool, {
      MFA: 'block',
      FORGOT_PASSWORD: 'on',
      WEAK_PASSWORD: 'allow',
      MAP: { sub: oldSubName },
      DROP: [],
      SET: {},
      ON_BAD_ATTRIBUTE: 'drop',
      GUARD_SIGN_UP: true,
      ...kind.choices,
    }),
  });
  const call = oldPoolCalls(environment, clock);
  // Each event meets a function that has searched for nobody yet. Its limit is tested elsewhere.
  const handle = (event: unknown): Promise<unknown> =>
    makeHandler({
      start: () => ({ environment, pool: oldPool(environment, clock, call) }),
      clock,
      write: () => undefined,
    })(event);
  // A process for each event would take most of the time, and is tested elsewhere.
  Object.assign(sandbox.world, {
    invokeFunction: async (_arn: string, _source: unknown, payload: string) => {
      return handle(JSON.parse(payload)).then(
        (event) => ({ kind: 'ok', payload: JSON.stringify(event) }),
        (error: unknown) => ({
          kind: 'function-error',
          errorMessage: error instanceof Error ? error.message : '',
        }),
      );
    },
  });

  const { client: ClientId } = fresh;
  const ended = (call: Promise<unknown>, good: string): Promise<string> =>
    call.then(
      () => good,
      (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'),
    );
  return {
    sandbox,
    people,
    signUp: ({ Username, attributes = {} }) =>
      ended(
        idp.send(
          new SignUpCommand({
            ClientId,
            Username,
            Password: password,
            UserAttributes: attributesOf(attributes),
          }),
        ),
        'signed up',
      ),
    signIn: (USERNAME) =>
      ended(
        idp.send(
          new InitiateAuthCommand({
            ClientId,
            AuthFlow: 'USER_PASSWORD_AUTH',
            AuthParameters: { USERNAME, PASSWORD: password },
          }),
        ),
        'signed in',
      ),
    forgot: (Username) => ended(idp.send(new ForgotPasswordCommand({ ClientId, Username })), 'code sent'),
    close: async () => {
      vi.unstubAllEnvs();
      await sandbox.close();
    },
  };
}

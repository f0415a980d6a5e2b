/**
 * What `users` says about each user, against what happens when that user then signs in and asks for a new password.
 * The oracle is the local AWS with the function in it. It shares no code with the list.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ListUsersCommand,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, describe, expect, test } from 'vitest';
import { startLocalAws } from '../../support/local-aws.ts';
import { runCli } from '../../support/run-cli.ts';
import {
  addPerson,
  type Person,
  type PoolKind,
  poolKinds,
  type Recipe,
  randomFrom,
  recipes,
  type UsersAws,
} from './people.ts';

const perPair = Number(env.USERS_PER_PAIR ?? 500);
const seed = Number(env.USERS_SEED ?? 1);
const kinds = ['usernames', 'aliases', 'emails'] as const satisfies readonly PoolKind[];
const pairs = kinds.flatMap((oldKind) => kinds.map((newKind) => ({ oldKind, newKind })));

const total = { users: 0, disagreements: 0 };

afterAll(() => {
  process.stdout.write(`\nusers checked: ${total.users}, disagreements: ${total.disagreements}\n`);
});

async function open({ oldKind, newKind }: { oldKind: PoolKind; newKind: PoolKind }) {
  const aws = await startLocalAws();
  const flows = { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH' as const, 'ALLOW_REFRESH_TOKEN_AUTH' as const] };
  const loose = { UsernameConfiguration: { CaseSensitive: false } };
  const old = await aws.addPool('old', {
    ...poolKinds[oldKind],
    ...(oldKind === 'usernames' ? {} : loose),
    AutoVerifiedAttributes: ['email'],
  });
  const fresh = await aws.addPool('new', {
    ...poolKinds[newKind],
    ...loose,
    AutoVerifiedAttributes: ['email'],
    Schema: [{ Name: 'name', AttributeDataType: 'String', Required: true, Mutable: true }],
  });
  const newClient = await aws.addClient(fresh, 'app', flows);
  const oldClient = await aws.addClient(old, 'app', flows);
  const finds = oldKind === 'usernames' && newKind === 'emails';
  const pools = ['--old-user-pool-id', old, '--new-user-pool-id', fresh, ...aws.where];
  const more = [...(finds ? ['--find-by', 'email'] : []), '--add-old-sub', '--forgot-password', 'on'];
  const accepted = ['CM412'].flatMap((id) => ['--accept', id]);
  const init = await runCli(['init', ...pools, '--new-client-id', newClient, '--yes', ...more, ...accepted]);
  expect(init.code, init.stdout + init.stderr).toBe(0);
  const { idp } = aws.sdk;
  const { world } = aws.sandbox;
  const scene: UsersAws = { world, idp, old, new: fresh, oldClient, newClient, oldKind, newKind, finds };
  return { scene, pools, folder: aws.folder };
}

const attributeOf = (user: UserType | undefined, name: string): string | undefined =>
  user?.Attributes?.find(({ Name }) => Name === name)?.Value;

/** Whether the new pool has this old user under this name. */
async function isThere({ idp, new: UserPoolId }: UsersAws, name: string, sub: string): Promise<boolean> {
  const found = await idp
    .send(new AdminGetUserCommand({ UserPoolId, Username: name }))
    .catch(() => undefined);
  return (
    found?.UserAttributes?.some(({ Name, Value }) => Name === 'custom:old_sub' && Value === sub) === true
  );
}

/**
 * Does it, whatever comes of it.
 * On a busy machine, the function can run out of time, and with --find-by, each of its environments looks up five
 * names a second. Then the user tries again, as the function's sentence asks for.
 */
async function attempt(work: () => Promise<unknown>): Promise<void> {
  for (let left = 200; left > 0; left -= 1) {
    const error: unknown = await work().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof Error) || !/Lambda/.test(error.name)) return;
    await sleep(20); // a fast machine makes all tries within the same second
  }
  throw new Error('The function never had time for this user');
}

const signIn = ({ idp, newClient }: UsersAws, name: string, password: string): Promise<void> =>
  attempt(() => {
    const AuthParameters = { USERNAME: name, PASSWORD: password };
    const request = { ClientId: newClient, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters } as const;
    return idp.send(new InitiateAuthCommand(request));
  });

/** How the person moves now, with any of their names. */
async function moves(
  scene: UsersAws,
  { names, password, sub }: Person,
): Promise<'waiting' | 'by-reset' | undefined> {
  for (const name of names) {
    await signIn(scene, name, password);
    if (await isThere(scene, name, sub)) return 'waiting';
  }
  for (const name of names) {
    const request = new ForgotPasswordCommand({ ClientId: scene.newClient, Username: name });
    await attempt(() => scene.idp.send(request));
    if (await isThere(scene, name, sub)) return 'by-reset';
  }
  return undefined;
}

function recipeOf(number: number, oldKind: PoolKind): Recipe {
  const recipe = recipes[number % recipes.length] ?? 'plain';
  return recipe === 'federated' && oldKind === 'emails' ? 'plain' : recipe;
}

async function everyone({ idp }: UsersAws, UserPoolId: string): Promise<UserType[]> {
  const users: UserType[] = [];
  let PaginationToken: string | undefined;
  do {
    const page = await idp.send(new ListUsersCommand({ UserPoolId, PaginationToken }));
    users.push(...(page.Users ?? []));
    PaginationToken = page.PaginationToken;
  } while (PaginationToken !== undefined);
  return users;
}

/** The users of the new pool who have any name of the person, and are not that person. */
function holdersOf(person: Person, before: readonly UserType[]): UserType[] {
  const mine = [...person.names, person.email, person.username].map((name) => name.toLowerCase());
  return before.filter((user) => {
    const names = [user.Username, attributeOf(user, 'email')].map((name) => name?.toLowerCase());
    return (
      attributeOf(user, 'custom:old_sub') === undefined && names.some((name) => name && mine.includes(name))
    );
  });
}

/** What really becomes of the person. */
async function truth(scene: UsersAws, person: Person, before: readonly UserType[]): Promise<string> {
  const already = before.filter(
    (user) => person.sub !== '' && attributeOf(user, 'custom:old_sub') === person.sub,
  );
  if (already.length > 0) return already.length > 1 ? 'moved-twice' : 'moved';
  const way = await moves(scene, person);
  if (way !== undefined) return way;
  const holders = holdersOf(person, before);
  for (const { Username } of holders)
    await scene.idp.send(new AdminDeleteUserCommand({ UserPoolId: scene.new, Username }));
  if (holders.length > 0 && (await moves(scene, person)) !== undefined)
    return holders.every(({ UserStatus }) => UserStatus === 'UNCONFIRMED') ? 'taken-unconfirmed' : 'taken';
  const described = await scene.idp.send(
    new AdminGetUserCommand({ UserPoolId: scene.old, Username: person.username }),
  );
  if (described.Enabled === false) return 'disabled';
  if (described.UserStatus === 'EXTERNAL_PROVIDER') return 'federated';
  return described.UserStatus === 'UNCONFIRMED' ? 'unconfirmed' : 'cannot';
}

/** The states that can occur. Email addresses as usernames leave no room for users of identity providers. */
const statesOf = (oldKind: PoolKind): readonly string[] => [
  'moved',
  'moved-twice',
  'waiting',
  'by-reset',
  'cannot',
  'disabled',
  'unconfirmed',
  'taken',
  'taken-unconfirmed',
  ...(oldKind === 'emails' ? [] : ['federated']),
];

async function inGroups<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += 20)
    results.push(...(await Promise.all(items.slice(at, at + 20).map(work))));
  return results;
}

describe.each(pairs)('from $oldKind to $newKind', (pair) => {
  test(`the state of each of ${perPair} users is what a sign-in then shows`, async () => {
    const { scene, pools, folder } = await open(pair);
    const random = randomFrom(seed);
    const numbers = Array.from({ length: perPair }, (_, number) => number);
    const people = await inGroups(numbers, (number) =>
      addPerson(scene, number, recipeOf(number, pair.oldKind), random),
    );
    const early = people.filter(({ recipe }) => recipe === 'moved' || recipe === 'moved-twice');
    await inGroups(early, async (person) => {
      await moves(scene, person);
      if (person.recipe !== 'moved-twice') return;
      const address = `again.${person.email}`;
      const UserAttributes = Object.entries({ email: address, name: 'x', 'custom:old_sub': person.sub });
      await scene.idp.send(
        new AdminCreateUserCommand({
          UserPoolId: scene.new,
          Username: scene.newKind === 'emails' ? address : `again-${person.username}`,
          MessageAction: 'SUPPRESS',
          UserAttributes: UserAttributes.map(([Name, Value]) => ({ Name, Value })),
        }),
      );
    });
    const file = join(folder, 'users.ndjson');
    const result = await runCli([
      'users',
      ...pools,
      '--mfa',
      '--out',
      file,
      '--columns',
      'Username,State,Reason',
    ]);
    expect(result.code, result.stderr).toBe(0);
    const rows = (await readFile(file, 'utf8')).trimEnd().split('\n');
    const said = new Map(
      rows.map((line) => {
        const row: Record<string, string | null> = JSON.parse(line);
        return [row.Username ?? '', row];
      }),
    );
    const before = await everyone(scene, scene.new);
    const found = await inGroups(people, async (person) => ({
      person,
      said: said.get(person.username),
      truth: await truth(scene, person, before),
    }));
    const wrong = found.filter(({ said: row, truth: state }) => row?.State !== state);
    total.users += found.length;
    total.disagreements += wrong.length;
    expect(wrong.slice(0, 5).map(({ person, said: row, truth: state }) => ({ person, row, state }))).toEqual(
      [],
    );
    const counts = new Map<string, number>();
    for (const { truth: state } of found) counts.set(state, (counts.get(state) ?? 0) + 1);
    const least = Math.floor(0.6 * (perPair / recipes.length));
    for (const state of statesOf(pair.oldKind))
      expect(counts.get(state) ?? 0, `${state} of ${JSON.stringify([...counts])}`).toBeGreaterThanOrEqual(
        least,
      );
  });
});

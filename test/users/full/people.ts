/** Old users of every kind, and those who hold their names in the new pool. */
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminResetUserPasswordCommand,
  AdminSetUserPasswordCommand,
  AdminSetUserSettingsCommand,
  type CognitoIdentityProviderClient,
  type CreateUserPoolCommandInput,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { addFederatedUser } from '../../../src/sandbox/services/cognito/helpers.ts';
import type { World } from '../../../src/sandbox/world.ts';

export type PoolKind = 'usernames' | 'aliases' | 'emails';

export const poolKinds: Readonly<Record<PoolKind, Partial<CreateUserPoolCommandInput>>> = {
  usernames: {},
  aliases: { AliasAttributes: ['email'] },
  emails: { UsernameAttributes: ['email'] },
};

export interface UsersAws {
  readonly world: World;
  readonly idp: CognitoIdentityProviderClient;
  readonly old: string;
  readonly new: string;
  readonly oldClient: string;
  readonly newClient: string;
  readonly oldKind: PoolKind;
  readonly newKind: PoolKind;
  /** Whether the function searches for verified email addresses. */
  readonly finds: boolean;
}

export const recipes = [
  'plain',
  'moved',
  'moved-twice',
  'reset',
  'invited',
  'invited-unproven',
  'disabled',
  'federated',
  'unconfirmed',
  'taken',
  'squatted',
  'mfa',
  'lacking',
  'unproven',
  'taken-and-disabled',
] as const;
export type Recipe = (typeof recipes)[number];

export interface Person {
  readonly recipe: Recipe;
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly sub: string;
  /** The names that the person could type. */
  readonly names: readonly string[];
}

const attributes = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }));

/** A small generator with a seed (mulberry32), so that a failure can be repeated. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Adds one old user, and whoever holds their name in the new pool. */
export async function addPerson(
  scene: UsersAws,
  number: number,
  recipe: Recipe,
  random: () => number,
): Promise<Person> {
  const { idp, old: UserPoolId, oldKind } = scene;
  const username = `user-${number}`;
  const email = random() < 0.3 ? `User.${number}@Example.com` : `user.${number}@example.com`;
  const password = `Old-password-${number}`;
  const own = ownAttributes(recipe, email, number, random);
  const Username = oldKind === 'emails' ? email : username;
  await addOld(scene, { recipe, Username, password, own, number });
  const isLocal = recipe !== 'federated';
  const found = isLocal ? await idp.send(new AdminGetUserCommand({ UserPoolId, Username })) : undefined;
  const sub = found?.UserAttributes?.find(({ Name }) => Name === 'sub')?.Value ?? '';
  const names = namesOf(scene, recipe, username, email);
  const person = { recipe, username: found?.Username ?? `Google_${number}`, email, password, sub, names };
  if (recipe === 'taken' || recipe === 'taken-and-disabled') await takeName(scene, person, number, random);
  if (recipe === 'squatted') await squat(scene, person, number);
  return person;
}

const isProven = (recipe: Recipe): boolean => recipe !== 'unproven' && recipe !== 'invited-unproven';

function ownAttributes(
  recipe: Recipe,
  email: string,
  number: number,
  random: () => number,
): Record<string, string> {
  const proven = random() < 0.2 ? 'True' : 'true';
  const hasPhone = random() < 0.2 || recipe === 'mfa';
  const name = random() < 0.2 ? '=odd "name", x' : `Person ${number}`;
  return {
    email,
    email_verified: isProven(recipe) ? proven : 'false',
    ...(recipe === 'lacking' ? {} : { name }),
    ...(hasPhone ? { phone_number: `+1555${String(number).padStart(7, '0')}` } : {}),
  };
}

/** The names by which the old pool, or the function's search, knows the person. */
function namesOf({ oldKind, finds }: UsersAws, recipe: Recipe, username: string, email: string): string[] {
  if (oldKind === 'emails') return [email];
  const knowsEmail = (oldKind === 'aliases' || finds) && isProven(recipe) && recipe !== 'unconfirmed';
  return [...(knowsEmail ? [email] : []), username];
}

interface Old {
  readonly recipe: Recipe;
  readonly Username: string;
  readonly password: string;
  readonly own: Readonly<Record<string, string>>;
  readonly number: number;
}

async function addOld(scene: UsersAws, { recipe, Username, password, own, number }: Old): Promise<void> {
  const { idp, old: UserPoolId, oldClient, world } = scene;
  if (recipe === 'federated') {
    addFederatedUser(world, UserPoolId, 'Google', String(number), own);
    return;
  }
  if (recipe === 'unconfirmed') {
    const { email = '', name = '' } = own;
    const UserAttributes = attributes({ email, name });
    await idp.send(new SignUpCommand({ ClientId: oldClient, Username, Password: password, UserAttributes }));
    return;
  }
  const created = {
    UserPoolId,
    Username,
    MessageAction: 'SUPPRESS',
    UserAttributes: attributes(own),
  } as const;
  const isInvited = recipe === 'invited' || recipe === 'invited-unproven';
  await idp.send(
    new AdminCreateUserCommand({ ...created, ...(isInvited ? { TemporaryPassword: password } : {}) }),
  );
  if (isInvited) return;
  await idp.send(
    new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: password, Permanent: true }),
  );
  if (recipe === 'reset') await idp.send(new AdminResetUserPasswordCommand({ UserPoolId, Username }));
  if (recipe === 'disabled' || recipe === 'taken-and-disabled')
    await idp.send(new AdminDisableUserCommand({ UserPoolId, Username }));
  if (recipe === 'mfa') {
    const MFAOptions = [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' } as const];
    await idp.send(new AdminSetUserSettingsCommand({ UserPoolId, Username, MFAOptions }));
  }
}

/** Somebody else whom an administrator has created under a name of the person. */
async function takeName(
  scene: UsersAws,
  person: Person,
  number: number,
  random: () => number,
): Promise<void> {
  const { idp, new: UserPoolId, newKind, oldKind } = scene;
  const byAlias = newKind === 'aliases' && (oldKind === 'emails' || random() < 0.5);
  const byEmail = newKind === 'emails' || byAlias;
  const email = byEmail ? person.email : `holder.${number}@example.com`;
  const UserAttributes = attributes({ email, email_verified: 'true', name: 'Holder' });
  const Username = byAlias ? `holder-${number}` : newUsername(scene, person);
  await idp.send(
    new AdminCreateUserCommand({ UserPoolId, Username, MessageAction: 'SUPPRESS', UserAttributes }),
  );
}

/** Somebody else who has signed up under a name of the person, and has not proven anything. */
async function squat(scene: UsersAws, person: Person, number: number): Promise<void> {
  const email = scene.newKind === 'emails' ? person.email : `squatter.${number}@example.com`;
  await scene.idp.send(
    new SignUpCommand({
      ClientId: scene.newClient,
      Username: newUsername(scene, person),
      Password: 'Squatter-password-1',
      UserAttributes: attributes({ email, name: 'Squatter' }),
    }),
  );
}

/** The username that the person would have in the new pool. With aliases, it is the old one, made up or not. */
function newUsername({ newKind }: UsersAws, { names, username, email }: Person): string {
  if (newKind === 'emails') return email;
  return newKind === 'aliases' ? username : (names.at(-1) ?? username);
}

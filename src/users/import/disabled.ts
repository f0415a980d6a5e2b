/**
 * Creates disabled users of the old pool as disabled users of the new one. An import job can't: its users are enabled.
 * The order keeps them out at every moment: without a password that anyone knows, without a verified address, disabled,
 * and only then with the verified flags. This is the only module of a migration that creates a user by the API.
 */
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  type AdminGetUserCommandOutput,
  AdminUpdateUserAttributesCommand,
  type CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { isNamed, undefinedIfNotFound } from '../../aws/errors.ts';
import { AwsError } from '../../core/errors.ts';
import { isTrue, oldValue } from '../../lambda/old-user.ts';
import { classify, type Known, type NewUser } from '../classify.ts';
import { NewPoolCollector } from '../new-pool-index.ts';
import { type ListedUser, readUsers, retryTransient } from '../stream.ts';
import { type PoolArgs, readKnown } from '../survey.ts';

export interface DisabledArgs extends PoolArgs {
  readonly oldSubName: string;
}

/** What became of the disabled users of the old pool. */
export interface DisabledUsers {
  /** Created, or completed after a run that was killed. */
  readonly created: number;
  /** Somebody in the new pool has their name or address, or a trigger refused them. */
  readonly refused: number;
}

/** Creates all disabled users who could move if they were enabled, and who are not in the new pool. */
export async function createDisabled(
  args: DisabledArgs,
  onProgress: (created: number) => void,
): Promise<DisabledUsers> {
  const { known } = await readKnown(args);
  // Users who have moved are found by name. An earlier run may have created only a part of a user.
  const everyone: Known = {
    ...known,
    index: new NewPoolCollector(args.settings.newPool, args.oldSubName).seal(),
    isIndexWhole: true,
  };
  const counts = { created: 0, refused: 0 };
  for (const user of await disabledUsers(args)) {
    const { newUser } = await classify({ ...user, enabled: true, hasMfa: false }, everyone);
    if (newUser === undefined) continue;
    const result = await createOne(newUser, args);
    if (result !== 'there') counts[result] += 1;
    onProgress(counts.created);
  }
  return counts;
}

async function disabledUsers(args: DisabledArgs): Promise<readonly ListedUser[]> {
  const { old, budgets, pace } = args;
  const found: ListedUser[] = [];
  const { missing } = await readUsers({
    ...pace,
    idp: old.side.idpOnce,
    userPoolId: old.id,
    pacer: await budgets.pacerOf(old.side, old.arn, 'UserList'),
    estimate: old.estimate,
    estimateAgain: old.estimateAgain,
    each: (users) => void found.push(...users.filter(({ enabled }) => !enabled)),
  });
  if (missing.length === 0) return found;
  throw new AwsError(`Not all users can be read. Missing in the old pool: ${missing.join(', ')}`, {
    code: 'AWS_BUSY',
    hint: ['You can safely run the same command again.'],
  });
}

const isFlag = (name: string): boolean => name.endsWith('_verified');

/** The requests about one user, at the pace of the run. */
interface Target {
  readonly input: { readonly UserPoolId: string; readonly Username: string };
  readonly idp: CognitoIdentityProviderClient;
  send<T>(work: () => Promise<T>): Promise<T>;
  /** Not repeated after a lost answer. */
  once<T>(work: () => Promise<T>): Promise<T>;
}

async function createOne(user: NewUser, args: DisabledArgs): Promise<'created' | 'refused' | 'there'> {
  const { new: pool, budgets, pace, oldSubName } = args;
  const pacer = await budgets.pacerOf(pool.side, pool.arn, 'UserUpdate');
  const target: Target = {
    input: { UserPoolId: pool.id, Username: user.userName },
    idp: pool.side.idpOnce,
    once: (work) => pacer.run(work),
    send: (work) => retryTransient(() => pacer.run(work), pace),
  };
  const before = await read(target);
  const isNew = before === undefined;
  const found = before ?? (await created(user, target));
  if (found === undefined) return 'refused';
  const attributes = (found.UserAttributes ?? []).map(({ Name: name = '', Value: value = '' }) => {
    return { name, value };
  });
  const isOurs =
    found.UserStatus === 'FORCE_CHANGE_PASSWORD' &&
    oldValue({ attributes }, oldSubName) === user.attributes[oldSubName];
  if (!isOurs) return isNew ? 'refused' : 'there';
  const lacking = attributesOf(user)
    .filter(({ Name, Value }) => isFlag(Name) && isTrue(Value))
    .filter(({ Name }) => !isTrue(oldValue({ attributes }, Name)));
  return complete(found, lacking, target);
}

const attributesOf = ({ attributes }: NewUser) =>
  Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));

const read = ({ idp, input, send }: Target): Promise<AdminGetUserCommandOutput | undefined> =>
  send(() => undefinedIfNotFound(idp.send(new AdminGetUserCommand(input)), 'UserNotFoundException'));

/** Creates the user, and reads them. Undefined if Cognito refuses them. */
async function created(user: NewUser, target: Target): Promise<AdminGetUserCommandOutput | undefined> {
  const { idp, input, once } = target;
  const UserAttributes = attributesOf(user).filter(({ Name }) => !isFlag(Name));
  const create = new AdminCreateUserCommand({ ...input, UserAttributes, MessageAction: 'SUPPRESS' });
  try {
    await once(() => idp.send(create));
  } catch (error) {
    if (isRefusal(error)) return undefined;
    // The answer may be lost, and the user created.
    const found = await read(target);
    if (found === undefined) throw error;
    return found;
  }
  return read(target);
}

/** Disables the user, then sets the flags. Leaves a complete user whom somebody has enabled since. */
async function complete(
  { Enabled, UserCreateDate, UserLastModifiedDate }: AdminGetUserCommandOutput,
  lacking: { readonly Name: string; readonly Value: string }[],
  { idp, input, send }: Target,
): Promise<'created' | 'there'> {
  const isUntouched = UserCreateDate?.getTime() === UserLastModifiedDate?.getTime();
  const isOpen = Enabled !== false && (lacking.length > 0 || isUntouched);
  if (!isOpen && lacking.length === 0) return 'there';
  if (isOpen) await send(() => idp.send(new AdminDisableUserCommand(input)));
  if (lacking.length > 0)
    await send(() => idp.send(new AdminUpdateUserAttributesCommand({ ...input, UserAttributes: lacking })));
  return 'created';
}

const isRefusal = (error: unknown): boolean =>
  isNamed(error, 'UsernameExistsException', 'AliasExistsException', 'UserLambdaValidationException');

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
import type { Known, NewUser } from '../classify.ts';
import { NewPoolCollector } from '../new-pool-index.ts';
import { pageDecider } from '../page-decider.ts';
import { type ListedUser, readUsers, retryTransient } from '../stream.ts';
import { type PoolArgs, readKnown } from '../survey.ts';

export interface DisabledArgs extends PoolArgs {
  readonly oldSubName: string;
  /** Whether the function would keep users with MFA out. Then they are not created without it. */
  readonly readsMfa: boolean;
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
  const { known, missing } = await readKnown(args);
  assertRead(missing.map(({ pool, what }) => `${what} in the ${pool} pool`));
  const { index } = known;
  // Users who have moved are found by their old sub. An earlier run may have created only a part of a user, so no
  // name of theirs may count here.
  const everyone: Known = {
    ...known,
    index: new NewPoolCollector(args.settings.newPool, args.oldSubName).seal(),
  };
  const decider = await pageDecider({ ...args, countsDisabled: true }, everyone);
  const counts = { created: 0, refused: 0 };
  for (const user of await disabledUsers(args)) {
    const sub = oldValue(user, 'sub');
    const isThere = index.movedAs(sub) > 0;
    // Under whatever name: with a password of their own, they are not a part of a user.
    if (isThere && !index.hasTemporaryPassword(sub)) continue;
    await decider.decide([user], async ({ classified: { newUser } }) => {
      if (newUser === undefined) return;
      const result = await createOne(newUser, args, isThere);
      if (result !== 'there') counts[result] += 1;
      onProgress(counts.created);
    });
  }
  assertRead(decider.missing());
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
  assertRead(missing);
  return found;
}

function assertRead(missing: readonly string[]): void {
  if (missing.length === 0) return;
  throw new AwsError(`Not all users can be read. Missing: ${missing.join(', ')}`, {
    code: 'AWS_BUSY',
    hint: ['You can safely run the same command again.'],
  });
}

const flagSuffix = /_verified$/;
const isFlag = (name: string): boolean => flagSuffix.test(name);
/** The attribute that a flag is about. */
const addressOf = (flag: string): string => flag.replace(flagSuffix, '');

/** The requests about one user, at the pace of the run. */
interface Target {
  readonly input: { readonly UserPoolId: string; readonly Username: string };
  readonly idp: CognitoIdentityProviderClient;
  send<T>(work: () => Promise<T>): Promise<T>;
  /** Not repeated after a lost answer. */
  once<T>(work: () => Promise<T>): Promise<T>;
}

/** @param isThere the new pool has a user of this old one. No second one is created. */
async function createOne(
  user: NewUser,
  args: DisabledArgs,
  isThere: boolean,
): Promise<'created' | 'refused' | 'there'> {
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
  if (isNew && isThere) return 'there';
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
    // Somebody may have set another address, which nobody has verified.
    .filter(({ Name }) => oldValue({ attributes }, addressOf(Name)) === user.attributes[addressOf(Name)])
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

/**
 * Disables the user, then sets the flags. Leaves a complete user whom somebody has enabled since.
 * A user whose address is the alias of somebody else stays disabled, and without the flag.
 */
async function complete(
  { Enabled, UserCreateDate, UserLastModifiedDate }: AdminGetUserCommandOutput,
  lacking: { readonly Name: string; readonly Value: string }[],
  { idp, input, send }: Target,
): Promise<'created' | 'refused' | 'there'> {
  const isUntouched = UserCreateDate?.getTime() === UserLastModifiedDate?.getTime();
  const isOpen = Enabled !== false && (lacking.length > 0 || isUntouched);
  if (!isOpen && lacking.length === 0) return 'there';
  if (isOpen) await send(() => idp.send(new AdminDisableUserCommand(input)));
  if (lacking.length === 0) return 'created';
  const flags = new AdminUpdateUserAttributesCommand({ ...input, UserAttributes: lacking });
  try {
    await send(() => idp.send(flags));
  } catch (error) {
    if (isRefusal(error)) return 'refused';
    throw error;
  }
  return 'created';
}

const isRefusal = (error: unknown): boolean =>
  isNamed(error, 'UsernameExistsException', 'AliasExistsException', 'UserLambdaValidationException');

/** Finds the account of the old pool, and helps if these credentials are for another account. */
import { parseArn, userPoolArn } from '../../aws/arn.ts';
import { type Caller, type Side, whoAmI } from '../../aws/clients.ts';
import { toMigrateError } from '../../aws/errors.ts';
import type { OwnFunction } from '../../aws/function/read.ts';
import type { PoolSnapshot } from '../../aws/user-pool/index.ts';
import { PermissionError, UsageError } from '../../core/errors.ts';
import { flagOf, parseStored, type Vars } from '../../core/variables/index.ts';
import type { PoolIds } from '../inputs/pool-ids.ts';
import { oldAccess } from './access.ts';
import { findPool, requirePool } from './require-pool.ts';

/**
 * The account in which this migration found its old pool. The state file and the function show it.
 * The function assumes a role there, or none if the pool is in its own account.
 * Undefined if neither the state file nor the function is left.
 * @param remembered the ARN of the old pool in the state file.
 */
function knownOldAccount(
  remembered: string | undefined,
  { variables }: OwnFunction,
  ownAccount: string,
): string | undefined {
  if (remembered !== undefined) return parseArn(remembered).account;
  if (variables === undefined) return undefined;
  return variables.OLD_ROLE_ARN === undefined ? ownAccount : parseArn(variables.OLD_ROLE_ARN).account;
}

/**
 * Throws UsageError if the old pool was looked for in another account than its own.
 * A pool that is missing there is not necessarily gone.
 * The resources that this migration created beside it still exist.
 */
function assertOldAccount(values: Partial<Vars>, known: string | undefined, found: string): void {
  if (known === undefined || known === found) return;
  const how = wayIn(values);
  throw new UsageError(
    `The old pool ${values.OLD_USER_POOL_ID} is in account ${known}, and ${how === undefined ? 'these credentials are' : `${how} is`} for account ${found}`,
    {
      code: 'OTHER_OLD_ACCOUNT',
      expected: known,
      found,
      hint: [
        `${flagOf('OLD_PROFILE')} NAME  or  ${flagOf('OLD_ROLE_TO_ASSUME')} ARN  for access to ${known}.`,
        `To use the outputs of a handoff:  ${handoffFlags}`,
        ...withoutIt,
      ],
    },
  );
}

const handoffNames = [
  'EXISTING_OLD_ROLE_ARN',
  'EXISTING_OLD_EXTERNAL_ID',
  'EXISTING_OLD_CLIENT_ID',
  'EXISTING_OLD_SIGN_IN',
] as const;

/** The flags for the outputs of a handoff, as on the command line. */
export const handoffFlags = handoffNames.map((name) => `${flagOf(name)} …`).join(' ');

/** The options of teardown without access there. */
export const withoutIt: readonly string[] = [
  'Without access there:  cognito-migrate teardown --leave-old-account  removes everything else, and prints',
  'the script with which its administrator removes the rest.',
];

/** The flag for access to that account, as on the command line. Undefined for the same access. */
export function wayIn(values: Partial<Vars>): string | undefined {
  const { profile, roleToAssume } = oldAccess(values);
  if (roleToAssume !== undefined) return `${flagOf('OLD_ROLE_TO_ASSUME')} ${roleToAssume}`;
  return profile && `${flagOf('OLD_PROFILE')} ${profile}`;
}

/**
 * Throws UsageError if the role from a handoff is in the new pool's own account.
 * Otherwise, the plan would assume that both pools are in one account.
 * The function would then look for the old pool there.
 */
function assertElsewhere(arn: string | undefined, ownAccount: string): void {
  if (arn === undefined || parseArn(arn).account !== ownAccount) return;
  throw new UsageError(`${flagOf('EXISTING_OLD_ROLE_ARN')}: ${arn} is in the new pool's own account`, {
    code: 'ONE_ACCOUNT',
    expected: "a role in the old pool's account",
    found: ownAccount,
    hint: [
      'It is the OldRoleArn that a handoff gave. If both pools are in one account, leave out all outputs of the handoff:',
      'init  creates everything there.',
    ],
  });
}

/**
 * Hints for an old pool that is not in the account where it was looked for.
 * @param found that account.
 */
function whereElse(values: Partial<Vars>, own: OwnFunction, caller: Caller, found: string): string[] {
  const how = wayIn(values);
  const known = knownOldAccount(values.OLD_USER_POOL_ARN, own, caller.account);
  return [
    ...(known === undefined || known === found ? [] : [`This migration's old pool is in account ${known}.`]),
    how === undefined
      ? `If it is in another account:  ${flagOf('OLD_PROFILE')} NAME  or  ${flagOf('OLD_ROLE_TO_ASSUME')} ARN  for access there,`
      : `${how}  is for account ${found}. If the pool is in another one, give access to that one,`,
    'or  cognito-migrate handoff  writes a folder for its administrator.',
  ];
}

/**
 * Whether a missing pool is an error, or only needs no removal.
 * In the third case, nothing in the old pool's account is read.
 */
export type Expected = 'must exist' | 'may be gone' | 'old account is left';

const waysOut = (expected: Expected): readonly string[] =>
  expected === 'must exist'
    ? ['Without access there:  cognito-migrate handoff  writes a folder for its administrator.']
    : withoutIt;

/** What tells in which account the old pool is. */
interface Known {
  readonly caller: Promise<Caller>;
  readonly ownFunction: Promise<OwnFunction>;
}

/**
 * The old pool. Undefined if it may be gone, and is.
 * Throws UsageError, with the ways to continue, if it must exist and is not in the account that was looked in.
 * If access fails, the error names the account and the ways to continue.
 */
export async function readOldPool(
  side: Side,
  values: Partial<Vars> & PoolIds,
  expected: Expected,
  { caller, ownFunction }: Known,
): Promise<PoolSnapshot | undefined> {
  const find = expected === 'must exist' ? requirePool : findPool;
  const how = wayIn(values);
  const otherAccount = async (account: string): Promise<string[]> =>
    whereElse(values, await ownFunction, await caller, account);
  try {
    return await find(side, values.OLD_USER_POOL_ID, flagOf('OLD_USER_POOL_ID'), otherAccount);
  } catch (error) {
    const known = toMigrateError(error);
    if (how === undefined || !(known instanceof PermissionError)) throw error;
    throw new PermissionError(`No access to the old pool's account (${how}): ${known.message}`, {
      code: 'OLD_ACCOUNT_DENIED',
      found: known.found ?? known.code,
      reason: known.reason,
      denied: known.denied,
      hint: [...known.hint.filter((line) => !line.includes('demo')), ...waysOut(expected)],
      cause: error,
    });
  }
}

interface Located {
  readonly caller: Caller;
  readonly oldPool: PoolSnapshot | undefined;
  readonly ownFunction: OwnFunction;
}

/**
 * The ARN of the old pool, read or not: it may be handed over, left, or gone.
 * Throws UsageError if the pool must be in another account than the one that was looked in.
 */
export async function locateOldPool(
  values: Partial<Vars> & PoolIds,
  { caller, oldPool, ownFunction }: Located,
  expected: Expected,
  side: Side,
): Promise<string> {
  const { EXISTING_OLD_ROLE_ARN: role, OLD_USER_POOL_ID: id } = values;
  if (expected === 'must exist') assertElsewhere(role, caller.account);
  if (role !== undefined)
    return oldPool?.pool.Arn ?? userPoolArn(id, { arn: role, account: parseArn(role).account });
  const known = knownOldAccount(values.OLD_USER_POOL_ARN, ownFunction, caller.account);
  // No removal here depends on the number, only on the fact that it belongs to another account.
  if (expected === 'old account is left') return userPoolArn(id, { arn: caller.arn, account: known ?? '' });
  const lookedIn = oldPool !== undefined || wayIn(values) === undefined ? caller : await whoAmI(side);
  const arn = oldPool?.pool.Arn ?? userPoolArn(id, lookedIn);
  // An unreadable ARN has a separate error.
  const isReadable = 'value' in parseStored('OLD_USER_POOL_ARN', arn);
  if (expected === 'may be gone' && isReadable) assertOldAccount(values, known, parseArn(arn).account);
  return arn;
}

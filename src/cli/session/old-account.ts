/** Finds the account of the old pool, and helps if these credentials are for another account. */
import { parseArn } from '../../aws/arn.ts';
import type { OwnFunction } from '../../aws/function/read.ts';
import { UsageError } from '../../core/errors.ts';
import { flagOf, type Vars } from '../../core/variables/index.ts';
import { oldAccess } from './access.ts';

/**
 * The account in which this migration found its old pool. The state file and the function show it.
 * The function assumes a role there, or none if the pool is in its own account.
 * Undefined if neither the state file nor the function is left.
 * @param remembered the ARN of the old pool in the state file.
 */
export function knownOldAccount(
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
export function assertOldAccount(values: Partial<Vars>, known: string | undefined, found: string): void {
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
        `What its administrator made from a handoff:  ${handoffFlags}`,
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
  'Without access there:  cognito-migrate teardown --leave-old-account  takes down everything else, and prints',
  'the script that removes the rest for its administrator.',
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
export function assertElsewhere({ EXISTING_OLD_ROLE_ARN: arn }: Partial<Vars>, ownAccount: string): void {
  if (arn === undefined || parseArn(arn).account !== ownAccount) return;
  throw new UsageError(`${flagOf('EXISTING_OLD_ROLE_ARN')}: ${arn} is in the new pool's own account`, {
    code: 'ONE_ACCOUNT',
    expected: "a role in the old pool's account",
    found: ownAccount,
    hint: [
      'It is the OldRoleArn that a handoff gave. If both pools are in one account, leave out all outputs of the handoff:',
      'init  makes everything there.',
    ],
  });
}

/** Hints for an old pool that is not in the account where it was looked for. */
export function whereElse(values: Partial<Vars>, known: string | undefined, found: string): string[] {
  const how = wayIn(values);
  return [
    ...(known === undefined || known === found ? [] : [`This migration's old pool is in account ${known}.`]),
    how === undefined
      ? `If it is in another account:  ${flagOf('OLD_PROFILE')} NAME  or  ${flagOf('OLD_ROLE_TO_ASSUME')} ARN  for access there,`
      : `${how}  is for account ${found}. If the pool is in another one, name the way into that one,`,
    'or  cognito-migrate handoff  for what its administrator needs.',
  ];
}

/** Which account the old pool is in, as far as anybody has said, and what to do where these credentials are of another. */
import { parseArn } from '../../aws/arn.ts';
import type { OwnFunction } from '../../aws/function/read.ts';
import { UsageError } from '../../core/errors.ts';
import { flagOf, type Vars } from '../../core/variables/index.ts';
import { oldAccess } from './access.ts';

/**
 * The account that this migration has found its old pool in: the state file says it, and so does the function, which assumes a
 * role there, or none in its own account. undefined where neither is left.
 * @param remembered ARN of the old pool in the state file.
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
 * Throws UsageError where the old pool was looked for in another account than its own: that it is not there does not mean that it
 * is gone, and what this migration made beside it is still there.
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

/** Where the outputs of a handoff go, as on the command line. */
export const handoffFlags = handoffNames.map((name) => `${flagOf(name)} …`).join(' ');

/** What a teardown can do without access there. */
export const withoutIt: readonly string[] = [
  'Without access there:  cognito-migrate teardown --leave-old-account  takes down everything else, and prints',
  'the script that removes the rest for its administrator.',
];

/** How that account is reached, as on the command line; undefined where it is the same access. */
export function wayIn(values: Partial<Vars>): string | undefined {
  const { profile, roleToAssume } = oldAccess(values);
  if (roleToAssume !== undefined) return `${flagOf('OLD_ROLE_TO_ASSUME')} ${roleToAssume}`;
  return profile && `${flagOf('OLD_PROFILE')} ${profile}`;
}

/**
 * Throws UsageError for a role from a handoff that is one of the new pool's own account: without this, all would be planned as
 * for two pools of one account, and the function would look for the old one there.
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

/** What to do where the old pool is not in the account that it was looked for in. */
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

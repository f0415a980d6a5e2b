/**
 * Policies of a role that init did not add.
 * They give further permissions to the function that sees every password.
 */
import type { IAMClient } from '@aws-sdk/client-iam';
import { undefinedIfNotFound } from '../aws/errors.ts';
import { attachedTo, inlineOf, noSuchEntity } from '../aws/iam.ts';
import { readOptional } from '../aws/optional-read.ts';
import type { Addition, Found } from '../core/additions.ts';
import { type Notice, unreadInto } from '../core/notice.ts';
import { quoted } from '../core/shell.ts';

interface OfRole {
  readonly iam: IAMClient;
  readonly role: string;
  /** The effect on passwords of one more policy on the role. */
  readonly means: string;
}

/**
 * Inline policies that init did not add.
 * A failed read becomes a notice, because a policy of version 1.0.0 doesn't allow it.
 * @param own Inline policies that init writes.
 */
export async function addedInline(
  { iam, role, means }: OfRole,
  own: readonly string[],
): Promise<Required<Found>> {
  const notices: Notice[] = [];
  const found = await readOptional(
    undefinedIfNotFound(inlineOf(iam, role), ...noSuchEntity),
    unreadInto(notices)('inline-policies', role),
  );
  const additions = (found ?? [])
    .filter((name) => !own.includes(name))
    .map(
      (name): Addition => ({
        path: 'inlinePolicies',
        found: name,
        means,
        remove: `aws iam delete-role-policy --role-name ${quoted(role)} --policy-name ${quoted(name)}`,
        finding: 'CM411',
      }),
    );
  return { additions, notices };
}

/** Attached policies of a role to which init attaches nothing. */
export async function addedAttachments(args: OfRole): Promise<Required<Found>> {
  const notices: Notice[] = [];
  const found = await readOptional(
    undefinedIfNotFound(attachedTo(args.iam, args.role), ...noSuchEntity),
    unreadInto(notices)('attached-policies', args.role),
  );
  return { additions: attachmentsBeside(args, found ?? [], []), notices };
}

/** @param own Managed policies that init attaches. */
export const attachmentsBeside = (
  { role, means }: Omit<OfRole, 'iam'>,
  attached: readonly string[],
  own: readonly string[],
): Addition[] =>
  attached
    .filter((arn) => !own.includes(arn))
    .map((arn) => ({
      path: 'attachedPolicies',
      found: arn,
      means,
      remove: `aws iam detach-role-policy --role-name ${quoted(role)} --policy-arn ${quoted(arn)}`,
      finding: 'CM411',
    }));

/** The work that a sync repeats for one user, and the proof that it is the same user. */
import {
  AdminGetUserCommand,
  type AdminGetUserCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { isNamed } from '../../aws/errors.ts';
import type { SyncPart } from '../../aws/function/undo-tags.ts';
import type { Pace } from '../../aws/retry.ts';
import type { Tools } from '../../core/long-run.ts';
import type { Pacer } from '../../core/pacer.ts';
import { oldSubName } from '../../lambda/settings.ts';
import { retryTransient } from '../stream.ts';
import type { SurveyedPool } from '../survey.ts';

/** A user of the new pool for whom work after the move is missing. */
export interface Lacking {
  readonly userName: string;
  readonly sub: string;
  readonly oldSub: string;
  /** New names of the groups that the user lacks. */
  readonly groups: readonly string[];
}

/**
 * Why the work for a user is still missing: an administrator may have taken groups, or opened the old user again.
 * A group is gone, or they are too many.
 */
export const lackingReasons = ['not-repeated', 'old-user-open', 'group-missing', 'too-many-groups'] as const;
export type LackingReason = (typeof lackingReasons)[number];

/** The end of the work for one user. Undefined: the user is gone, or another has the name. */
export type Repaired = { readonly done: number; readonly reason?: LackingReason } | undefined;

export interface Repair {
  readonly part: SyncPart;
  /** The reason of users whose missing work is not due to a failure. */
  readonly leftAlone: LackingReason;
  /** The groups that a user lacks, by the lists. Undefined if no work is missing. */
  lackedBy(user: Pick<Lacking, 'sub' | 'oldSub'>): readonly string[] | undefined;
  /** Does the work after a new look at the user. In a dry run, it only says what it would do. */
  repeat(user: Lacking, tools: RepairTools): Promise<Repaired>;
}

export interface RepairTools extends Pick<Tools, 'send'> {
  readonly isDry: boolean;
}

export type Send = <T>(pacer: Pacer, request: () => Promise<T>) => Promise<T>;

/** Sends requests in their turn, and again after failures that pass. */
export const patientSend =
  (tools: Pick<Tools, 'send'>, pace: Pace): Send =>
  (pacer, request) =>
    retryTransient(() => tools.send(pacer, request), pace);

/** The attribute of a user as AdminGetUser returns it. */
export const attributeOf = (
  { UserAttributes = [] }: Pick<AdminGetUserCommandOutput, 'UserAttributes'>,
  name: string,
): string | undefined => UserAttributes.find(({ Name }) => Name === name)?.Value;

/**
 * Age of a look at users from which they are looked at again before the next write, in milliseconds.
 * While a request waits for its turn, the user can be deleted, and somebody else can take the name.
 */
export const proofMs = 10_000;

/** The user has been deleted, and another has the name. */
class NameTaken extends Error {}

/** The user is gone, or another has the name. */
export const isGone = (error: unknown): boolean =>
  error instanceof NameTaken || isNamed(error, 'UserNotFoundException');

/** Looks at the new user. Rejects with an error of `isGone` if it isn't the listed one anymore. */
export async function lookAgain(
  { side, id }: Pick<SurveyedPool, 'side' | 'id'>,
  { userName, sub, oldSub }: Lacking,
): Promise<AdminGetUserCommandOutput> {
  const found = await side.idpOnce.send(new AdminGetUserCommand({ UserPoolId: id, Username: userName }));
  if (attributeOf(found, 'sub') !== sub || attributeOf(found, oldSubName) !== oldSub) throw new NameTaken();
  return found;
}

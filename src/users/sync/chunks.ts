/** A part of the new pool: who lacks groups, and the work that adds them. */
import { AdminAddUserToGroupCommand, AdminGetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod/mini';
import { isNamed } from '../../aws/errors.ts';
import type { Span } from '../../aws/failed-moves.ts';
import type { Pace } from '../../aws/retry.ts';
import { AwsError } from '../../core/errors.ts';
import type { Chunk } from '../../core/journal.ts';
import type { Tools } from '../../core/long-run.ts';
import type { Pacer } from '../../core/pacer.ts';
import { copyGroups } from '../../lambda/after-move.ts';
import { oldValue } from '../../lambda/old-user.ts';
import { oldSubName } from '../../lambda/settings.ts';
import { inParallel, type ListedUser, readPart, retryTransient } from '../stream.ts';
import type { SurveyedPool } from '../survey.ts';
import type { Members } from './members.ts';
import { isWithin } from './windows.ts';

/** A user of the new pool who lacks groups of their old user. */
export interface Lacking {
  readonly userName: string;
  readonly sub: string;
  readonly oldSub: string;
  /** By their new names. */
  readonly groups: readonly string[];
}

/** Why a user still lacks groups: an administrator may have taken them, a group is gone, or they are too many. */
export const lackingReasons = ['not-repeated', 'group-missing', 'too-many-groups'] as const;
export type LackingReason = (typeof lackingReasons)[number];

export const chunkStates = ['open', 'done'] as const;
export type ChunkState = (typeof chunkStates)[number];

const count = z.number();

export const ChunkData = z.object({
  /** Beginning of the `sub` of its users. Absent: all users. */
  prefix: z.optional(z.string()),
  /** Users created from then on are not part of the run, in milliseconds since the epoch. */
  until: count,
  /** End of the last import job whose users are part of the run, however young. Absent: none is. */
  imports: z.optional(count),
  /** Users that were read. */
  users: count,
  /** Users who got groups, and the number of their new memberships. */
  repeated: count,
  added: count,
  /** Users who were deleted meanwhile. */
  gone: count,
  notRepeated: count,
  failed: z.record(z.string(), count),
});
export type ChunkData = z.output<typeof ChunkData>;

export type Counts = Omit<ChunkData, 'prefix' | 'until' | 'imports'>;

/** The counts of a chunk that nobody has worked on yet. */
export const noCounts: Counts = { users: 0, repeated: 0, added: 0, gone: 0, notRepeated: 0, failed: {} };

export interface ChunkWork {
  /** Reads one chunk after another. Chunks that are read at the same time are then written at the same time. */
  inTurn<T>(read: () => Promise<T>): Promise<T>;
  readonly new: SurveyedPool;
  readonly pace: Pace;
  readonly members: Members;
  readonly pacers: { readonly list: Pacer; readonly read: Pacer; readonly write: Pacer };
  /** Times of creation of the users to repeat. Undefined for all users. */
  readonly spans: readonly Span[] | undefined;
  /** Times of import jobs. Nothing else gives groups to their users, so those may be young. */
  readonly imported: readonly Span[];
  /** Only counts. */
  readonly isDry: boolean;
  /** Receives each user who still lacks groups afterwards. */
  each(user: Lacking, reason: LackingReason): Promise<void>;
  /** Called with the numbers of users that were read and repeated since the last call. */
  onProgress(users: number, repeated: number): void;
}

/** Users that are worked on at the same time. The pacer decides how fast. */
const parallelUsers = 16;

/** Does the work of one chunk, or only counts what it would do. */
export async function workOn(
  args: ChunkWork,
  { number, data }: Pick<Chunk<ChunkState, ChunkData>, 'number' | 'data'>,
  tools: Pick<Tools, 'send'>,
): Promise<Counts> {
  const { users, found } = await args.inTurn(() => readChunk(args, number, data));
  const isWanted = isWithin(args.spans);
  const wanted = found.filter(({ createdAt }) => isWanted(createdAt)).map(({ user }) => user);
  const others = found.filter(({ createdAt }) => !isWanted(createdAt));
  for (const { user } of others) await args.each(user, 'not-repeated');
  const counts = { ...noCounts, users, notRepeated: others.length, failed: { ...noCounts.failed } };
  if (args.isDry) {
    counts.repeated = wanted.length;
    counts.added = wanted.reduce((sum, { groups }) => sum + groups.length, 0);
    return counts;
  }
  await inParallel(wanted, parallelUsers, async (user) => {
    const end = await addGroups(args, user, tools);
    if (end === undefined) {
      counts.gone += 1;
      return;
    }
    counts.added += end.groupsAdded ?? 0;
    if ((end.groupsAdded ?? 0) > 0) counts.repeated += 1;
    args.onProgress(0, 1);
    const reason = end.groupsMissing ? 'group-missing' : end.groupsRefused ? 'too-many-groups' : undefined;
    if (reason === undefined) return;
    counts.failed[reason] = (counts.failed[reason] ?? 0) + 1;
    await args.each(user, reason);
  });
  return counts;
}

interface Found {
  readonly user: Lacking;
  readonly createdAt: number;
}

/** The users of the chunk who lack groups. No reading is open after this, since a token does not live long. */
async function readChunk(
  args: ChunkWork,
  number: number,
  { prefix, until, imports = 0 }: ChunkData,
): Promise<{ readonly users: number; readonly found: readonly Found[] }> {
  const found: Found[] = [];
  const { new: pool, pace, members, pacers } = args;
  const isImported = isWithin(args.imported.filter(({ to }) => to <= imports));
  // The own run of another young user may still be at work.
  const isPart = (createdAt: number): boolean => createdAt < until || isImported(createdAt);
  const reading = {
    ...pace,
    idp: pool.side.idpOnce,
    userPoolId: pool.id,
    pacer: pacers.list,
    estimate: pool.estimate,
    estimateAgain: pool.estimateAgain,
    each(users: readonly ListedUser[]) {
      for (const user of users) {
        const lacking = lackingOf(user, isPart, members);
        if (lacking !== undefined) found.push(lacking);
      }
      args.onProgress(users.length, 0);
    },
  };
  const part = await readPart(reading, prefix);
  // If the filter for parts is refused, the first chunk is the whole pool, and the others are empty.
  const read = part ?? (number === 1 ? await readPart(reading, undefined) : { users: 0, missing: [] });
  if (read === undefined || read.missing.length > 0)
    throw new AwsError(`The new pool could not be read: ${read?.missing.join(', ') ?? 'all users'}`, {
      code: 'AWS_ANSWER_INCOMPLETE',
      hint: ['You can safely run the same command again. It continues from here.'],
    });
  return { users: read.users, found };
}

/**
 * The groups that a user lacks, and when the user was created.
 * The proof that it is the old user is their `sub`, which the new user keeps where nobody can change it, and a
 * user of the old pool with this very `sub`. A name proves nothing.
 */
function lackingOf(
  user: ListedUser,
  isPart: (createdAt: number) => boolean,
  members: Members,
): Found | undefined {
  const [sub, oldSub, createdAt] = [
    oldValue(user, 'sub'),
    oldValue(user, oldSubName),
    user.createdAt?.getTime(),
  ];
  if (sub === undefined || oldSub === undefined || createdAt === undefined || !isPart(createdAt))
    return undefined;
  const groups = members.lackedBy({ oldSub, sub });
  return groups.length === 0
    ? undefined
    : { user: { userName: user.userName, sub, oldSub, groups }, createdAt };
}

/**
 * Age of a look at a user from which the user is looked at again before the next group, in milliseconds.
 * While a request waits for its turn, the user can be deleted, and somebody else can take the name.
 */
const proofMs = 10_000;

/** The user has been deleted, and another has the name. */
class NameTaken extends Error {}

/** Adds a user to the groups, after a new look at the user. Undefined: the user is gone, or another has the name. */
async function addGroups(
  { new: { side, id }, pace, pacers }: ChunkWork,
  { userName, sub, oldSub, groups }: Lacking,
  tools: Pick<Tools, 'send'>,
): Promise<Partial<Awaited<ReturnType<typeof copyGroups>>> | undefined> {
  const named = { UserPoolId: id, Username: userName };
  const send = <T>(pacer: Pacer, request: () => Promise<T>): Promise<T> =>
    retryTransient(() => tools.send(pacer, request), pace);
  let provenAt = 0;
  const prove = async (): Promise<void> => {
    const now = pace.clock.now();
    const { UserAttributes = [] } = await side.idpOnce.send(new AdminGetUserCommand(named));
    const attribute = (name: string) => UserAttributes.find(({ Name }) => Name === name)?.Value;
    if (attribute('sub') !== sub || attribute(oldSubName) !== oldSub) throw new NameTaken();
    provenAt = now;
  };
  try {
    await send(pacers.read, prove);
    return await copyGroups(groups, (GroupName) =>
      send(pacers.write, async () => {
        if (pace.clock.now() - provenAt > proofMs) await prove();
        await side.idpOnce.send(new AdminAddUserToGroupCommand({ ...named, GroupName }));
      }),
    );
  } catch (error) {
    if (error instanceof NameTaken || isNamed(error, 'UserNotFoundException')) return undefined;
    throw error;
  }
}

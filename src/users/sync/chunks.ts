/** A part of the new pool: for whom work after the move is missing, and its repetition. */
import * as z from 'zod/mini';
import type { Span } from '../../aws/failed-moves.ts';
import type { Pace } from '../../aws/retry.ts';
import { AwsError } from '../../core/errors.ts';
import type { Chunk } from '../../core/journal.ts';
import type { Tools } from '../../core/long-run.ts';
import type { Pacer } from '../../core/pacer.ts';
import { oldValue } from '../../lambda/old-user.ts';
import { oldSubName } from '../../lambda/settings.ts';
import { inParallel, type ListedUser, readPart } from '../stream.ts';
import type { SurveyedPool } from '../survey.ts';
import type { Lacking, LackingReason, Repair } from './repair.ts';
import { isWithin } from './windows.ts';

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
  /** Users for whom the work was repeated, and the number of their new memberships, or of closed old users. */
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
  readonly repair: Repair;
  /** For lists of users of the new pool. */
  readonly lister: Pacer;
  /** Times of creation of the users to repeat. Undefined for all users. */
  readonly spans: readonly Span[] | undefined;
  /** Times of import jobs. Nothing else gives groups to their users, so those may be young. */
  readonly imported: readonly Span[];
  /** Users created before this time are left alone, whatever the spans, in milliseconds since the epoch. */
  readonly notBefore?: number | undefined;
  /** Only counts. */
  readonly isDry: boolean;
  /** Receives each user for whom work is missing afterwards. */
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
  const { repair, isDry } = args;
  const isIn = isWithin(args.spans);
  const first = args.spans === undefined ? 0 : (args.notBefore ?? 0);
  const isWanted = (createdAt: number): boolean => createdAt >= first && isIn(createdAt);
  const wanted = found.filter(({ createdAt }) => isWanted(createdAt)).map(({ user }) => user);
  const others = found.filter(({ createdAt }) => !isWanted(createdAt));
  for (const { user } of others) await args.each(user, repair.leftAlone);
  const counts = { ...noCounts, users, notRepeated: others.length, failed: { ...noCounts.failed } };
  await inParallel(wanted, parallelUsers, async (user) => {
    const end = await repair.repeat(user, { ...tools, isDry });
    if (end === undefined) {
      counts.gone += 1;
      return;
    }
    counts.added += end.done;
    if (end.done > 0) counts.repeated += 1;
    args.onProgress(0, 1);
    if (end.reason === undefined) return;
    if (end.reason === repair.leftAlone) counts.notRepeated += 1;
    else counts.failed[end.reason] = (counts.failed[end.reason] ?? 0) + 1;
    await args.each(user, end.reason);
  });
  return counts;
}

interface Found {
  readonly user: Lacking;
  readonly createdAt: number;
}

/** The users of the chunk for whom work is missing. No reading is open after this, since a token does not live long. */
async function readChunk(
  args: ChunkWork,
  number: number,
  { prefix, until, imports = 0 }: ChunkData,
): Promise<{ readonly users: number; readonly found: readonly Found[] }> {
  const found: Found[] = [];
  const { new: pool, pace, repair, lister } = args;
  const isImported = isWithin(args.imported.filter(({ to }) => to <= imports));
  // The own run of another young user may still be at work.
  const isPart = (createdAt: number): boolean => createdAt < until || isImported(createdAt);
  const reading = {
    ...pace,
    idp: pool.side.idpOnce,
    userPoolId: pool.id,
    pacer: lister,
    estimate: pool.estimate,
    estimateAgain: pool.estimateAgain,
    each(users: readonly ListedUser[]) {
      for (const user of users) {
        const lacking = lackingOf(user, isPart, repair);
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
 * The work that is missing for a user, and when the user was created.
 * The proof that it is the old user is their `sub`, which the new user keeps where nobody can change it, and a
 * user of the old pool with this very `sub`. A name proves nothing.
 */
function lackingOf(
  user: ListedUser,
  isPart: (createdAt: number) => boolean,
  repair: Repair,
): Found | undefined {
  const [sub, oldSub, createdAt] = [
    oldValue(user, 'sub'),
    oldValue(user, oldSubName),
    user.createdAt?.getTime(),
  ];
  if (sub === undefined || oldSub === undefined || createdAt === undefined || !isPart(createdAt))
    return undefined;
  const groups = repair.lackedBy({ oldSub, sub });
  return groups === undefined
    ? undefined
    : { user: { userName: user.userName, sub, oldSub, groups }, createdAt };
}

/**
 * Takes an import back: deletes users whom a job has created and who have never used their account.
 * Then they move by signing in again. Each one is read again right before the deletion.
 */
import {
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  type UserImportJobType,
} from '@aws-sdk/client-cognito-identity-provider';
import { isNamed } from '../../aws/errors.ts';
import { AwsError } from '../../core/errors.ts';
import { oldValue } from '../../lambda/old-user.ts';
import { HashCollector, type HashIndex } from '../hash-index.ts';
import { type ListedUser, readUsers, retryTransient } from '../stream.ts';
import type { PoolArgs, SurveyedPool } from '../survey.ts';

/** Why a user of a job stays, in the order in which it is asked. */
export const keptFor = ['used', 'changed', 'in-a-group', 'not-from-the-old-pool'] as const;
export type Kept = (typeof keptFor)[number];

export interface UndoArgs extends PoolArgs {
  /** Our jobs. Users who were created at another time are not of an import. */
  readonly jobs: readonly UserImportJobType[];
  readonly oldSubName: string;
}

export interface UndoScan {
  /** Names of the users to delete. */
  readonly names: readonly string[];
  readonly kept: Readonly<Partial<Record<Kept, number>>>;
}

/**
 * A change within this time after the creation is part of the creation.
 * AWS doesn't document whether a later sign-in changes the date, so the status has to say it too.
 */
const sameMs = 5_000;

type Dated = Pick<ListedUser, 'status' | 'createdAt' | 'modifiedAt' | 'attributes'>;

/** Finds the users to delete. Changes nothing. */
export async function scanUndo(args: UndoArgs): Promise<UndoScan> {
  const subs = await oldSubs(args);
  const names: string[] = [];
  const kept: Partial<Record<Kept, number>> = {};
  await readAll(args, 'new', (user) => {
    if (!isOfJob(user, args.jobs)) return;
    const why = whyKept(user, args.oldSubName, subs);
    if (why === undefined) names.push(user.userName);
    else kept[why] = (kept[why] ?? 0) + 1;
  });
  return { names, kept };
}

/** Deletes these users, as far as they are still untouched. */
export async function undoImport(
  args: UndoArgs,
  { names }: UndoScan,
  onProgress: (deleted: number) => void,
): Promise<{ readonly deleted: number; readonly kept: UndoScan['kept'] }> {
  const { new: pool, budgets, pace } = args;
  const { idpOnce: idp } = pool.side;
  const pacer = await budgets.pacerOf(pool.side, pool.arn, 'UserUpdate');
  const kept: Partial<Record<Kept, number>> = {};
  let deleted = 0;
  for (const Username of names) {
    const input = { UserPoolId: pool.id, Username };
    const remove = async (): Promise<Kept | 'gone' | 'deleted'> => {
      const found = await idp.send(new AdminGetUserCommand(input));
      const user: Dated = {
        status: found.UserStatus ?? '',
        createdAt: found.UserCreateDate,
        modifiedAt: found.UserLastModifiedDate,
        attributes: (found.UserAttributes ?? []).map(({ Name = '', Value = '' }) => ({
          name: Name,
          value: Value,
        })),
      };
      // Somebody else can have the name by now.
      const why = isOfJob(user, args.jobs) ? whyKept(user, args.oldSubName, undefined) : 'changed';
      if (why !== undefined) return why;
      const { Groups = [] } = await idp.send(new AdminListGroupsForUserCommand({ ...input, Limit: 1 }));
      if (Groups.length > 0) return 'in-a-group';
      await idp.send(new AdminDeleteUserCommand(input));
      return 'deleted';
    };
    const result = await retryTransient(() => pacer.run(remove), pace).catch((error: unknown) => {
      if (isNamed(error, 'UserNotFoundException')) return 'gone' as const;
      throw error;
    });
    if (result === 'deleted' || result === 'gone') deleted += 1;
    else kept[result] = (kept[result] ?? 0) + 1;
    onProgress(deleted);
  }
  return { deleted, kept };
}

const isOfJob = ({ createdAt }: Dated, jobs: readonly UserImportJobType[]): boolean =>
  createdAt !== undefined &&
  jobs.some(
    ({ StartDate, CompletionDate }) =>
      StartDate !== undefined &&
      CompletionDate !== undefined &&
      createdAt >= StartDate &&
      createdAt <= CompletionDate,
  );

/** @param subs the users of the old pool. Undefined if they were compared before. */
function whyKept(user: Dated, oldSubName: string, subs: HashIndex | undefined): Kept | undefined {
  if (user.status !== 'RESET_REQUIRED') return 'used';
  const { createdAt, modifiedAt } = user;
  if (createdAt === undefined || modifiedAt === undefined) return 'changed';
  if (Math.abs(modifiedAt.getTime() - createdAt.getTime()) > sameMs) return 'changed';
  const oldSub = oldValue(user, oldSubName);
  const isKnown = oldSub !== undefined && oldSub !== '' && (subs === undefined || subs.has(oldSub));
  return isKnown ? undefined : 'not-from-the-old-pool';
}

async function oldSubs(args: UndoArgs): Promise<HashIndex> {
  const found = new HashCollector();
  await readAll(args, 'old', (user) => {
    const sub = oldValue(user, 'sub');
    if (sub !== undefined) found.add(sub);
  });
  return found.seal();
}

/** Reads everyone. A user who could not be read could be deleted although they have used their account. */
async function readAll(args: UndoArgs, which: 'old' | 'new', each: (user: ListedUser) => void) {
  const pool: SurveyedPool = args[which];
  let users = 0;
  const { missing } = await readUsers({
    ...args.pace,
    idp: pool.side.idpOnce,
    userPoolId: pool.id,
    pacer: await args.budgets.pacerOf(pool.side, pool.arn, 'UserList'),
    estimate: pool.estimate,
    estimateAgain: pool.estimateAgain,
    each(page) {
      page.forEach(each);
      users += page.length;
      args.onProgress({ pool: which, readings: 1, users, estimate: pool.estimate });
    },
  });
  const [first] = missing;
  if (first === undefined) return;
  throw new AwsError(`Not all users can be read. Missing in the ${which} pool: ${first}`, {
    code: 'AWS_BUSY',
    hint: ['You can safely run the same command again.'],
  });
}

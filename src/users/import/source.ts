/**
 * The users of the old pool whom an import job can take, and why it cannot take the others.
 * Pools are read part by part, so that no list of AWS is open while a job runs: its token would expire.
 */
import { AwsError } from '../../core/errors.ts';
import type { Known, UserState } from '../classify.ts';
import { HashCollector, type HashIndex } from '../hash-index.ts';
import { type Decided, pageDecider } from '../page-decider.ts';
import { nameKey, newNames } from '../sign-in-names.ts';
import { readPart, smallPrefixesFor } from '../stream.ts';
import { type Missing, type PoolArgs, readKnown } from '../survey.ts';
import { type ImportPool, importRow, type RowFault } from './csv-row.ts';

export interface ImportSource extends PoolArgs {
  readonly importPool: ImportPool;
  /** Whether the function would keep users with MFA out. Then the MFA of everyone who can move is read. */
  readonly readsMfa: boolean;
}

/** Why a user is left out: their state, a rule of the file, or a name that another user also has. */
export type LeftOut = Exclude<UserState, 'waiting' | 'by-reset'> | RowFault | 'same-name';

/** What an import would do, and what its second reading has to know. */
export interface ImportScan {
  readonly importable: number;
  readonly leftOut: Readonly<Partial<Record<LeftOut, number>>>;
  /** Names that more than one of the imported users would have. */
  readonly sharedNames: HashIndex;
}

/** A user who can be imported, in the two forms that readings need. */
interface Candidate {
  readonly row: string;
  readonly keys: readonly string[];
}

/** Receives what becomes of each user. */
type Take = (candidate: Candidate | LeftOut) => void;

/** Counts who would be imported. Changes nothing. */
export async function scanImport(args: ImportSource): Promise<ImportScan> {
  // Two names with the same hash of 64 bits would leave two users out. They are then shown with this reason.
  const names = new HashCollector(64);
  const leftOut: Partial<Record<LeftOut, number>> = {};
  let candidates = 0;
  // Only hashes are kept. Rows would fill the memory until the next full collection.
  const count: Take = (candidate) => {
    if (typeof candidate === 'string') leftOut[candidate] = (leftOut[candidate] ?? 0) + 1;
    else {
      candidates += 1;
      for (const key of candidate.keys) names.add(key);
    }
  };
  const parts = readParts(args, count);
  while (!(await parts.next()).done);
  const sharedNames = names.seal().repeated();
  const shared = Math.min(candidates, sharedNames.size);
  if (shared > 0) leftOut['same-name'] = shared;
  return { importable: candidates - shared, leftOut, sharedNames };
}

/** The rows of everyone who is missing in the new pool at this moment. */
export async function* missingRows(args: ImportSource, { sharedNames }: ImportScan): AsyncGenerator<string> {
  let rows: string[] = [];
  const keep: Take = (candidate) => {
    if (typeof candidate === 'string') return;
    // Cognito would give such a name to the first of these users.
    if (!candidate.keys.some((key) => sharedNames.has(key))) rows.push(candidate.row);
  };
  for await (const _ of readParts(args, keep)) {
    yield* rows;
    rows = [];
  }
}

function candidateOf(
  { classified: { state, newUser } }: Decided,
  { importPool, settings: { newPool } }: ImportSource,
): Candidate | LeftOut {
  if (state !== 'waiting' && state !== 'by-reset') return state;
  if (newUser === undefined) return 'unknown';
  const made = importRow(newUser, importPool);
  if ('fault' in made) return made.fault;
  const userName = newPool.usernameAttributes.length > 0 ? undefined : newUser.userName;
  const names = newNames(userName, (name) => newUser.attributes[name], newPool);
  return { row: made.row, keys: names.map((name) => nameKey(name, newPool)) };
}

/** Reads the old pool, and returns after each part. No list is open then. */
async function* readParts(args: ImportSource, take: Take): AsyncGenerator<undefined> {
  const { known, missing } = await readKnown(args);
  assertRead(missing);
  let users = 0;
  const counted: Take = (candidate) => {
    users += 1;
    take(candidate);
  };
  const onPage = (): void =>
    args.onProgress({ pool: 'old', readings: 1, users, estimate: args.old.estimate });
  for (const prefix of smallPrefixesFor(args.old.estimate)) {
    const isRead = await readOldPart(args, known, prefix, counted, onPage);
    // AWS may refuse the filter for parts. Then the pool is read in one go.
    if (!isRead) await readOldPart(args, known, undefined, counted, onPage);
    yield undefined;
    if (!isRead) return;
  }
}

/** False if AWS refuses the filter. Then nobody was passed on. */
async function readOldPart(
  args: ImportSource,
  known: Known,
  prefix: string | undefined,
  take: Take,
  onPage: () => void,
): Promise<boolean> {
  const { old, budgets, pace } = args;
  const decider = await pageDecider(args, known);
  const reading = {
    ...pace,
    idp: old.side.idpOnce,
    userPoolId: old.id,
    pacer: await budgets.pacerOf(old.side, old.arn, 'UserList'),
    estimate: old.estimate,
    estimateAgain: old.estimateAgain,
    each: async (users: Parameters<typeof decider.decide>[0]): Promise<void> => {
      await decider.decide(users, (decided) => take(candidateOf(decided, args)));
      onPage();
    },
  };
  const read = await readPart(reading, prefix);
  if (read === undefined) return false;
  assertRead([...read.missing, ...decider.missing()].map((what) => ({ pool: 'old', what })));
  return true;
}

/** Users who could not be read could look missing. */
function assertRead([first]: readonly Missing[]): void {
  if (first === undefined) return;
  throw new AwsError(`Not all users can be read. Missing in the ${first.pool} pool: ${first.what}`, {
    code: 'AWS_BUSY',
    hint: ['You can safely run the same command again. It continues from here.'],
  });
}

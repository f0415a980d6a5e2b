/**
 * What self-tests have left in one account and Region, found from AWS alone. Pools come first: a self-test deletes a pool
 * only when everything else of its label is gone, so that whatever is left can be found from the pool's name.
 */
import { ListTagsForResourceCommand, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeUserPoolCommand, paginateListUserPools } from '@aws-sdk/client-cognito-identity-provider';
import { GetPolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import type { Side } from '../clients.ts';
import { errorName, isNamed, unlessMissing } from '../errors.ts';
import { getRole, noSuchEntity } from '../iam.ts';
import { type TagMap, toTagMap } from '../ownership.ts';
import { isOwn, migrationName, readName, type ThrowAwayName, tagsOf } from './names.ts';

/** One account and Region. */
export interface Place {
  readonly side: Side;
  readonly account: string;
  readonly partition: string;
}

export type LeftoverKind = 'function' | 'role' | 'policy' | 'log group' | 'user pool';

/** One thing that a self-test made. */
export interface Leftover {
  readonly kind: LeftoverKind;
  readonly name: string;
  /** ID of a pool, ARN of a policy. */
  readonly id: string;
  readonly run: string;
  readonly label: string;
}

export interface Leftovers {
  readonly own: readonly Leftover[];
  /** `user pool NAME`: the name of a self-test's, but not its tag. Left alone. */
  readonly foreign: readonly string[];
}

/** What a look-up found: tags tell whose it is. */
interface Found {
  readonly kind: LeftoverKind;
  readonly name: string;
  readonly id: string;
  readonly tags: TagMap | undefined;
}

/**
 * @param known pools that this very process has made: a list that was just written to may not show them yet.
 * @param run only what belongs to that run.
 */
export async function findLeftovers(
  place: Place,
  known: readonly string[] = [],
  run?: string,
): Promise<Leftovers> {
  const pools = (await findPools(place, known)).filter(({ of }) => run === undefined || of.run === run);
  const isOurs = ({ found, of }: Named): boolean => isOwn(of.run, found.tags);
  const ours = pools.filter(isOurs);
  const labels = new Map(ours.map(({ of }) => [migrationName(of), of]));
  const others = await Promise.all([...labels.values()].map((of) => findMigration(place, of)));
  const judged = [...others.flat(), ...ours];
  const own = judged.filter(isOurs).map(({ found, of }) => toLeftover(found, of));
  const foreign = [...pools, ...others.flat()].filter((one) => !isOurs(one));
  return { own, foreign: foreign.map(({ found }) => `${found.kind} ${found.name}`) };
}

interface Named {
  readonly found: Found;
  readonly of: Pick<ThrowAwayName, 'run' | 'label'>;
}

const toLeftover = ({ kind, name, id }: Found, { run, label }: Named['of']): Leftover => ({
  kind,
  name,
  id,
  run,
  label,
});

async function findPools({ side }: Place, known: readonly string[]): Promise<Named[]> {
  const listed = new Map<string, string>();
  for await (const page of paginateListUserPools({ client: side.idp, pageSize: 60 }, { MaxResults: 60 })) {
    for (const { Id, Name = '' } of page.UserPools ?? []) {
      if (Id !== undefined && readName(Name) !== undefined) listed.set(Id, Name);
    }
  }
  const ids = [...new Set([...listed.keys(), ...known])];
  const found = await Promise.all(ids.map((id) => describe(side, id, listed.get(id), known.includes(id))));
  return found.filter((one) => one !== undefined);
}

/**
 * A pool that may not be read has no tag, or is gone: a policy that goes by the tag says no to both. Only the list tells which.
 * @param isKnown this process has made it, so it needs no tag to be ours.
 */
async function describe(
  { idp }: Side,
  id: string,
  listedAs: string | undefined,
  isKnown: boolean,
): Promise<Named | undefined> {
  const answer = await idp.send(new DescribeUserPoolCommand({ UserPoolId: id })).catch((error: unknown) => {
    if (isNamed(error, 'ResourceNotFoundException', 'AccessDeniedException')) return errorName(error);
    throw error;
  });
  if (answer === 'ResourceNotFoundException') return undefined;
  const pool = typeof answer === 'string' ? undefined : answer.UserPool;
  const name = pool?.Name ?? listedAs;
  const of = readName(name ?? '');
  if (name === undefined || of === undefined) return undefined;
  const tags = pool?.UserPoolTags ?? (isKnown ? tagsOf(of.run) : undefined);
  return { found: { kind: 'user pool', name, id, tags }, of };
}

/** Everything that a migration of that label can have made, beside the app client, which goes with its pool. */
async function findMigration(place: Place, of: Pick<ThrowAwayName, 'run' | 'label'>): Promise<Named[]> {
  const name = migrationName(of);
  const found = await Promise.all([
    findFunction(place, name),
    findRole(place, name),
    findPolicy(place, name),
    findLogGroup(place, name, of.run),
  ]);
  return found.filter((one) => one !== undefined).map((one) => ({ found: one, of }));
}

async function findFunction({ side }: Place, name: string): Promise<Found | undefined> {
  const found = await unlessMissing(
    side.lambda.send(new GetFunctionCommand({ FunctionName: name })),
    'ResourceNotFoundException',
  );
  return found && { kind: 'function', name, id: name, tags: found.Tags };
}

async function findRole({ side }: Place, name: string): Promise<Found | undefined> {
  const role = await getRole(side.iam, name);
  return role && { kind: 'role', name, id: name, tags: toTagMap(role.Tags) };
}

async function findPolicy({ side, partition, account }: Place, name: string): Promise<Found | undefined> {
  const PolicyArn = `arn:${partition}:iam::${account}:policy/${name}`;
  const found = await unlessMissing(side.iam.send(new GetPolicyCommand({ PolicyArn })), ...noSuchEntity);
  return found && { kind: 'policy', name, id: PolicyArn, tags: toTagMap(found.Policy?.Tags) };
}

async function findLogGroup(
  { side, partition, account }: Place,
  name: string,
  run: string,
): Promise<Found | undefined> {
  const logGroupNamePrefix = `/aws/lambda/${name}`;
  for await (const page of paginateDescribeLogGroups({ client: side.logs }, { logGroupNamePrefix })) {
    if (!page.logGroups?.some(({ logGroupName }) => logGroupName === logGroupNamePrefix)) continue;
    const resourceArn = `arn:${partition}:logs:${side.region}:${account}:log-group:${logGroupNamePrefix}`;
    const { tags = {} } = await side.logs.send(new ListTagsForResourceCommand({ resourceArn }));
    // Lambda makes the group again, untagged, for a function that still writes after its group was deleted. The pool of
    // that name is ours by its tag, and no other function can have the random name.
    const isOrphan = Object.keys(tags).length === 0;
    return {
      kind: 'log group',
      name: logGroupNamePrefix,
      id: logGroupNamePrefix,
      tags: isOrphan ? tagsOf(run) : tags,
    };
  }
  return undefined;
}

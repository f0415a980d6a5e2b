/**
 * What self-tests have left in one account and Region, found from AWS alone. Pools come first: a self-test deletes a pool
 * only when everything else of its label is gone, so that mostly whatever is left can be found from the pool's name. What has
 * lost its pools is found by its own name, when all runs are looked for.
 */
import { ListTagsForResourceCommand, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeUserPoolCommand, paginateListUserPools } from '@aws-sdk/client-cognito-identity-provider';
import { GetPolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import type { Side } from '../clients.ts';
import { errorName, isNamed, unlessMissing } from '../errors.ts';
import { getRole, noSuchEntity } from '../iam.ts';
import { type TagMap, toTagMap } from '../ownership.ts';
import {
  isOwn,
  logGroupOf,
  type MigrationName,
  migrationName,
  type PoolSide,
  readName,
  tagsOf,
} from './names.ts';
import { strayNames } from './strays.ts';

/** One account and Region. */
export interface Place {
  readonly side: Side;
  readonly account: string;
  readonly partition: string;
  /** ARN of whoever has these credentials. */
  readonly caller: string;
  /** One that was given by whatever way; undefined: it is AWS itself. */
  readonly endpoint: string | undefined;
  /** Of roles and policies: `/`, or what a company asks for. */
  readonly rolePath: string;
  readonly permissionsBoundary: string | undefined;
}

export type Places = Readonly<Record<PoolSide, Place>>;

export type LeftoverKind = 'function' | 'role' | 'policy' | 'log group' | 'user pool';

/** One thing that a self-test made. */
export interface Leftover {
  readonly kind: LeftoverKind;
  readonly name: string;
  /** ID of a pool, ARN of a policy. */
  readonly id: string;
  readonly run: string;
  readonly label: string;
  /** A log group that Lambda has made again, for lines that came after it was deleted. */
  readonly isLate?: boolean;
}

export interface Leftovers {
  readonly own: readonly Leftover[];
  /** `user pool NAME`: the name of a self-test's, but not its tag. Left alone; so is a log group that may be of somebody else. */
  readonly foreign: readonly string[];
}

/** What a look-up found: tags tell whose it is. */
interface Found {
  readonly kind: LeftoverKind;
  readonly name: string;
  readonly id: string;
  readonly tags: TagMap | undefined;
  readonly isLate?: boolean;
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
  const strays = run === undefined ? await strayNames(place.side) : [];
  const labels = new Map([...ours.map(({ of }) => of), ...strays].map((of) => [migrationName(of), of]));
  const others: Named[] = [];
  // One label after the other: IAM and Lambda take only some requests a second.
  for (const of of labels.values()) others.push(...(await findMigration(place, of)));
  const own = [...others, ...ours].filter(isOurs).map(({ found, of }) => toLeftover(found, of));
  const foreign = [...pools, ...others].filter((one) => !isOurs(one));
  return { own, foreign: foreign.map(({ found }) => `${found.kind} ${found.name}`) };
}

interface Named {
  readonly found: Found;
  readonly of: MigrationName;
}

const toLeftover = ({ kind, name, id, isLate = false }: Found, { run, label }: MigrationName): Leftover => ({
  kind,
  name,
  id,
  run,
  label,
  ...(isLate ? { isLate } : {}),
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
async function findMigration(place: Place, of: MigrationName): Promise<Named[]> {
  const name = migrationName(of);
  const [theFunction, role, policy, logGroup] = await Promise.all([
    findFunction(place, name),
    findRole(place, name),
    findPolicy(place, name),
    findLogGroup(place, name),
  ]);
  const isForeign = theFunction !== undefined && !isOwn(of.run, theFunction.tags);
  const log = logGroup?.isLate && !isForeign ? { ...logGroup, tags: tagsOf(of.run) } : logGroup;
  return [theFunction, role, policy, log].filter((one) => one !== undefined).map((found) => ({ found, of }));
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

async function findPolicy(place: Place, name: string): Promise<Found | undefined> {
  const { side, partition, account, rolePath } = place;
  const PolicyArn = `arn:${partition}:iam::${account}:policy${rolePath}${name}`;
  const found = await unlessMissing(side.iam.send(new GetPolicyCommand({ PolicyArn })), ...noSuchEntity);
  return found && { kind: 'policy', name, id: PolicyArn, tags: toTagMap(found.Policy?.Tags) };
}

/**
 * Without any tag it is one that Lambda has made again, for a function that still wrote after its group was deleted: no other
 * function can have the random name, as long as there is none that has it now.
 */
async function findLogGroup({ side, partition, account }: Place, of: string): Promise<Found | undefined> {
  const name = logGroupOf(of);
  const named = { logGroupNamePrefix: name };
  for await (const page of paginateDescribeLogGroups({ client: side.logs }, named)) {
    if (!page.logGroups?.some(({ logGroupName }) => logGroupName === name)) continue;
    const resourceArn = `arn:${partition}:logs:${side.region}:${account}:log-group:${name}`;
    const { tags = {} } = await side.logs.send(new ListTagsForResourceCommand({ resourceArn }));
    return { kind: 'log group', name, id: name, tags, isLate: Object.keys(tags).length === 0 };
  }
  return undefined;
}

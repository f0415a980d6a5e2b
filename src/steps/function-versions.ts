/** Versions, aliases, and event source mappings of the function. init makes none of them. */
import {
  type EventSourceMappingConfiguration,
  GetPolicyCommand,
  type LambdaClient,
  paginateListAliases,
  paginateListEventSourceMappings,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import { parseArn } from '../aws/arn.ts';
import { undefinedIfNotFound } from '../aws/errors.ts';
import { readOptional } from '../aws/optional-read.ts';
import type { Addition, Found } from '../core/additions.ts';
import { type Notice, unreadInto } from '../core/notice.ts';
import { quoted } from '../core/shell.ts';
import type { Vars } from '../core/variables/index.ts';
import { lambdaCommand } from './function-parts.ts';
import { functionArn } from './names.ts';
import { addedStatements, statementsOf } from './resource-policy.ts';

/** The function whose additions are read. */
export interface FunctionPlace {
  readonly name: string;
  /** ARN of the function. */
  readonly arn: string;
  /** ARN of the new pool. */
  readonly pool: string;
}

export const placeOf = (vars: Pick<Vars, 'NAME' | 'NEW_USER_POOL_ARN'>): FunctionPlace => ({
  name: vars.NAME,
  arn: functionArn(vars),
  pool: vars.NEW_USER_POOL_ARN,
});

/** Versions and aliases whose policies and mappings are read: more would take a minute. */
const mostRead = 50;
/** Calls at the same time. Lambda allows 15 control-plane calls per second. */
const atOnce = 5;

/**
 * Versions, aliases, their policies, and what starts them.
 * Never writes. A failed read becomes a notice, because a policy of version 1.0.0 doesn't allow it.
 */
export async function addedVersions(client: LambdaClient, place: FunctionPlace): Promise<Required<Found>> {
  const notices: Notice[] = [];
  const unread = unreadInto(notices);
  const { name: FunctionName } = place;
  const [versions = [], aliases = []] = await Promise.all([
    readOptional(versionsOf(client, FunctionName), unread('versions')),
    readOptional(aliasesOf(client, FunctionName), unread('aliases')),
  ]);
  const qualifiers = [...aliases.map(({ name }) => name), ...versions.toReversed()];
  const found = await inGroups(qualifiers.slice(0, mostRead), (qualifier) => ofOne(client, place, qualifier));
  notices.push(...firstOf(found.flatMap((one) => one.notices)));
  if (qualifiers.length > mostRead)
    notices.push({ kind: 'partly-read', read: mostRead, all: qualifiers.length });
  return {
    additions: [
      ...found.flatMap(({ additions }) => additions),
      ...aliases.map((alias) => aliasAddition(alias, place)),
      ...versionAdditions(versions, place),
    ],
    notices,
  };
}

/**
 * Event source mappings of the function, or of one of its versions or aliases.
 * They exist without the function too, and start the next one of its name.
 */
export async function addedMappings(
  client: LambdaClient,
  { name, arn }: FunctionPlace,
  qualifier?: string,
): Promise<Required<Found>> {
  const notices: Notice[] = [];
  const FunctionName = qualifier === undefined ? name : `${name}:${qualifier}`;
  const mappings = await readOptional(mappingsOf(client, FunctionName), unreadInto(notices)('event-sources'));
  return { additions: (mappings ?? []).map((mapping) => mappingAddition(mapping, arn)), notices };
}

/** Runs the work for each item, a few at a time. */
async function inGroups<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += atOnce)
    results.push(...(await Promise.all(items.slice(start, start + atOnce).map(work))));
  return results;
}

/** The policy and the mappings of one version or alias. */
async function ofOne(
  client: LambdaClient,
  place: FunctionPlace,
  qualifier: string,
): Promise<Required<Found>> {
  const notices: Notice[] = [];
  const reading = undefinedIfNotFound(
    client.send(new GetPolicyCommand({ FunctionName: place.name, Qualifier: qualifier })),
    'ResourceNotFoundException',
  );
  const [policy, mappings] = await Promise.all([
    readOptional(reading, unreadInto(notices)('invokers', `${place.name}:${qualifier}`)),
    addedMappings(client, place, qualifier),
  ]);
  const statements = addedStatements(statementsOf(policy?.Policy), { ...place, qualifier });
  return {
    additions: [...statements.additions, ...mappings.additions],
    notices: [...notices, ...mappings.notices],
  };
}

/** The first failed read, which represents all of them. */
function firstOf(notices: readonly Notice[]): Notice[] {
  const [first] = notices;
  return first?.kind === 'unread' ? [{ ...first, times: notices.length }] : [];
}

/** Numbers of the published versions, oldest first. */
async function versionsOf(client: LambdaClient, FunctionName: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { Versions = [] } of paginateListVersionsByFunction({ client }, { FunctionName }))
    found.push(...Versions.flatMap(({ Version }) => Version ?? []));
  return found.filter((version) => !version.startsWith('$')).sort((a, b) => Number(a) - Number(b));
}

interface FoundAlias {
  readonly name: string;
  readonly version: string;
}

async function aliasesOf(client: LambdaClient, FunctionName: string): Promise<FoundAlias[]> {
  const found: FoundAlias[] = [];
  for await (const { Aliases = [] } of paginateListAliases({ client }, { FunctionName }))
    for (const { Name, FunctionVersion = '' } of Aliases)
      if (Name !== undefined) found.push({ name: Name, version: FunctionVersion });
  return found;
}

async function mappingsOf(
  client: LambdaClient,
  FunctionName: string,
): Promise<EventSourceMappingConfiguration[]> {
  const found: EventSourceMappingConfiguration[] = [];
  const pages = paginateListEventSourceMappings({ client }, { FunctionName });
  for await (const { EventSourceMappings = [] } of pages) found.push(...EventSourceMappings);
  return found;
}

/** One addition for all versions, because a pipeline can publish hundreds. */
function versionAdditions(versions: readonly string[], { name, arn }: FunctionPlace): Addition[] {
  if (versions.length === 0) return [];
  const command = `${lambdaCommand('delete-function', name, arn)} --qualifier`;
  return [
    {
      path: 'versions',
      found: versions.length === 1 ? (versions[0] ?? '') : [...versions],
      means:
        'A version keeps earlier code and settings, and can be invoked by its number. Cognito calls none.',
      remove:
        versions.length === 1
          ? `${command} ${versions[0]}`
          : `for version in ${versions.join(' ')}; do ${command} "$version"; done`,
      finding: 'CM411',
    },
  ];
}

const aliasAddition = (alias: FoundAlias, { name, arn }: FunctionPlace): Addition => ({
  path: `aliases.${alias.name}`,
  found: alias.version,
  means: 'An alias is another name by which the function can be invoked. Cognito calls none.',
  remove: `${lambdaCommand('delete-alias', name, arn)} --name ${quoted(alias.name)}`,
  finding: 'CM411',
});

function mappingAddition(mapping: EventSourceMappingConfiguration, arn: string): Addition {
  const { UUID = '', EventSourceArn, SelfManagedEventSource, FunctionArn = arn } = mapping;
  const servers = Object.values(SelfManagedEventSource?.Endpoints ?? {}).flat();
  return {
    path: FunctionArn === arn ? 'eventSourceMapping' : `eventSourceMapping.${FunctionArn.split(':').at(-1)}`,
    found: EventSourceArn ?? (servers.join(', ') || UUID),
    means:
      'Anyone who can write to that queue or stream can send it sign-ins, and try passwords beyond the limits of Cognito.',
    remove: `aws lambda delete-event-source-mapping --uuid ${quoted(UUID)} --region ${quoted(parseArn(arn).region)}`,
    outlives: true,
    finding: 'CM410',
  };
}

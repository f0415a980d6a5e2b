/** Everything that exists in the local AWS, without what differs between two runs that did the same: IDs and dates. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Alarm } from '../../src/sandbox/services/cloudwatch/alarm-state.ts';
import { alarmsIn } from '../../src/sandbox/services/cloudwatch/alarms.ts';
import { dashboardsIn } from '../../src/sandbox/services/cloudwatch/dashboards.ts';
import { type Client, cognitoKind, type Pool } from '../../src/sandbox/services/cognito/state.ts';
import type { ManagedPolicy } from '../../src/sandbox/services/iam/aws-managed.ts';
import { iamState, type Role } from '../../src/sandbox/services/iam/state.ts';
import { type LambdaFunction, lambdaState } from '../../src/sandbox/services/lambda/state.ts';
import { type LogGroup, logsState } from '../../src/sandbox/services/logs/state.ts';
import type { World } from '../../src/sandbox/world.ts';
import type { ConfiguredAws } from './scene.ts';
import { everySide } from './sides.ts';

/** As text, so that two of them are compared, and shown, line by line. */
export function snapshot({ sandbox: { world } }: Pick<ConfiguredAws, 'sandbox'>): string {
  const everything = Object.fromEntries(
    everySide.flatMap(({ account, region }) => [
      [account, iamOf(world, account)],
      [`${account} ${region}`, regionalOf(world, account, region)],
    ]),
  );
  // IDs first: what is sorted by a key that holds one would be in another order each time.
  const named: unknown = JSON.parse(withoutIds(JSON.stringify(plain(everything)), world));
  return JSON.stringify(sorted(named), null, 1);
}

/** The same without the groups of pools. */
export function withoutGroups(text: string): string {
  const everything: unknown = JSON.parse(text, (key, value) => (key === 'groups' ? undefined : value));
  return JSON.stringify(everything, null, 1);
}

/** The state file, without what differs between two runs that did the same; '' when there is none. */
export async function stateFile({ sandbox: { world }, state }: ConfiguredAws): Promise<string> {
  const text = await readFile(state, 'utf8').catch(() => '');
  if (text === '') return '';
  const dates = new Set(['at', 'CreationDate', 'LastModifiedDate']);
  const named: unknown = JSON.parse(withoutIds(text, world), (key, value) => (dates.has(key) ? null : value));
  return JSON.stringify(sorted(named), null, 1);
}

const iamOf = (world: World, account: string) => ({
  roles: [...iamState(world, account).roles.values()].map(roleOf).sort(byName),
  policies: [...iamState(world, account).policies.values()].map(policyOf).sort(byName),
  dashboards: dashboardsIn({ world, account }),
});

const regionalOf = (world: World, account: string, region: string) => ({
  pools: poolsOf(world, account, region).map(poolOf),
  functions: [...lambdaState(world, account, region).functions.values()].map(functionOf).sort(byName),
  logGroups: [...logsState(world, account, region).groups.values()].map(groupOf).sort(byName),
  alarms: [...alarmsIn({ world, account, region }).values()].map(alarmOf).sort(byName),
});

const poolsOf = (world: World, account: string, region: string): readonly Pool[] => [
  ...world.state(cognitoKind, account, region).pools.values(),
];

const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : 1;

const poolOf = ({ name, config, fixed, mfa, schema, clients, users, groups }: Pool) => ({
  name,
  config,
  fixed,
  mfa,

  schema,
  clients: [...clients.values()].map(({ type, config: settings }) => ({ type, config: settings })),
  users: [...users.values()].map(({ username, attributes, status }) => ({ username, attributes, status })),
  groups: [...groups.values()]
    .map(({ name: GroupName, details, members }) => ({
      ...details,
      GroupName,
      members: [...members.keys()],
    }))
    .sort((a, b) => (a.GroupName < b.GroupName ? -1 : 1)),
});

const roleOf = ({
  name,
  path,
  trust,
  description,
  maxSessionDuration,
  boundary,
  tags,
  inline,
  attached,
}: Role) => ({
  name,
  path,
  trust: trust.current.document,
  description,
  maxSessionDuration,
  boundary,
  tags,
  inline: [...inline].map(([policy, { current }]) => [policy, current]),
  attached: [...attached.keys()].sort(),
});

function policyOf({ name, path, description, tags, versions, defaultVersion }: ManagedPolicy) {
  const inForce = versions.find(({ id }) => id === defaultVersion.current)?.document;
  // Versions that are not in force are IAM's own history, and have no effect. One that was made twice, since the answer to
  // the first was lost, is in it twice.
  const earlier = versions.map(({ document }) => document).filter((document) => document !== inForce);
  return { name, path, description, tags, document: inForce, earlier: [...new Set(earlier)].sort() };
}

const functionOf = ({ name, settings, zip, tags, permissions, eventInvokeConfigs }: LambdaFunction) => ({
  name,
  settings,
  code: createHash('sha256').update(zip).digest('hex'),
  tags,
  permissions,
  retries: [...eventInvokeConfigs.values()].map(({ LastModified: _, ...config }) => config),
});

/** Its state follows from the metrics, and is nobody's setting. */
const alarmOf = ({ name, settings, tags }: Alarm) => ({ name, settings, tags });

const groupOf = ({ name, retentionInDays, tags }: LogGroup) => ({ name, retentionInDays, tags });

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Maps as objects, sets as lists. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return plain(Object.fromEntries(value));
  if (value instanceof Set || Array.isArray(value)) return [...value].map(plain);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

/** Keys in order: the order in which independent calls arrive is nobody's promise. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, sorted(member)]));
}

/**
 * IDs in words: the pool's name, and a client's name and place among those of that name. The external ID is the one that
 * the role's trust asks for: any other one that is used somewhere stays as it is, and is different each time.
 */
function withoutIds(text: string, world: World): string {
  const pools = everySide.flatMap(({ account, region }) => poolsOf(world, account, region));
  let named = text;
  for (const { clients } of pools) named = withoutClients(named, [...clients.values()]);
  // After the clients: the name of one holds the ID of a pool.
  for (const { id, name } of pools) named = named.replaceAll(id, `<pool ${name}>`);
  for (const { account } of everySide) {
    for (const { trust } of iamState(world, account).roles.values()) {
      const [, externalId] = /"sts:ExternalId":"([^"]+)"/.exec(trust.current.document) ?? [];
      if (externalId !== undefined) named = named.replaceAll(externalId, '<external ID>');
    }
  }
  return named;
}

function withoutClients(text: string, clients: readonly Client[]): string {
  let named = text;
  const seen = new Map<string, number>();
  for (const client of clients) {
    const place = (seen.get(nameOf(client)) ?? 0) + 1;
    seen.set(nameOf(client), place);
    named = named.replaceAll(client.id, `<client ${nameOf(client)} ${place}>`);
  }
  return named;
}

const nameOf = ({ config }: Client): string => String(config.ClientName);

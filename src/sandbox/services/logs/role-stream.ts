/** Log streams that a service of AWS writes with a role of the account. */
import { decideIdentity, globalContext } from '../../auth/authorize.ts';
import type { World } from '../../world.ts';
import type { Place } from '../cloudwatch/state.ts';
import { roleByArn } from '../iam/state.ts';
import { groupResource } from './names.ts';
import { type LogGroup, type LogStream, logsState, makeGroup } from './state.ts';

export interface RoleStream {
  readonly world: World;
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly roleArn: string;
  /** Name of the service's session of the role. */
  readonly session: string;
  readonly group: string;
  readonly stream: string;
  /** Whether the service looks for its streams first. */
  readonly looksFirst: boolean;
}

/**
 * The stream, created with the role's own permissions.
 * Undefined if they are not sufficient.
 */
export function openRoleStream(
  args: RoleStream,
): { readonly place: Place; readonly stream: LogStream } | undefined {
  const { world, partition, account, region, roleArn } = args;
  const role = roleByArn(world, roleArn);
  if (!role) return undefined;
  const arn = `arn:${partition}:sts::${account}:assumed-role/${role.name}/${args.session}`;
  const caller = { kind: 'session', account, arn, roleArn } as const;
  const group = groupResource(partition, region, account, args.group);
  const isAllowed = (action: string, resource: string) =>
    decideIdentity(world, caller, { action, resource, context: globalContext(world, caller, region) })
      .allowed;
  const state = logsState(world, account, region);
  const existing = state.groups.get(args.group);
  if (!existing && !isAllowed('logs:CreateLogGroup', group)) return undefined;
  if (args.looksFirst && !isAllowed('logs:DescribeLogStreams', group)) return undefined;
  const resource = `${group}${args.stream}`;
  if (!isAllowed('logs:CreateLogStream', resource) || !isAllowed('logs:PutLogEvents', resource))
    return undefined;
  const found: LogGroup = existing ?? makeGroup(world, args.group);
  state.groups.set(args.group, found);
  const stream = found.streams.get(args.stream) ?? {
    name: args.stream,
    createdAt: world.now(),
    events: [],
  };
  found.streams.set(args.stream, stream);
  return { place: { world, account, region }, stream };
}

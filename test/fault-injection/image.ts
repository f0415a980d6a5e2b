/** A local AWS as it is at one moment, letter by letter, to begin from again and again. */

import { alarmsIn } from '../../src/sandbox/services/cloudwatch/alarms.ts';
import { dashboardsIn } from '../../src/sandbox/services/cloudwatch/dashboards.ts';
import { NumberedMap } from '../../src/sandbox/services/cognito/paging.ts';
import {
  type CognitoState,
  cognitoKind,
  type Group,
  type User,
} from '../../src/sandbox/services/cognito/state.ts';
import { UserDirectory } from '../../src/sandbox/services/cognito/user-directory.ts';
import { type IamState, iamState } from '../../src/sandbox/services/iam/state.ts';
import { FunctionPool } from '../../src/sandbox/services/lambda/pool.ts';
import {
  functionKey,
  type LambdaFunction,
  type LambdaState,
  lambdaState,
} from '../../src/sandbox/services/lambda/state.ts';
import { type LogsState, logsState } from '../../src/sandbox/services/logs/state.ts';
import type { World } from '../../src/sandbox/world.ts';
import type { Side } from '../support/sdk.ts';
import { everySide } from './sides.ts';

/** Of one account in one Region. IAM is in it once for each Region, which does no harm. */
interface Part {
  readonly side: Side;
  readonly cognito: CognitoState;
  /** By pool: a directory cannot be cloned, since it finds users by what it keeps to itself. */
  readonly users: ReadonlyMap<string, readonly User[]>;
  readonly iam: IamState;
  readonly logs: LogsState;
  /** A function is started anew where the image is put, as after any pause. */
  readonly functions: readonly Omit<LambdaFunction, 'pool'>[];
  readonly mappings: LambdaState['mappings'];
  readonly alarms: ReturnType<typeof alarmsIn>;
  /** Of the account, as IAM is. */
  readonly dashboards: ReturnType<typeof dashboardsIn>;
}

export type Image = readonly Part[];

const withoutPool = ({ pool: _running, ...rest }: LambdaFunction): Omit<LambdaFunction, 'pool'> => rest;

/** Everything but temporary credentials: the functions get new ones. */
export const imageOf = (world: World): Image =>
  everySide.map((side) => {
    const cognito = world.state(cognitoKind, side.account, side.region);
    return structuredClone({
      side,
      cognito,
      users: new Map([...cognito.pools].map(([id, { users }]) => [id, [...users.values()]])),
      iam: iamState(world, side.account),
      logs: logsState(world, side.account, side.region),
      functions: [...lambdaState(world, side.account, side.region).functions.values()].map(withoutPool),
      mappings: lambdaState(world, side.account, side.region).mappings,
      alarms: alarmsIn({ world, ...side }),
      dashboards: dashboardsIn({ world, ...side }),
    });
  });

/** Makes an empty world what another one was. */
export function putImage(world: World, image: Image): void {
  for (const part of structuredClone(image)) {
    const { side, cognito, users, iam, logs, functions, mappings, alarms, dashboards } = part;
    for (const [id, pool] of cognito.pools) {
      const { clients, groups, identityProviders } = pool;
      Object.assign(pool, {
        users: directoryOf(users.get(id) ?? []),
        clients: numbered(clients),
        groups: numbered(withMembers(groups)),
        identityProviders: numbered(identityProviders),
      });
    }
    const pools = numbered(cognito.pools);
    Object.assign(world.state(cognitoKind, side.account, side.region), cognito, { pools });
    Object.assign(iamState(world, side.account), iam);
    Object.assign(logsState(world, side.account, side.region), logs);
    const state = lambdaState(world, side.account, side.region);
    for (const one of functions) state.functions.set(functionKey(one), { ...one, pool: new FunctionPool() });
    for (const [uuid, mapping] of mappings) state.mappings.set(uuid, mapping);
    for (const [name, alarm] of alarms) alarmsIn({ world, ...side }).set(name, alarm);
    for (const [name, dashboard] of dashboards) dashboardsIn({ world, ...side }).set(name, dashboard);
  }
}

/** A clone of a map is a plain Map, whatever its class was. */
function numbered<V extends { readonly seq: number }>(clone: ReadonlyMap<string, V>): NumberedMap<string, V> {
  const map = new NumberedMap<string, V>();
  for (const [key, value] of clone) map.set(key, value);
  return map;
}

const withMembers = (groups: ReadonlyMap<string, Group>): ReadonlyMap<string, Group> =>
  new Map([...groups].map(([name, group]) => [name, { ...group, members: numbered(group.members) }]));

function directoryOf(users: readonly User[]): UserDirectory {
  const directory = new UserDirectory();
  for (const user of users) directory.add(user);
  return directory;
}

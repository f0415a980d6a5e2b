/** What Lambda keeps for one account and Region. */
import { randomUUID } from 'node:crypto';
import { parseArn } from '../../arn.ts';
import type { JsonObject } from '../../operation.ts';
import type { World } from '../../world.ts';
import type { FunctionPool } from './pool.ts';

export interface FunctionSettings {
  readonly runtime: string;
  readonly role: string;
  readonly handler: string;
  readonly description: string;
  readonly timeout: number;
  readonly memorySize: number;
  /** undefined: no Environment was ever given. */
  readonly variables: ReadonlyMap<string, string> | undefined;
  readonly logFormat: 'Text' | 'JSON';
  readonly logGroup: string;
  readonly logging: JsonObject;
  readonly architectures: readonly string[];
  /** Layers, network, tracing and the like, as they are described: see extras.ts. */
  readonly extras: JsonObject;
}

/** RevisionIds of a change: one while Lambda carries it out, another from then on. */
interface Revision {
  readonly underWay: string;
  readonly done: string;
}

/** The RevisionIds of a new change. */
export function newRevision(): Revision {
  return { underWay: randomUUID(), done: randomUUID() };
}

export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  settings: FunctionSettings;
  zip: Uint8Array;
  modifiedAt: number;
  revision: Revision;
  /** When an update that is in progress is done. */
  updateDoneAt: number;
  /** Pending until then. */
  readonly activeAt: number;
  tags: ReadonlyMap<string, string>;
  /** Resource-based policy: statements by their ID. */
  readonly permissions: Map<string, JsonObject>;
  /** By qualifier ($LATEST: the function itself), as they are described. */
  readonly urls: Map<string, JsonObject>;
  readonly eventInvokeConfigs: Map<string, JsonObject>;
  /** The processes that run it. */
  readonly pool: FunctionPool;
}

export interface LambdaState {
  readonly functions: Map<string, LambdaFunction>;
}

const lambdaKind = { name: 'lambda', create: (): LambdaState => ({ functions: new Map() }) };

/** Lambda in an account and Region. */
export function lambdaState(world: World, account: string, region: string): LambdaState {
  return world.state(lambdaKind, account, region);
}

/** Every function there is. */
export function allFunctions(world: World): readonly LambdaFunction[] {
  return world.states(lambdaKind).flatMap(({ state }) => [...state.functions.values()]);
}

/** The function of an unqualified ARN. */
export function findFunction(world: World, arn: string): LambdaFunction | undefined {
  const parsed = parseArn(arn);
  if (!parsed) return undefined;
  return lambdaState(world, parsed.account, parsed.region).functions.get(
    parsed.resource.replace(/^function:/, ''),
  );
}

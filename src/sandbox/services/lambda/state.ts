/** Lambda's state for one account and Region. */
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
  /** Undefined if the function never had an Environment. */
  readonly variables: ReadonlyMap<string, string> | undefined;
  readonly logFormat: 'Text' | 'JSON';
  readonly logGroup: string;
  readonly logging: JsonObject;
  readonly architectures: readonly string[];
  /** Layers, network, tracing, and similar, in their described form. See extras.ts. */
  readonly extras: JsonObject;
}

/** RevisionIds of a change: one while Lambda applies it, another from then on. */
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
  /** Time when an update in progress is done. */
  updateDoneAt: number;
  /** Time until which the function is Pending. */
  readonly activeAt: number;
  tags: ReadonlyMap<string, string>;
  /** Resource-based policy: statements by their ID. */
  readonly permissions: Map<string, JsonObject>;
  /** By qualifier ($LATEST for the function itself), in their described form. */
  readonly urls: Map<string, JsonObject>;
  readonly eventInvokeConfigs: Map<string, JsonObject>;
  /** The processes that run the function. */
  readonly pool: FunctionPool;
}

export interface LambdaState {
  readonly functions: Map<string, LambdaFunction>;
}

const lambdaKind = { name: 'lambda', create: (): LambdaState => ({ functions: new Map() }) };

/** Lambda's state in an account and Region. */
export function lambdaState(world: World, account: string, region: string): LambdaState {
  return world.state(lambdaKind, account, region);
}

/** Every function in every account and Region. */
export function allFunctions(world: World): readonly LambdaFunction[] {
  return world.states(lambdaKind).flatMap(({ state }) => [...state.functions.values()]);
}

/** The function with this unqualified ARN. */
export function findFunction(world: World, arn: string): LambdaFunction | undefined {
  const parsed = parseArn(arn);
  if (!parsed) return undefined;
  return lambdaState(world, parsed.account, parsed.region).functions.get(
    parsed.resource.replace(/^function:/, ''),
  );
}

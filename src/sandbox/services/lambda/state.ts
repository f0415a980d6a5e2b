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
  /** Layers, network, tracing, and similar, in their described form. See readExtras in settings.ts. */
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

/** A name for a version. Weights between two versions are stored, but never used. */
export interface Alias {
  readonly name: string;
  readonly arn: string;
  readonly version: string;
  readonly description: string;
  readonly routing: JsonObject | undefined;
  revision: string;
  /** Resource-based policy of the alias alone: statements by their ID. */
  readonly permissions: Map<string, JsonObject>;
}

/** When Lambda updates the runtime of a function. */
export interface RuntimeUpdates {
  readonly on: string;
  /** The runtime version of the mode Manual. */
  readonly versionArn?: string;
}

/** A function, or one of its published versions, which keeps code and settings as they were. */
export interface LambdaFunction {
  readonly name: string;
  /** $LATEST for the function itself. */
  readonly version: string;
  /** Ends with the version if it is a published one. */
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
  /** By name. A published version has none. */
  readonly aliases: Map<string, Alias>;
  /** Number of the last published version. Numbers are never used again. */
  lastVersion: number;
  /** Reserved concurrency of the function with all its versions. Undefined if it has none. */
  reservedConcurrency: number | undefined;
  runtimeUpdates: RuntimeUpdates;
  /** The processes that run the function. */
  readonly pool: FunctionPool;
}

export interface LambdaState {
  /** Functions by name, and published versions by `NAME:VERSION`. */
  readonly functions: Map<string, LambdaFunction>;
  /** Event source mappings by UUID, in their described form. */
  readonly mappings: Map<string, JsonObject>;
}

export const latest = '$LATEST';

/** The key of a function or version in the state. */
export const functionKey = ({ name, version }: Pick<LambdaFunction, 'name' | 'version'>): string =>
  version === latest ? name : `${name}:${version}`;

const lambdaKind = {
  name: 'lambda',
  create: (): LambdaState => ({ functions: new Map(), mappings: new Map() }),
};

/** Lambda's state in an account and Region. */
export function lambdaState(world: World, account: string, region: string): LambdaState {
  return world.state(lambdaKind, account, region);
}

/** Every function in every account and Region. */
export function allFunctions(world: World): readonly LambdaFunction[] {
  return world.states(lambdaKind).flatMap(({ state }) => [...state.functions.values()]);
}

/** The target of a function's ARN: the function itself, a version, or an alias with its version. */
export interface Named {
  readonly target: LambdaFunction;
  readonly alias?: Alias;
}

/** Finds the function, version, or alias with this ARN. */
export function findNamed(world: World, arn: string): Named | undefined {
  const parsed = parseArn(arn);
  if (!parsed) return undefined;
  const { functions } = lambdaState(world, parsed.account, parsed.region);
  const [name = '', qualifier = latest] = parsed.resource.replace(/^function:/, '').split(':');
  const target = functions.get(functionKey({ name, version: qualifier }));
  if (target) return { target };
  const alias = functions.get(name)?.aliases.get(qualifier);
  const aliased = alias && functions.get(functionKey({ name, version: alias.version }));
  return aliased && { target: aliased, alias };
}

/** The function with this unqualified ARN. */
export function findFunction(world: World, arn: string): LambdaFunction | undefined {
  const found = findNamed(world, arn)?.target;
  return found?.version === latest ? found : undefined;
}

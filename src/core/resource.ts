/** Resources of the steps, for printing as infrastructure as code. In AWS's own names, and in no language. */
import type { JsonObject } from './json.ts';

/** The types that export can print. Every language must know each of them. */
export type ResourceType =
  | 'policy'
  | 'role'
  | 'policy-attachment'
  | 'app-client'
  | 'log-group'
  | 'function'
  | 'permission'
  | 'async-retries'
  | 'group'
  | 'alarm'
  | 'dashboard';

/** One AWS call, in AWS's own names. Policy documents and the body of a dashboard are objects. The code of a function is omitted. */
export interface Call {
  readonly operation: string;
  readonly input: JsonObject;
}

/** A desired resource that does not exist yet. */
export interface Resource {
  readonly type: ResourceType;
  /** Distinguishes it from the other resources of its type. Absent for the migration's own one. */
  readonly name?: string;
  /** The calls that create it, as `write` sends them. */
  readonly calls: readonly Call[];
}

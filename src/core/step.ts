/**
 * The declaration of one resource in AWS. The engine derives plan, apply, status, and teardown from it.
 * A step never compares, orders, or records. It declares the desired state (`desired`), the current one
 * (`read`), and the changes from one to the other (`write`, `remove`).
 */
import type { Addition, Found } from './additions.ts';
import type { Cleanup, DeletedWith } from './cleanup.ts';
import type { Effects } from './effects.ts';
import type { Place } from './failed-together.ts';
import type { Difference, JsonObject } from './json.ts';
import type { Notice } from './notice.ts';
import type { Permission } from './permission.ts';
import type { Resource } from './resource.ts';
import type { Inputs, KnownName, VarName, Vars } from './variables/index.ts';

/** `unknown`: no permission to read the tags. That never means that it belongs to someone else. */
export type Ownership = 'ours' | 'foreign' | 'unknown';

/** Input of desired, write, and check: all required variables, and the optional ones that exist. */
export type Given<N extends VarName, U extends VarName> = Readonly<Pick<Vars, N> & Partial<Pick<Vars, U>>>;

/** Input of read and remove. Outputs of other steps may be gone, so only known variables are certain. */
export type Known<N extends VarName, U extends VarName> = Readonly<
  Pick<Vars, Extract<N | U, KnownName>> & Partial<Pick<Vars, Exclude<N | U, KnownName>>>
>;

export type Outputs<G extends VarName> = Readonly<Pick<Vars, G>>;

/** The current state in AWS. */
export interface Live<P extends JsonObject, G extends VarName> extends Found {
  readonly props: P;
  readonly outputs: Outputs<G>;
  readonly ownership: Ownership;
  /** If it is not ours: its owner, or the resource itself, in words for people. */
  readonly owner?: string;
  /** Data that undo needs, as read from AWS. Rebuilds a lost state file. */
  readonly before?: JsonObject;
}

/** The step's own resource does not exist, but others put something in its place. */
export interface Absentee extends Found {
  readonly props?: undefined;
}

export interface Written<G extends VarName> {
  readonly outputs: Outputs<G>;
  /** Words for people, e.g. "set; 24 of 24 other settings verified unchanged". */
  readonly detail?: string;
  readonly notes?: readonly string[];
}

/** Tells people what the step waits for. A line with title and seconds must fit in 80 columns. */
export type OnProgress = (message: string) => void;

/** Words for people about the removal. `left` if it stays after all, with the reason. */
export type Removal = string | undefined | { readonly left: string };

/**
 * Saves the current state to the state file, right before the call that changes it.
 * Undo restores the first snapshot. `resume` receives the latest one.
 * `since` replaces members of the first snapshot, because someone has since decided otherwise about them.
 */
export type SaveSnapshot = (snapshot: JsonObject, since?: JsonObject) => Promise<void>;

/** The desired state of a step that created nothing yet. `resources` are those that it creates. */
export interface Wanted {
  readonly props: JsonObject;
  readonly resources: readonly Resource[];
}

/** A created resource must be printed as code, and be cleaned up. */
interface Creates<At, Other extends string, Args> {
  readonly kind: 'create';
  /** The resource, for `export` and `handoff`. Those of all keys, if the step has several. */
  iac(args: Args): Resource | readonly Resource[];
  /** How self-test finds and deletes it. `with-pool`: with the user pool that contains it. */
  readonly cleanup: Cleanup<At> | DeletedWith<Other> | 'with-pool';
}

/** Changes an existing resource of the operator (a pool, an app client). Creates nothing. */
interface Modifies {
  readonly kind: 'modify';
  readonly iac: 'none';
  readonly cleanup: 'none';
}

export type StepDefinition<
  Aws,
  At,
  Id extends string,
  Other extends string,
  N extends VarName,
  U extends VarName,
  G extends VarName,
  P extends JsonObject,
  S = undefined,
> = StepMembers<Aws, Id, Other, N, U, G, P, S> &
  (Creates<At, Other, { readonly want: P; readonly vars: Given<N, U> }> | Modifies);

interface StepMembers<
  Aws,
  Id extends string,
  Other extends string,
  N extends VarName,
  U extends VarName,
  G extends VarName,
  P extends JsonObject,
  S,
> {
  readonly id: Id;
  /** The name that people use: "role", "app client". */
  readonly title: string;
  /** Its problems, as users feel them. */
  readonly effects: Effects;
  readonly requires: readonly N[];
  readonly optional?: readonly U[];
  /** Optional variables that are required for these inputs, e.g. across accounts. */
  requiredWhen?(inputs: Inputs): readonly U[];
  readonly outputs: readonly G[];
  /**
   * The step whose resource contains this one.
   * A resource without tags belongs to us exactly if its parent does.
   */
  readonly parent?: Other;
  /** Names of the errors by which AWS says that the resource already exists. */
  readonly alreadyExistsErrors?: readonly string[];
  /** Steps to finish first. Their checks must pass before the first write of this step. */
  readonly after?: readonly Other[];
  when?(inputs: Inputs): boolean;
  /** `old`: acts in the account and Region of the old pool. */
  readonly side?: 'old';
  /** The operator's permissions for the calls of this step, on its side. */
  readonly permissions: readonly Permission[];
  /** Outputs of an existing resource that the operator provided. Then the step writes and removes nothing. */
  existing?(inputs: Inputs): Outputs<G> | undefined;
  /** The problem with the existing resource, as far as visible from here, or undefined. Never writes. */
  flaw?(args: { aws: Aws; inputs: Inputs }): Promise<Flaw | undefined>;
  /** Applies the keys one by one, and removes them the other way round. Else all at the same time. */
  readonly inOrder?: true;
  /** The effects of one key, if they differ. */
  readonly keyEffects?: Readonly<Record<string, Effects>>;
  /** Each key has its own instance, state record, and first snapshot. */
  keys?(inputs: Inputs): readonly string[];
  /** Keys of earlier runs, for a lost state file. With this member, init removes what is no longer chosen. */
  earlierKeys?(inputs: Inputs): readonly string[];
  /** The name by which people know the resource of this key. */
  label?(inputs: Inputs, key: string): string;
  /** The line in the plan, before any output exists. */
  describe(inputs: Inputs, key: string): string;
  /** The line in the plan if there is nothing to do, and `describe` would name an action. */
  describeUnchanged?(inputs: Inputs, key: string): string;
  /** The line in teardown, if it differs. */
  describeRemoval?(inputs: Inputs, key: string): string;
  /** The page of the resource in the console. `inputs` includes the outputs of earlier steps. */
  consoleUrl?(inputs: Inputs, key: string): string | undefined;
  /** The desired state. Pure. Uses `live` only to keep values. With an empty key: that of all keys. */
  desired(args: { vars: Given<N, U>; live: P | undefined; key: string }): P;
  /** The current state. Never writes. */
  read(args: { aws: Aws; vars: Known<N, U>; key: string }): Promise<Live<P, G> | Absentee | undefined>;
  /** The meaning of this difference for people. Undefined if the name of the field says it. */
  means?(difference: Difference): string | undefined;
  /** Reads extra data that the write depends on, beyond `live`. Never long before the write. */
  readFresh?(args: { aws: Aws; vars: Given<N, U>; key: string }): Promise<S>;
  /**
   * Creates if `live` is undefined, otherwise repairs.
   * The argument `readFresh` returns the data of the method `readFresh`. A second call reads again.
   */
  write(args: {
    aws: Aws;
    want: P;
    live: Live<P, G> | undefined;
    vars: Given<N, U>;
    key: string;
    readFresh: () => Promise<S>;
    saveSnapshot: SaveSnapshot;
    onProgress: OnProgress;
  }): Promise<Written<G>>;
  /**
   * Finishes work that an interrupted run may have left undone.
   * The resource itself is already in its desired state, or already gone. Returns words for people.
   * `latest` is the last snapshot of that run. `at` is its time in milliseconds since the epoch.
   */
  resume?(args: {
    aws: Aws;
    latest: JsonObject;
    at: number;
    vars: Given<N, U>;
    key: string;
  }): Promise<string | undefined>;
  /**
   * Writes the undo data to the parent again, because this run re-created the parent.
   * The resource itself is right. `before` is the first snapshot that `saveSnapshot` kept.
   */
  rewriteUndoTag?(args: { aws: Aws; before: JsonObject; vars: Given<N, U>; key: string }): Promise<void>;
  /**
   * Removes the resource. Not found is a success.
   * `before` is the first snapshot that `saveSnapshot` kept, if the state file still has it.
   */
  remove(args: {
    aws: Aws;
    live: Live<P, G>;
    before: JsonObject | undefined;
    vars: Known<N, U>;
    key: string;
    saveSnapshot: SaveSnapshot;
    onProgress: OnProgress;
  }): Promise<Removal>;
  /** Steps that the check requires. The check starts once they finish, even while other steps still run. */
  readonly checkRequires?: readonly Other[];
  /** Proves that it works, before a step that names it in `after` first writes. Never in plan or status. */
  check?(args: { aws: Aws; vars: Given<N | G, U>; onProgress: OnProgress }): Promise<string | undefined>;
}

/** Why an existing resource does not fit: it does not exist, or it is not as required. */
export interface Flaw {
  readonly exists: boolean;
  readonly differences: readonly Difference[];
}

/** The result of one read of AWS. */
export interface Observed {
  readonly exists: boolean;
  readonly ownership: Ownership;
  readonly owner: string | undefined;
  /** Outputs as read. Empty if the resource does not exist. */
  readonly outputs: Partial<Vars>;
  readonly before: JsonObject | undefined;
  readonly additions: readonly Addition[];
  readonly notices: readonly Notice[];
  /** Compares the observed state with the desired one, given the outputs of other steps so far. */
  compare(vars: Inputs): Comparison;
  remove(
    before: JsonObject | undefined,
    saveSnapshot: SaveSnapshot,
    onProgress: OnProgress,
  ): Promise<Removal>;
}

export interface Comparison {
  /** Required variables of `desired` that do not exist yet. Until then, there is nothing to compare. */
  readonly waitsFor: readonly VarName[];
  /** Differences from the desired state. Only for a resource that exists and waits for nothing. */
  readonly differences: readonly Difference[];
  /** Whether it exists and is right, so there is nothing to do. */
  readonly isRight: boolean;
  /** Starts to read the data that the write depends on, because the write comes soon. */
  prefetch(now: () => number): void;
  write(
    saveSnapshot: SaveSnapshot,
    onProgress: OnProgress,
  ): Promise<{ readonly outputs: Partial<Vars> } & Omit<Written<never>, 'outputs'>>;
  /** See StepDefinition.resume. */
  resume(latest: JsonObject, at: number): Promise<string | undefined>;
  /** See StepDefinition.rewriteUndoTag. */
  rewriteUndoTag(before: JsonObject): Promise<void>;
}

/**
 * A step that hides its own types. `At` is a place that self-test cleans up.
 * In a list of steps, `Id` and `Other` are the union of all their IDs. `Other` covers the steps that it names.
 */
export interface Step<Aws, Id extends string, Other extends string = Id, At = never> {
  readonly id: Id;
  readonly title: string;
  effectsOf(key: string): Effects;
  readonly isInOrder: boolean;
  readonly requires: readonly VarName[];
  readonly optional: readonly VarName[];
  readonly outputs: readonly VarName[];
  readonly after: readonly Other[];
  readonly checks: boolean;
  /** Undefined: the check waits until another step or the end of the run asks for it. */
  readonly checkRequires: readonly Other[] | undefined;
  readonly kind: 'create' | 'modify';
  readonly parent: Other | undefined;
  readonly side: 'new' | 'old';
  readonly permissions: readonly Permission[];
  readonly cleanup: Cleanup<At> | DeletedWith<Other> | 'with-pool' | 'none';
  /** AWS refuses to create a second one, so an older read is enough to create it. */
  readonly isUnique: boolean;
  /** Whether this write failed because someone (or a call with a lost response) already created it. */
  meansAlreadyExists(error: unknown): boolean;
  when(inputs: Inputs): boolean;
  existing(inputs: Inputs): Partial<Vars> | undefined;
  flaw(aws: Aws, inputs: Inputs): Promise<Flaw | undefined>;
  keys(inputs: Inputs): readonly string[];
  /** Keys of earlier runs that the inputs no longer choose, so init removes their resources. */
  unchosen(inputs: Inputs, recordedKeys: readonly string[]): readonly string[];
  place(inputs: Inputs, key: string): Place;
  describe(inputs: Inputs, key: string): string;
  describeUnchanged(inputs: Inputs, key: string): string;
  describeRemoval(inputs: Inputs, key: string): string;
  consoleUrl(inputs: Inputs, key: string): string | undefined;
  /** Pure. */
  wanted(vars: Partial<Vars>): Wanted;
  /** Reads. Requires no output of another step, so all steps can be inspected at the same time. */
  inspect(aws: Aws, inputs: Inputs, key: string): Promise<Observed>;
  check(aws: Aws, vars: Inputs, onProgress: OnProgress): Promise<string | undefined>;
}

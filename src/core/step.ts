/**
 * What a step is: the declaration of one thing in AWS, from which the engine makes plan, apply, status and teardown.
 * A step never compares, orders or records; it says what should be (`desired`), what is (`read`), and how to get from
 * one to the other (`write`, `remove`).
 */
import type { Addition, Found } from './additions.ts';
import type { Place } from './failed-together.ts';
import type { Difference, JsonObject } from './json.ts';
import type { Inputs, KnownName, VarName, Vars } from './variables/index.ts';

/** `unknown`: tags could not be read for lack of permission, which is never the same as somebody else's. */
export type Ownership = 'yes' | 'no' | 'unknown';

/** What desired, write and check see: all that the step needs, what it uses where it exists. */
export type Given<N extends VarName, U extends VarName> = Readonly<Pick<Vars, N> & Partial<Pick<Vars, U>>>;

/** What read and remove see: outputs of other steps may be gone, so only the known variables are certain. */
export type Known<N extends VarName, U extends VarName> = Readonly<
  Pick<Vars, Extract<N | U, KnownName>> & Partial<Pick<Vars, Exclude<N | U, KnownName>>>
>;

export type Outputs<G extends VarName> = Readonly<Pick<Vars, G>>;

/** What is there in AWS. */
export interface Live<P extends JsonObject, G extends VarName> extends Found {
  readonly props: P;
  readonly outputs: Outputs<G>;
  readonly ours: Ownership;
  /** Who or what it is when it is not ours, in words for the person. */
  readonly owner?: string;
  /** What undo needs, as it was found in AWS: for a state file that has been lost and is written anew. */
  readonly before?: JsonObject;
}

/** Nothing of the step's own is there, but others have put something in its place. */
export interface Absentee extends Found {
  readonly props?: undefined;
}

export interface Written<G extends VarName> {
  readonly outputs: Outputs<G>;
  /** Words for the person about what was done, e.g. "attached; 24 of 24 other settings verified unchanged". */
  readonly detail?: string;
  /** What the person should know besides, though nothing is wrong. */
  readonly notes?: readonly string[];
}

/** Tells the person what is being waited for. Behind the step's title it must fit into a line of 80 columns, seconds too. */
export type OnProgress = (message: string) => void;

/** Words for the person about what was taken away; `left` where it stays after all, and why. */
export type Removal = string | undefined | { readonly left: string };

/**
 * Puts how it is into the state file, just before the call that changes it. Undo goes back to the first one of all;
 * `resume` is given the last. `since` has members of the first one that somebody has decided otherwise about since then.
 */
export type SaveSnapshot = (image: JsonObject, since?: JsonObject) => Promise<void>;

/** One call of AWS in AWS's own names. Policy documents are objects in it, and a function's code is left out. */
export interface Call {
  readonly operation: string;
  readonly input: JsonObject;
}

/** What should be where nothing is there yet, and the calls that make it: what `export` prints. */
export interface Wanted {
  readonly props: JsonObject;
  readonly calls: readonly Call[];
}

export interface StepDefinition<
  Aws,
  Id extends string,
  N extends VarName,
  U extends VarName,
  G extends VarName,
  P extends JsonObject,
  S = undefined,
> {
  readonly id: Id;
  /** What the person calls it: "role", "app client". */
  readonly title: string;
  readonly requires: readonly N[];
  readonly optional?: readonly U[];
  /** Which of the used variables cannot be done without after all, e.g. across accounts. */
  requiredWhen?(inputs: Inputs): readonly U[];
  readonly outputs: readonly G[];
  /** `modify`: it changes something that is the person's own (a pool, an app client) and creates nothing. */
  readonly kind: 'create' | 'modify';
  /**
   * The step whose thing this belongs to. A name or a place says nothing of whose it is, so it is ours only as far as that
   * thing is.
   */
  readonly parent?: Id;
  /** Names of the errors by which AWS says that what is to be created is there already. */
  readonly alreadyExistsErrors?: readonly string[];
  /** Steps that must be done before, and whose checks must have passed before this one's first write. */
  readonly after?: readonly Id[];
  when?(inputs: Inputs): boolean;
  /** Outputs that the person brought along: nothing is written or removed then. */
  brought?(inputs: Inputs): Outputs<G> | undefined;
  /** What is wrong with that, as far as it can be seen from here; undefined where nothing is. Never writes. */
  flaw?(args: { aws: Aws; inputs: Inputs }): Promise<Flaw | undefined>;
  /** One instance, state record and before-image per key. */
  keys?(inputs: Inputs): readonly string[];
  /** The name that people know the thing of this key by. */
  label?(inputs: Inputs, key: string): string;
  /** The plan's line, before any output exists. */
  describe(inputs: Inputs, key: string): string;
  /** The plan's line where nothing is to do, if the other one says what would be done. */
  describeUnchanged?(inputs: Inputs, key: string): string;
  /** Teardown's line, where it is another. */
  describeRemoval?(inputs: Inputs, key: string): string;
  /** What should be. Pure; `live` only to keep what must not change. */
  desired(args: { vars: Given<N, U>; live: P | undefined; key: string }): P;
  /** The calls that make it where nothing is there: those of `write`, for export. None for `modify`. */
  calls?(args: { want: P; vars: Given<N, U> }): readonly Call[];
  /** What is. Never writes. */
  read(args: { aws: Aws; vars: Known<N, U>; key: string }): Promise<Live<P, G> | Absentee | undefined>;
  /** What it means for people that this field is not as it should be; undefined where the field says it itself. */
  means?(difference: Difference): string | undefined;
  /** What the write stands on, where that is more than `live`: read for it alone, and never long before it. */
  readFresh?(args: { aws: Aws; vars: Given<N, U>; key: string }): Promise<S>;
  /** Creates when `live` is undefined, else repairs. `see` reads what the definition's own says; a second time, anew. */
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
   * It is as it should be, or gone as it should be, but the run that wrote it ended in the middle: finishes what that run may
   * have left undone. `latest` is what it remembered last, `at` when (milliseconds since the epoch). Returns words for the
   * person.
   */
  resume?(args: {
    aws: Aws;
    latest: JsonObject;
    at: number;
    vars: Given<N, U>;
    key: string;
  }): Promise<string | undefined>;
  /**
   * It is right, but what it is part of was made anew in this run: writes down there again what undo needs. `before` is
   * what `remember` kept first.
   */
  rewriteUndoTag?(args: { aws: Aws; before: JsonObject; vars: Given<N, U>; key: string }): Promise<void>;
  /** Takes it away; not found is success. `before` is what `remember` kept first, if the state file still has it. */
  remove(args: {
    aws: Aws;
    live: Live<P, G>;
    before: JsonObject | undefined;
    vars: Known<N, U>;
    key: string;
    saveSnapshot: SaveSnapshot;
    onProgress: OnProgress;
  }): Promise<Removal>;
  /** Steps without which the check cannot pass: once they are done it begins, whatever else is still being made. */
  readonly checkNeeds?: readonly Id[];
  /** Proves that it works, before any step `after` it writes for the first time. Never in plan or status. */
  check?(args: { aws: Aws; vars: Given<N | G, U>; onProgress: OnProgress }): Promise<string | undefined>;
}

/** Why something that was brought along does not serve: it is not there, or not what it must be. */
export interface Flaw {
  readonly exists: boolean;
  readonly differences: readonly Difference[];
}

/** What a look at AWS found. */
export interface Observed {
  readonly exists: boolean;
  readonly ours: Ownership;
  readonly owner: string | undefined;
  /** Outputs as found; empty when it does not exist. */
  readonly outputs: Partial<Vars>;
  readonly before: JsonObject | undefined;
  readonly additions: readonly Addition[];
  readonly notes: readonly string[];
  /** Holds what was found against what should be, given the outputs of other steps so far. */
  compare(vars: Inputs): Comparison;
  remove(
    before: JsonObject | undefined,
    saveSnapshot: SaveSnapshot,
    onProgress: OnProgress,
  ): Promise<Removal>;
}

export interface Comparison {
  /** Variables that `desired` needs and that do not exist yet: until then there is nothing to compare with. */
  readonly waitsFor: readonly VarName[];
  /** Where it is not as it should be (only for what exists and waits for nothing). */
  readonly differences: readonly Difference[];
  /** It is there and right: nothing to do. */
  readonly isRight: boolean;
  /** Begins to read what the write stands on: it is about to come. */
  prefetch(now: () => number): void;
  write(
    saveSnapshot: SaveSnapshot,
    onProgress: OnProgress,
  ): Promise<{ readonly outputs: Partial<Vars> } & Omit<Written<never>, 'outputs'>>;
  /** See StepDefinition.resume. */
  resume(latest: JsonObject, at: number): Promise<string | undefined>;
  /** See StepDefinition.restate. */
  rewriteUndoTag(before: JsonObject): Promise<void>;
}

/** A step with its own types sealed in, as the engine handles it. `Id` are the IDs of all steps that there are. */
export interface Step<Aws, Id extends string> {
  readonly id: Id;
  readonly title: string;
  readonly requires: readonly VarName[];
  readonly optional: readonly VarName[];
  readonly outputs: readonly VarName[];
  readonly after: readonly Id[];
  readonly checks: boolean;
  /** undefined: the check waits until it is asked for. */
  readonly checkNeeds: readonly Id[] | undefined;
  readonly kind: 'create' | 'modify';
  readonly parent: Id | undefined;
  /** AWS refuses to make a second one, so it can be made on the strength of an older look. */
  readonly isUnique: boolean;
  /** Whether this failure of a write means that somebody (or a call whose answer was lost) has made it already. */
  meansAlreadyExists(error: unknown): boolean;
  when(inputs: Inputs): boolean;
  brought(inputs: Inputs): Partial<Vars> | undefined;
  flaw(aws: Aws, inputs: Inputs): Promise<Flaw | undefined>;
  /** `['']` for a step of one instance. */
  keys(inputs: Inputs): readonly string[];
  /** Where a failure of this one happens. */
  place(inputs: Inputs, key: string): Place;
  describe(inputs: Inputs, key: string): string;
  describeUnchanged(inputs: Inputs, key: string): string;
  describeRemoval(inputs: Inputs, key: string): string;
  /** Pure. All that the step needs must be there. */
  wanted(vars: Inputs): Wanted;
  /** Reads; needs no output of another step, so all steps can be inspected at the same time. */
  inspect(aws: Aws, inputs: Inputs, key: string): Promise<Observed>;
  check(aws: Aws, vars: Inputs, onProgress: OnProgress): Promise<string | undefined>;
}

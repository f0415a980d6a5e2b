/** How self-test finds and deletes the resources of a step, by their names alone. */
import type { IamAction, Statement } from './permission.ts';

/** Self-test's way through one kind of resource. `Place` is one account and Region. */
export interface Cleanup<Place> {
  /** The kind, as people read it. For example, "log group". */
  readonly kind: string;
  /** Whether every Region of an account shows the same ones, as IAM does. */
  readonly isGlobal?: true;
  /** Names of the migrations that have one, as far as their names start with `prefix`. */
  list(place: Place, prefix: string): Promise<readonly string[]>;
  /** The action that `list` takes, on all resources. */
  readonly listAction: IamAction;
  /** The resource of the migration with this name. */
  find(place: Place, name: string): Promise<CleanupFound | undefined>;
  /** Deletes it with everything in it. A missing one is a success. */
  remove(place: Place, id: string): Promise<void>;
  /** The permissions of a self-test for this kind, from its creation to its deletion. */
  readonly permissions: readonly Statement<SelfTestFacts>[];
}

export interface CleanupFound {
  /** The name that people know. */
  readonly name: string;
  /** Identifies it to `remove`: its name or ARN. */
  readonly id: string;
  /** Undefined if they cannot be read. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** Whether AWS created it later, without tags, for a resource of the same migration. */
  readonly isLate?: boolean;
}

/** The resource is deleted together with that of another step. */
export interface DeletedWith<Other extends string> {
  readonly deletedWith: Other;
}

/** The account of a self-test, and how it names its resources. */
export interface SelfTestFacts {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly rolePath: string;
  /** A pattern for the names of all migrations of self-tests. */
  readonly names: string;
  readonly permissionsBoundary: string | undefined;
}

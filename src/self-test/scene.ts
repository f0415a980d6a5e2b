/**
 * The basis of every check of the self-test.
 * It provides both sides, throw-away pools with app clients and users, our own commands, and sign-ins.
 * Every resource created here can be found again from AWS alone (by tag and name).
 * It is deleted at the end of the run, or by `self-test --clean` if the run was killed.
 */

import type {
  CreateUserPoolClientCommandInput,
  CreateUserPoolCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Side } from '../aws/clients.ts';
import type { Clock } from '../aws/clock.ts';
import type { PoolUser } from '../aws/users.ts';
import type { Emit } from '../core/events.ts';
import type { Difference } from '../core/json.ts';
import type { OnProgress } from '../core/step.ts';
import type { PoolSide } from './fixtures/names.ts';
import type { Places } from './fixtures/resources.ts';
import type { Answer, SignInFlow } from './fixtures/sign-in.ts';
import type { UserKind } from './fixtures/users.ts';

export interface ThrowAwayPool {
  readonly side: PoolSide;
  readonly label: string;
  readonly id: string;
  readonly name: string;
  readonly arn: string;
}

export interface ThrowAwayClient {
  readonly pool: ThrowAwayPool;
  readonly id: string;
  readonly name: string;
  /** Only in memory. Required for SECRET_HASH. */
  readonly secret?: string;
}

export interface Person {
  readonly pool: ThrowAwayPool;
  readonly kind: UserKind;
  /** An address at Amazon's mailbox simulator. It discards messages. */
  readonly username: string;
  /** Random. Only in memory. */
  readonly password: string;
}

export interface UserOptions {
  readonly kind?: UserKind;
  /** Attributes besides `email`. `email_verified` is "true" unless given. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Name and password. If absent, new ones. */
  readonly named?: Pick<Person, 'username' | 'password'>;
}

/** The result of one of our own commands. */
export interface Ran {
  readonly code: number;
  /** Its --json document, or `{}` if it printed none. */
  readonly document: Readonly<Record<string, unknown>>;
  /** Its standard error. */
  readonly said: string;
  /** `service.Operation` of its AWS calls, in order. */
  readonly calls: readonly string[];
}

/** One migration of the self-test: its two pools, its name, and its state file. */
export interface Migration {
  readonly old: ThrowAwayPool;
  readonly new: ThrowAwayPool;
  /** The --name of all its resources. Starts with the name of the run. */
  readonly name: string;
  readonly stateFile: string;
  /**
   * Runs one of our commands on it, in this process, with --json.
   * Commands that change something also get --yes. For example, `run('status', '--probe')`.
   * Profile, endpoint, both pools, name, tag, and state file are given.
   */
  run(
    command: 'init' | 'plan' | 'status' | 'users' | 'teardown' | 'doctor',
    ...words: string[]
  ): Promise<Ran>;
}

/** A pool and all its app clients at one moment. */
export interface ComparableSnapshots {
  /**
   * Differences to a later moment, including app clients that were added or removed.
   * Dates and the estimated number of users don't count.
   * Two expressions with the same meaning are equal, as in init and teardown.
   */
  differencesTo(later: ComparableSnapshots): readonly Difference[];
  /** Paths that AWS expresses in another way than before, with the same meaning. */
  rewordedIn(later: ComparableSnapshots): readonly string[];
}

/** Runs a command of this program, and reports each AWS call. */
export type RunProgram = (words: readonly string[], watch: Emit) => Promise<Ran>;

export interface SelfTestScene {
  /** Eight hexadecimal digits, in every name and tag. */
  readonly runId: string;
  readonly sides: Readonly<Record<PoolSide, Side>>;
  readonly places: Places;
  readonly clock: Clock;
  /** Ctrl-C. Ends waits. The runner checks it between two checks. */
  readonly signal: AbortSignal;
  /** Reports a wait under the current check. */
  readonly onProgress: OnProgress;

  /**
   * Creates a tagged pool `cognito-migrate-self-test-<run>-<label>-<side>`.
   * Its usernames are email addresses unless `settings` says otherwise.
   * @param label Lower-case letters, digits, and "-". Unique per side, e.g. `q3`.
   */
  makePool(
    side: PoolSide,
    label: string,
    settings?: Partial<CreateUserPoolCommandInput>,
  ): Promise<ThrowAwayPool>;
  /**
   * Creates an app client.
   * Without settings, it has ALLOW_USER_PASSWORD_AUTH and ALLOW_REFRESH_TOKEN_AUTH.
   */
  makeClient(
    pool: ThrowAwayPool,
    name: string,
    settings?: Partial<CreateUserPoolClientCommandInput>,
  ): Promise<ThrowAwayClient>;
  /** Creates a user of a kind (default `confirmed`), without a message to anyone. */
  makeUser(pool: ThrowAwayPool, options?: UserOptions): Promise<Person>;
  /** A name and a password of no user. */
  stranger(pool: ThrowAwayPool): Person;

  /**
   * The migration of the pools `<label>-old` and `<label>-new`. Both must exist with that label.
   * This sets nothing up. `run('init', '--all-new-clients')` does.
   * The end of the run deletes all its resources.
   */
  migration(label: string): Migration;

  /** One attempt, or more while AWS is busy. Never throws Cognito's verdict on the sign-in. */
  signIn(client: ThrowAwayClient, person: Person, flow: SignInFlow, password?: string): Promise<Answer>;
  /**
   * Like `signIn`, but retries for up to a minute while the function or AWS cannot answer.
   * Examples are a slow first start and throttling.
   */
  signInSettled(
    client: ThrowAwayClient,
    person: Person,
    flow: SignInFlow,
    password?: string,
  ): Promise<Answer>;
  /** Like `signIn`, but retries for up to a minute after any refusal. For sign-ins that must succeed. */
  signInPatiently(client: ThrowAwayClient, person: Person, flow: SignInFlow): Promise<Answer>;
  /** ForgotPassword, with the retries of `signInSettled`. A code goes to the mailbox simulator. */
  forgotPassword(client: ThrowAwayClient, username: string): Promise<Answer>;
  /**
   * The user with that name. Undefined if there is none.
   * This shows whether the trigger moved a user.
   */
  userIn(pool: ThrowAwayPool, username: string): Promise<PoolUser | undefined>;

  snapshotsOf(pool: ThrowAwayPool): Promise<ComparableSnapshots>;
}

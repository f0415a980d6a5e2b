/**
 * What every check of the self-test stands on: both sides, throw-away pools with app clients and users, our own commands,
 * and sign-ins. Everything that is made here is found again from AWS alone (by tag and name) and deleted at the end of the
 * run, or by `self-test --clean` when the run was killed.
 */
import type {
  CreateUserPoolClientCommandInput,
  CreateUserPoolCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Side } from '../aws/clients.ts';
import type { Clock } from '../aws/clock.ts';
import type { Difference } from '../aws/lossless-update/index.ts';
import type { PoolUser } from '../aws/users.ts';
import type { Emit } from '../core/events.ts';
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
  /** Only in memory, for SECRET_HASH. */
  readonly secret?: string;
}

export interface Person {
  readonly pool: ThrowAwayPool;
  readonly kind: UserKind;
  /** An address of Amazon's mailbox simulator: whatever is sent there reaches nobody. */
  readonly username: string;
  /** Random, only in memory. */
  readonly password: string;
}

export interface UserOptions {
  readonly kind?: UserKind;
  /** Attributes beside `email`; `email_verified` is "true" unless given. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** How one of our own commands ended. */
export interface Ran {
  readonly code: number;
  /** Its --json document; `{}` when it printed none. */
  readonly document: Readonly<Record<string, unknown>>;
  /** What it said on standard error. */
  readonly said: string;
  /** `service.Operation` of its AWS calls, in order. */
  readonly calls: readonly string[];
}

/** One migration of the self-test: its two pools, its name, its state file. */
export interface Migration {
  readonly old: ThrowAwayPool;
  readonly new: ThrowAwayPool;
  /** --name of all that it makes; begins with the name of the run. */
  readonly name: string;
  readonly stateFile: string;
  /**
   * Runs one of our commands on it, in this process, with --json (and --yes for those that change something): profile,
   * endpoint, both pools, name, tag and state file are given. `run('status', '--probe')`.
   */
  run(command: 'init' | 'plan' | 'status' | 'teardown' | 'doctor', ...words: string[]): Promise<Ran>;
}

/** A pool and all of its app clients as they were at one moment. */
export interface PoolImages {
  /**
   * What is not as it was, app clients that came or went too. Dates and the estimated number of users do not count, and two
   * ways to say the same are the same, as they are to init and teardown.
   */
  differencesTo(later: PoolImages): readonly Difference[];
  /** Paths of what AWS says in another way than before, meaning the same. */
  rewordedIn(later: PoolImages): readonly string[];
}

/** Runs a command of this program, and tells each AWS call. */
export type RunProgram = (words: readonly string[], watch: Emit) => Promise<Ran>;

export interface SelfTestScene {
  /** Eight hexadecimal digits, in every name and tag. */
  readonly runId: string;
  readonly sides: Readonly<Record<PoolSide, Side>>;
  readonly places: Places;
  readonly clock: Clock;
  /** Ctrl-C: ends waits. The runner looks at it between two checks. */
  readonly signal: AbortSignal;
  /** Says a wait under the check that is under way. */
  readonly tell: OnProgress;

  /**
   * Makes a pool `cognito-migrate-self-test-<run>-<label>-<side>`, tagged, with e-mail addresses as usernames unless
   * `settings` says otherwise. @param label lower-case letters, digits and "-", unique per side, e.g. `q3`.
   */
  makePool(
    side: PoolSide,
    label: string,
    settings?: Partial<CreateUserPoolCommandInput>,
  ): Promise<ThrowAwayPool>;
  /** Makes an app client; without settings it has ALLOW_USER_PASSWORD_AUTH and ALLOW_REFRESH_TOKEN_AUTH. */
  makeClient(
    pool: ThrowAwayPool,
    name: string,
    settings?: Partial<CreateUserPoolClientCommandInput>,
  ): Promise<ThrowAwayClient>;
  /** Makes a user of a kind (default `confirmed`), without a message to anybody. */
  makeUser(pool: ThrowAwayPool, options?: UserOptions): Promise<Person>;
  /** A name and a password that belong to nobody. */
  stranger(pool: ThrowAwayPool): Person;

  /**
   * The migration of the pools `<label>-old` and `<label>-new`, which must both have been made with that label. Nothing is
   * set up by this: `run('init', '--all-new-clients')` does it, and what it makes is deleted at the end of the run.
   */
  migration(label: string): Migration;

  /** One try (more while AWS is busy); never throws what Cognito says about the sign-in. */
  signIn(client: ThrowAwayClient, person: Person, flow: SignInFlow, password?: string): Promise<Answer>;
  /** The same, tried again for up to a minute while the function, or AWS, cannot answer (a slow first start, throttling). */
  signInSettled(
    client: ThrowAwayClient,
    person: Person,
    flow: SignInFlow,
    password?: string,
  ): Promise<Answer>;
  /** The same, tried again for up to a minute while it is refused for whatever reason: for sign-ins that must succeed. */
  signInPatiently(client: ThrowAwayClient, person: Person, flow: SignInFlow): Promise<Answer>;
  /** ForgotPassword; tried again as `signInSettled` is. A code goes to the mailbox simulator. */
  forgotPassword(client: ThrowAwayClient, username: string): Promise<Answer>;
  /** The user of that name; undefined when there is none: whether the trigger has brought somebody is seen by this. */
  userIn(pool: ThrowAwayPool, username: string): Promise<PoolUser | undefined>;

  imagesOf(pool: ThrowAwayPool): Promise<PoolImages>;
}

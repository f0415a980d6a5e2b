/** Makes throw-away pools, app clients and users, and remembers what must not be told to anybody. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../aws/clock.ts';
import type { Place } from '../../aws/throw-away/leftovers.ts';
import type { PoolSide } from '../../aws/throw-away/names.ts';
import {
  allowAuthenticators,
  createThrowAwayClient,
  createThrowAwayPool,
} from '../../aws/throw-away/pools.ts';
import { createThrowAwayUser } from '../../aws/throw-away/users.ts';
import { CancelledError } from '../../core/errors.ts';
import type { Person, SelfTestScene, ThrowAwayClient, ThrowAwayPool, UserOptions } from './scene.ts';

export interface MakerOptions {
  readonly runId: string;
  readonly places: Readonly<Record<PoolSide, Place>>;
  readonly clock: Clock;
  /** Ctrl-C: nothing more is made after it. */
  readonly signal: AbortSignal;
}

export class Makers {
  readonly pools: ThrowAwayPool[] = [];
  /** Passwords and client secrets. */
  readonly secrets: string[] = [];
  readonly #options: MakerOptions;
  #people = 0;
  /** By pool ID. */
  readonly #helpers = new Map<string, Promise<ThrowAwayClient>>();
  readonly #authenticators = new Map<string, Promise<void>>();

  constructor(options: MakerOptions) {
    this.#options = options;
  }

  readonly makePool: SelfTestScene['makePool'] = async (side, label, settings = {}) => {
    if (this.pools.some((pool) => pool.side === side && pool.label === label))
      throw new Error(`the ${side} pool of ${label} was made before`);
    const { runId: run } = this.#options;
    const made = await createThrowAwayPool(this.#idp(side), { run, label, side }, settings);
    const pool = { side, label, ...made };
    this.pools.push(pool);
    return pool;
  };

  readonly makeClient: SelfTestScene['makeClient'] = async (
    pool,
    name,
    settings = { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
  ) => {
    const made = await createThrowAwayClient(this.#idp(pool.side), pool.id, name, settings);
    if (made.secret !== undefined) this.secrets.push(made.secret);
    return { pool, name, ...made };
  };

  readonly makeUser = async (
    pool: ThrowAwayPool,
    { kind = 'confirmed', attributes = {} }: UserOptions = {},
  ): Promise<Person> => {
    const idp = this.#idp(pool.side);
    if (kind === 'totp') await once(this.#authenticators, pool.id, () => allowAuthenticators(idp, pool.id));
    const person = this.newPerson(pool, kind);
    const helper = async (): Promise<string> => (await this.#helper(pool)).id;
    await createThrowAwayUser(idp, this.#options.clock, {
      ...person,
      helper,
      userPoolId: pool.id,
      attributes,
    });
    return person;
  };

  /** A name and a password, and nobody yet who has them. */
  newPerson(pool: ThrowAwayPool, kind: Person['kind']): Person {
    this.#people += 1;
    const username = `success+${this.#options.runId}-${this.#people}@simulator.amazonses.com`;
    // Every kind of character that a password policy can ask for.
    const password = `${randomBytes(18).toString('base64url')}-aA1`;
    this.secrets.push(password);
    return { pool, kind, username, password };
  }

  #idp(side: PoolSide) {
    if (this.#options.signal.aborted) throw stopped();
    return this.#options.places[side].side.idp;
  }

  /** An app client through which users are made who must sign up or in for it. */
  #helper(pool: ThrowAwayPool): Promise<ThrowAwayClient> {
    return once(this.#helpers, pool.id, () =>
      this.makeClient(pool, 'self-test-helper', {
        ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      }),
    );
  }
}

const stopped = (): CancelledError => new CancelledError('Stopped.', { code: 'CANCELLED' });

function once<T>(done: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const begun = done.get(key) ?? work();
  done.set(key, begun);
  return begun;
}

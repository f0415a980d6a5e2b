/** Creates throw-away pools, app clients, and users, and remembers secrets to mask. */
import { randomBytes } from 'node:crypto';
import { CancelledError } from '../core/errors.ts';
import type { PoolSide } from './fixtures/names.ts';
import {
  allowAuthenticators,
  createThrowAwayClient,
  createThrowAwayGroup,
  createThrowAwayPool,
} from './fixtures/pools.ts';
import type { Place } from './fixtures/resources.ts';
import { type Soon, soonOn, type Waiting } from './fixtures/retry.ts';
import { createThrowAwayUser } from './fixtures/users.ts';
import type { Person, SelfTestScene, ThrowAwayClient, ThrowAwayPool, UserOptions } from './scene.ts';

/** After `signal`, which is Ctrl-C, nothing more is created. */
export interface MakerOptions extends Waiting {
  readonly runId: string;
  readonly places: Readonly<Record<PoolSide, Place>>;
}

export class Makers {
  readonly pools: ThrowAwayPool[] = [];
  /** Passwords and client secrets. */
  readonly secrets: string[] = [];
  readonly #options: MakerOptions;
  readonly #soon: Soon;
  #people = 0;
  /** Keyed by pool ID. */
  readonly #helpers = new Map<string, Promise<ThrowAwayClient>>();
  readonly #authenticators = new Map<string, Promise<void>>();
  readonly #groups = new Map<string, Promise<void>>();

  constructor(options: MakerOptions) {
    this.#options = options;
    this.#soon = soonOn(options);
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
    const idp = this.#idp(pool.side);
    const made = await this.#soon(() => createThrowAwayClient(idp, pool.id, name, settings));
    if (made.secret !== undefined) this.secrets.push(made.secret);
    return { pool, name, ...made };
  };

  readonly makeUser = async (
    pool: ThrowAwayPool,
    { kind = 'confirmed', attributes = {}, named }: UserOptions = {},
  ): Promise<Person> => {
    const idp = this.#idp(pool.side);
    const soon = this.#soon;
    if (kind === 'totp')
      await once(this.#authenticators, pool.id, () => soon(() => allowAuthenticators(idp, pool.id)));
    if (kind === 'in-group')
      await once(this.#groups, pool.id, () => soon(() => createThrowAwayGroup(idp, pool.id)));
    const person = named ? { pool, kind, ...named } : this.newPerson(pool, kind);
    const helper = async (): Promise<string> => (await this.#helper(pool)).id;
    const user = { ...person, helper, userPoolId: pool.id, attributes };
    await createThrowAwayUser({ ...this.#options, idp, soon }, user);
    return person;
  };

  /** A name and a password that no user has yet. */
  newPerson(pool: ThrowAwayPool, kind: Person['kind']): Person {
    this.#people += 1;
    const username = `success+${this.#options.runId}-${this.#people}@simulator.amazonses.com`;
    // Every kind of character that a password policy can require.
    const password = `${randomBytes(18).toString('base64url')}-aA1`;
    this.secrets.push(password);
    return { pool, kind, username, password };
  }

  #idp(side: PoolSide) {
    if (this.#options.signal.aborted) throw stopped();
    return this.#options.places[side].side.idp;
  }

  /** An app client for creating users of kinds that must sign up or sign in. */
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

/** Keyed state of the local AWS: one value per kind, account, and Region. */
import type { StateKind } from './world.ts';

interface Cell<T> {
  readonly kind: StateKind<T>;
  readonly places: Map<string, { readonly account: string; readonly region: string; readonly state: T }>;
}

/** True if the cell was created for this kind. The identity of the kind determines the type. */
function isCellOf<T>(cell: Cell<unknown>, kind: StateKind<T>): cell is Cell<T> {
  return cell.kind === kind;
}

/** Holds the state of all services. */
export class StateStore {
  readonly #cells: Cell<unknown>[] = [];

  #cell<T>(kind: StateKind<T>): Cell<T> {
    for (const cell of this.#cells) if (isCellOf(cell, kind)) return cell;
    const cell: Cell<T> = { kind, places: new Map() };
    this.#cells.push(cell);
    return cell;
  }

  /** The state of a service in an account and Region. The first use creates it. */
  state<T>(kind: StateKind<T>, account: string, region: string): T {
    const { places } = this.#cell(kind);
    const key = `${account}/${region}`;
    const known = places.get(key);
    if (known) return known.state;
    const state = kind.create();
    places.set(key, { account, region, state });
    return state;
  }

  /** All states of a kind. */
  states<T>(
    kind: StateKind<T>,
  ): readonly { readonly account: string; readonly region: string; readonly state: T }[] {
    return [...this.#cell(kind).places.values()];
  }
}

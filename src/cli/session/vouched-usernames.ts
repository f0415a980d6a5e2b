/**
 * Checks whether strangers can choose usernames that `--map username=email` trusts.
 * Sign-up may be turned on after init checked it.
 */
import type { Event } from '../../core/events.ts';
import { openToStrangers } from '../../doctor/index.ts';
import type { Discovered } from './read-pools.ts';

type Note = Extract<Event, { readonly type: 'note' }>;

/** A warning if the old pool is open to strangers. None if its settings cannot be read. */
export const notesOnStrangers = ({ inputs, oldPool }: Discovered): readonly Note[] =>
  openToStrangers(inputs, oldPool?.pool).map(({ id, what, why, fix }) => ({
    type: 'note',
    level: 'warning',
    id,
    message: `${what} ${why} ${fix}`,
  }));

/**
 * Finds other writers of the attribute that keeps the old sub.
 * Apps may trust the attribute long after init checked it.
 */
import type { Event } from '../../core/events.ts';
import { oldSubWriters, quick, readWriters } from '../../doctor/index.ts';
import { decodeSettings } from '../../lambda/settings.ts';
import type { Discovered } from './read-pools.ts';

type Note = Extract<Event, { readonly type: 'note' }>;

/** A note for each finding of the doctor above the severity info. */
export async function notesOnOldSub({ aws, inputs, newPool }: Discovered): Promise<readonly Note[]> {
  const target = decodeSettings(inputs.SETTINGS).map.rename.sub;
  if (target === undefined || newPool === undefined) return [];
  const unread: Note[] = [];
  const note = (message: string): void => void unread.push({ type: 'note', level: 'info', message });
  const writers = await readWriters(aws.new, newPool, quick, note);
  const findings = oldSubWriters(writers, target).filter(({ severity }) => severity !== 'info');
  return [
    ...unread,
    ...findings.map(
      ({ id, what, why, fix }): Note => ({
        type: 'note',
        level: 'warning',
        id,
        message: `${what} ${why} ${fix}`,
      }),
    ),
  ];
}

/** The words of the notices that reads return. */
import type { Note } from '../../core/events.ts';
import type { Notice, UnreadTopic } from '../../core/notice.ts';

/** The words after "Cannot check". */
const topics: Readonly<Record<UnreadTopic, (subject: string) => string>> = {
  aliases: () => 'whether the function has aliases',
  'all-old-users': () => 'all users of the old pool',
  'app-clients': () =>
    'the app clients of the new pool, so it is unknown whether any app client accepts passwords',
  'async-destinations': () => 'where results of asynchronous calls go',
  'attached-policies': (role) => `whether the role ${role} has attached policies`,
  'event-sources': () => 'whether queues or streams start the function',
  'function-urls': () => 'whether the function has URLs',
  'import-jobs': () => 'whether the new pool has a running import job',
  'inline-policies': (role) => `whether the role ${role} has inline policies`,
  invokers: (qualified) => `who may invoke ${qualified}`,
  'log-subscriptions': () => 'whether the log goes elsewhere',
  'moved-in-both-pools': () => 'in both pools who has moved',
  'moved-users': () => 'how many users have moved',
  'new-clients': () => 'the app clients of the new pool',
  'old-clients': () => 'the app clients of the old pool',
  'old-trigger': () => 'whether the two pools make a circle',
  'old-users': () => 'the users of the old pool',
  'pool-configuration': (id) => `the configuration of the pool ${id}`,
  pools: () => 'which pools there are',
  providers: () => 'what the identity providers of the new pool write',
  'runtime-updates': () => 'when Lambda updates the runtime',
  versions: () => 'whether the function has versions',
};

/** One sentence without its period. */
export function noticeText(notice: Notice): string {
  switch (notice.kind) {
    case 'unread': {
      const { topic, subject, failure, times } = notice;
      const more = times < 2 ? '' : ` (${times} such reads failed)`;
      return `Cannot check ${topics[topic](subject)}: ${failure.message.split('\n')[0]}${more}`;
    }
    case 'partly-read':
      return `Only ${notice.read} of ${notice.all} versions and aliases were read for who may invoke them.`;
    case 'second-statement':
      return `The pool may invoke the function by a second statement too (${notice.sid}). The console adds one; it does no harm.`;
  }
}

/** The notices as notes of this level. */
export const noticeNotes = (notices: readonly Notice[], level: Note['level']): Note[] =>
  notices.map((notice) => ({ type: 'note', level, message: noticeText(notice) }));

/** The words of the notices that reads return. */
import type { Note } from '../../core/events.ts';
import type { Notice, UnreadTopic } from '../../core/notice.ts';

/** The words after "Cannot check". */
const topics: Readonly<Record<UnreadTopic, (subject: string) => string>> = {
  aliases: () => 'whether the function has aliases',
  'all-old-users': () => 'all users of the old pool',
  'app-clients': () =>
    'the app clients of the new pool, so it is unknown whether any app client accepts passwords',
  'async-destinations': () => 'the destinations of asynchronous invocations',
  'attached-policies': (role) => `whether the role ${role} has attached policies`,
  'event-sources': () => 'whether the function has event source mappings',
  'function-urls': () => 'whether the function has URLs',
  'import-jobs': () => 'whether the new pool has a running import job',
  'inline-policies': (role) => `whether the role ${role} has inline policies`,
  invokers: (qualified) => `who may invoke ${qualified}`,
  'log-subscriptions': () => 'whether the log group has subscription filters',
  'moved-in-both-pools': () => 'both pools for users who have moved',
  'moved-users': () => 'how many users have moved',
  'new-clients': () => 'the app clients of the new pool',
  'new-groups': () => 'the groups of the new pool',
  'old-clients': () => 'the app clients of the old pool',
  'old-groups': () => 'the groups of the old pool',
  'old-trigger': () => 'whether the old pool also migrates users from the new pool',
  'old-users': () => 'the users of the old pool',
  'pool-configuration': (id) => `the configuration of the pool ${id}`,
  pools: () => 'which user pools exist',
  'old-providers': () => 'which attributes the identity providers of the old pool set',
  providers: () => 'which attributes the identity providers of the new pool set',
  'runtime-updates': () => 'when Lambda updates the runtime',
  'shared-names': (id) => `which users exist in ${id} too`,
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
      return `Checked who may invoke only ${notice.read} of the function's ${notice.all} versions and aliases.`;
    case 'other-region':
      return `Cannot check which users exist in ${notice.id} too: it is in another Region than the pools of this migration`;
    case 'second-statement':
      return `A second statement (${notice.sid}) also lets the pool invoke the function. The console adds it, and it does no harm.`;
  }
}

/** The notices as notes of this level. */
export const noticeNotes = (notices: readonly Notice[], level: Note['level']): Note[] =>
  notices.map((notice) => ({ type: 'note', level, message: noticeText(notice) }));

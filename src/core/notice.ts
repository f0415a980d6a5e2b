/**
 * Information from a read, as data, when nothing is wrong. Views choose the words.
 * The most frequent kind is a read that only informs and failed.
 */
import type { MigrateError } from './errors.ts';

/** The subject of a read that only informs. */
export type UnreadTopic =
  | 'aliases'
  | 'all-old-users'
  | 'app-clients'
  | 'async-destinations'
  | 'attached-policies'
  | 'event-sources'
  | 'function-urls'
  | 'import-jobs'
  | 'inline-policies'
  | 'invokers'
  | 'log-subscriptions'
  | 'moved-in-both-pools'
  | 'moved-users'
  | 'new-clients'
  | 'new-groups'
  | 'old-clients'
  | 'old-groups'
  | 'old-providers'
  | 'old-trigger'
  | 'old-users'
  | 'pool-configuration'
  | 'pools'
  | 'providers'
  | 'runtime-updates'
  | 'shared-names'
  | 'versions';

export interface Unread {
  readonly kind: 'unread';
  readonly topic: UnreadTopic;
  /** The resource, if the topic alone does not say it, such as the name of a role. */
  readonly subject: string;
  readonly failure: MigrateError;
  /** Number of such reads that failed. This one represents all of them. */
  readonly times: number;
}

export type Notice =
  | Unread
  /** There are too many versions and aliases to read the policies of all. */
  | { readonly kind: 'partly-read'; readonly read: number; readonly all: number }
  /** The other old pool of a chain is where neither side of this migration is. */
  | { readonly kind: 'other-region'; readonly id: string }
  /** A second statement lets the same pool invoke the function. */
  | { readonly kind: 'second-statement'; readonly sid: string };

/**
 * Returns what `readOptional` calls with a failure.
 * @param notices receives the failure.
 */
export const unreadInto =
  (notices: Notice[]) =>
  (topic: UnreadTopic, subject = '') =>
  (failure: MigrateError): void =>
    void notices.push({ kind: 'unread', topic, subject, failure, times: 1 });

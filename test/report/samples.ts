/** Reports to write: a migration of 33 days, and whatever a test wants to be otherwise. */
import { expectedAfter, forecast } from '../../src/core/forecast.ts';
import type { StatusDocument } from '../../src/core/status-document.ts';
import type { Report } from '../../src/report/page.ts';

const dayMs = 86_400_000;
export const readAt = Date.parse('2026-11-30T14:50:00Z');

export const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Users handed over on the last days, oldest first. They become fewer. */
export const usualDays: readonly number[] = Array.from({ length: 33 }, (_, index) =>
  Math.round(2500 * Math.exp(-index / 14)),
);

/** The part of the document about users, as status makes it of these days. */
export function usersOf(counts: readonly number[], all: number): StatusDocument['users'] {
  const handedOver = counts.reduce((sum, count) => sum + count, 0);
  const first = Math.floor(readAt / dayMs) - counts.length + 1;
  const found = forecast({ days: counts, handedOver, users: all, now: readAt });
  const next = found?.next && { percent: found.next.percent, day: isoDay(found.next.at) };
  return {
    source: 'metrics',
    since: new Date(first * dayMs).toISOString(),
    total: {
      handedOver,
      migrated: handedOver - 12,
      reset: 12,
      wrongCredentials: 4412,
      refused: 318,
      failed: 17,
    },
    lastDay: { handedOver: 412, migrated: 401, reset: 11, wrongCredentials: 31, refused: 4, failed: 0 },
    days: counts.map((count, index) => ({ day: isoDay((first + index) * dayMs), handedOver: count })),
    ...(found && { forecast: { next: next ?? null, rest: found.rest ?? null, basisDays: found.basis } }),
    reasons: {},
    complete: true,
  };
}

export const documentWith = (more: Partial<StatusDocument> = {}): StatusDocument => ({
  ok: true,
  command: 'status',
  version: 1,
  healthy: true,
  installed: true,
  account: '111122223333',
  oldUserPool: { id: 'us-east-2_AbC123', name: 'legacy-users', users: 48_210 },
  newUserPool: { id: 'us-east-2_XyZ456', name: 'customers-2026', users: 33_456 },
  since: '2026-10-29T08:00:00.000Z',
  steps: [],
  users: usersOf(usualDays, 48_210),
  variables: {},
  ...more,
});

export function reportWith(more: Partial<Report> = {}): Report {
  const document = more.document ?? documentWith();
  const { users, oldUserPool } = document;
  const progress = {
    days: (users.days ?? []).map(({ handedOver }) => handedOver),
    handedOver: users.total.handedOver ?? 0,
    users: oldUserPool.users ?? 0,
  };
  return {
    document,
    at: readAt,
    isLast: false,
    verdict: { level: 'good', sentence: 'Healthy.', more: ['All 2 resources are in place.'] },
    reasons: {
      rows: [
        { outcome: 'migrated', reason: 'password-proven', count: 20_110, means: 'the user moves with it' },
        { outcome: 'failed', reason: 'throttled', count: 17, means: 'the old pool has too much to do' },
      ],
      since: readAt - 30 * dayMs,
      isComplete: true,
    },
    resources: [
      { name: 'role', level: 'good', state: 'in place', lines: ['cognito-migrate-us-east-2_XyZ456'] },
      { name: 'app client web', level: 'bad', state: 'has no password sign-in', lines: [] },
    ],
    apps: [],
    notes: [{ level: 'warning', message: 'First line.\nSecond line.' }],
    settings: [['--mfa block', 'users with MFA: block, reset, or allow']],
    versions: [['cognito-migrate', '1.0.0']],
    callers: ['arn:aws:sts::111122223333:assumed-role/Admin/alice.b@example.com'],
    accounts: { new: '111122223333', old: '444455556666' },
    expectedAfter: (weeks) => expectedAfter(weeks, progress),
    ...more,
  };
}

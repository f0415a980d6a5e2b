/** The report as a page: what it says, what it hides, and that no value can become markup. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { number } from '../../src/core/format-number.ts';
import { page } from '../../src/report/page.ts';
import { given } from '../support/errors.ts';
import { type ParsedPage, parsed } from './parsed.ts';
import { documentWith, readAt, reportWith, usersOf, usualDays } from './samples.ts';

const dayMs = 86_400_000;

/** Points of the path with this class, in the units of the plot. */
function pointsOf({ elements }: ParsedPage, kind: string): [x: number, y: number][] {
  const path = elements.find(({ tag, attributes }) => tag === 'path' && attributes.class === kind);
  const text = path?.attributes.d ?? '';
  return [...text.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
}

/** Words of the page, so that 12 is not found in 412. */
const wordsOf = ({ text }: ParsedPage): ReadonlySet<string> =>
  new Set(text.split(/[\s()]+/).map((word) => word.replace(/[.,%]$/, '')));

describe('what it says', () => {
  test('every number of the document, the verdict, and each resource', () => {
    const report = reportWith();
    const { users, oldUserPool, newUserPool } = report.document;
    const found = parsed(page(report));
    const words = wordsOf(found);
    const { next, rest, basisDays } = given(users.forecast);
    const counts = [
      ...[users.total, users.lastDay].flatMap((sums) => Object.values(sums)),
      ...(users.days ?? []).map(({ handedOver }) => handedOver),
      ...[oldUserPool.users, newUserPool.users, rest, basisDays, given(next ?? undefined).percent],
      ...report.reasons.rows.map(({ count }) => count),
    ];
    expect(counts.length).toBeGreaterThan(45);
    expect(counts.filter((count) => typeof count !== 'number' || !words.has(number(count)))).toEqual([]);
    expect(found.named('h1')[0]?.text).toBe('legacy-users → customers-2026');
    expect(found.text).toContain('Healthy. All 2 resources are in place.');
    expect(found.text).toContain('app client web ✖ has no password sign-in');
    expect(found.text).toContain('Read on Nov 30, 2026, 14:50 UTC.');
    expect(found.text).toContain('Live since Oct 29, 2026.');
  });

  test('what a function of 1.0.0 did not count is unknown, and its sum is that of both', () => {
    const total = { migrated: null, reset: null, wrongCredentials: 1, refused: 2, failed: 3 };
    const users = { ...usersOf(usualDays, 48_210), total: { handedOver: 505, ...total } };
    expect(parsed(page(reportWith({ document: documentWith({ users }) }))).text).toMatch(
      /Handed over 505 412 With their password unknown 401 To choose a new password unknown 11/,
    );
    const old = { ...users, total: { ...total, migrated: 7, reset: 2 } };
    expect(parsed(page(reportWith({ document: documentWith({ users: old }) }))).text).toContain(
      'About 9 handed over, of about 48,210',
    );
  });

  test('refused sign-ups have a row only if they are guarded', () => {
    const users = usersOf(usualDays, 48_210);
    const counted = {
      ...users,
      total: { ...users.total, squattingRefused: 77 },
      lastDay: { ...users.lastDay, squattingRefused: 3 },
    };
    const textOf = (more: Parameters<typeof documentWith>[0]) =>
      parsed(page(reportWith({ document: documentWith(more) }))).text;
    const row = 'Sign-ups with a name of the old pool, refused';
    expect(textOf({ users: counted, guard: 'local' })).toContain(`${row} 77 3`);
    expect(textOf({ users: counted, guard: 'local' })).toContain(
      'Sign-ins and sign-ups that reached the function',
    );
    // The guard was on before.
    expect(textOf({ users: counted })).toContain(`${row} 77 3`);
    expect(textOf({ guard: 'federated' })).toContain(`${row} 0 0`);
    expect(textOf({})).not.toContain('Sign-ups');
  });

  test('counts that could not be read are unknown, not zero', () => {
    const users = {
      ...usersOf([], 48_210),
      source: 'log' as const,
      unread: 'ACCESS_DENIED',
      complete: false,
    };
    const found = parsed(page(reportWith({ document: documentWith({ users }) })));
    expect(found.text).toContain('It is unknown how many users have moved (ACCESS_DENIED).');
    expect(found.text).not.toContain('handed over');
    expect(found.named('caption').map(({ text }) => text)).toEqual([
      'Users of both pools, by Cognito’s own estimate. The new pool also has sign-ups.',
    ]);
  });

  test('incomplete counts are a minimum; without metrics there is no curve, and it says why', () => {
    const users = { ...usersOf([], 48_210), source: 'log' as const, since: null, complete: false };
    const found = parsed(page(reportWith({ document: documentWith({ users }) })));
    expect(found.text).toContain('At least 0 handed over, of about 48,210');
    expect(found.text).toContain('No curve: the counts come from the log');
    expect(found.named('path')).toEqual([]);
  });

  test('how apps sign in, if nothing reaches the function', () => {
    const client = {
      ...{ id: 'abc', name: 'web', verdict: 'not-switched' as const, attempts: 214, successes: null },
      flows: [{ flow: 'USER_SRP_AUTH', count: 100, failed: 98, first: '', last: '' }],
    };
    const signIns = {
      ...{ since: '2026-11-29T14:50:00.000Z', until: '2026-11-30T14:50:00.000Z', reachedFunction: 0 },
      ...{ clients: [client], covered: [], unread: [] },
    };
    const apps = [{ name: 'web', means: 'This app hasn’t switched yet.', client }];
    const found = parsed(page(reportWith({ document: documentWith({ signIns }), apps })));
    expect(found.text).toContain('0 sign-ins reached the function.');
    expect(found.text).toMatch(
      /web 214 unknown This app hasn’t switched yet\. 100 with USER_SRP_AUTH, 98 of them failed\./,
    );
    expect(parsed(page(reportWith())).text).not.toContain('App client');
  });

  test('the last report says that it is the last one', () => {
    const found = parsed(page(reportWith({ isLast: true })));
    expect(found.named('title')[0]?.text).toBe('Last report: legacy-users → customers-2026');
    expect(found.text).toContain('Last report, before teardown.');
  });
});

describe('reasons', () => {
  const rowsOf = (found: ParsedPage) =>
    found.elements.filter(({ tag, attributes }) => tag === 'rect' && attributes.height === '8');

  test('bars are as long as their share of the longest one, and never invisible', () => {
    const rows = [1000, 250, 1].map((count) => ({
      ...{ outcome: 'untouched', reason: `reason-${count}`, count, means: 'what it means' },
    }));
    const reasons = { ...reportWith().reasons, rows };
    const found = parsed(page(reportWith({ reasons })));
    expect(rowsOf(found).map(({ attributes }) => attributes.width)).toEqual(['100', '25', '0.5']);
    expect(found.text).toContain('What it means.');
    expect(found.text).toContain('1,251 sign-ins. The report reads at most the last 30 days');
  });

  test('ten thousand reasons become sixty and their rest; no count is lost', () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => ({
      ...{ outcome: 'untouched', reason: `forged-${index}`, count: 2, means: `forged-${index}` },
    }));
    const text = page(reportWith({ reasons: { ...reportWith().reasons, rows } }));
    const found = parsed(text);
    expect(rowsOf(found)).toHaveLength(60);
    expect(found.text).toContain(`${number(2 * (10_000 - 60))} 9,940 other reasons`);
    expect(found.text).toContain('20,000 sign-ins');
    expect(text.length).toBeLessThan(60_000);
  });

  test('a log that is too long, an empty one, and one that cannot be read', () => {
    const { reasons } = reportWith();
    const textWith = (more: Partial<typeof reasons>): string =>
      parsed(page(reportWith({ reasons: { ...reasons, ...more } }))).text;
    expect(textWith({ isComplete: false })).toContain(
      'The first 20,127 sign-ins of this time: the log is too long',
    );
    expect(textWith({ rows: [] })).toContain('No sign-in reached the function in this time.');
    expect(textWith({ rows: [], failure: 'Not allowed: logs:FilterLogEvents' })).toContain(
      'The log could not be read: Not allowed: logs:FilterLogEvents',
    );
  });
});

describe('the curve', () => {
  const curveOf = (counts: readonly number[], all: number | null, users = usersOf(counts, all ?? 0)) => {
    const oldUserPool = { id: 'us-east-2_AbC123', name: 'legacy-users', users: all };
    const found = parsed(page(reportWith({ document: documentWith({ users, oldUserPool }) })));
    return { found, counted: pointsOf(found, 'counted'), expected: pointsOf(found, 'expected') };
  };

  test('begins at nothing, rises with each day, and the forecast goes on from its end', () => {
    const { counted, expected, found } = curveOf(usualDays, 48_210);
    expect(counted).toHaveLength(usualDays.length + 1);
    expect(counted[0]).toEqual([0, 400]);
    for (const [index, [x, y]] of counted.entries()) {
      const [left, above] = counted[index - 1] ?? [-1, 401];
      expect(x).toBeGreaterThan(left);
      expect(y).toBeLessThanOrEqual(above);
    }
    const sum = usualDays.reduce((total, count) => total + count, 0);
    expect(counted.at(-1)?.[1]).toBe(Math.round(400 - (sum / 48_210) * 370));
    expect(expected[0]).toEqual(counted.at(-1));
    expect(expected.at(-1)?.[0]).toBe(1000);
    expect(found.named('desc')[0]?.text).toMatch(
      /^From Oct 29, 2026 to Nov 30, 2026 \(33 days\), [\d,]+ users were handed over, of about 48,210 in legacy-users\. The forecast reaches 75% on [A-Z][a-z]{2} \d+, 20\d\d\.$/,
    );
  });

  test('the forecast ends where its next share is', () => {
    const { found, expected } = curveOf(usualDays, 48_210);
    const goal = pointsOf(found, 'goal');
    expect(goal).toEqual([expected.at(-1)]);
    const share = given(usersOf(usualDays, 48_210).forecast?.next ?? undefined).percent / 100;
    // The day of the share begins before the moment of the share.
    expect(given(goal[0])[1]).toBeGreaterThanOrEqual(Math.round(400 - share * 370));
    expect(given(goal[0])[1]).toBeLessThanOrEqual(Math.round(400 - share * 370) + 3);
  });

  test('a share that is far away does not squeeze the past', () => {
    const steady = Array.from({ length: 10 }, () => 3);
    const { found, counted, expected } = curveOf(steady, 5_000);
    expect(given(usersOf(steady, 5_000).forecast?.next ?? undefined).day > '2027-06').toBe(true);
    expect(given(counted.at(-1))[0]).toBeGreaterThan(100);
    expect(expected.length).toBeGreaterThan(10);
    expect(pointsOf(found, 'goal')).toEqual([]);
  });

  test.each([
    ['the first day', [7], 100],
    ['no day', [], 100],
  ])('%s has none', (_, counts, all) => {
    const { found } = curveOf(counts, all);
    expect(found.named('path')).toEqual([]);
    expect(found.text).toContain('The curve needs a second day.');
  });

  test.each([
    ['an old pool that nobody sees', [7, 8, 9], null],
    ['an empty old pool', [7, 8, 9], 0],
    ['days without anyone', [0, 0, 0], 100],
    ['more hand-overs than users', [80, 90, 100], 100],
  ])('%s: finite numbers, within the plot', (_, counts, all) => {
    const { found, counted } = curveOf(counts, all);
    expect(counted).toHaveLength(4);
    for (const [x, y] of counted) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(1000);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(400);
    }
    expect(found.text.includes('users in legacy-users')).toBe(all === 100);
  });

  test('any days: nothing that is no number, and dates that stay on the page', () => {
    const anyDays = fc.array(fc.nat({ max: 100_000 }), { maxLength: 456 });
    fc.assert(
      fc.property(anyDays, fc.option(fc.nat({ max: 2_000_000 })), (counts, all) => {
        const { found } = curveOf(counts, all);
        const shown = found.elements.flatMap(({ attributes }) => Object.values(attributes)).join('\n');
        expect(`${shown}${found.text}`).not.toMatch(/NaN|undefined|Infinity|\[object/);
        for (const { attributes } of found.named('span')) {
          const left = /left:(-?[\d.]+)%/.exec(attributes.style ?? '')?.[1];
          if (left === undefined) continue;
          expect(Number(left)).toBeGreaterThanOrEqual(0);
          expect(Number(left)).toBeLessThanOrEqual(100);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('what no value can do', () => {
  const evil = `"><img src=x onerror="alert(1)"><script>alert(2)</script>'\`</style></title>&lt;`;

  test('names of pools, reasons, notes, and settings stay text, in elements and in attributes', () => {
    const pool = { id: 'us-east-2_AbC123', name: evil, users: 48_210 };
    const text = page(
      reportWith({
        document: documentWith({ oldUserPool: pool, newUserPool: { ...pool, name: `new ${evil}` } }),
        reasons: {
          ...reportWith().reasons,
          rows: [{ outcome: evil, reason: evil, count: 1, means: evil }],
        },
        resources: [{ name: evil, level: 'bad', state: evil, lines: [evil] }],
        notes: [{ level: 'warning', message: evil }],
        settings: [[evil, evil]],
        versions: [[evil, evil]],
        verdict: { level: 'bad', sentence: evil, more: [evil] },
      }),
    );
    const found = parsed(text);
    const plain = parsed(page(reportWith()));
    const tagsOf = ({ elements }: ParsedPage): string[] =>
      [...new Set(elements.map(({ tag }) => tag))].toSorted();
    expect(tagsOf(found)).toEqual(tagsOf(plain));
    expect(
      found.elements
        .flatMap(({ attributes }) => Object.keys(attributes))
        .filter((name) => /^on|src/.test(name)),
    ).toEqual([]);
    expect(found.named('h1')[0]?.text).toBe(`${evil} → new ${evil}`);
    expect(found.named('title')[0]?.text).toBe(`Report: ${evil} → new ${evil}`);
  });

  test('control characters and reversed text are shown as escapes', () => {
    const pool = { id: 'us-east-2_AbC123', name: 'a\u202eb\u0000\u001b[31m', users: 1 };
    const found = parsed(page(reportWith({ document: documentWith({ oldUserPool: pool }) })));
    expect(found.named('h1')[0]?.text).toBe('a\\u202eb\\u0000\\u001b[31m → customers-2026');
  });

  test('any text is the text that people read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        const message = `x${name}x`;
        const found = parsed(page(reportWith({ versions: [['name', message]] })));
        const cell = given(found.named('td').at(-1)).text;
        expect(cell.replaceAll(/\\u[\da-f]{4}|\\[nrt]|\s+/g, '')).toBe(
          message
            .replaceAll(/\\u[\da-f]{4}|\\[nrt]|\s+/g, '')
            .replaceAll(/\p{Cc}|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, ''),
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('what it does not have', () => {
  test('no script, no link, no file, and a policy that allows none', () => {
    const found = parsed(page(reportWith()));
    expect(found.named('script')).toEqual([]);
    const addresses = found.elements.flatMap(({ tag, attributes }) =>
      ['href', 'src', 'srcset', 'action', 'data', 'xlink:href'].flatMap((name) =>
        attributes[name] === undefined ? [] : [`${tag} ${attributes[name]}`],
      ),
    );
    expect(addresses).toEqual(['link data:,']);
    const policy = found.named('meta').find(({ attributes }) => attributes['http-equiv'] !== undefined);
    expect(policy?.attributes).toEqual({
      'http-equiv': 'Content-Security-Policy',
      content: "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    });
    expect(page(reportWith())).not.toMatch(/url\(|@import|@font-face|https?:/);
  });

  test('IDs of elements are unique, and what refers to one exists', () => {
    const { elements } = parsed(page(reportWith()));
    const ids = elements.flatMap(({ attributes }) => attributes.id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const used = elements.flatMap(({ attributes }) => attributes['aria-labelledby']?.split(' ') ?? []);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((id) => !ids.includes(id))).toEqual([]);
  });

  const notes = [
    {
      level: 'warning' as const,
      message:
        'User: arn:aws:sts::111122223333:assumed-role/Admin/alice.b@example.com is not authorized (alice.b@example.com), nor is\n' +
        'arn:aws:sts::444455556666:assumed-role/Old/bob@example.com or arn:aws:iam::444455556666:user/team/carol on arn:aws:sns:us-east-2:777788889999:ops',
    },
  ];

  test('account numbers and callers are hidden', () => {
    const found = parsed(page(reportWith({ notes })));
    expect(found.text).toContain(
      'User: <caller> is not authorized (<caller>), nor is arn:aws:sts::<old account>:assumed-role/Old/<caller> or arn:aws:iam::<old account>:user/<caller> on arn:aws:sns:us-east-2:<account>:ops',
    );
    expect(found.text).toContain('Account numbers are left out.');
    expect(page(reportWith({ notes }))).not.toMatch(/\d{12}|alice|bob|carol/);
  });

  test('with account numbers, callers stay hidden', () => {
    const { accounts: _hidden, ...report } = reportWith({ notes });
    const found = parsed(page(report));
    expect(found.text).toContain('arn:aws:sns:us-east-2:777788889999:ops');
    expect(found.text).not.toMatch(/alice|bob|carol|left out/);
  });
});

test('a day of the curve is a day in UTC, whatever the time of the reading', () => {
  for (const at of [readAt, readAt - (readAt % dayMs), readAt - (readAt % dayMs) + dayMs - 1]) {
    const found = parsed(page(reportWith({ at })));
    const counted = pointsOf(found, 'counted');
    expect(counted).toHaveLength(usualDays.length + 1);
    expect(new Set(counted.map(([x]) => x)).size).toBeGreaterThanOrEqual(usualDays.length);
  }
});

test.each(['America/New_York', 'Europe/Berlin', 'Pacific/Apia'])(
  'where clocks change (%s), the page is the same as in UTC',
  (zone) => {
    const around = ['2026-03-05', '2026-03-26', '2026-10-22', '2026-10-30'].map((day) => Date.parse(day));
    const pages = (): string[] => around.map((at) => page(reportWith({ at })));
    vi.stubEnv('TZ', 'UTC');
    const wanted = pages();
    vi.stubEnv('TZ', zone);
    expect(new Date(around[0] ?? 0).getTimezoneOffset()).not.toBe(0);
    expect(pages()).toEqual(wanted);
    vi.unstubAllEnvs();
  },
);

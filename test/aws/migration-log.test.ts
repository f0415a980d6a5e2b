/** A log without end: what is read is counted, and said to be not all. */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type LoggedOutcome, readOutcomes, readRecentReasons } from '../../src/aws/migration-log.ts';
import { given } from '../support/errors.ts';

const line = (outcome: string, reason: string): string =>
  JSON.stringify({ outcome, reason, trigger: 'authentication', durationMs: 5 });

interface Request {
  readonly startTime: number;
  readonly endTime?: number;
  readonly nextToken?: string;
}

/** Pages with these messages each; the last of `pages` has no token for a next one. */
function logOf(pages: number, messages: readonly string[]) {
  let asked = 0;
  return serverOf(() => {
    asked += 1;
    const events = messages.map((message) => ({ message, timestamp: asked }));
    return { events, ...(asked < pages ? { nextToken: `page-${asked}` } : {}) };
  });
}

/** A client of a log that answers each request like this. */
async function serverOf(answerTo: (request: Request) => object): Promise<CloudWatchLogsClient> {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answerTo(JSON.parse(body))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' ? given(address ?? undefined).port : 0;
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  return new CloudWatchLogsClient({ endpoint: `http://127.0.0.1:${port}`, region: 'eu-west-1', credentials });
}

test.each([
  [3, 3, true],
  [25, 25, true],
  [26, 25, false],
  [1000, 25, false],
])('of %i pages %i are read: complete %s', async (pages, read, isComplete) => {
  const logs = await logOf(pages, [line('migrated', 'password-proven'), 'REPORT RequestId: 1', '{"a":1}']);
  const outcomes = await readOutcomes(logs, 'group');
  expect(outcomes).toMatchObject({ migrated: read, isComplete, hasLog: true });
});

test('lines of probes and rehearsals are left out by the program too: not every engine knows the filter', async () => {
  const others = ['probe', 'rehearsal', 'unusable'].map((trigger) =>
    JSON.stringify({ outcome: 'migrated', reason: 'password-proven', trigger }),
  );
  const outcomes = await readOutcomes(await logOf(1, [...others, line('reset', 'mfa')]), 'group');
  expect(outcomes).toMatchObject({ migrated: 0, reset: 1, reasons: { 'reset/mfa': 1 } });
});

test('each outcome is handed over as it comes, and summed by kind', async () => {
  const logs = await logOf(1, [
    line('reset', 'mfa'),
    line('untouched', 'wrong-password'),
    line('untouched', 'disabled'),
    line('failed', 'denied'),
  ]);
  const seen: LoggedOutcome[] = [];
  const outcomes = await readOutcomes(logs, 'group', { each: (one) => seen.push(one) });
  expect(seen.map(({ reason }) => reason)).toEqual(['mfa', 'wrong-password', 'disabled', 'denied']);
  expect(seen[0]).toEqual({
    at: 1,
    outcome: 'reset',
    reason: 'mfa',
    trigger: 'authentication',
    durationMs: 5,
  });
  expect(outcomes).toMatchObject({ migrated: 0, reset: 1, wrongCredentials: 1, refused: 1, failed: 1 });
});

describe('the reasons of the newest sign-ins', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  const day = 86_400_000;
  const periods = [1, 7, 30];

  /** A log with so many pages in each period, one sign-in a page, and the requests that it got. */
  async function logWith(...pages: readonly number[]) {
    const requests: Request[] = [];
    const logs = await serverOf((request) => {
      requests.push(request);
      const period = periods.indexOf((now - request.startTime) / day);
      const page = Number(request.nextToken ?? '0') + 1;
      const events = [{ message: line('migrated', `of-${periods[period]}`), timestamp: request.startTime }];
      const isLast = page >= given(pages[period]);
      return { events, ...(isLast ? {} : { nextToken: String(page) }) };
    });
    return { logs, requests };
  }

  test.each([
    { pages: [1, 1, 1], since: 30, isComplete: true, reasons: [1, 1, 1] },
    { pages: [5, 10, 10], since: 30, isComplete: true, reasons: [5, 10, 10] },
    { pages: [5, 10, 11], since: 7, isComplete: true, reasons: [5, 10] },
    { pages: [5, 20, 1], since: 7, isComplete: true, reasons: [5, 20] },
    { pages: [5, 21, 1], since: 1, isComplete: true, reasons: [5] },
    { pages: [25, 1, 1], since: 1, isComplete: true, reasons: [25] },
    { pages: [26, 1, 1], since: 1, isComplete: false, reasons: [25] },
  ])('$pages pages: of the last $since days, complete $isComplete', async ({ pages, ...wanted }) => {
    const { logs, requests } = await logWith(...pages);
    const found = await readRecentReasons(logs, 'group', now);
    expect(found).toEqual({
      since: now - wanted.since * day,
      isComplete: wanted.isComplete,
      reasons: Object.fromEntries(
        wanted.reasons.map((count, index) => [`migrated/of-${periods[index]}`, count]),
      ),
    });
    expect(requests.length).toBeLessThanOrEqual(25);
  });

  test('no moment is read twice, and none is left out', async () => {
    const { logs, requests } = await logWith(1, 1, 1);
    await readRecentReasons(logs, 'group', now);
    const ranges = requests.map(({ startTime, endTime }) => [startTime, endTime]);
    // The end of a range is part of it.
    expect(ranges).toEqual([
      [now - day, undefined],
      [now - 7 * day, now - day - 1],
      [now - 30 * day, now - 7 * day - 1],
    ]);
  });
});

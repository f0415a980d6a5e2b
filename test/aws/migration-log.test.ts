/** A log without end: what is read is counted, and said to be not all. */
import { createServer } from 'node:http';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { expect, onTestFinished, test } from 'vitest';
import { type LoggedOutcome, readOutcomes } from '../../src/aws/migration-log.ts';
import { given } from '../support/errors.ts';

const line = (outcome: string, reason: string): string =>
  JSON.stringify({ outcome, reason, trigger: 'authentication', durationMs: 5 });

/** Pages with these messages each; the last of `pages` has no token for a next one. */
async function logOf(pages: number, messages: readonly string[]) {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    const events = messages.map((message) => ({ message, timestamp: asked }));
    const nextToken = asked < pages ? { nextToken: `page-${asked}` } : {};
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ events, ...nextToken }));
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

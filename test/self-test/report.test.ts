/** What goes into a report that people send to others. */
import { describe, expect, test } from 'vitest';
import { openAccess } from '../../src/aws/clients.ts';
import { documentOf } from '../../src/cli/commands/self-test/document.ts';
import { reportText } from '../../src/cli/commands/self-test/report.ts';
import type { Result } from '../../src/self-test/check.ts';
import type { Place } from '../../src/self-test/fixtures/resources.ts';
import type { Performance } from '../../src/self-test/run.ts';
import { fakeClock } from '../support/clock.ts';
import { type Home, home, oldHome } from './support.ts';

const secret = 'a-password-that-nobody-may-see';

const result = (args: Partial<Result>): Result => ({
  id: 'init',
  title: 'init sets the migration up',
  kind: 'promise',
  documented: 'two pool IDs are enough',
  outcome: 'same',
  seen: 'exit code 0',
  ms: 1_234,
  calls: 56,
  ...args,
});

const placeOf = ({ account, region }: Home, endpoint?: string): Place => ({
  account,
  partition: 'aws',
  caller: `arn:aws:sts::${account}:assumed-role/Engineers/alice.b+c@example.com`,
  endpoint,
  rolePath: '/',
  permissionsBoundary: undefined,
  side: openAccess(
    {
      mfaCode: () => Promise.reject(new Error('no MFA here')),
      emit: () => undefined,
      clock: fakeClock(),
      signal: new AbortController().signal,
      userAgent: 'test',
      requestTimeout: 28_000,
    },
    () => () => Promise.reject(new Error('no credentials here')),
  )(region),
});

interface Given {
  readonly withAccount?: boolean;
  readonly stopped?: boolean;
  readonly endpoint?: string;
}

function documentFor(
  results: readonly Result[],
  { withAccount = false, stopped = false, endpoint }: Given = {},
) {
  const measured = { ms: 60_000, calls: 500 };
  const performance: Performance = {
    results: [result({ id: 'stage', ms: 900, calls: 60 }), ...results],
    cleaned: result({ id: 'nothing-left', seen: '14 deleted, none left' }),
    total: measured,
    secrets: [secret],
  };
  const places = { new: placeOf(home), old: placeOf(oldHome, endpoint) };
  const inputs = { values: {}, places, access: [], prompts: undefined };
  return documentOf(performance, { runId: '0a1b2c3d', startedAt: 0, inputs, withAccount, stopped });
}

const arn = (account: string): string => `arn:aws:iam::${account}:role/x`;

describe('the report', () => {
  test('names no account unless that is asked for, and no secret in any case', () => {
    const results = [result({ seen: `${arn(home.account)} ${arn(oldHome.account)} said ${secret}` })];
    const text = reportText(documentFor(results));
    expect(text).not.toMatch(new RegExp(`${home.account}|${oldHome.account}|${secret}`));
    expect(text).toContain('iam::&lt;account>:role');
    expect(text).toContain('iam::&lt;old account>:role');
    expect(text).toContain('said &lt;secret>');
    const told = reportText(documentFor(results, { withAccount: true }));
    expect(told).toContain(`us-east-2, account ${home.account}`);
    expect(told).toContain(arn(oldHome.account));
    expect(told).not.toContain(secret);
  });

  test('does not say who has run it, neither as AWS names the caller nor by the name alone', () => {
    const arn = `arn:aws:sts::${home.account}:assumed-role/Engineers/alice.b+c@example.com`;
    const seen = `User: ${arn} is not authorized; asked by alice.b+c@example.com. The role alice.b+c@example.com.au stays`;
    for (const withAccount of [false, true]) {
      const [, { seen: said = '' } = {}] = documentFor([result({ seen })], { withAccount }).checks;
      expect(said).toBe(
        'User: <caller> is not authorized; asked by <caller>. The role alice.b+c@example.com.au stays',
      );
    }
  });

  test('a promise that could not be looked at is neither kept nor broken', () => {
    const document = documentFor([result({ outcome: 'open' })]);
    expect(document).toMatchObject({ ok: true, broken: [] });
    expect(reportText(document)).toContain('2 of 3 promises hold. 1 could not be checked.');
  });

  test('says so when it was stopped', () => {
    expect(reportText(documentFor([], { stopped: true }))).toContain('stopped before its end');
    expect(reportText(documentFor([]))).not.toContain('stopped');
  });

  test('a broken promise fails; a difference to the documentation is a finding; what stays open is neither', () => {
    const document = documentFor([
      result({ outcome: 'different' }),
      result({ id: 'status', outcome: 'skipped' }),
      result({ id: 'Q1', kind: 'question', outcome: 'different', seen: 'called' }),
      result({ id: 'Q2', kind: 'question', outcome: 'open' }),
      result({ id: 'Q3', kind: 'question', outcome: 'error' }),
    ]);
    expect(document).toMatchObject({ ok: false, broken: ['init', 'status'], findings: ['Q1', 'Q3'] });
    const text = reportText(document);
    expect(text).toContain('2 of 4 promises hold. 2 of 3 questions have another answer than documented.');
    const [, differences = ''] = text.split('## Differences');
    const listed = differences.split('## What is promised')[0] ?? '';
    expect(listed.match(/\*\*\w+:/g)).toEqual(['**init:', '**status:', '**Q1:', '**Q3:']);
    expect(documentFor([result({ id: 'Q1', kind: 'question', outcome: 'different' })]).ok).toBe(true);
  });

  test('durations and calls of every step, versions and Regions; nothing that breaks the table', () => {
    const text = reportText(documentFor([result({ seen: 'a | b\n<b>' })]));
    expect(text).toContain('| ✔ | init sets the migration up (init) | a \\| b &lt;b> | 1.2 s | 56 |');
    expect(text).toContain(`| Node.js | ${process.versions.node}`);
    expect(text).toContain('| took | 60 s, 500 AWS calls |');
    expect(text).toContain('| of that: creating pools and users | 0.9 s, 60 AWS calls |');
    expect(text).toContain('| new pool | us-east-2 |');
    expect(text).toContain('| old pool | eu-west-1 |');
    expect(text).toContain('| endpoint | AWS |');
    expect(reportText(documentFor([], { endpoint: 'http://127.0.0.1:1' }))).toContain('not AWS itself');
  });
});

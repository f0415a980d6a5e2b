/** Attempts of app clients: an answer of CloudWatch that is not whole is no small number. */
import type {
  GetMetricDataCommandInput,
  GetMetricDataCommandOutput,
  MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { readAttempts, readReached } from '../../src/aws/sign-in-attempts.ts';

const now = Date.parse('2026-11-22T12:34:56Z');
const minute = 60_000;
const times = { since: now - 60 * minute, now };

/** Answers with these pages, one after the other. */
function answering(...pages: readonly (readonly MetricDataResult[])[]) {
  const inputs: GetMetricDataCommandInput[] = [];
  const getMetricData = async (input: GetMetricDataCommandInput): Promise<GetMetricDataCommandOutput> => {
    inputs.push(input);
    const page = pages[inputs.length - 1] ?? [];
    const NextToken = inputs.length < pages.length ? { NextToken: String(inputs.length) } : {};
    return { $metadata: {}, MetricDataResults: [...page], ...NextToken };
  };
  return { inputs, getMetricData };
}

/** Points as minutes before now, and values. */
const series = (Id: string, StatusCode: MetricDataResult['StatusCode'], ...points: [number, number][]) => ({
  ...{ Id, StatusCode },
  Timestamps: points.map(([minutes]) => new Date(now - minutes * minute)),
  Values: points.map(([, value]) => value),
});

test('the pages of an answer are added up, for each app client', async () => {
  const side = answering(
    [series('n0', 'PartialData', [1, 5], [2, 6]), series('s0', 'PartialData', [1, 4])],
    [series('n0', 'Complete', [3, 7]), series('s0', 'Complete', [3, 1]), series('n1', 'Complete', [3, 2])],
  );
  const attempts = await readAttempts(side, 'eu-west-1_new', ['web', 'ios'], times);
  expect([...attempts]).toEqual([
    ['web', { tries: 18, successes: 5 }],
    ['ios', { tries: 2, successes: 0 }],
  ]);
  expect(side.inputs.map(({ NextToken }) => NextToken)).toEqual([undefined, '1']);
});

describe.each(['InternalError', 'Forbidden', 'PartialData'] as const)('%s', (status) => {
  const incomplete = { code: 'AWS_ANSWER_INCOMPLETE', found: status };

  test('is no small number of attempts', async () => {
    const side = answering([series('n0', status, [1, 3]), series('s0', 'Complete', [1, 3])]);
    await expect(readAttempts(side, 'eu-west-1_new', ['web'], times)).rejects.toMatchObject(incomplete);
  });

  test('is no small number of sign-ins that reached the function', async () => {
    const side = answering([series('migrated', 'Complete', [1, 3]), { Id: 'failed', StatusCode: status }]);
    await expect(readReached(side, 'eu-west-1_new', times)).rejects.toMatchObject(incomplete);
  });
});

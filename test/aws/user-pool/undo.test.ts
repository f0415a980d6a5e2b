import { describe, expect, test } from 'vitest';
import { undoTrigger } from '../../../src/aws/user-pool/index.ts';
import { lambdaArn } from './stub.ts';

const other = 'arn:aws:lambda:eu-west-1:123456789012:function:other';

describe('undoTrigger', () => {
  test('takes our function out', () => {
    expect(undoTrigger(lambdaArn, lambdaArn)).toEqual({ action: 'write', lambdaArn: undefined });
  });

  test('puts the function back that was replaced knowingly', () => {
    expect(undoTrigger(lambdaArn, lambdaArn, other)).toEqual({ action: 'write', lambdaArn: other });
  });

  test('leaves what somebody else has put there since', () => {
    expect(undoTrigger(other, lambdaArn)).toEqual({ action: 'leave', lambdaArn: other });
    expect(undoTrigger(`${lambdaArn}-2`, lambdaArn)).toEqual({
      action: 'leave',
      lambdaArn: `${lambdaArn}-2`,
    });
  });

  test('takes a version or alias of our function out too: it is about to be gone', () => {
    expect(undoTrigger(`${lambdaArn}:live`, lambdaArn)).toEqual({ action: 'write', lambdaArn: undefined });
  });

  test('has nothing to do when there is no trigger', () => {
    expect(undoTrigger(undefined, lambdaArn, other)).toEqual({ action: 'nothing' });
    expect(undoTrigger('', lambdaArn)).toEqual({ action: 'nothing' });
  });
});

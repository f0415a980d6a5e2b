import { describe, expect, it } from 'vitest';
import { meetsPolicy } from '../../src/lambda/password-policy.ts';

// https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
const SYMBOLS = '^$*.[]{}()?"!@#%&/\\,><\':;|_~`=+-';

describe('the new pool’s password policy', () => {
  it.each([
    ['no policy', 'x', undefined, true],
    ['empty policy', '', {}, true],
    ['too short', '1234567', { minimumLength: 8 }, false],
    ['long enough', '12345678', { minimumLength: 8 }, true],
    ['no upper case', 'abc', { requireUppercase: true }, false],
    ['upper case', 'aBc', { requireUppercase: true }, true],
    ['upper case outside basic Latin', 'aÄc', { requireUppercase: true }, false],
    ['no lower case', 'ABC', { requireLowercase: true }, false],
    ['lower case outside basic Latin', 'ABß', { requireLowercase: true }, false],
    ['lower case', 'AbC', { requireLowercase: true }, true],
    ['no number', 'abc', { requireNumbers: true }, false],
    ['number', 'ab1', { requireNumbers: true }, true],
    ['no symbol', 'abc1', { requireSymbols: true }, false],
    ['a sign that is no symbol', 'abc€', { requireSymbols: true }, false],
    ['space inside', 'ab c', { requireSymbols: true }, true],
    ['space before', ' abc', { requireSymbols: true }, false],
    ['space after', 'abc ', { requireSymbols: true }, false],
  ])('%s', (_, password, policy, expected) => {
    expect(meetsPolicy(password, policy)).toBe(expected);
  });

  it.each([...SYMBOLS])('takes %s for a symbol', (symbol) => {
    expect(meetsPolicy(`abc${symbol}`, { requireSymbols: true })).toBe(true);
  });
});

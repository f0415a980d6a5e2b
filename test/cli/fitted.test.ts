import { describe, expect, test } from 'vitest';
import { fitted, wrapped } from '../../src/cli/terminal/style.ts';

describe('lines in a narrow window', () => {
  test('break between words and go on below their last column', () => {
    const line = '  + policy       AdminGetUser, AdminInitiateAuth on legacy-users only';
    expect(fitted(line, 50).split('\n')).toEqual([
      '  + policy       AdminGetUser, AdminInitiateAuth',
      '                 on legacy-users only',
    ]);
  });

  test('of one column go on a little to the right', () => {
    expect(fitted('  one two three four', 12).split('\n')).toEqual(['  one two', '    three', '    four']);
  });

  test('keep words that are longer than the window, so that they can be copied', () => {
    const arn = 'arn:aws:iam::111122223333:role/cognito-migrate';
    expect(fitted(`  ROLE_ARN  ${arn}`, 30)).toBe(`  ROLE_ARN\n    ${arn}`);
    expect(fitted(`  client  ${arn} in legacy-users (no secret)`, 52).split('\n')).toEqual([
      '  client',
      `    ${arn}`,
      '    in legacy-users (no secret)',
    ]);
  });

  test('go on behind the number of a step', () => {
    expect(fitted('  2. one two three', 13).split('\n')).toEqual(['  2. one two', '     three']);
  });

  test('are measured without their colours', () => {
    const green = '\u001b[32mok\u001b[39m';
    expect(fitted(`  ${green} ${green}`, 7)).toBe(`  ${green} ${green}`);
    expect(wrapped([green, green, green], 8)).toBe(`  ${green}  ${green}\n  ${green}`);
  });

  test('stay as they are where they fit, and in a pipe', () => {
    const block = 'a  b\n\n  c';
    expect(fitted(block, 10)).toBe(block);
    expect(fitted('x '.repeat(500), Number.POSITIVE_INFINITY)).toBe('x '.repeat(500));
  });
});

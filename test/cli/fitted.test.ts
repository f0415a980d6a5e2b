import { describe, expect, test } from 'vitest';
import { aligned, fitted, wrapped } from '../../src/cli/terminal/style.ts';

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

describe('rows of a list', () => {
  const shown = (width: number, ...rows: { name: string; details?: string }[]) =>
    aligned(rows, width).map(({ name }) => name);
  const client = (name: string) => ({ name, details: 'SRP, refresh' });
  const [web, ios, long, none] = [client('web-app'), client('ios'), client('a-long-name'), { name: 'none' }];

  test('have their details in one column', () => {
    expect(shown(80, web, ios, none)).toEqual(['web-app  SRP, refresh', 'ios      SRP, refresh', 'none']);
  });

  test('are not moved by a name that leaves no room for its details', () => {
    const rows = shown(22, long, web, ios);
    expect(rows).toEqual(['a-long-name  SRP, refresh', 'web-app  SRP, refresh', 'ios      SRP, refresh']);
  });

  test('are not aligned in a window that is too narrow for all of them', () => {
    expect(shown(10, web, ios)).toEqual(['web-app  SRP, refresh', 'ios  SRP, refresh']);
  });
});

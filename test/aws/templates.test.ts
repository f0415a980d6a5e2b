import { describe, expect, test } from 'vitest';
import { fill, fillTexts } from '../../src/aws/templates.ts';

/** `${NAME}`, which the linter would take for a forgotten template literal. */
const hole = (name: string): string => `\${${name}}`;

describe('fill', () => {
  test('fills every placeholder, in keys, lists and the middle of a text', () => {
    const template = {
      [hole('A')]: [`x-${hole('B')}-${hole('A')}`, { n: 1, b: true, z: null }],
      plain: 'no placeholder',
    };
    expect(fill(template, { A: 'one', B: 'two' })).toEqual({
      one: ['x-two-one', { n: 1, b: true, z: null }],
      plain: 'no placeholder',
    });
  });

  test('a placeholder without a value is an error that names it', () => {
    expect(() => fill({ a: hole('ROLE_ARN') }, {})).toThrow('no value for the placeholder ROLE_ARN');
  });

  test('a value without a placeholder is an error that names it', () => {
    expect(() => fill({ a: hole('A') }, { A: '1', ROLE_ARN: '2' })).toThrow('no placeholder for ROLE_ARN');
  });

  test('IAM’s own policy variables stay as they are', () => {
    const own = { Resource: `arn:aws:s3:::home/${hole('aws:username')}/*` };
    expect(fill(own, {})).toEqual(own);
  });

  test('a value that looks like a placeholder is not filled again', () => {
    expect(fill({ a: hole('A') }, { A: hole('B') })).toEqual({ a: hole('B') });
  });

  test('texts stay texts', () => {
    expect(fillTexts({ a: hole('A') }, { A: '7' })).toEqual({ a: '7' });
  });
});

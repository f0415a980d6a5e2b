import { describe, expect, test } from 'vitest';
import { parseArn, regionOfPool } from '../../src/aws/arn.ts';
import {
  missingTags,
  oldPoolTag,
  ownerOf,
  ownTags,
  poolTag,
  toTagList,
  toTagMap,
} from '../../src/aws/ownership.ts';
import { parsePolicy } from '../../src/aws/policy-document.ts';

const pools = { OLD_USER_POOL_ID: 'eu-west-1_Old', NEW_USER_POOL_ID: 'eu-west-1_New' };
const ours = { [poolTag]: 'eu-west-1_New', [oldPoolTag]: 'eu-west-1_Old' };

describe('whose something is', () => {
  test.each([
    [ours, 'ours', undefined],
    [{ ...ours, more: 'tags' }, 'ours', undefined],
    [{}, 'foreign', undefined],
    [{ [oldPoolTag]: 'eu-west-1_Old' }, 'foreign', undefined],
    [
      { ...ours, [oldPoolTag]: 'eu-west-1_Other' },
      'foreign',
      'of the migration eu-west-1_Other → eu-west-1_New',
    ],
    [{ [poolTag]: 'eu-west-1_New' }, 'foreign', 'of the migration ? → eu-west-1_New'],
    [undefined, 'unknown', undefined],
  ])('%j: %s', (tags, verdict, owner) => {
    expect(ownerOf(tags, pools)).toEqual({ ownership: verdict, ...(owner === undefined ? {} : { owner }) });
  });

  test('our own tags cannot be overridden by the person’s', () => {
    expect(ownTags({ ...pools, TAGS: { a: '1', [poolTag]: 'x' } })).toEqual({ a: '1', ...ours });
  });

  test('only what is missing or different is written', () => {
    expect(missingTags({ a: '1', b: '2', c: '3' }, { a: '1', b: 'x', d: '4' })).toEqual({ b: '2', c: '3' });
    expect(toTagMap(toTagList({ a: '1' }))).toEqual({ a: '1' });
    expect(toTagMap(undefined)).toEqual({});
  });
});

test.each([
  ['us-east-2_AbC', 'us-east-2'],
  ['eusc-de-east-1_x', 'eusc-de-east-1'],
  ['us-gov-west-1_x', 'us-gov-west-1'],
])('the Region of %s is %s', (id, region) => {
  expect(regionOfPool(id)).toBe(region);
});

test('an ARN’s resource may hold colons', () => {
  expect(parseArn('arn:aws-us-gov:lambda:us-gov-west-1:1:function:f:2')).toEqual({
    partition: 'aws-us-gov',
    service: 'lambda',
    region: 'us-gov-west-1',
    account: '1',
    resource: 'function:f:2',
  });
});

test('a policy that is none differs from any that is wanted', () => {
  expect(parsePolicy(encodeURIComponent('{"Version":"2012-10-17"}'))).toEqual({ Version: '2012-10-17' });
  for (const text of [undefined, '%', 'not json', '[]', '"x"']) expect(parsePolicy(text)).toEqual({});
});

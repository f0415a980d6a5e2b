/** Which calls of our commands change something. */
import { expect, test } from 'vitest';
import { writesOf } from '../../src/self-test/journey/set-up.ts';

const none = { code: 0, document: {}, said: '' };

test('whatever is not known to change nothing counts', () => {
  const writes = [
    'cognito-identity-provider.AdminSetUserPassword',
    'cognito-identity-provider.SignUp',
    'iam.AttachRolePolicy',
    'lambda.PublishVersion',
  ];
  const reads = [
    'cognito-identity-provider.AdminGetUser',
    'cloudwatch-logs.FilterLogEvents',
    'iam.ListRoles',
    'lambda.Invoke',
    'sts.AssumeRole',
  ];
  expect(writesOf({ ...none, calls: [...reads, ...writes] })).toEqual(writes);
});

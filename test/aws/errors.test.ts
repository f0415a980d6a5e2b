import { once } from 'node:events';
import { createServer } from 'node:http';
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  deniedAction,
  errorName,
  isTransient,
  requireField,
  toMigrateError,
  undefinedIfDenied,
  undefinedIfNotFound,
} from '../../src/aws/errors.ts';
import { poolNotFound } from '../../src/aws/user-pool/near-pool.ts';
import { CancelledError, exitCodes } from '../../src/core/errors.ts';
import '../../src/self-test/policy.ts'; // with the operator's: the advice knows their actions

/** An error as the SDK throws it. */
const thrown = (name: string, message = 'words', more: object = {}): Error =>
  Object.assign(new Error(message), { name, $metadata: {}, ...more });

const denial =
  'User: arn:aws:sts::111122223333:assumed-role/Dev/ana is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::111122223333:role/team/x because no identity-based policy allows the iam:CreateRole action';

describe('translate', () => {
  test.each([
    [thrown('AccessDenied', denial), 'ACCESS_DENIED', 3],
    [
      thrown('EndpointError', 'Invalid Configuration: FIPS and custom endpoint are not supported'),
      'NO_ENDPOINT',
      2,
    ],
    [thrown('AccessDeniedException', 'no sentence of IAM'), 'ACCESS_DENIED', 3],
    [thrown('Whatever', 'forbidden', { $metadata: { httpStatusCode: 403 } }), 'ACCESS_DENIED', 3],
    [
      thrown('ExpiredToken', 'The security token included in the request is expired'),
      'CREDENTIALS_EXPIRED',
      3,
    ],
    [
      thrown('UnrecognizedClientException', 'The security token included in the request is invalid'),
      'CREDENTIALS_REFUSED',
      3,
    ],
    [thrown('SignatureDoesNotMatch', 'Signature expired: 2026 is now earlier than 2026'), 'CLOCK_WRONG', 3],
    [
      thrown('CredentialsProviderError', 'Could not load credentials from any providers'),
      'NO_CREDENTIALS',
      3,
    ],
    [
      thrown('CredentialsProviderError', 'The SSO session associated with this profile has expired.'),
      'SSO_EXPIRED',
      3,
    ],
    [
      thrown('TokenProviderError', 'Token is expired. To refresh this SSO session run aws sso login'),
      'SSO_EXPIRED',
      3,
    ],
    [
      thrown(
        'CredentialsProviderError',
        'Profile x requires multi-factor authentication, but no MFA code callback was provided.',
      ),
      'MFA_CODE_NEEDED',
      3,
    ],
    [thrown('TooManyRequestsException', 'Rate exceeded'), 'AWS_BUSY', 7],
    [thrown('InternalError', 'sorry', { $metadata: { httpStatusCode: 503 } }), 'AWS_BUSY', 7],
    [thrown('LimitExceededException', 'Too many'), 'AWS_REFUSED', 7],
    [
      Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' }),
      'AWS_UNREACHABLE',
      7,
    ],
    [Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND', $metadata: {} }), 'AWS_UNREACHABLE', 7],
    [thrown('TimeoutError', 'took too long'), 'AWS_UNREACHABLE', 7],
  ])('%s is %s', (error, code, exitCode) => {
    const known = toMigrateError(error);
    expect(known).toMatchObject({ code, exitCode, cause: error });
    expect(known?.hint.length).toBeGreaterThan(0);
    expect(JSON.stringify(known)).not.toContain('stack');
  });

  test('the denied action, what it was for and who asked are named', () => {
    const known = toMigrateError(thrown('AccessDenied', denial));
    expect(known?.message).toBe(
      'Not allowed: iam:CreateRole on role/team/x   (as arn:aws:sts::111122223333:assumed-role/Dev/ana), because no identity-based policy allows the iam:CreateRole action',
    );
    expect(known?.toJSON()).toMatchObject({
      name: 'PermissionError',
      found: { action: 'iam:CreateRole', resource: 'arn:aws:iam::111122223333:role/team/x' },
    });
    expect(deniedAction(thrown('AccessDenied', denial))).toBe('iam:CreateRole');
    expect(deniedAction(thrown('AccessDenied', 'no sentence'))).toBeUndefined();
  });

  const because = 'because no identity-based policy allows the';
  const toGrant = /^cognito-migrate policy /m;

  // Sentences of the IAM User Guide, "Troubleshoot access denied error messages".
  test.each<[reason: string, action: string, hint: RegExp]>([
    ['with an explicit deny in a service control policy', 'iam:CreateRole', /explicit deny wins/],
    [
      `with an explicit deny in a resource control policy: arn:aws:organizations::1:policy/x`,
      'iam:CreateRole',
      /resource control policy/,
    ],
    [
      'with an explicit deny in an identity-based policy',
      'iam:CreateRole',
      /owner of that identity-based policy/,
    ],
    ['because no service control policy allows the iam:CreateRole action', 'iam:CreateRole', /organization/],
    [
      'because no resource control policy allows the lambda:GetFunction action',
      'lambda:GetFunction',
      /organization/,
    ],
    ['because no permissions boundary allows the iam:CreateRole action', 'iam:CreateRole', /boundary/],
    ['because no session policy allows the iam:CreateRole action', 'iam:CreateRole', /session/],
    ['because no VPC endpoint policy allows the iam:CreateRole action', 'iam:CreateRole', /VPC endpoint/],
    [
      'because no resource-based policy allows the lambda:GetFunction action',
      'lambda:GetFunction',
      /resource's own policy/,
    ],
    ['because no role trust policy allows the sts:AssumeRole action', 'sts:AssumeRole', /trust policy/],
    [`${because} kms:Decrypt action`, 'kms:Decrypt', /administrator/],
  ])('%s: kept, with advice that fits, and no policy to print', (reason, action, hint) => {
    const text = `User: arn:aws:iam::111122223333:user/ana is not authorized to perform: ${action} on resource: arn:aws:iam::111122223333:role/x ${reason}`;
    const known = toMigrateError(thrown('AccessDenied', text));
    expect(known?.toJSON()).toMatchObject({ code: 'ACCESS_DENIED', reason, denied: [{ action, reason }] });
    expect(known?.message).toContain(reason);
    expect(known?.hint.join('\n')).toMatch(hint);
    expect(known?.hint.join('\n')).not.toMatch(toGrant);
  });

  test.each(['iam:CreateRole', 'logs:FilterLogEvents', 'cognito-idp:AdminInitiateAuth'])(
    'where no identity-based policy allows %s, `policy` is named: it prints that action',
    (action) => {
      const text = `User: arn:aws:iam::111122223333:user/ana is not authorized to perform: ${action} ${because} ${action} action`;
      expect(toMigrateError(thrown('AccessDeniedException', text))?.hint.join('\n')).toMatch(toGrant);
    },
  );

  test.each([
    [
      'Signature expired: 20261129T175000Z is now earlier than 20261129T180000Z (20261129T180500Z - 5 min.)',
      'is 15 minutes behind AWS',
    ],
    [
      'Signature not yet current: 20261129T183000Z is still later than 20261129T181000Z (20261129T180500Z + 5 min.)',
      'is 25 minutes ahead of AWS',
    ],
  ])('%s: it is the clock of this computer', (message, words) => {
    const known = toMigrateError(thrown('InvalidSignatureException', message));
    expect(known).toMatchObject({ code: 'CLOCK_WRONG', exitCode: 3 });
    expect(known?.message).toContain(words);
    expect(known?.hint.join()).not.toContain('aws sso login');
  });

  test('what is none of AWS is a bug of ours; what is known already stays', () => {
    for (const bug of [new TypeError('x is not a function'), 'text', undefined, { name: 'AccessDenied' }])
      expect(toMigrateError(bug)).toBeUndefined();
    const own = new CancelledError('no', { code: 'CANCELLED' });
    expect(toMigrateError(own)).toBe(own);
  });
});

test('undefinedIfNotFound swallows exactly the names it is given', async () => {
  const missing = thrown('NoSuchEntity');
  expect(await undefinedIfNotFound(Promise.resolve(1), 'NoSuchEntity')).toBe(1);
  expect(await undefinedIfNotFound(Promise.reject(missing), 'Other', 'NoSuchEntity')).toBeUndefined();
  await expect(undefinedIfNotFound(Promise.reject(missing), 'Other')).rejects.toBe(missing);
  expect([errorName(missing), errorName('NoSuchEntity')]).toEqual(['NoSuchEntity', '']);
});

test.each(['AccessDenied', 'AccessDeniedException'])('undefinedIfDenied swallows %s', async (name) => {
  expect(await undefinedIfDenied(Promise.reject(thrown(name)))).toBeUndefined();
});

test.each(['ExpiredTokenException', 'InvalidClientTokenId', 'ThrottlingException'])(
  'undefinedIfDenied lets %s through: nobody has said that it is not allowed',
  async (name) => {
    const failure = thrown(name);
    await expect(undefinedIfDenied(Promise.reject(failure))).rejects.toBe(failure);
  },
);

test('requireField: what AWS always sends and did not is a failure of AWS, not a crash', () => {
  expect(requireField('x', 'an x')).toBe('x');
  expect(() => requireField(undefined, 'an ARN')).toThrow('AWS answered without an ARN');
});

test('a pool that does not exist is told with the flag that named it', () => {
  const error = poolNotFound('eu-west-1_x', '--old-user-pool-id', 'eu-west-1', '111122223333');
  expect(error).toMatchObject({ exitCode: 2, code: 'POOL_NOT_FOUND' });
  expect(error.hint[0]).toContain('--old-user-pool-id');
});

test('every kind of error has an exit code of its own', () => {
  const codes = Object.values(exitCodes).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(exitCodes).toMatchObject({
    ok: { code: 0 },
    bug: { code: 1 },
    usage: { code: 2 },
    permission: { code: 3 },
    conflict: { code: 4 },
    unhealthy: { code: 5 },
    state: { code: 6 },
    aws: { code: 7 },
    refused: { code: 8 },
    cancelled: { code: 130 },
  });
});

// A proxy or a load balancer answers for AWS, which may have carried out the call.
test.each([
  [502, true],
  [503, true],
  [504, true],
  [404, false],
  [200, false],
])('HTML with status %i counts as an answer that is missing: %s', async (status, isMissing) => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(status, { 'content-type': 'text/html' }).end('<html><h1>Gateway</h1></html>');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };
  const endpoint = `http://127.0.0.1:${port}`;
  const idp = new CognitoIdentityProviderClient({
    endpoint,
    region: 'eu-west-1',
    credentials,
    maxAttempts: 1,
  });
  onTestFinished(() => {
    idp.destroy();
    server.close();
  });
  const error: unknown = await idp
    .send(new DescribeUserPoolCommand({ UserPoolId: 'eu-west-1_a' }))
    .catch((caught: unknown) => caught);
  expect(toMigrateError(error)).toMatchObject({ code: 'AWS_ANSWER_UNREADABLE', found: status });
  expect(isTransient(error)).toBe(isMissing);
});

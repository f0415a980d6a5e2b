/** The wire protocols, spoken by hand: what the SDK clients would hide. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import { keyOf, lambdaTrust, startSandbox, zipOf } from '../support.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const signed = (service: string, region = 'eu-west-1') => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${keyOf('111122223333').accessKeyId}/20261122/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});
const send = async (path: string, init: RequestInit) => {
  const response = await fetch(`${sandbox.url}${path}`, init);
  return { status: response.status, headers: response.headers, body: await response.text() };
};
const form = (service: string, fields: Record<string, string>) =>
  send('/', { method: 'POST', headers: signed(service), body: new URLSearchParams(fields) });
const json = (
  service: string,
  target: string,
  body: string,
  headers: Record<string, string> = signed(service),
) => send('/', { method: 'POST', headers: { ...headers, 'x-amz-target': target }, body });

describe('AWS Query', () => {
  test('answers in the service’s namespace, lists as members, with a request ID', async () => {
    await form('iam', {
      Action: 'CreateRole',
      Version: '2010-05-08',
      RoleName: 'r',
      AssumeRolePolicyDocument: lambdaTrust,
      'Tags.member.2.Key': 'second',
      'Tags.member.2.Value': '2 = two',
      'Tags.member.1.Key': 'first',
      'Tags.member.1.Value': '1 + 1',
    });
    const { status, headers, body } = await form('iam', {
      Action: 'ListRoleTags',
      Version: '2010-05-08',
      RoleName: 'r',
    });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/xml');
    expect(body.replace(/<RequestId>[^<]+/, '<RequestId>ID')).toBe(
      '<ListRoleTagsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListRoleTagsResult><Tags>' +
        '<member><Key>first</Key><Value>1 + 1</Value></member>' +
        '<member><Key>second</Key><Value>2 = two</Value></member></Tags><IsTruncated>false</IsTruncated>' +
        '</ListRoleTagsResult><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></ListRoleTagsResponse>',
    );
  });

  test('errors are ErrorResponse with the sender’s fault', async () => {
    const { status, body } = await form('iam', { Action: 'GetRole', Version: '2010-05-08', RoleName: '<r>' });
    expect(status).toBe(400);
    expect(body).toContain(
      '<Error><Type>Sender</Type><Code>ValidationError</Code><Message>1 validation error',
    );
    expect(body).toContain('&lt;r&gt;');
    expect(body).not.toContain('<r>');
    expect(body).toContain("Value '&lt;r&gt;' at 'roleName'");
    const missing = await form('iam', { Action: 'GetRole', Version: '2010-05-08', RoleName: 'r' });
    expect([missing.status, missing.body.includes('<Code>NoSuchEntity</Code>')]).toEqual([404, true]);
  });

  test('unsigned calls and unknown actions are refused', async () => {
    const unsigned = await send('/', {
      method: 'POST',
      body: new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2011-06-15' }),
    });
    expect([unsigned.status, unsigned.body.includes('<Code>MissingAuthenticationToken</Code>')]).toEqual([
      403,
      true,
    ]);
    const unknown = await form('iam', { Action: 'CreateUser', Version: '2010-05-08' });
    expect([unknown.status, unknown.body.includes('<Code>InvalidAction</Code>')]).toEqual([400, true]);
  });

  test('GET with the parameters in the address works as well', async () => {
    const { status, body } = await send('/?Action=GetCallerIdentity&Version=2011-06-15', {
      headers: signed('sts'),
    });
    expect([status, body.includes('<Account>111122223333</Account>')]).toEqual([200, true]);
  });
});

describe('AWS JSON 1.1', () => {
  test('errors carry __type and message', async () => {
    const { status, headers, body } = await json(
      'logs',
      'Logs_20140328.DeleteLogGroup',
      '{"logGroupName":"/g"}',
    );
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(JSON.parse(body)).toEqual({
      __type: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    });
  });

  test('malformed bodies and wrong types are SerializationException', async () => {
    const broken = await json('logs', 'Logs_20140328.CreateLogGroup', '{"logGroupName":');
    expect(JSON.parse(broken.body).__type).toBe('SerializationException');
    const number = await json('logs', 'Logs_20140328.CreateLogGroup', '{"logGroupName":5}');
    expect(JSON.parse(number.body).__type).toBe('SerializationException');
  });

  test('only Cognito takes unsigned calls, and not for everything', async () => {
    const logs = await json('logs', 'Logs_20140328.DescribeLogGroups', '{}', {});
    expect(JSON.parse(logs.body).__type).toBe('MissingAuthenticationTokenException');
    const target = 'AWSCognitoIdentityProviderService.ListUserPools';
    const pools = await json('cognito-idp', target, '{"MaxResults":1}', {});
    expect(JSON.parse(pools.body).__type).toBe('MissingAuthenticationTokenException');
    expect(sandbox.journal.calls.at(-1)?.caller).toBe('anonymous');
  });

  test('unknown operations are told', async () => {
    const { body } = await json('cognito-idp', 'AWSCognitoIdentityProviderService.Nothing', '{}');
    expect(JSON.parse(body).__type).toBe('UnknownOperationException');
  });
});

describe('groups of Cognito', () => {
  test('are on the target of user pools, and times are in seconds', async () => {
    const send = async (operation: string, input: object) => {
      const target = `AWSCognitoIdentityProviderService.${operation}`;
      const { status, body } = await json('cognito-idp', target, JSON.stringify(input));
      return { status, body: JSON.parse(body) };
    };
    const UserPoolId = (await send('CreateUserPool', { PoolName: 'p' })).body.UserPool.Id;
    const name = { UserPoolId, GroupName: 'g' };
    const user = { UserPoolId, Username: 'bob' };
    await send('AdminCreateUser', { ...user, MessageAction: 'SUPPRESS' });
    expect((await send('CreateGroup', name)).body.Group).toMatchObject(name);
    expect((await send('UpdateGroup', { ...name, Description: 'd' })).body.Group.Description).toBe('d');
    const { Group } = (await send('GetGroup', name)).body;
    expect([Group.Description, Group.CreationDate < 1e10]).toEqual(['d', true]);
    expect((await send('AdminAddUserToGroup', { ...user, GroupName: 'g' })).body).toEqual({});
    const { Users } = (await send('ListUsersInGroup', name)).body;
    expect(Users).toMatchObject([{ Username: 'bob', Enabled: true, UserCreateDate: expect.any(Number) }]);
    expect((await send('AdminDisableUser', user)).body).toEqual({});
    expect((await send('AdminEnableUser', user)).body).toEqual({});
    expect((await send('DeleteGroup', name)).body).toEqual({});
    expect((await send('GetGroup', name)).body).toEqual({
      __type: 'ResourceNotFoundException',
      message: 'Group not found.',
    });
    expect(sandbox.journal.calls.at(-1)?.actions[0]).toMatchObject({ action: 'cognito-idp:GetGroup' });
  });
});

describe('AWS JSON of CloudWatch and CloudTrail', () => {
  const metrics = 'GraniteServiceVersion20100801.GetMetricData';

  test('CloudWatch speaks 1.0, in seconds, and also returns the error code of AWS Query', async () => {
    const query = {
      Id: 'm',
      MetricStat: { Metric: { Namespace: 'N', MetricName: 'M' }, Period: 60, Stat: 'Sum' },
    };
    const input = { MetricDataQueries: [query], StartTime: 0, EndTime: 60 };
    const answer = await json('monitoring', metrics, JSON.stringify(input));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-amz-json-1.0']);
    expect(JSON.parse(answer.body)).toEqual({
      MetricDataResults: [{ Id: 'm', Label: 'M', Timestamps: [], Values: [], StatusCode: 'Complete' }],
    });
    const denied = await json('monitoring', metrics, '{}');
    expect(denied.headers.get('x-amzn-query-error')).toBe('ValidationError;Sender');
    const unsigned = await json('monitoring', metrics, '{}', {});
    expect(JSON.parse(unsigned.body).__type).toBe('MissingAuthenticationTokenException');
  });

  test('alarms, dashboards, and tags are on the same target, and times are in seconds', async () => {
    const send = async (operation: string, input: object) => {
      const answer = await json(
        'monitoring',
        `GraniteServiceVersion20100801.${operation}`,
        JSON.stringify(input),
      );
      return { ...answer, body: JSON.parse(answer.body) };
    };
    const alarm = {
      AlarmName: 'a',
      Namespace: 'N',
      MetricName: 'M',
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    };
    const Tags = [{ Key: 'k', Value: 'v' }];
    expect((await send('PutMetricAlarm', { ...alarm, Tags })).body).toEqual({});
    const { body } = await send('DescribeAlarms', { AlarmNames: ['a'] });
    expect(body).toMatchObject({ MetricAlarms: [{ ...alarm, ActionsEnabled: true, AlarmActions: [] }] });
    expect(body.MetricAlarms[0].AlarmConfigurationUpdatedTimestamp).toBeLessThan(1e10);
    const ResourceARN: string = body.MetricAlarms[0].AlarmArn;
    expect(ResourceARN).toBe('arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a');
    expect((await send('ListTagsForResource', { ResourceARN })).body).toEqual({ Tags });
    expect((await send('DeleteAlarms', { AlarmNames: ['a'] })).body).toEqual({});

    const dashboard = { DashboardName: 'd', DashboardBody: '{"widgets":[]}' };
    expect((await send('PutDashboard', dashboard)).body).toEqual({ DashboardValidationMessages: [] });
    const DashboardArn = 'arn:aws:cloudwatch::111122223333:dashboard/d';
    expect((await send('GetDashboard', dashboard)).body).toEqual({ ...dashboard, DashboardArn });
    expect((await send('TagResource', { ResourceARN: DashboardArn, Tags })).body).toEqual({});
    expect((await send('UntagResource', { ResourceARN: DashboardArn, TagKeys: ['k'] })).body).toEqual({});
    expect((await send('DeleteDashboards', { DashboardNames: ['d'] })).body).toEqual({});
    const gone = await send('GetDashboard', dashboard);
    expect([gone.status, gone.body.__type]).toEqual([404, 'DashboardNotFoundError']);
    expect(gone.headers.get('x-amzn-query-error')).toBe('ResourceNotFound;Sender');
  });

  test('CloudTrail speaks 1.1', async () => {
    const answer = await json('cloudtrail', 'CloudTrail_20131101.LookupEvents', '{}');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-amz-json-1.1']);
    expect(JSON.parse(answer.body)).toEqual({ Events: [] });
  });
});

describe('Lambda’s REST JSON', () => {
  test('errors carry their type in a header', async () => {
    const { status, headers, body } = await send('/2015-03-31/functions/none', { headers: signed('lambda') });
    expect(status).toBe(404);
    expect(headers.get('x-amzn-errortype')).toBe('ResourceNotFoundException');
    expect(JSON.parse(body)).toEqual({
      Type: 'User',
      Message: 'Function not found: arn:aws:lambda:eu-west-1:111122223333:function:none',
    });
  });

  test.each([
    ['Event', 202],
    ['DryRun', 204],
  ])('Invoke of the type %s has no body', async (type, status) => {
    await form('iam', {
      Action: 'CreateRole',
      Version: '2010-05-08',
      RoleName: 'r',
      AssumeRolePolicyDocument: lambdaTrust,
    });
    const code = {
      FunctionName: 'f',
      Role: 'arn:aws:iam::111122223333:role/r',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: {
        ZipFile: Buffer.from(zipOf({ 'index.mjs': 'export const handler = async () => 1;' })).toString(
          'base64',
        ),
      },
    };
    await send('/2015-03-31/functions', {
      method: 'POST',
      headers: signed('lambda'),
      body: JSON.stringify(code),
    });
    const answer = await send('/2015-03-31/functions/f/invocations', {
      method: 'POST',
      headers: { ...signed('lambda'), 'x-amz-invocation-type': type },
      body: '{}',
    });
    expect([answer.status, answer.body]).toEqual([status, '']);
    expect(sandbox.journal.calls.at(-1)?.actions[0]).toMatchObject({ action: 'lambda:InvokeFunction' });
  });

  test('unknown paths are told', async () => {
    const { status, headers } = await send('/2015-03-31/functions/f/no-such-resource', {
      headers: signed('lambda'),
    });
    expect([status, headers.get('x-amzn-errortype')]).toEqual([404, 'UnknownOperationException']);
  });

  test('ARNs come encoded in the path', async () => {
    const arn = encodeURIComponent('arn:aws:lambda:eu-west-1:111122223333:function:none');
    const { status } = await send(`/2017-03-31/tags/${arn}`, { headers: signed('lambda') });
    expect(status).toBe(404);
    expect(sandbox.journal.calls.at(-1)?.actions[0]).toMatchObject({
      action: 'lambda:ListTags',
      resource: 'arn:aws:lambda:eu-west-1:111122223333:function:none',
    });
  });
});

describe('import jobs', () => {
  test('times are in seconds, and the file goes to the address of the job, unsigned', async () => {
    const call = async (operation: string, input: object) => {
      const target = `AWSCognitoIdentityProviderService.${operation}`;
      const answer = await json('cognito-idp', target, JSON.stringify(input));
      return JSON.parse(answer.body);
    };
    const pool = { PoolName: 'pool', AutoVerifiedAttributes: ['email'] };
    const UserPoolId: string = (await call('CreateUserPool', pool)).UserPool.Id;
    const { CSVHeader } = await call('GetCSVHeader', { UserPoolId });
    expect(CSVHeader.slice(-2)).toEqual(['cognito:mfa_enabled', 'cognito:username']);
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'cognito-idp.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    });
    await form('iam', {
      Action: 'CreateRole',
      Version: '2010-05-08',
      RoleName: 'import',
      AssumeRolePolicyDocument,
    });
    const CloudWatchLogsRoleArn = 'arn:aws:iam::111122223333:role/import';
    const created = await call('CreateUserImportJob', { UserPoolId, JobName: 'job', CloudWatchLogsRoleArn });
    const { JobId, PreSignedUrl, CreationDate } = created.UserImportJob;
    expect(CreationDate).toBeLessThan(1e10);
    const headers = { 'x-amz-server-side-encryption': 'aws:kms' };
    const { pathname, search } = new URL(PreSignedUrl);
    expect(
      (await send(`${pathname}${search}`, { method: 'PUT', headers, body: CSVHeader.join(',') })).status,
    ).toBe(200);
    expect((await call('StartUserImportJob', { UserPoolId, JobId })).UserImportJob.Status).toBe('Pending');
    const { UserImportJob } = await call('DescribeUserImportJob', { UserPoolId, JobId });
    expect(UserImportJob).toMatchObject({ Status: 'Succeeded', ImportedUsers: 0 });
    const { UserImportJobs } = await call('ListUserImportJobs', { UserPoolId, MaxResults: 60 });
    expect(UserImportJobs).toEqual([UserImportJob]);
    expect((await call('StopUserImportJob', { UserPoolId, JobId })).__type).toBe(
      'PreconditionNotMetException',
    );
  });
});

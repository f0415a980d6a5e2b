/**
 * Decision table of policy evaluation. Every row names the page of the IAM User Guide it comes from and quotes, mostly
 * shortened, what it says must happen.
 */
import { describe, expect, test } from 'vitest';
import type { RequestContext } from '../../../src/sandbox/operation.ts';
import { evaluate, type Requester, type Verdict } from '../../../src/sandbox/policy/evaluate.ts';
import { readPolicy } from '../../../src/sandbox/policy/policy.ts';

interface Row {
  readonly page: string;
  readonly says: string;
  readonly statements: readonly object[];
  readonly version?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly context?: RequestContext;
  readonly requester?: Requester;
  readonly expected: Verdict;
}

const bucket = 'arn:aws:s3:::amzn-s3-demo-bucket/file.txt';
const allow = (more: object = {}) => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...more });
const deny = (more: object = {}) => ({ Effect: 'Deny', Action: 's3:GetObject', Resource: '*', ...more });
/** A policy variable, spelled so that it is not taken for one of the template strings of this file. */
const variable = (body: string) => ['$', '{', body, '}'].join('');
const when = (condition: object) => allow({ Condition: condition });

const logic = 'Policy evaluation logic';
const actionPage = 'IAM JSON policy elements: Action';
const notActionPage = 'IAM JSON policy elements: NotAction';
const resourcePage = 'IAM JSON policy elements: Resource';
const notResourcePage = 'IAM JSON policy elements: NotResource';
const operators = 'IAM JSON policy elements: Condition operators';
const multiple = 'Creating a condition with multiple keys or values';
const variables = 'IAM policy elements: Variables and tags';
const principalPage = 'AWS JSON policy elements: Principal';

const rows: readonly Row[] = [
  {
    page: logic,
    says: 'By default, all requests are implicitly denied',
    statements: [],
    expected: 'implicit-deny',
  },
  { page: logic, says: 'An explicit allow overrides this default', statements: [allow()], expected: 'allow' },
  {
    page: logic,
    says: 'An explicit deny in any policy overrides any allows',
    statements: [allow(), deny()],
    expected: 'explicit-deny',
  },
  {
    page: logic,
    says: 'The order in which the policies are evaluated has no effect on the outcome',
    statements: [deny(), allow()],
    expected: 'explicit-deny',
  },
  {
    page: actionPage,
    says: 'The prefix and the action name are case insensitive',
    statements: [allow({ Action: 'S3:gETobject' })],
    expected: 'allow',
  },
  {
    page: actionPage,
    says: 'You can use the * wildcard for all actions of a service',
    statements: [allow({ Action: 's3:*' })],
    expected: 'allow',
  },
  {
    page: actionPage,
    says: 'You can also use wildcards (* or ?) as part of the action name',
    statements: [allow({ Action: 's3:Get?bject*' })],
    expected: 'allow',
  },
  {
    page: actionPage,
    says: 'A pattern of another action does not match',
    statements: [allow({ Action: ['s3:Put*', 's3:ListBucket'] })],
    expected: 'implicit-deny',
  },
  {
    page: notActionPage,
    says: 'NotAction matches everything except the specified list of actions',
    statements: [{ Effect: 'Allow', NotAction: 's3:DeleteBucket', Resource: '*' }],
    expected: 'allow',
  },
  {
    page: notActionPage,
    says: 'Listed actions are not allowed by it',
    statements: [{ Effect: 'Allow', NotAction: 's3:Get*', Resource: '*' }],
    expected: 'implicit-deny',
  },
  {
    page: notActionPage,
    says: 'NotAction with Deny denies all that is not listed',
    statements: [allow(), { Effect: 'Deny', NotAction: 'iam:*', Resource: '*' }],
    expected: 'explicit-deny',
  },
  {
    page: resourcePage,
    says: 'All items within a specific Amazon S3 bucket',
    statements: [allow({ Resource: 'arn:aws:s3:::amzn-s3-demo-bucket/*' })],
    expected: 'allow',
  },
  {
    page: resourcePage,
    says: 'The asterisk can replace characters like a forward slash that may appear to be a delimiter',
    statements: [allow({ Resource: 'arn:aws:s3:::amzn-s3-demo-bucket/*/test/*' })],
    resource: 'arn:aws:s3:::amzn-s3-demo-bucket/1/2/test/3/object.jpg',
    expected: 'allow',
  },
  {
    page: resourcePage,
    says: 'The asterisk pattern does not match amzn-s3-demo-bucket/1-test/object.jpg',
    statements: [allow({ Resource: 'arn:aws:s3:::amzn-s3-demo-bucket/*/test/*' })],
    resource: 'arn:aws:s3:::amzn-s3-demo-bucket/1-test/object.jpg',
    expected: 'implicit-deny',
  },
  {
    page: resourcePage,
    says: 'If the * wildcard is the last character of a resource ARN segment, it can expand to match beyond the colon boundaries',
    statements: [{ Effect: 'Allow', Action: 'logs:*', Resource: 'arn:aws:logs:*' }],
    action: 'logs:PutLogEvents',
    resource: 'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/f:log-stream:s',
    expected: 'allow',
  },
  {
    page: resourcePage,
    says: 'Wildcards within a segment do not leave it',
    statements: [
      { Effect: 'Allow', Action: 'lambda:*', Resource: 'arn:aws:lambda:eu-*-1:111122223333:function:f' },
    ],
    action: 'lambda:GetFunction',
    resource: 'arn:aws:lambda:eu-west-1:999999999999:function:x-1:111122223333:function:f',
    expected: 'implicit-deny',
  },
  {
    page: resourcePage,
    says: 'Any single character with a question mark',
    statements: [allow({ Resource: 'arn:aws:s3:::amzn-s3-demo-bucket/file.tx?' })],
    expected: 'allow',
  },
  {
    page: notResourcePage,
    says: 'NotResource matches every resource except those specified',
    statements: [{ Effect: 'Deny', Action: 's3:*', NotResource: 'arn:aws:s3:::HRBucket/*' }, allow()],
    expected: 'explicit-deny',
  },
  {
    page: notResourcePage,
    says: 'The resource itself is excepted',
    statements: [
      { Effect: 'Deny', Action: 's3:*', NotResource: 'arn:aws:s3:::amzn-s3-demo-bucket/*' },
      allow(),
    ],
    expected: 'allow',
  },
  {
    page: operators,
    says: 'StringEquals: exact matching, case sensitive',
    statements: [when({ StringEquals: { 'aws:PrincipalTag/job': 'Admin' } })],
    context: { 'aws:PrincipalTag/job': 'admin' },
    expected: 'implicit-deny',
  },
  {
    page: operators,
    says: 'StringEquals has no wildcards',
    statements: [when({ StringEquals: { 'aws:userid': 'a*' } })],
    context: { 'aws:userid': 'abc' },
    expected: 'implicit-deny',
  },
  {
    page: operators,
    says: 'StringEqualsIgnoreCase: exact matching, ignoring case',
    statements: [when({ StringEqualsIgnoreCase: { 'aws:userid': 'ABC' } })],
    context: { 'aws:userid': 'abc' },
    expected: 'allow',
  },
  {
    page: operators,
    says: 'StringLike: the values can include multi-character match wildcards (*) and single-character match wildcards (?) anywhere',
    statements: [when({ StringLike: { 's3:prefix': ['', 'home/', 'home/?ob/*'] } })],
    context: { 's3:prefix': 'home/bob/x' },
    expected: 'allow',
  },
  {
    page: operators,
    says: 'If the key is not present in the request context, the values do not match and the condition is false',
    statements: [when({ StringEquals: { 'sts:ExternalId': '123' } })],
    expected: 'implicit-deny',
  },
  {
    page: operators,
    says: 'If the condition requires that the key is not matched, such as StringNotLike, and the key is not present, the condition is true',
    statements: [when({ StringNotLike: { 'sts:ExternalId': '1*' } })],
    expected: 'allow',
  },
  {
    page: operators,
    says: 'StringNotEquals with several values: none may be equal (NOR)',
    statements: [when({ StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-west-2'] } })],
    context: { 'aws:RequestedRegion': 'eu-west-2' },
    expected: 'implicit-deny',
  },
  {
    page: operators,
    says: 'IfExists: if the key is not present, evaluate the condition element as true',
    statements: [when({ StringLikeIfExists: { 'ec2:InstanceType': 't1.*' } })],
    expected: 'allow',
  },
  {
    page: operators,
    says: 'IfExists: if the policy key is present, process the key as specified',
    statements: [when({ StringLikeIfExists: { 'ec2:InstanceType': 't1.*' } })],
    context: { 'ec2:InstanceType': 'm5.large' },
    expected: 'implicit-deny',
  },
  {
    page: operators,
    says: 'With Deny and StringNotEqualsIfExists the request is still denied even if the tag is missing',
    statements: [allow(), deny({ Condition: { StringNotEqualsIfExists: { 'aws:PrincipalTag/team': 'x' } } })],
    expected: 'explicit-deny',
  },
  {
    page: operators,
    says: 'Null true: the key does not exist',
    statements: [when({ Null: { 'aws:TokenIssueTime': 'true' } })],
    expected: 'allow',
  },
  {
    page: operators,
    says: 'Null false: the key exists and its value is not null',
    statements: [when({ Null: { 'aws:TokenIssueTime': 'false' } })],
    expected: 'implicit-deny',
  },
  {
    page: operators,
    says: 'Bool: matching true or false',
    statements: [when({ Bool: { 'aws:SecureTransport': 'true' } })],
    context: { 'aws:SecureTransport': 'false' },
    expected: 'implicit-deny',
  },
  {
    page: operators,
    says: 'NumericLessThanEquals',
    statements: [when({ NumericLessThanEquals: { 's3:max-keys': '10' } })],
    context: { 's3:max-keys': '9' },
    expected: 'allow',
  },
  {
    page: operators,
    says: 'DateGreaterThan: matching after a specific date and time',
    statements: [when({ DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:01Z' } })],
    context: { 'aws:CurrentTime': '2026-11-22T00:00:00Z' },
    expected: 'allow',
  },
  {
    page: operators,
    says: 'IpAddress: the specified IP address or range',
    statements: [when({ IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:DB8:1234:5678::/64'] } })],
    context: { 'aws:SourceIp': '203.0.113.7' },
    expected: 'allow',
  },
  {
    page: operators,
    says: 'NotIpAddress: all IP addresses except the specified range',
    statements: [allow(), deny({ Condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } })],
    context: { 'aws:SourceIp': '198.51.100.7' },
    expected: 'explicit-deny',
  },
  {
    page: operators,
    says: 'ArnLike matches elements between colons: the match fails',
    statements: [when({ ArnLike: { 'aws:SourceArn': 'arn:aws:someservice:*:111122223333:finance/*' } })],
    context: {
      'aws:SourceArn':
        'arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt',
    },
    expected: 'implicit-deny',
  },
  {
    page: operators,
    says: 'With a StringLike condition, the same match succeeds',
    statements: [when({ StringLike: { 'aws:SourceArn': 'arn:aws:someservice:*:111122223333:finance/*' } })],
    context: {
      'aws:SourceArn':
        'arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt',
    },
    expected: 'allow',
  },
  {
    page: operators,
    says: 'The ArnEquals and ArnLike condition operators behave identically',
    statements: [when({ ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/team-*' } })],
    context: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/team-a' },
    expected: 'allow',
  },
  {
    page: multiple,
    says: 'Several condition operators: a logical AND',
    statements: [
      when({ StringEquals: { 'aws:userid': 'a' }, Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
    ],
    context: { 'aws:userid': 'a' },
    expected: 'implicit-deny',
  },
  {
    page: multiple,
    says: 'Several values of one key: a logical OR',
    statements: [when({ StringEquals: { 'aws:userid': ['a', 'b'] } })],
    context: { 'aws:userid': 'b' },
    expected: 'allow',
  },
  {
    page: multiple,
    says: 'ForAllValues: true if every key value in the request matches at least one value in the policy',
    statements: [when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['ID', 'Message', 'Tags'] } })],
    context: { 'aws:TagKeys': ['Message', 'Tags'] },
    expected: 'allow',
  },
  {
    page: multiple,
    says: 'ForAllValues: UserName is not within the list, the request fails',
    statements: [when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['ID', 'Message', 'Tags'] } })],
    context: { 'aws:TagKeys': ['Message', 'UserName'] },
    expected: 'implicit-deny',
  },
  {
    page: multiple,
    says: 'ForAllValues: it also returns true if there are no keys in the request',
    statements: [when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['ID'] } })],
    expected: 'allow',
  },
  {
    page: multiple,
    says: 'ForAllValues: or if the key values resolve to a null data set, such as an empty string',
    statements: [when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['ID'] } })],
    context: { 'aws:TagKeys': [''] },
    expected: 'allow',
  },
  {
    page: multiple,
    says: 'ForAnyValue: true if any one of the key values in the request matches any one of the condition values',
    statements: [
      allow(),
      deny({ Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['ID', 'PostDateTime'] } } }),
    ],
    context: { 'aws:TagKeys': ['PostDateTime', 'Message'] },
    expected: 'explicit-deny',
  },
  {
    page: multiple,
    says: 'ForAnyValue: for no matching key or a null dataset, the condition returns false',
    statements: [when({ 'ForAnyValue:StringLike': { 'aws:TagKeys': ['*'] } })],
    expected: 'implicit-deny',
  },
  {
    page: variables,
    says: 'Key names are case-insensitive',
    statements: [when({ StringEquals: { 'AWS:sourceACCOUNT': '111122223333' } })],
    context: { 'aws:SourceAccount': '111122223333' },
    expected: 'allow',
  },
  {
    page: variables,
    says: 'A variable in the Resource is replaced by the value of the request',
    statements: [
      allow({ Resource: `arn:aws:s3:::amzn-s3-demo-bucket/${variable('aws:PrincipalTag/file')}.txt` }),
    ],
    context: { 'aws:PrincipalTag/file': 'file' },
    expected: 'allow',
  },
  {
    page: variables,
    says: 'Without value and default the statement does not match',
    statements: [
      allow({ Resource: `arn:aws:s3:::amzn-s3-demo-bucket/${variable('aws:PrincipalTag/file')}*` }),
    ],
    expected: 'implicit-deny',
  },
  {
    page: variables,
    says: 'Specifying default values: the default in single quotes',
    statements: [
      allow({
        Resource: `arn:aws:s3:::amzn-s3-demo-bucket-${variable("aws:PrincipalTag/team, 'company-wide'")}`,
      }),
    ],
    resource: 'arn:aws:s3:::amzn-s3-demo-bucket-company-wide',
    expected: 'allow',
  },
  {
    page: variables,
    says: 'The variable for a literal asterisk: use where you need an * (asterisk) character',
    statements: [allow({ Resource: `arn:aws:s3:::amzn-s3-demo-bucket/${variable('*')}` })],
    expected: 'implicit-deny',
  },
  {
    page: variables,
    says: 'In versions before 2012-10-17 policy variables are treated as literal strings',
    version: '2008-10-17',
    statements: [when({ StringEquals: { 'aws:userid': `${variable('aws:userid')}` } })],
    context: { 'aws:userid': 'x' },
    expected: 'implicit-deny',
  },
  {
    page: principalPage,
    says: 'AWS account principals: the account ARN or the account ID both cover every principal in the account',
    statements: [allow({ Resource: undefined, Principal: { AWS: '111122223333' } })],
    requester: { account: '111122223333', arns: ['arn:aws:iam::111122223333:role/a'] },
    expected: 'allow',
  },
  {
    page: principalPage,
    says: 'The account principal arn:aws:iam::ACCOUNT:root',
    statements: [allow({ Principal: { AWS: 'arn:aws:iam::111122223333:root' } })],
    requester: { account: '999999999999', arns: ['arn:aws:iam::999999999999:role/a'] },
    expected: 'implicit-deny',
  },
  {
    page: principalPage,
    says: 'IAM role principals are named by their ARN',
    statements: [allow({ Principal: { AWS: ['arn:aws:iam::111122223333:role/a'] } })],
    requester: { account: '111122223333', arns: ['arn:aws:iam::111122223333:role/a'] },
    expected: 'allow',
  },
  {
    page: principalPage,
    says: 'You cannot use a wildcard to match part of a principal name or ARN',
    statements: [allow({ Principal: { AWS: ['arn:aws:iam::111122223333:role/*'] } })],
    requester: { account: '111122223333', arns: ['arn:aws:iam::111122223333:role/a'] },
    expected: 'implicit-deny',
  },
  {
    page: principalPage,
    says: 'AWS service principals',
    statements: [allow({ Principal: { Service: ['ecs.amazonaws.com', 'lambda.amazonaws.com'] } })],
    requester: { service: 'lambda.amazonaws.com', arns: [] },
    expected: 'allow',
  },
  {
    page: principalPage,
    says: 'All principals: "*" and { "AWS": "*" } are equivalent',
    statements: [allow({ Principal: { AWS: '*' } })],
    requester: { account: '999999999999', arns: [] },
    expected: 'allow',
  },
];

describe.each(rows)('$page', (row) => {
  test(row.says, () => {
    const {
      version = '2012-10-17',
      statements,
      action = 's3:GetObject',
      resource = bucket,
      context = {},
    } = row;
    const policy = readPolicy(JSON.stringify({ Version: version, Statement: statements }));
    if (!policy) throw new Error('not a policy');
    const requester = row.requester ? { requester: row.requester } : {};
    expect(evaluate([policy], { action, resource, context, ...requester })).toBe(row.expected);
  });
});

test('a condition operator that IAM does not have is an error that names it', () => {
  const policy = readPolicy(
    JSON.stringify({ Version: '2012-10-17', Statement: [when({ Sounds: { a: 'b' } })] }),
  );
  if (!policy) throw new Error('not a policy');
  const request = { action: 's3:GetObject', resource: bucket, context: {} };
  expect(() => evaluate([policy], request)).toThrow('Unknown condition operator Sounds');
});

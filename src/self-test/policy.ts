/**
 * The IAM policy for a self-test.
 * It allows everything on pools with its tag and on resources with its names, and nothing else.
 * The operator policy names two pools, which don't exist yet here. So this policy is separate.
 * The statements about resources come from the steps that create them.
 */
import { knowGrants } from '../aws/denials.ts';
import type { Cleanup, SelfTestFacts } from '../core/cleanup.ts';
import type { JsonObject } from '../core/json.ts';
import { type Statement, statementsFor } from '../core/permission.ts';
import { selfTestTag } from '../core/variables/tags.ts';
import { operatorActions } from '../steps/operator-policy.ts';
import { cleanups } from './fixtures/cleanups.ts';
import { allRuns, importLogGroup } from './fixtures/names.ts';
import type { Place } from './fixtures/resources.ts';

const pools = ({ partition, region, account }: SelfTestFacts): string =>
  `arn:${partition}:cognito-idp:${region}:${account}:userpool/*`;

/** Whether a condition key is missing. */
const isNull = (key: 'RequestTag' | 'ResourceTag', value: 'true' | 'false') => (): JsonObject => ({
  Null: { [`aws:${key}/${selfTestTag}`]: value },
});

/** Statements of no step: the pools, and the search for resources. */
const general: readonly Statement<SelfTestFacts>[] = [
  {
    sid: 'MakeTaggedPools',
    actions: ['cognito-idp:CreateUserPool', 'cognito-idp:TagResource'],
    resource: () => '*',
    condition: isNull('RequestTag', 'false'),
  },
  {
    sid: 'DoEverythingWithTaggedPools',
    actions: [
      'cognito-idp:AddCustomAttributes',
      'cognito-idp:AdminAddUserToGroup',
      'cognito-idp:AdminCreateUser',
      'cognito-idp:AdminDisableUser',
      'cognito-idp:AdminGetUser',
      'cognito-idp:AdminInitiateAuth',
      'cognito-idp:AdminResetUserPassword',
      'cognito-idp:AdminSetUserMFAPreference',
      'cognito-idp:AdminSetUserPassword',
      'cognito-idp:AdminSetUserSettings',
      'cognito-idp:CreateGroup',
      'cognito-idp:CreateIdentityProvider',
      'cognito-idp:CreateUserImportJob',
      'cognito-idp:CreateUserPoolClient',
      'cognito-idp:CreateUserPoolDomain',
      'cognito-idp:DeleteUserPool',
      'cognito-idp:DeleteUserPoolClient',
      'cognito-idp:DeleteUserPoolDomain',
      'cognito-idp:DescribeUserImportJob',
      'cognito-idp:DescribeUserPool',
      'cognito-idp:DescribeUserPoolClient',
      'cognito-idp:GetCSVHeader',
      'cognito-idp:GetUserPoolMfaConfig',
      'cognito-idp:ListGroups',
      'cognito-idp:ListIdentityProviders',
      'cognito-idp:ListUserImportJobs',
      'cognito-idp:ListUserPoolClients',
      'cognito-idp:ListUsers',
      'cognito-idp:SetUserPoolMfaConfig',
      'cognito-idp:StartUserImportJob',
      'cognito-idp:UpdateUserPool',
      'cognito-idp:UpdateUserPoolClient',
    ],
    resource: pools,
    condition: isNull('ResourceTag', 'false'),
  },
  {
    sid: 'NeverTagAnotherPool',
    effect: 'Deny',
    actions: ['cognito-idp:TagResource'],
    resource: pools,
    condition: isNull('ResourceTag', 'true'),
  },
  {
    sid: 'FindLeftovers',
    actions: [
      ...new Set(['cognito-idp:ListUserPools' as const, ...cleanups.map((one) => one.listAction)]),
    ].toSorted(),
    resource: () => '*',
  },
  {
    sid: 'GiveARoleToImportJobs',
    actions: ['iam:PassRole'],
    resource: ({ partition, account, rolePath, names }) =>
      `arn:${partition}:iam::${account}:role${rolePath}${names}`,
    condition: () => ({ StringEquals: { 'iam:PassedToService': 'cognito-idp.amazonaws.com' } }),
  },
  {
    sid: 'DeleteTheLogOfImportJobs',
    actions: ['logs:DeleteLogGroup'],
    resource: ({ partition, region, account, names }) =>
      `arn:${partition}:logs:${region}:${account}:log-group:${importLogGroup('*', names)}`,
  },
  {
    sid: 'CountSignIns',
    actions: ['cloudwatch:GetMetricData'],
    resource: () => '*',
  },
];

/** In this order, the policy of earlier versions had them. Those of any other kind follow. */
const printedFirst: readonly string[] = ['role', 'policy', 'function', 'log group'];

function inOrder(): readonly Cleanup<Place>[] {
  const rank = ({ kind }: Cleanup<Place>): number =>
    printedFirst.includes(kind) ? printedFirst.indexOf(kind) : printedFirst.length;
  return cleanups.toSorted((a, b) => rank(a) - rank(b));
}

const statements = [...general, ...inOrder().flatMap(({ permissions }) => permissions)];

knowGrants(
  'cognito-migrate policy --side self-test  prints the permissions that a self-test needs.',
  new Set(statements.flatMap(({ actions }) => actions).filter((one) => !operatorActions.has(one))),
);

/** The policy for one account and Region. If there are two accounts, both need the same one. */
export function selfTestPolicy(place: Place): JsonObject {
  const { partition, account, side, rolePath, permissionsBoundary } = place;
  const facts = { partition, account, region: side.region, rolePath, names: allRuns, permissionsBoundary };
  return { Version: '2012-10-17', Statement: statementsFor(statements, facts) };
}

/**
 * The request rates that Cognito allows, and GetProvisionedLimit.
 * The rates are those of the Developer Guide, "Quotas in Amazon Cognito", table of API operation categories.
 * Its text names the operations of UserAuthentication and UserCreation. Of the others, it says what they do:
 * UserAccountRecovery "recover a user's account, or change or update a user's password", UserRead "retrieve a user",
 * UserUpdate "manage users and user attributes", UserList "return a list of users", UserResourceRead and
 * UserResourceUpdate "a remembered device or a group membership", UserPoolRead "read your user pools",
 * UserPoolUpdate "create, update, or delete your user pools", UserPoolResourceRead and UserPoolResourceUpdate
 * "resources, such as groups or resource servers", UserPoolClientRead and UserPoolClientUpdate "user pool clients",
 * UserToken "token management".
 * That doesn't decide on every operation. Not verified: GetUserAttributeVerificationCode, ResendConfirmationCode,
 * those about MFA, sign-out, tags, domains, identity providers, import jobs, log delivery, and threat protection,
 * and AddCustomAttributes.
 */
import { type JsonObject, type Operation, ServiceError } from '../../operation.ts';
import type { StateKind, World } from '../../world.ts';
import { invalidMember, invalidParameter } from './errors.ts';
import { optMap, optObj, str } from './input.ts';
import { cognitoSettings } from './settings.ts';

/** Default requests per second of each category, and its operations in the local AWS. */
const categories: Readonly<Record<string, readonly [perSecond: number, ...operations: string[]]>> = {
  // "Subject to a separate quota that is three times the UserAuthentication category limit": the challenges.
  UserAuthentication: [120, 'InitiateAuth', 'AdminInitiateAuth'],
  UserCreation: [50, 'SignUp', 'ConfirmSignUp', 'AdminCreateUser', 'AdminConfirmSignUp'],
  UserFederation: [25],
  UserAccountRecovery: [
    30,
    'ChangePassword',
    'ForgotPassword',
    'ConfirmForgotPassword',
    'AdminResetUserPassword',
    'AdminSetUserPassword',
  ],
  UserRead: [120, 'AdminGetUser', 'GetUser'],
  UserUpdate: [
    25,
    'AdminDeleteUser',
    'AdminDeleteUserAttributes',
    'AdminDisableUser',
    'AdminEnableUser',
    'AdminLinkProviderForUser',
    'AdminUpdateUserAttributes',
    'DeleteUser',
    'DeleteUserAttributes',
    'UpdateUserAttributes',
    'VerifyUserAttribute',
  ],
  UserList: [30, 'ListUsers', 'ListUsersInGroup'],
  UserResourceRead: [
    50,
    'AdminListGroupsForUser',
    'GetUserAttributeVerificationCode',
    'ResendConfirmationCode',
  ],
  UserResourceUpdate: [
    25,
    'AdminAddUserToGroup',
    'AdminRemoveUserFromGroup',
    'AdminSetUserMFAPreference',
    'AdminSetUserSettings',
    'AdminUserGlobalSignOut',
    'AssociateSoftwareToken',
    'GlobalSignOut',
    'SetUserMFAPreference',
    'VerifySoftwareToken',
  ],
  UserToken: [120, 'GetTokensFromRefreshToken', 'RevokeToken'],
  UserPoolRead: [15, 'DescribeUserPool', 'ListUserPools'],
  UserPoolUpdate: [15, 'CreateUserPool', 'UpdateUserPool', 'DeleteUserPool'],
  UserPoolResourceRead: [
    20,
    'DescribeIdentityProvider',
    'DescribeRiskConfiguration',
    'DescribeUserImportJob',
    'DescribeUserPoolDomain',
    'GetCSVHeader',
    'GetGroup',
    'GetLogDeliveryConfiguration',
    'GetUserPoolMfaConfig',
    'ListGroups',
    'ListIdentityProviders',
    'ListTagsForResource',
    'ListUserImportJobs',
  ],
  UserPoolResourceUpdate: [
    15,
    'AddCustomAttributes',
    'CreateGroup',
    'UpdateGroup',
    'DeleteGroup',
    'CreateIdentityProvider',
    'CreateUserImportJob',
    'CreateUserPoolDomain',
    'DeleteUserPoolDomain',
    'SetUserPoolMfaConfig',
    'StartUserImportJob',
    'StopUserImportJob',
    'TagResource',
    'UntagResource',
  ],
  UserPoolClientRead: [15, 'DescribeUserPoolClient', 'ListUserPoolClients'],
  UserPoolClientUpdate: [15, 'CreateUserPoolClient', 'UpdateUserPoolClient', 'DeleteUserPoolClient'],
};

/** "Any individual operation in this category has a constraint" of 5 requests per second for a single pool. */
const limitedPerPool: ReadonlySet<string> = new Set([
  'UserPoolResourceRead',
  'UserPoolResourceUpdate',
  'UserPoolClientRead',
  'UserPoolClientUpdate',
]);
const perPool = 5;

const categoryOf: ReadonlyMap<string, string> = new Map(
  Object.entries(categories).flatMap(([category, [, ...operations]]) =>
    operations.map((operation) => [operation, category] as const),
  ),
);

interface Bucket {
  tokens: number;
  filledAt: number;
}

const bucketKind: StateKind<Map<string, Bucket>> = {
  name: 'cognito-rate-limits',
  create: () => new Map(),
};

/**
 * Takes one request out of a bucket, which holds the requests of one second.
 * AWS doesn't document how many requests at once a category allows. Returns false if the bucket is empty.
 */
function take(buckets: Map<string, Bucket>, key: string, perSecond: number, now: number): boolean {
  const bucket = buckets.get(key) ?? { tokens: perSecond, filledAt: now };
  buckets.set(key, bucket);
  bucket.tokens = Math.min(perSecond, bucket.tokens + ((now - bucket.filledAt) * perSecond) / 1000);
  bucket.filledAt = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

/** The limit that the local AWS enforces for a category. */
const enforced = (world: World, category: string): number =>
  cognitoSettings(world).provisionedLimits.get(category) ?? categories[category]?.[0] ?? 0;

export interface LimitedCall {
  readonly world: World;
  readonly account: string;
  readonly region: string;
  readonly operation: string;
  readonly input: JsonObject;
}

/**
 * Counts a call, and refuses it if its category has no request left.
 * Operations that the table doesn't list are not limited.
 */
export function assertWithinRate({ world, account, region, operation, input }: LimitedCall): void {
  if (cognitoSettings(world).requestRates === 'unlimited') return;
  const category = categoryOf.get(operation);
  if (category === undefined) return;
  const buckets = world.state(bucketKind, account, region);
  const poolId = input.UserPoolId;
  const isWithinPool =
    !limitedPerPool.has(category) ||
    typeof poolId !== 'string' ||
    take(buckets, `${operation} ${poolId}`, perPool, world.now());
  if (isWithinPool && take(buckets, category, enforced(world, category), world.now())) return;
  throw new ServiceError('TooManyRequestsException', 'Rate exceeded');
}

/** API_GetProvisionedLimit. The resource type is not documented in the API reference: `*`. */
const getProvisionedLimit: Operation = (call) => {
  call.authorize('cognito-idp:GetProvisionedLimit', '*');
  const definition = optObj(call.input, 'LimitDefinition');
  if (definition === undefined) str(call.input, 'LimitDefinition');
  const LimitClass = str(definition ?? {}, 'LimitClass');
  if (LimitClass !== 'API_CATEGORY')
    throw invalidMember(
      LimitClass,
      'limitDefinition.limitClass',
      'Member must satisfy enum value set: [API_CATEGORY]',
    );
  const category = optMap(definition ?? {}, 'Attributes')?.Category;
  const free = category === undefined ? undefined : categories[category];
  // The documentation names the exception, but not its text.
  if (category === undefined || free === undefined)
    throw invalidParameter(`Invalid limit definition: ${category ?? 'Category is missing'}`);
  return {
    Limit: {
      LimitDefinition: { LimitClass, Attributes: { Category: category } },
      ProvisionedLimitValue: enforced(call.world, category),
      FreeLimitValue: free[0],
    },
  };
};

export const rateLimitOperations = { GetProvisionedLimit: getProvisionedLimit } satisfies Record<
  string,
  Operation
>;

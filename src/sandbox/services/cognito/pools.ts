/** Creates, describes, updates, deletes, and lists user pools. An update resets omitted members. */

import { type Call, type JsonObject, type Operation, ServiceError } from '../../operation.ts';
import { invalidParameter } from './errors.ts';
import { withFutureFields } from './future.ts';
import { newPoolId } from './ids.ts';
import { isBusy } from './import-engine.ts';
import { isObject, limit, optObj, optObjects, optStr, str } from './input.ts';
import { NumberedMap, page } from './paging.ts';
import { authorizedPool, cognitoState, nextSeq, poolArn } from './pool-access.ts';
import { acrDefaults, count, hideDefaults, member, poolConfig, text } from './pool-config.ts';
import { createPoolRequest, updatePoolRequest } from './pool-fields.ts';
import { checkPool, checkSms } from './pool-rules.ts';
import { addCustomAttributes, describeAttribute, newSchema } from './schema.ts';
import { authorizeSenderKey } from './sender-key.ts';
import { type CognitoSettings, cognitoSettings } from './settings.ts';
import { conformMembers } from './shapes.ts';
import type { Pool, PoolMfa } from './state.ts';
import { requestTags, resourceTags } from './tag-context.ts';
import { UserDirectory } from './user-directory.ts';

/**
 * Checks the dependent actions of a request (Service Authorization Reference).
 * At creation, TagResource is checked on "*", like CreateUserPool itself
 * (aws-samples/aws-saas-factory-bootcamp#58). An existing pool has an ARN.
 */
function authorizeDependentActions(call: Call, request: JsonObject, arn: string, pool?: Pool): void {
  authorizeSenderKey(call, request, arn.slice(arn.lastIndexOf('/') + 1));
  const tags = member(request, 'UserPoolTags');
  if (Object.keys(tags).length > 0)
    call.authorize('cognito-idp:TagResource', pool === undefined ? '*' : arn, {
      ...resourceTags(pool),
      ...requestTags(tags),
    });
  const state = cognitoState(call);
  const email = member(request, 'EmailConfiguration');
  if (email.EmailSendingAccount === 'DEVELOPER' && !state.emailRole) {
    call.authorize(
      'iam:CreateServiceLinkedRole',
      `arn:${call.partition}:iam::${call.account}:role/aws-service-role/email.cognito-idp.amazonaws.com/AWSServiceRoleForAmazonCognitoIdpEmailService`,
      { 'iam:AWSServiceName': 'email.cognito-idp.amazonaws.com' },
    );
    state.emailRole = true;
  }
}

function temporaryDaysSent(request: JsonObject): boolean {
  return count(member(member(request, 'Policies'), 'PasswordPolicy'), 'TemporaryPasswordValidityDays') > 0;
}

const createUserPool: Operation = (call) => {
  const settings = cognitoSettings(call.world);
  const requestedTags = optObj(call.input, 'UserPoolTags') ?? {};
  call.authorize('cognito-idp:CreateUserPool', '*', requestTags(requestedTags));
  const shape = withFutureFields(createPoolRequest, settings.futureFields.pool);
  const request = conformMembers(call.input, shape, '', settings.unknownMembers);
  const name = str(request, 'PoolName');
  const config = poolConfig(request, undefined, settings);
  checkPool(request, config, undefined, settings);
  if (request.AliasAttributes !== undefined && request.UsernameAttributes !== undefined) {
    throw invalidParameter(
      'Only one of the aliasAttributes or usernameAttributes can be set in a user pool.',
    );
  }
  const mfa = mfaAfter(config, undefined, settings);
  const id = newPoolId(call.world, call.region);
  const arn = poolArn(call, id);
  authorizeDependentActions(call, request, arn);
  if (isObject(request.SmsConfiguration)) checkSms(call, request.SmsConfiguration, settings);
  const fixed: JsonObject = {};
  for (const key of ['AliasAttributes', 'UsernameAttributes', 'UsernameConfiguration']) {
    const value = request[key];
    if (value !== undefined) fixed[key] = value;
  }
  const now = call.world.now();
  const pool: Pool = {
    seq: nextSeq(call),
    id,
    arn,
    account: call.account,
    region: call.region,
    partition: call.partition,
    name,
    created: now,
    modified: now,
    config,
    fixed,
    mfa,
    temporaryDaysSet: temporaryDaysSent(request),
    updated: false,
    schema: newSchema(optObjects(request, 'Schema') ?? []),
    clients: new NumberedMap(),
    users: new UserDirectory(),
    groups: new NumberedMap(),
    identityProviders: new NumberedMap(),
    importJobs: [],
    sessions: new Map(),
    srpAttempts: new Map(),
    refreshTokens: new Map(),
    deliveries: [],
    settings,
  };
  cognitoState(call).pools.set(id, pool);
  return { UserPool: describePool(pool, settings) };
};

/** A pool as DescribeUserPool returns it. */
export function describePool(pool: Pool, settings: CognitoSettings): JsonObject {
  const config = structuredClone(pool.config);
  const custom = member(config, 'AcrConfiguration');
  // "Amazon Cognito always returns the effective configuration, with default names merged in"
  config.AcrConfiguration = Object.fromEntries(
    Object.entries(acrDefaults).map(([level, name]) => [
      level,
      { AcrValue: text(member(custom, level), 'AcrValue') ?? name },
    ]),
  );
  if (settings.unsentDefaults === 'after-update' && !pool.updated) hideDefaults(config);
  if (config.UserPoolTier === 'LITE' && settings.liteAcr === 'absent') delete config.AcrConfiguration;
  const sms = member(config, 'SmsConfiguration');
  const role = text(sms, 'SnsCallerArn') ?? text(member(sms, 'EumsSms'), 'CallerArn') ?? '';
  return {
    Id: pool.id,
    Name: pool.name,
    Arn: pool.arn,
    CreationDate: pool.created / 1000,
    LastModifiedDate: pool.modified / 1000,
    SchemaAttributes: pool.schema.map(describeAttribute),
    EstimatedNumberOfUsers: pool.users.size,
    ...config,
    ...pool.fixed,
    ...(settings.brokenSmsRoles.has(role)
      ? { SmsConfigurationFailure: 'InvalidSmsRoleAccessPolicyException' }
      : {}),
    ...(pool.domain === undefined ? {} : { Domain: pool.domain }),
    ...(pool.customDomain === undefined ? {} : { CustomDomain: pool.customDomain }),
  };
}

const describeUserPool: Operation = (call) => ({
  UserPool: describePool(authorizedPool(call), cognitoSettings(call.world)),
});

function refuseDuringImport({ importJobs }: Pool): void {
  if (!importJobs.some(isBusy)) return;
  throw new ServiceError(
    'UserImportInProgressException',
    'A user import job is in progress for this user pool.',
  );
}

const updateUserPool: Operation = (call) => {
  const settings = cognitoSettings(call.world);
  const pool = authorizedPool(call);
  const shape = withFutureFields(updatePoolRequest, settings.futureFields.pool);
  const request = conformMembers(call.input, shape, '', settings.unknownMembers);
  const name = optStr(request, 'PoolName');
  if (name === undefined && settings.omittedPoolName === 'refused')
    throw invalidParameter('PoolName is required.');
  refuseDuringImport(pool);
  const config = poolConfig(request, pool, settings);
  checkPool(request, config, pool, settings);
  const mfa = mfaAfter(config, pool, settings);
  authorizeDependentActions(call, request, pool.arn, pool);
  if (isObject(request.SmsConfiguration)) checkSms(call, request.SmsConfiguration, settings);
  pool.config = config;
  pool.mfa = mfa;
  pool.name = name ?? (settings.omittedPoolName === 'renamed' ? pool.id : pool.name);
  pool.temporaryDaysSet ||= temporaryDaysSent(request);
  pool.updated = true;
  touch(call, pool);
  return {};
};

/** Moves LastModifiedDate with every change, even within one millisecond, so that it can be compared. */
export function touch(call: Call, pool: Pool): void {
  pool.modified = Math.max(call.world.now(), pool.modified + 1);
}

const deleteUserPool: Operation = (call) => {
  const pool = authorizedPool(call);
  if (text(pool.config, 'DeletionProtection') === 'ACTIVE') {
    throw invalidParameter(
      'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
    );
  }
  if (pool.domain !== undefined || pool.customDomain !== undefined) {
    throw invalidParameter(
      'User pool cannot be deleted. It has a domain configured that should be deleted first.',
    );
  }
  refuseDuringImport(pool);
  cognitoState(call).pools.delete(pool.id);
  return {};
};

const listUserPools: Operation = (call) => {
  call.authorize('cognito-idp:ListUserPools', '*');
  const size = limit(call.input, 'MaxResults', 60);
  if (size === undefined || size < 1) throw invalidParameter('MaxResults must be between 1 and 60.');
  const { items, next } = page(cognitoState(call).pools, size, optStr(call.input, 'NextToken'));
  return {
    UserPools: items.map((pool) => ({
      Id: pool.id,
      Name: pool.name,
      LambdaConfig: pool.config.LambdaConfig ?? {},
      CreationDate: pool.created / 1000,
      LastModifiedDate: pool.modified / 1000,
    })),
    ...(next === undefined ? {} : { NextToken: next }),
  };
};

const addAttributes: Operation = (call) => {
  const pool = authorizedPool(call);
  refuseDuringImport(pool);
  addCustomAttributes(
    pool,
    optObjects(call.input, 'CustomAttributes') ?? [],
    cognitoSettings(call.world).unknownMembers,
  );
  touch(call, pool);
  return {};
};

export const poolOperations = {
  CreateUserPool: createUserPool,
  DescribeUserPool: describeUserPool,
  UpdateUserPool: updateUserPool,
  DeleteUserPool: deleteUserPool,
  ListUserPools: listUserPools,
  AddCustomAttributes: addAttributes,
} satisfies Record<string, Operation>;

/** The factors after a request that results in `config`. Throws if Cognito refuses it. */
function mfaAfter(config: JsonObject, before: Pool | undefined, settings: CognitoSettings): PoolMfa {
  const wanted = text(config, 'MfaConfiguration');
  const current = before === undefined ? undefined : text(before.config, 'MfaConfiguration');
  const factors: PoolMfa = before?.mfa ?? { sms: false, totp: false };
  const passkeys = factors.webAuthn === undefined ? {} : { webAuthn: factors.webAuthn };
  // cfn-coverage-roadmap#1176
  if (before !== undefined && wanted === 'ON' && current !== 'ON') {
    throw invalidParameter('Cannot turn MFA functionality ON, once the user pool has been created.');
  }
  // Passkeys are "independent of the MFA configuration options". OFF also removes the factors. That follows
  // from "can't turn off MFA and configure an MFA together". The documentation doesn't say it.
  if (wanted === 'OFF') return { sms: false, totp: false, ...passkeys };
  const hasSms = isObject(config.SmsConfiguration);
  const hasOther = factors.totp || factors.email !== undefined;
  // cfn-roadmap#769, #2221; panther#637: the request passes once another factor is on. The text also names
  // auto verification of the phone number, but it is not required here. Pools with SMS MFA and only email
  // auto-verified are common.
  if (!hasSms && (!hasOther || settings.updateMfaNeedsSms)) {
    throw invalidParameter(
      `SMS configuration and Auto verification for phone_number are required when MFA is ${wanted === 'ON' ? 'required' : 'optional'}`,
    );
  }
  const sms = hasSms && (factors.sms || !hasOther);
  if (settings.mfaFactorsAfterUpdate === 'dropped') return { sms, totp: false, ...passkeys };
  return { ...factors, sms };
}

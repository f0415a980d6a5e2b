/**
 * The smallest IAM policy that lets an operator run every command.
 * It has one statement per reason, each for the named resource alone.
 * It includes AWS's less obvious requirements (iam:PassRole, the tagging actions, lambda:ListTags).
 * A full journey on the local AWS with exactly this policy keeps it complete and minimal
 * (npm run test:policy).
 */
import newTemplate from '../../templates/operator-policy-new.json' with { type: 'json' };
import oldTemplate from '../../templates/operator-policy-old.json' with { type: 'json' };
import { parseArn } from '../aws/arn.ts';
import { fill } from '../aws/templates.ts';
import { type JsonObject, toJsonObject } from '../core/json.ts';
import type { VarName, Vars } from '../core/variables/index.ts';
import {
  basicExecutionPolicyArn,
  functionArn,
  isCrossAccount,
  logGroupName,
  oldRoleArn,
  ownRoleArn,
  policyArn,
  roleArn,
} from './names.ts';

export const sides = ['new', 'old'] as const;
export type PolicySide = (typeof sides)[number];

/** The inputs of the policy. */
export type OperatorNames = Pick<Vars, 'OLD_USER_POOL_ARN' | 'NEW_USER_POOL_ARN' | 'NAME' | 'ROLE_PATH'> &
  Partial<
    Pick<
      Vars,
      | 'ADD_OLD_SUB'
      | 'MAP'
      | 'EXISTING_ROLE_ARN'
      | 'EXISTING_OLD_CLIENT_ID'
      | 'EXISTING_OLD_ROLE_ARN'
      | 'OLD_ROLE_TO_ASSUME'
      | 'PERMISSIONS_BOUNDARY'
      | 'OLD_PERMISSIONS_BOUNDARY'
    >
  >;

/** Requirements of the pools themselves. */
export interface PoolNeeds {
  /** UpdateUserPool sends the new pool's whole configuration back, including tags. */
  readonly hasTags: boolean;
  /** The role that the pool uses to send text messages. */
  readonly smsRoleArn?: string;
  /** The KMS key of the pool's custom senders. */
  readonly senderKeyArn?: string;
  /**
   * The function on the old pool's own user-migration trigger.
   * The doctor checks whether the two pools form a circle.
   */
  readonly oldTriggerArn?: string;
}

/** Statements that are not always needed, and their conditions. */
const conditions: Readonly<Record<string, (names: OperatorNames, pool: PoolNeeds) => boolean>> = {
  SendThePoolsOwnTagsBack: (_, { hasTags }) => hasTags,
  SendThePoolsSmsRoleBack: (_, { smsRoleArn }) => smsRoleArn !== undefined,
  SendTheKeyOfCustomSendersBack: (_, { senderKeyArn }) => senderKeyArn !== undefined,
  AddTheAttributeForTheOldSub: ({ ADD_OLD_SUB }) => ADD_OLD_SUB === true,
  SeeWhetherAProviderWritesTheOldSub: ({ ADD_OLD_SUB, MAP = {} }) =>
    ADD_OLD_SUB === true || Object.hasOwn(MAP, 'sub'),
  SeeWhetherTheOldPoolMigratesBack: (_, { oldTriggerArn }) => oldTriggerArn !== undefined,
  CreateTheFunctionsRole: (names) => makesRole(names) && names.PERMISSIONS_BOUNDARY === undefined,
  CreateTheFunctionsRoleWithItsBoundary: (names) =>
    makesRole(names) && names.PERMISSIONS_BOUNDARY !== undefined,
  KeepTheFunctionsRole: makesRole,
  AttachTwoPoliciesAndNoOthers: (names) => makesRole(names) && names.PERMISSIONS_BOUNDARY === undefined,
  AttachThemOnlyWithTheBoundary: (names) => makesRole(names) && names.PERMISSIONS_BOUNDARY !== undefined,
  SayWhatTheFunctionMayDo: makesRole,
  SeeWhetherARoleOfOursIsThereToo: (names) => !makesRole(names),
  EnterTheOldAccountForTheSetUp: (names) => names.OLD_ROLE_TO_ASSUME !== undefined,
  MakeTheAppClientForPasswords: ({ EXISTING_OLD_CLIENT_ID: client }) => client === undefined,
  LookAtTheAppClientBroughtAlong: ({ EXISTING_OLD_CLIENT_ID: client }) => client !== undefined,
  MakeTheRoleForTheOtherAccount: (names) =>
    makesOldRole(names) && names.OLD_PERMISSIONS_BOUNDARY === undefined,
  MakeTheRoleForTheOtherAccountWithItsBoundary: (names) =>
    makesOldRole(names) && names.OLD_PERMISSIONS_BOUNDARY !== undefined,
  KeepTheRoleForTheOtherAccount: makesOldRole,
};

function makesRole({ EXISTING_ROLE_ARN }: OperatorNames): boolean {
  return EXISTING_ROLE_ARN === undefined;
}

function makesOldRole(names: OperatorNames): boolean {
  return isCrossAccount(names) && names.EXISTING_OLD_ROLE_ARN === undefined;
}

/**
 * Flags that limit what the holder of this policy can give themselves. Empty if it is limited.
 * Three rights together allow everything in that account: creating a role, writing its trust policy, and
 * attaching any policy to it. See IAM User Guide, "Permissions boundaries for IAM entities", delegating
 * responsibility to others.
 */
export function unlimited(names: OperatorNames, side: PolicySide | undefined): readonly VarName[] {
  const isNew = side !== 'old' && makesRole(names) && names.PERMISSIONS_BOUNDARY === undefined;
  const isOld = side === 'old' && makesOldRole(names) && names.OLD_PERMISSIONS_BOUNDARY === undefined;
  if (isNew) return ['PERMISSIONS_BOUNDARY', 'EXISTING_ROLE_ARN'];
  return isOld ? ['OLD_PERMISSIONS_BOUNDARY', 'EXISTING_OLD_ROLE_ARN'] : [];
}

function valuesOf(
  names: OperatorNames,
  { smsRoleArn = '', senderKeyArn = '', oldTriggerArn = '' }: PoolNeeds,
): Readonly<Record<string, string>> {
  const { partition, region, account } = parseArn(names.NEW_USER_POOL_ARN);
  const logs = `arn:${partition}:logs:${region}:${account}:log-group:`;
  return {
    NEW_USER_POOL_ARN: names.NEW_USER_POOL_ARN,
    NEW_USER_POOL_ID: names.NEW_USER_POOL_ARN.slice(names.NEW_USER_POOL_ARN.lastIndexOf('/') + 1),
    OLD_USER_POOL_ARN: names.OLD_USER_POOL_ARN,
    ROLE_ARN: roleArn(names),
    OWN_ROLE_ARN: ownRoleArn(names),
    POLICY_ARN: policyArn(names),
    BASIC_EXECUTION_POLICY_ARN: basicExecutionPolicyArn(names),
    LAMBDA_ARN: functionArn(names),
    LOG_GROUP_ARN: `${logs}${logGroupName(names)}`,
    LOG_GROUPS_ARN: `${logs}*`,
    OLD_ROLE_ARN: oldRoleArn(names),
    OLD_ROLE_TO_ASSUME: names.OLD_ROLE_TO_ASSUME ?? '',
    PERMISSIONS_BOUNDARY: names.PERMISSIONS_BOUNDARY ?? '',
    OLD_PERMISSIONS_BOUNDARY: names.OLD_PERMISSIONS_BOUNDARY ?? '',
    SMS_ROLE_ARN: smsRoleArn,
    // A policy identifies keys by their own ARN, never by an alias (KMS Developer Guide, "Specifying KMS
    // keys").
    SENDER_KEY_ARN: senderKeyArn.replace(/:alias\/.*$/, ':key/*'),
    OLD_TRIGGER_ARN: oldTriggerArn,
  };
}

interface Template {
  readonly Version: string;
  readonly Statement: readonly { readonly Sid: string }[];
}
const templates: Readonly<Record<PolicySide, Template>> = { new: newTemplate, old: oldTemplate };

/**
 * The policy for one side. Without a side, it covers everything in the new pool's account.
 * If both pools are in that account, it includes the old pool's half.
 */
export function operatorPolicy(
  names: OperatorNames,
  pool: PoolNeeds,
  side: PolicySide | undefined,
): JsonObject {
  const wanted: readonly PolicySide[] =
    side === undefined ? (isCrossAccount(names) ? ['new'] : sides) : [side];
  const values = valuesOf(names, pool);
  const Statement = wanted
    .flatMap((one) => templates[one].Statement)
    .filter(({ Sid }) => conditions[Sid]?.(names, pool) ?? true)
    .map((statement) => fillUsed(toJsonObject(statement), values));
  return { Version: newTemplate.Version, Statement };
}

/** Fills in the values that the statement uses. `fill` refuses others, and a statement uses few. */
function fillUsed(statement: JsonObject, values: Readonly<Record<string, string>>): JsonObject {
  const text = JSON.stringify(statement);
  return fill(
    statement,
    Object.fromEntries(Object.entries(values).filter(([name]) => text.includes(`\${${name}}`))),
  );
}

/** Maximum length of a customer managed policy (IAM User Guide, "IAM and AWS STS quotas"). */
export const longestPolicy = 6_144;

/**
 * Characters as IAM counts them: "IAM doesn't count white space" (same page).
 * ARNs and actions contain none.
 */
export const policySize = (policy: JsonObject): number => JSON.stringify(policy).length;

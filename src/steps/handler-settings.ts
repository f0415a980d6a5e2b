/** Settings for the function: facts about both pools, and the operator's choices. */
import {
  CognitoIdentityProviderClient,
  type SchemaAttributeType,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { STSClient } from '@aws-sdk/client-sts';
import { parseArn } from '../aws/arn.ts';
import { UsageError } from '../core/errors.ts';
import type { Vars } from '../core/variables/index.ts';
import { encodeEndpoints } from '../lambda/endpoints.ts';
import type {
  AfterMove,
  AttributeSchema,
  OldPool,
  PasswordPolicy,
  Recovery,
  Settings,
  SignInAttribute,
} from '../lambda/settings.ts';
import { encodeSettings, SettingsError } from '../lambda/settings-codec.ts';
import { assertFirstToken, copiesGroups, worksAfterMove } from './group-plan.ts';
import { searchesUsers } from './old-pool-policy.ts';
import { assertGuardable, assertProvable, mapWithOldSub, schemaWithOldSub } from './old-sub.ts';

type Chosen = Pick<
  Vars,
  'MFA' | 'FORGOT_PASSWORD' | 'WEAK_PASSWORD' | 'MAP' | 'DROP' | 'SET' | 'ON_BAD_ATTRIBUTE'
> &
  Partial<
    Pick<
      Vars,
      | 'ADD_OLD_SUB'
      | 'EXISTING_OLD_SIGN_IN'
      | 'FIND_BY'
      | 'FORWARD_CLIENT_METADATA'
      | 'GROUPS'
      | 'GROUP_PLAN'
      | 'GROUPS_IN_FIRST_TOKEN'
      | 'MOVE_ONCE'
      | 'GUARD_SIGN_UP'
      | 'GUARD_FEDERATED'
      | 'CHAIN_LINKS'
    >
  >;

/**
 * The settings as text for the function's environment.
 * @throws UsageError for choices that the pools do not allow.
 * @param useFips Whether the function calls FIPS endpoints, even where others exist.
 * @param oldPool,newPool Answers of DescribeUserPool. No oldPool if its account cannot be read.
 */
export function settingsFor(
  oldPool: UserPoolType | undefined,
  newPool: UserPoolType,
  chosen: Chosen,
  useFips = false,
): string {
  const passwordPolicy = policyOf(newPool);
  const next = chosen.CHAIN_LINKS?.after[0];
  const settings: Settings = {
    mfa: chosen.MFA,
    // For an unreadable old pool, assumes the careful option: the function checks each user's own MFA.
    oldPoolMfa: oldPool === undefined ? 'OPTIONAL' : (oldPool.MfaConfiguration ?? 'OFF'),
    forgotPassword: chosen.FORGOT_PASSWORD,
    onBadAttribute: chosen.ON_BAD_ATTRIBUTE,
    weakPassword: chosen.WEAK_PASSWORD,
    map: { rename: mapWithOldSub(newPool, chosen), drop: [...chosen.DROP], set: chosen.SET },
    schema: schemaOf(schemaWithOldSub(newPool, chosen)),
    ...(passwordPolicy === undefined ? {} : { passwordPolicy }),
    newPool: {
      usernameAttributes: signInAttributes(newPool.UsernameAttributes),
      aliasAttributes: signInAttributes(newPool.AliasAttributes),
      caseSensitive: isCaseSensitive(newPool),
      ...recoveryOf(newPool),
    },
    // For an unreadable old pool, the options may be unknown, which isn't "none".
    oldPool: oldPool === undefined ? handedOver(chosen.EXISTING_OLD_SIGN_IN) : signInOptionsOf(oldPool),
    ...(chosen.FIND_BY === undefined ? {} : { findBy: chosen.FIND_BY }),
    ...(chosen.FORWARD_CLIENT_METADATA === undefined
      ? {}
      : { forwardClientMetadata: chosen.FORWARD_CLIENT_METADATA }),
    ...(useFips ? { useFips } : {}),
    ...(chosen.GUARD_SIGN_UP === true
      ? { guard: chosen.GUARD_FEDERATED === true ? 'federated' : 'local' }
      : {}),
    ...(next === undefined ? {} : { next }),
    ...(worksAfterMove(chosen) ? { afterMove: afterMoveOf(chosen) } : {}),
  };
  assertFirstToken(chosen);
  assertFindable(settings);
  assertProvable(settings);
  assertGuardable(settings);
  try {
    return fitting(encodeSettings(settings));
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new UsageError(`These settings cannot be used: ${error.message}`, {
      code: 'BAD_SETTINGS',
      hint: ['Check --map, --drop and --set.'],
    });
  }
}

const afterMoveOf = (chosen: Chosen): AfterMove => ({
  ...(copiesGroups(chosen) ? { groups: { ...chosen.GROUP_PLAN?.map } } : {}),
  ...(copiesGroups(chosen) && chosen.GROUPS_IN_FIRST_TOKEN === true ? { groupsInFirstToken: true } : {}),
  ...(chosen.MOVE_ONCE === undefined ? {} : { moveOnce: chosen.MOVE_ONCE }),
});

/** @throws UsageError if nobody needs the search, or if two rules name the user. */
function assertFindable({ findBy, map, oldPool, newPool }: Settings): void {
  if (findBy === undefined) return;
  const refuse = (why: string, hint: string): UsageError =>
    new UsageError(`--find-by ${findBy} cannot be used: ${why}`, {
      code: 'FIND_BY_UNFIT',
      found: findBy,
      hint: [hint],
    });
  const knows = ({ usernameAttributes = [], aliasAttributes = [] }: OldPool) =>
    [...usernameAttributes, ...aliasAttributes].includes(findBy);
  if (knows(oldPool))
    throw refuse(
      `people sign in to the old pool with ${findBy} anyway`,
      'Leave it out. The function already looks them up by that name.',
    );
  if (!knows(newPool))
    throw refuse(
      `nobody signs in to the new pool with ${findBy}`,
      'Leave it out, or name the attribute that people sign in to the new pool with.',
    );
  if (findBy === 'email' && searchesUsers({ MAP: map.rename }))
    throw refuse(
      '--map username=email makes another address the email of the same users',
      'Use the rule that fits: --map username=email if usernames are addresses, --find-by email if users have one of their own.',
    );
}

/** Bytes. Lambda allows 4 KB for all environment variables, including names. IDs and endpoints need some. */
const longestText = 4096 - 900;

function fitting(text: string): string {
  if (text.length <= longestText) return text;
  throw new UsageError(
    `The attribute settings are too large for a function's environment: ${text.length} bytes`,
    {
      code: 'SETTINGS_TOO_LARGE',
      expected: longestText,
      found: text.length,
      hint: ['Fewer or shorter --set values make them smaller.'],
    },
  );
}

const signInNames: readonly string[] = ['email', 'phone_number', 'preferred_username'];
const isSignIn = (name: string): name is SignInAttribute => signInNames.includes(name);
const signInAttributes = (names: readonly string[] | undefined): SignInAttribute[] =>
  (names ?? []).filter(isSignIn);

const signInOptionsOf = (pool: UserPoolType): OldPool => ({
  usernameAttributes: signInAttributes(pool.UsernameAttributes),
  aliasAttributes: signInAttributes(pool.AliasAttributes),
  caseSensitive: isCaseSensitive(pool),
});

/** A pool without that member is case-sensitive. */
const isCaseSensitive = ({ UsernameConfiguration }: UserPoolType): boolean =>
  UsernameConfiguration?.CaseSensitive ?? true;

/** Sign-in options of the old pool, as its administrator gave them. */
function handedOver(options: Vars['EXISTING_OLD_SIGN_IN'] | undefined): OldPool {
  if (options === undefined || options === unknown) return {};
  if (options === onlyUsernames) return { usernameAttributes: [], aliasAttributes: [], usernamesOnly: true };
  const [first, ...others] = options.split(',');
  return first === onlyUsernames
    ? { usernameAttributes: [], aliasAttributes: signInAttributes(others) }
    : { usernameAttributes: signInAttributes([first ?? '', ...others]), aliasAttributes: [] };
}

/**
 * The sign-in options as one word, for callers that have only the settings.
 * In settings of 1.0.0, "none" can mean "unknown".
 */
export function signInWords({
  usernameAttributes = [],
  aliasAttributes = [],
  usernamesOnly = false,
}: OldPool): string | undefined {
  if (usernameAttributes.length > 0) return usernameAttributes.join(',');
  const isKnown = aliasAttributes.length > 0 || usernamesOnly;
  return isKnown ? [onlyUsernames, ...aliasAttributes].join(',') : undefined;
}

const unknown = 'unknown';
const onlyUsernames = 'username';

const recoveryNames: readonly string[] = ['verified_email', 'verified_phone_number', 'admin_only'];
const isRecovery = (name: string | undefined): name is Recovery =>
  name !== undefined && recoveryNames.includes(name);

function recoveryOf(pool: UserPoolType): { recovery?: Recovery[] } {
  const ways = pool.AccountRecoverySetting?.RecoveryMechanisms;
  return ways === undefined ? {} : { recovery: ways.map(({ Name }) => Name).filter(isRecovery) };
}

const asNumber = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

/** Drops a limit of 0 or 2048 characters. These are the extremes of a String and restrict nothing. */
const unless = (limit: string, text: string | undefined): string | undefined =>
  text === limit ? undefined : text;

/** The schema without values that say nothing, because everything must fit into Lambda's 4 KB. */
function schemaOf(attributes: readonly SchemaAttributeType[]): Record<string, AttributeSchema> {
  const writable = attributes.filter(({ Name }) => Name !== undefined && Name !== 'sub');
  return Object.fromEntries(
    writable.map((attribute) => {
      const { NumberAttributeConstraints: number, StringAttributeConstraints: string } = attribute;
      const min = asNumber(number?.MinValue ?? unless('0', string?.MinLength));
      const max = asNumber(number?.MaxValue ?? unless('2048', string?.MaxLength));
      const schema: AttributeSchema = {
        type: attribute.AttributeDataType ?? 'String',
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
        ...(attribute.Required ? { required: true } : {}),
        ...(attribute.Mutable === false ? { mutable: false } : {}),
      };
      return [attribute.Name ?? '', schema];
    }),
  );
}

function policyOf(pool: UserPoolType): PasswordPolicy | undefined {
  const policy = pool.Policies?.PasswordPolicy;
  if (policy === undefined) return undefined;
  return {
    ...(policy.MinimumLength === undefined ? {} : { minimumLength: policy.MinimumLength }),
    ...(policy.RequireUppercase === undefined ? {} : { requireUppercase: policy.RequireUppercase }),
    ...(policy.RequireLowercase === undefined ? {} : { requireLowercase: policy.RequireLowercase }),
    ...(policy.RequireNumbers === undefined ? {} : { requireNumbers: policy.RequireNumbers }),
    ...(policy.RequireSymbols === undefined ? {} : { requireSymbols: policy.RequireSymbols }),
  };
}

/**
 * The endpoints that the function calls, as text for its environment.
 * The SDK's own rules resolve them, so the function needs no rules. STS is asked only for a role, in the Regions
 * that lambda/environment.ts explains.
 */
export function endpointsFor(
  vars: Pick<Vars, 'OLD_USER_POOL_REGION' | 'NEW_USER_POOL_ARN'> & Partial<Pick<Vars, 'OLD_ROLE_ARN'>>,
  useFips: boolean,
): string {
  const { region, partition } = parseArn(vars.NEW_USER_POOL_ARN);
  const old = vars.OLD_USER_POOL_REGION;
  const stsRegions =
    vars.OLD_ROLE_ARN === undefined ? [] : [region, old, everywhereEnabled[partition] ?? region];
  const { cognito, sts } = rules();
  const isFips = useFips || old.startsWith('us-gov-');
  const at = (Region: string) => ({ Region, UseFIPS: isFips, UseDualStack: false });
  const origin = (found: { readonly url: URL }) => found.url.origin;
  return encodeEndpoints({
    cognito: { region: old, url: origin(cognito(at(old))) },
    sts: [...new Set(stsRegions)].map((one) => ({
      region: one,
      url: origin(sts({ ...at(one), UseGlobalEndpoint: false })),
    })),
  });
}

/** The Region that every account of a partition has enabled. */
const everywhereEnabled: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-eusc': 'eusc-de-east-1',
};

/** The SDK gives its rules only by way of a client. These send nothing. */
const rules = once(() => {
  const unused = { region: 'us-east-1', credentials: { accessKeyId: '', secretAccessKey: '' } };
  return {
    cognito: new CognitoIdentityProviderClient(unused).config.endpointProvider,
    sts: new STSClient(unused).config.endpointProvider,
  };
});

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/**
 * Without a state file, recovers earlier inputs of this migration from AWS.
 * A default would undo such a choice.
 */
import {
  ListTagsForResourceCommand,
  type LogGroup,
  paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Side } from '../../aws/clients.ts';
import type { OwnFunction } from '../../aws/function/read.ts';
import { getRole } from '../../aws/iam.ts';
import { readOptional } from '../../aws/optional-read.ts';
import { type TagMap, toTagMap } from '../../aws/ownership.ts';
import { parseVariable, type VarName, type Vars } from '../../core/variables/index.ts';
import { decodeSettings, SettingsError } from '../../lambda/settings.ts';
import { signInWords } from '../../steps/handler-settings.ts';
import { logGroupName } from '../../steps/names.ts';
import type { Source } from '../inputs/resolve.ts';

/**
 * Values for variables that neither a flag nor the environment gives.
 * The permissions boundary and the app clients are not among them.
 * The steps keep the existing boundary, and the app clients have their own records.
 * @param own this migration's function. Without one, recovers nothing.
 */
export async function recall(
  own: OwnFunction,
  { logs, iam }: Pick<Side, 'logs' | 'iam'>,
  NAME: string,
  sources: ReadonlyMap<VarName, Source>,
): Promise<Partial<Vars>> {
  if (own.variables === undefined) return {};
  // A readable old pool itself shows how people sign in.
  const isHandedOver = (sources.get('EXISTING_OLD_ROLE_ARN') ?? 'default') !== 'default';
  const group = await readOptional(groupOf(logs, NAME), 'the log', unread);
  const found: Partial<Vars> = {
    ...choicesOf(own.variables.MIGRATION_SETTINGS, isHandedOver),
    ...partsOf(own, NAME),
    ...retentionOf(group),
    ...(await tagsOf(own, roleTags(iam, NAME), logTags(logs, group))),
  };
  for (const [name, source] of sources) if (source !== 'default') delete found[name];
  return found;
}

/** The function's rules for names, as far as nobody gave other ones. Empty if they cannot be read. */
export const liveRules = (
  own: OwnFunction,
  sources: ReadonlyMap<VarName, Source>,
): Partial<Pick<Vars, 'MAP' | 'FIND_BY'>> => {
  const { MAP, FIND_BY } = choicesOf(own.variables?.MIGRATION_SETTINGS, false);
  const isOpen = (name: VarName): boolean => (sources.get(name) ?? 'default') === 'default';
  return {
    ...(MAP !== undefined && isOpen('MAP') && { MAP }),
    ...(FIND_BY !== undefined && isOpen('FIND_BY') && { FIND_BY }),
  };
};

/** The recovered choices. The map also contains the old sub, whichever flag added it. */
function choicesOf(text: string | undefined, isHandedOver: boolean): Partial<Vars> {
  if (text === undefined) return {};
  try {
    const settings = decodeSettings(text);
    const { mfa, forgotPassword, weakPassword, onBadAttribute, map, oldPool } = settings;
    const { findBy, forwardClientMetadata } = settings;
    const signIn = isHandedOver ? signInWords(oldPool) : undefined;
    return {
      ...(signIn !== undefined && { EXISTING_OLD_SIGN_IN: signIn }),
      MFA: mfa,
      FORGOT_PASSWORD: forgotPassword,
      WEAK_PASSWORD: weakPassword,
      ON_BAD_ATTRIBUTE: onBadAttribute,
      MAP: { ...map.rename },
      DROP: [...map.drop],
      SET: { ...map.set },
      ...(findBy !== undefined && { FIND_BY: findBy }),
      ...(forwardClientMetadata !== undefined && { FORWARD_CLIENT_METADATA: forwardClientMetadata }),
    };
  } catch (error) {
    if (error instanceof SettingsError) return {}; // the plan reports that it will repair them
    throw error;
  }
}

function partsOf(own: OwnFunction, NAME: string): Partial<Vars> {
  const parsed = parseVariable('RUNTIME', own.runtime);
  return { ...('value' in parsed ? { RUNTIME: parsed.value } : {}), ...existingRole(own, NAME) };
}

/**
 * The function's role. Empty for an ARN that a policy would read as a pattern.
 * Lambda refuses such an ARN anyway.
 */
export function liveRole({ role }: OwnFunction): Partial<Pick<Vars, 'EXISTING_ROLE_ARN'>> {
  const parsed = parseVariable('EXISTING_ROLE_ARN', role);
  return 'value' in parsed ? { EXISTING_ROLE_ARN: parsed.value } : {};
}

/** The function's role, if it has another name than ours. It is then an existing role. */
export const existingRole = (own: OwnFunction, NAME: string): Partial<Pick<Vars, 'EXISTING_ROLE_ARN'>> =>
  own.role?.endsWith(`/${NAME}`) ? {} : liveRole(own);

async function groupOf(client: Side['logs'], NAME: string): Promise<LogGroup | undefined> {
  const logGroupNamePrefix = logGroupName({ NAME });
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, { logGroupNamePrefix })) {
    const group = logGroups.find((one) => one.logGroupName === logGroupNamePrefix);
    if (group !== undefined) return group;
  }
  return undefined;
}

function retentionOf(group: LogGroup | undefined): Partial<Vars> {
  const parsed = parseVariable('LOG_RETENTION', group?.retentionInDays);
  return group !== undefined && 'value' in parsed ? { LOG_RETENTION: parsed.value } : {};
}

/**
 * The tags that the function, its role, and its log have in common were given with --tag.
 * The role and the log count only if they can be read.
 * The function alone is not enough, because somebody may have tagged it.
 */
async function tagsOf(
  { tags }: OwnFunction,
  ...reads: readonly Promise<TagMap | undefined>[]
): Promise<Partial<Vars>> {
  const given = Object.entries(tags).filter(([key]) => !/^(aws|cognito-migrate):/i.test(key));
  const looks = await Promise.all(reads);
  const others = looks.filter((one) => one !== undefined);
  if (others.length === 0) return {};
  const common = given.filter(([key, value]) => others.every((one) => one[key] === value));
  return common.length === 0 ? {} : { TAGS: Object.fromEntries(common) };
}

/** The role or the log may be missing or unreadable. The other one then decides. */
const unread = (): undefined => undefined;

async function roleTags(iam: Side['iam'], NAME: string): Promise<TagMap | undefined> {
  const role = await readOptional(getRole(iam, NAME), 'the tags of the role', unread);
  return role && toTagMap(role.Tags);
}

async function logTags(logs: Side['logs'], group: LogGroup | undefined): Promise<TagMap | undefined> {
  // Tagging takes the ARN without the `:*` that DescribeLogGroups appends.
  const resourceArn = group?.logGroupArn ?? group?.arn?.replace(/:\*$/, '');
  if (resourceArn === undefined) return undefined;
  const list = logs.send(new ListTagsForResourceCommand({ resourceArn }));
  return (await readOptional(list, 'the tags of the log', unread))?.tags;
}

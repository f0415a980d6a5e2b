/**
 * Without a state file, recovers earlier inputs of this migration from its resources.
 * A default would undo such a choice.
 */
import type { OwnFunction } from '../../aws/function/read.ts';
import { alarmsTag } from '../../aws/function/undo-tags.ts';
import type { TagMap } from '../../aws/ownership.ts';
import { recordedKeys, type State } from '../../core/state.ts';
import { parseVariable, type VarName, type Vars } from '../../core/variables/index.ts';
import type { Settings } from '../../lambda/settings.ts';
import { decodeSettings, SettingsError } from '../../lambda/settings-codec.ts';
import { signInWords } from '../../steps/handler-settings.ts';
import type { StepId } from '../../steps/ids.ts';
import type { Source } from '../inputs/resolve.ts';
import type { OwnResources } from '../session/own-resources.ts';

/**
 * Values for variables that neither a flag nor the environment gives.
 * The permissions boundary and the app clients are not among them.
 * The steps keep the existing boundary, and the app clients have their own records.
 * @param own this migration's function.
 */
export function recoverInputs(
  own: OwnFunction,
  { retentionInDays, tags }: OwnResources,
  NAME: string,
  sources: ReadonlyMap<VarName, Source>,
): Partial<Vars> {
  // A readable old pool itself shows how people sign in.
  const isHandedOver = (sources.get('EXISTING_OLD_ROLE_ARN') ?? 'default') !== 'default';
  const found: Partial<Vars> = {
    ...choicesOf(own.variables?.MIGRATION_SETTINGS, isHandedOver),
    ...givenTags(own, tags),
    ...alarmsOf(own),
    ...partsOf(own, NAME, retentionInDays),
  };
  for (const [name, source] of sources) if (source !== 'default') delete found[name];
  return found;
}

/** The function's rules for names, unless other rules are given. Empty if they cannot be read. */
export const liveRules = (
  own: OwnFunction,
  sources: ReadonlyMap<VarName, Source>,
): Partial<Pick<Vars, 'MAP' | 'FIND_BY' | 'GROUPS' | 'MOVE_ONCE'>> => {
  const { MAP, FIND_BY, GROUPS, MOVE_ONCE } = choicesOf(own.variables?.MIGRATION_SETTINGS, false);
  const isOpen = (name: VarName): boolean => (sources.get(name) ?? 'default') === 'default';
  return {
    ...(MAP !== undefined && isOpen('MAP') && { MAP }),
    ...(FIND_BY !== undefined && isOpen('FIND_BY') && { FIND_BY }),
    ...(GROUPS !== undefined && isOpen('GROUPS') && { GROUPS }),
    ...(MOVE_ONCE !== undefined && isOpen('MOVE_ONCE') && { MOVE_ONCE }),
  };
};

/** The groups that the function copies now. Empty if none, or if its settings cannot be read. */
export function liveGroups({ variables }: OwnFunction): Readonly<Record<string, string>> {
  const { GROUPS = {} } = choicesOf(variables?.MIGRATION_SETTINGS, false);
  return typeof GROUPS === 'string' ? {} : GROUPS;
}

/** The function's work after a move now. Undefined if there is none, or if its settings cannot be read. */
export function liveAfterMove({ variables }: Pick<OwnFunction, 'variables'>): Settings['afterMove'] {
  try {
    return decodeSettings(variables?.MIGRATION_SETTINGS ?? '').afterMove;
  } catch (error) {
    if (error instanceof SettingsError) return undefined; // the plan reports that it will repair them
    throw error;
  }
}

/** Whether the function marks old users now. So this migration added the attributes, or accepted them. */
export const marksNow = ({ variables }: OwnFunction): boolean =>
  choicesOf(variables?.MIGRATION_SETTINGS, false).MOVE_ONCE === 'mark';

/** The recovered choices. The map also contains the old sub, whichever flag added it. */
function choicesOf(text: string | undefined, isHandedOver: boolean): Partial<Vars> {
  if (text === undefined) return {};
  try {
    const settings = decodeSettings(text);
    const { mfa, forgotPassword, weakPassword, onBadAttribute, map, oldPool } = settings;
    const { findBy, forwardClientMetadata, afterMove, guard } = settings;
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
      ...(afterMove?.groups !== undefined && { GROUPS: { ...afterMove.groups } }),
      ...(afterMove?.groupsInFirstToken && { GROUPS_IN_FIRST_TOKEN: true }),
      ...(afterMove?.moveOnce !== undefined && { MOVE_ONCE: afterMove.moveOnce }),
      ...(guard !== undefined && { GUARD_SIGN_UP: true }),
      ...(guard === 'federated' && { GUARD_FEDERATED: true }),
      ...(forwardClientMetadata !== undefined && { FORWARD_CLIENT_METADATA: forwardClientMetadata }),
    };
  } catch (error) {
    if (error instanceof SettingsError) return {}; // the plan reports that it will repair them
    throw error;
  }
}

/**
 * The choice of alarms that another state file made. Empty if this run or this state file decides.
 * Records without a choice: an interrupted run has begun to remove the alarms.
 */
export const alarmsBeside = (
  own: OwnFunction,
  state: State,
  sources: ReadonlyMap<VarName, Source>,
): Partial<Pick<Vars, 'ALARMS'>> =>
  sources.has('ALARMS') || recordedKeys(state, 'alarms' satisfies StepId).length > 0 ? {} : alarmsOf(own);

/** The choice of alarms, which the function keeps in a tag. */
function alarmsOf({ tags }: OwnFunction): Partial<Pick<Vars, 'ALARMS'>> {
  const parsed = parseVariable('ALARMS', tags[alarmsTag]);
  return 'value' in parsed ? { ALARMS: parsed.value } : {};
}

function partsOf(own: OwnFunction, NAME: string, retentionInDays: number | undefined): Partial<Vars> {
  const runtime = parseVariable('RUNTIME', own.runtime);
  const retention = parseVariable('LOG_RETENTION', retentionInDays);
  return {
    ...('value' in runtime ? { RUNTIME: runtime.value } : {}),
    ...(retentionInDays !== undefined && 'value' in retention ? { LOG_RETENTION: retention.value } : {}),
    ...existingRole(own, NAME),
  };
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

/**
 * The tags that the function, its role, and its log have in common were given with --tag.
 * The function alone is not enough, because somebody may have tagged it.
 */
function givenTags({ tags }: OwnFunction, others: readonly TagMap[]): Partial<Vars> {
  if (others.length === 0) return {};
  const given = Object.entries(tags).filter(([key]) => !/^(aws|cognito-migrate):/i.test(key));
  const common = given.filter(([key, value]) => others.every((one) => one[key] === value));
  return common.length === 0 ? {} : { TAGS: Object.fromEntries(common) };
}

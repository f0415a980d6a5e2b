/** Without the state file: what this migration was told once, as AWS still shows it. A default would undo such a choice. */
import { paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import type { Side } from '../../aws/clients.ts';
import type { OwnFunction } from '../../aws/own-function.ts';
import { parseVariable, type VarName, type Vars } from '../../core/variables.ts';
import { decodeSettings, SettingsError } from '../../lambda/settings.ts';
import { signInWords } from '../../steps/handler-settings.ts';
import { logGroupName } from '../../steps/names.ts';
import type { Source } from '../resolve.ts';

/**
 * Values of what neither flag nor environment says. Tags, the permissions boundary and the app clients are none of these:
 * the steps leave what is there, and the clients have records of their own.
 * @param own this migration's function; nothing is recalled where there is none.
 */
export async function recall(
  own: OwnFunction,
  { logs }: Pick<Side, 'logs'>,
  NAME: string,
  sources: ReadonlyMap<VarName, Source>,
): Promise<Partial<Vars>> {
  if (own.variables === undefined) return {};
  // Where the old pool can be read, it says itself what people sign in with.
  const isHandedOver = (sources.get('EXISTING_OLD_ROLE_ARN') ?? 'default') !== 'default';
  const found: Partial<Vars> = {
    ...choicesOf(own.variables.MIGRATION_SETTINGS, isHandedOver),
    ...partsOf(own, NAME),
    ...(await retentionOf(logs, NAME)),
  };
  for (const [name, source] of sources) if (source !== 'default') delete found[name];
  return found;
}

/** The old sub is in the map too, whichever flag has put it there. */
function choicesOf(text: string | undefined, isHandedOver: boolean): Partial<Vars> {
  if (text === undefined) return {};
  try {
    const { mfa, forgotPassword, weakPassword, onBadAttribute, map, oldPool } = decodeSettings(text);
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
    };
  } catch (error) {
    if (error instanceof SettingsError) return {}; // the plan says that they are to be repaired
    throw error;
  }
}

function partsOf(own: OwnFunction, NAME: string): Partial<Vars> {
  const parsed = parseVariable('RUNTIME', own.runtime);
  return { ...('value' in parsed ? { RUNTIME: parsed.value } : {}), ...broughtRole(own, NAME) };
}

/** A role of another name than ours was brought along. */
export const broughtRole = ({ role }: OwnFunction, NAME: string): Partial<Pick<Vars, 'EXISTING_ROLE_ARN'>> =>
  role === undefined || role.endsWith(`/${NAME}`) ? {} : { EXISTING_ROLE_ARN: role };

async function retentionOf(client: Side['logs'], NAME: string): Promise<Partial<Vars>> {
  const logGroupNamePrefix = logGroupName({ NAME });
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, { logGroupNamePrefix })) {
    const group = logGroups.find((one) => one.logGroupName === logGroupNamePrefix);
    const parsed = parseVariable('LOG_RETENTION', group?.retentionInDays);
    if (group !== undefined) return 'value' in parsed ? { LOG_RETENTION: parsed.value } : {};
  }
  return {};
}

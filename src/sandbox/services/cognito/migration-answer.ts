/** The `response` of a migration function, read field by field. */
import type { Json, JsonObject } from '../../operation.ts';
import { isObject } from './input.ts';
import type { CognitoSettings } from './settings.ts';
import { unrecognizable } from './triggers.ts';

export interface MigrationAnswer {
  readonly attributes: Map<string, string>;
  /** `username` among the attributes. It is the name of the new user, not an attribute. */
  readonly username: string | undefined;
  readonly status: 'CONFIRMED' | 'RESET_REQUIRED';
  readonly suppress: boolean;
  readonly mediums: readonly ('EMAIL' | 'SMS')[];
  readonly forceAlias: boolean;
  readonly smsMfa: boolean;
}

function status(value: Json | undefined, settings: CognitoSettings): MigrationAnswer['status'] | undefined {
  if (value === 'CONFIRMED') return value;
  if (value === undefined || value === null || value === 'RESET_REQUIRED') return 'RESET_REQUIRED';
  return settings.otherFinalStatus === 'reset-required' ? 'RESET_REQUIRED' : undefined;
}

/**
 * Reads desiredDeliveryMediums. "The default value is SMS".
 * The documented form is a list. A bare string is refused, which is not documented either way.
 */
function mediums(value: Json | undefined): MigrationAnswer['mediums'] | undefined {
  if (value === undefined || value === null) return ['SMS'];
  if (!Array.isArray(value)) return undefined;
  const known = value.filter((item) => item === 'EMAIL' || item === 'SMS');
  return known.length === value.length ? known : undefined;
}

function messageAction(value: Json | undefined, settings: CognitoSettings): 'send' | 'suppress' | undefined {
  if (value === 'SUPPRESS') return 'suppress';
  if (value === null && settings.nullMessageAction === 'refused') return undefined;
  // In AdminCreateUser, RESEND is a value of the same enumeration. For a new user it can only mean to send.
  return value === undefined || value === null || value === 'RESEND' ? 'send' : undefined;
}

/** "Attributes are name-value pairs" of strings. Other values, and lists, don't form such a map. */
function attributes(value: JsonObject): Map<string, string> {
  const result = new Map<string, string>();
  for (const [name, item] of Object.entries(value)) {
    if (item === null) continue;
    if (typeof item !== 'string') throw unrecognizable();
    result.set(name, item);
  }
  return result;
}

/**
 * Reads the response of the function.
 * Undefined if it is empty (no such user). A text if one of its fields is invalid.
 */
export function readAnswer(
  response: JsonObject,
  settings: CognitoSettings,
): MigrationAnswer | string | undefined {
  const sent = response.userAttributes;
  if (sent === undefined || sent === null) return undefined;
  if (!isObject(sent)) throw unrecognizable();
  const values = attributes(sent);
  if (values.size === 0) return undefined;
  const finalStatus = status(response.finalUserStatus, settings);
  if (finalStatus === undefined) return 'invalid finalUserStatus';
  const action = messageAction(response.messageAction, settings);
  if (action === undefined) return 'invalid messageAction';
  const media = mediums(response.desiredDeliveryMediums);
  if (media === undefined) return 'invalid desiredDeliveryMediums';
  const username = values.get('username');
  values.delete('username');
  return {
    attributes: values,
    username,
    status: finalStatus,
    suppress: action === 'suppress',
    mediums: media,
    forceAlias: response.forceAliasCreation === true,
    smsMfa: response.enableSMSMFA === true,
  };
}

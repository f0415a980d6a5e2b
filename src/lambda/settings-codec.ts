/** The text of MIGRATION_SETTINGS: compressed JSON, checked in both directions. */

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import {
  type AfterMove,
  type AttributeMap,
  type AttributeSchema,
  isServiceAttribute,
  type NewPool,
  type OldPool,
  oldSubName,
  type PasswordPolicy,
  SAFEST_SETTINGS,
  type Settings,
  type SignInAttribute,
} from './settings.ts';
import {
  bool,
  known,
  list,
  number,
  oneOf,
  optional,
  record,
  SettingsError,
  strings,
  text,
} from './settings-values.ts';

export { SettingsError } from './settings-values.ts';

/** Settings are small. Anything larger isn't ours, and must not fill the memory. */
const MAX_DECODED_BYTES = 1 << 20;

/**
 * Bytes of MIGRATION_SETTINGS with groups.
 * Lambda allows 4 KB for all environment variables, including names. IDs, endpoints, and a role need the rest.
 */
const LONGEST_WITH_GROUPS = 3100;

/** The text of the variable MIGRATION_SETTINGS. Refuses settings that decodeSettings refuses. */
export function encodeSettings(settings: Settings): string {
  const checked = parseSettings(JSON.parse(JSON.stringify(settings)));
  const encoded = deflateRawSync(JSON.stringify(checked), { level: 9 }).toString('base64url');
  if (checked.afterMove?.groups && encoded.length > LONGEST_WITH_GROUPS)
    throw new SettingsError(
      `afterMove.groups are too many: the settings have ${encoded.length} of at most ${LONGEST_WITH_GROUPS} bytes`,
    );
  return encoded;
}

/** Reads MIGRATION_SETTINGS. If missing or empty: the safest settings. Throws SettingsError if broken. */
export function decodeSettings(text: string | undefined): Settings {
  if (text === undefined || text === '') return SAFEST_SETTINGS;
  let value: unknown;
  try {
    const bytes = inflateRawSync(Buffer.from(text, 'base64url'), { maxOutputLength: MAX_DECODED_BYTES });
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    // The parser's own message quotes its input, and could hold a value of `set`.
    throw new SettingsError('MIGRATION_SETTINGS cannot be decoded');
  }
  return parseSettings(value);
}

function parseSettings(value: unknown): Settings {
  const fields = record(value, 'settings');
  known(fields, SETTING_NAMES, 'settings');
  const useFips = optional(fields.useFips, (v) => bool(v, 'useFips'));
  const schema = optional(fields.schema, parseSchema);
  const passwordPolicy = optional(fields.passwordPolicy, parsePasswordPolicy);
  const findBy = optional(fields.findBy, (v) => oneOf(v, ['email', 'phone_number'], 'findBy'));
  const forwardClientMetadata = optional(fields.forwardClientMetadata, parseMetadataKeys);
  const afterMove = optional(fields.afterMove, parseAfterMove);
  const guard = optional(fields.guard, (v) => oneOf(v, ['local', 'federated'], 'guard'));
  const next = optional(fields.next, (v) => text(v, 'next'));
  const settings: Settings = {
    mfa: oneOf(fields.mfa, ['block', 'reset', 'allow'], 'mfa', SAFEST_SETTINGS.mfa),
    oldPoolMfa: oneOf(fields.oldPoolMfa, ['OFF', 'OPTIONAL', 'ON'], 'oldPoolMfa', SAFEST_SETTINGS.oldPoolMfa),
    forgotPassword: oneOf(
      fields.forgotPassword,
      ['on', 'off'],
      'forgotPassword',
      SAFEST_SETTINGS.forgotPassword,
    ),
    onBadAttribute: oneOf(
      fields.onBadAttribute,
      ['drop', 'refuse'],
      'onBadAttribute',
      SAFEST_SETTINGS.onBadAttribute,
    ),
    weakPassword: oneOf(
      fields.weakPassword,
      ['allow', 'reset'],
      'weakPassword',
      SAFEST_SETTINGS.weakPassword,
    ),
    map: optional(fields.map, parseMap) ?? SAFEST_SETTINGS.map,
    ...(schema && { schema }),
    ...(passwordPolicy && { passwordPolicy }),
    newPool: optional(fields.newPool, parseNewPool) ?? SAFEST_SETTINGS.newPool,
    oldPool: optional(fields.oldPool, parseOldPool) ?? SAFEST_SETTINGS.oldPool,
    ...(findBy && { findBy }),
    ...(forwardClientMetadata && { forwardClientMetadata }),
    ...(useFips !== undefined && { useFips }),
    ...(afterMove && { afterMove }),
    ...(guard && { guard }),
    ...(next !== undefined && { next }),
  };
  checkOldSub(settings);
  return settings;
}

const SETTING_NAMES = [
  'mfa',
  'oldPoolMfa',
  'forgotPassword',
  'onBadAttribute',
  'weakPassword',
  'map',
  'schema',
  'passwordPolicy',
  'newPool',
  'oldPool',
  'findBy',
  'forwardClientMetadata',
  'useFips',
  'afterMove',
  'guard',
  'next',
] as const satisfies readonly (keyof Settings)[];

/**
 * Only an immutable attribute may hold the old sub, which identifies a person in the app's own data.
 * If the attribute's owner could change it later, one user could pass for another.
 */
function checkOldSub({ map, schema, afterMove, guard }: Settings): void {
  const target = Object.hasOwn(map.rename, 'sub') ? map.rename.sub : undefined;
  if ((afterMove || guard) && target !== oldSubName)
    throw new SettingsError(`${afterMove ? 'afterMove' : 'guard'} needs map: sub to ${oldSubName}`);
  if (target === undefined || !schema || !Object.hasOwn(schema, target)) return;
  if (schema[target]?.mutable !== false)
    throw new SettingsError('map: sub may only go to an immutable attribute');
}

function parseMap(value: unknown): AttributeMap {
  const fields = record(value, 'map');
  known(fields, ['rename', 'drop', 'set'], 'map');
  const rename = optional(fields.rename, (v) => strings(v, 'map.rename')) ?? {};
  const set = optional(fields.set, (v) => strings(v, 'map.set')) ?? {};
  const drop = optional(fields.drop, (v) => list(v, 'map.drop', (item) => text(item, 'map.drop'))) ?? [];
  const targets = [...Object.values(rename), ...Object.keys(set)];
  for (const target of targets) checkTarget(target);
  if (new Set(targets).size !== targets.length)
    throw new SettingsError('map: two rules write the same attribute');
  return { rename, drop, set };
}

function checkTarget(target: string): void {
  if (isServiceAttribute(target))
    throw new SettingsError('map: a rule writes an attribute that Cognito manages');
  // Only the old pool may state that an address is verified, and only about that one address.
  if (target === 'email_verified' || target === 'phone_number_verified')
    throw new SettingsError('map: a rule writes a verified flag');
}

function parseSchema(value: unknown): Record<string, AttributeSchema> {
  const fields = record(value, 'schema');
  return Object.fromEntries(Object.entries(fields).map(([name, rules]) => [name, parseAttribute(rules)]));
}

function parseAttribute(value: unknown): AttributeSchema {
  const fields = record(value, 'schema');
  known(fields, ['type', 'min', 'max', 'required', 'mutable'], 'schema');
  const min = optional(fields.min, (v) => number(v, 'schema.min'));
  const max = optional(fields.max, (v) => number(v, 'schema.max'));
  const required = optional(fields.required, (v) => bool(v, 'schema.required'));
  const mutable = optional(fields.mutable, (v) => bool(v, 'schema.mutable'));
  return {
    type: oneOf(fields.type, ['String', 'Number', 'DateTime', 'Boolean'], 'schema.type'),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(required !== undefined && { required }),
    ...(mutable !== undefined && { mutable }),
  };
}

/** At most ten. They are sent with each password. */
function parseMetadataKeys(value: unknown): readonly string[] {
  const keys = list(value, 'forwardClientMetadata', (item) => text(item, 'forwardClientMetadata'));
  if (keys.length > 10) throw new SettingsError('forwardClientMetadata holds more than 10 names');
  return keys;
}

function parsePasswordPolicy(value: unknown): PasswordPolicy {
  const fields = record(value, 'passwordPolicy');
  const flags = ['requireUppercase', 'requireLowercase', 'requireNumbers', 'requireSymbols'] as const;
  known(fields, ['minimumLength', ...flags], 'passwordPolicy');
  const minimumLength = optional(fields.minimumLength, (v) => number(v, 'passwordPolicy.minimumLength'));
  const policy: { -readonly [K in (typeof flags)[number]]?: boolean } = {};
  for (const flag of flags) {
    const on = optional(fields[flag], (v) => bool(v, `passwordPolicy.${flag}`));
    if (on !== undefined) policy[flag] = on;
  }
  return { ...(minimumLength !== undefined && { minimumLength }), ...policy };
}

function parseNewPool(value: unknown): NewPool {
  const fields = record(value, 'newPool');
  known(fields, ['usernameAttributes', 'aliasAttributes', 'caseSensitive', 'recovery'], 'newPool');
  const ways = ['verified_email', 'verified_phone_number', 'admin_only'] as const;
  const recovery = optional(fields.recovery, (v) =>
    list(v, 'newPool.recovery', (item) => oneOf(item, ways, 'newPool.recovery')),
  );
  return {
    usernameAttributes: signInAttributes(fields.usernameAttributes, 'newPool.usernameAttributes'),
    aliasAttributes: signInAttributes(fields.aliasAttributes, 'newPool.aliasAttributes'),
    caseSensitive: optional(fields.caseSensitive, (v) => bool(v, 'newPool.caseSensitive')) ?? true,
    ...(recovery && { recovery }),
  };
}

function parseOldPool(value: unknown): OldPool {
  const fields = record(value, 'oldPool');
  known(fields, ['usernameAttributes', 'aliasAttributes', 'caseSensitive', 'usernamesOnly'], 'oldPool');
  const read = (name: 'usernameAttributes' | 'aliasAttributes') =>
    optional(fields[name], (v) => signInAttributes(v, `oldPool.${name}`));
  const [usernameAttributes, aliasAttributes] = [read('usernameAttributes'), read('aliasAttributes')];
  const caseSensitive = optional(fields.caseSensitive, (v) => bool(v, 'oldPool.caseSensitive'));
  const usernamesOnly = optional(fields.usernamesOnly, (v) => bool(v, 'oldPool.usernamesOnly'));
  return {
    ...(usernameAttributes && { usernameAttributes }),
    ...(aliasAttributes && { aliasAttributes }),
    ...(caseSensitive !== undefined && { caseSensitive }),
    ...(usernamesOnly !== undefined && { usernamesOnly }),
  };
}

function signInAttributes(value: unknown, what: string): readonly SignInAttribute[] {
  const names = ['email', 'phone_number', 'preferred_username'] as const;
  return optional(value, (v) => list(v, what, (item) => oneOf(item, names, what))) ?? [];
}

function parseAfterMove(value: unknown): AfterMove {
  const fields = record(value, 'afterMove');
  known(fields, ['groups', 'groupsInFirstToken', 'moveOnce'], 'afterMove');
  const groups = optional(fields.groups, parseGroups);
  const moveOnce = optional(fields.moveOnce, (v) => oneOf(v, ['disable', 'mark'], 'afterMove.moveOnce'));
  const { groupsInFirstToken } = fields;
  if (groupsInFirstToken !== undefined && groupsInFirstToken !== true)
    throw new SettingsError('afterMove.groupsInFirstToken must be true or absent');
  if (groupsInFirstToken && !groups) throw new SettingsError('afterMove.groupsInFirstToken needs groups');
  if (!groups && !moveOnce) throw new SettingsError('afterMove must hold groups or moveOnce');
  return {
    ...(groups && { groups }),
    ...(groupsInFirstToken && { groupsInFirstToken }),
    ...(moveOnce && { moveOnce }),
  };
}

/** GroupNameType of the Cognito API. Several old groups can become one new group. */
const GROUP_NAME = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;

function parseGroups(value: unknown): Readonly<Record<string, string>> {
  const groups = strings(value, 'afterMove.groups');
  const names = Object.entries(groups).flat();
  if (names.length === 0) throw new SettingsError('afterMove.groups is empty');
  if (!names.every((name) => GROUP_NAME.test(name)))
    throw new SettingsError('afterMove.groups holds a name that no group can have');
  return groups;
}

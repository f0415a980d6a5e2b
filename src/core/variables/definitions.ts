/**
 * All variables of a migration, each declared once. A declaration gives:
 * TypeScript type, option, environment variable, prompt validation, state schema, help text, and row in docs/reference.md.
 */
import * as z from 'zod/mini';
import { afterMoveVariables } from './after-move-definitions.ts';
import { type Declaration, declare } from './definition.ts';
import { runVariables } from './run-definitions.ts';
import {
  arn,
  asBoolean,
  asPoolId,
  clientId,
  externalId,
  findingId,
  lastingFindings,
  oneOf,
  parsePairs,
  splitList,
  userPoolId,
} from './schemas.ts';

/** Token claims have such names, so people mistake them for attributes. */
const isReserved = (name: string): boolean => /^cognito:/i.test(name);

const refusal =
  'Amazon Cognito manages attributes that begin with "cognito:": no rule can read or write them';

/** Earlier versions accepted any name. */
const anyRenames = () => z.record(z.string(), z.string('must be in the form old=new'));
const anyValues = () => z.record(z.string(), z.string('must be in the form name=value'));
const anyNames = () => z.readonly(z.array(z.string()));

/** Maps old attributes to new attributes. */
const renames = () =>
  z
    .record(z.string(), z.string('must be in the form old=new'))
    .check(z.refine((rules) => !Object.entries(rules).flat().some(isReserved), refusal));
/** Maps new attributes to values. */
const fixedValues = () =>
  z
    .record(z.string(), z.string('must be in the form name=value'))
    .check(z.refine((rules) => !Object.keys(rules).some(isReserved), refusal));
/** Old attributes. */
const attributeNames = () =>
  z.readonly(z.array(z.string())).check(z.refine((names) => !names.some(isReserved), refusal));

/**
 * Keys of ClientMetadata for the old pool's triggers.
 * The function itself sends `source`, by which those triggers know it.
 */
const metadataKeys = () =>
  z
    .readonly(z.array(z.string().check(z.regex(/^[^\p{Cc}]{1,256}$/u, 'a key has 1 to 256 characters'))))
    .check(
      z.refine((keys) => keys.length <= 10, 'at most 10 keys are forwarded'),
      z.refine((keys) => !keys.includes('source'), 'the function itself sends "source"'),
    );

export const variables = {
  OLD_USER_POOL_ID: declare(userPoolId, {
    describe: 'the pool that users come from',
    flag: '--old-user-pool-id <id>',
    parse: asPoolId,
    group: 'Pools',
    ask: 'Old user pool (users come from here)',
    known: true,
    tracked: true,
    fixed: true,
  }),
  NEW_USER_POOL_ID: declare(userPoolId, {
    describe: 'the pool that users go to',
    flag: '--new-user-pool-id <id>',
    parse: asPoolId,
    group: 'Pools',
    ask: 'New user pool (users go here)',
    known: true,
    tracked: true,
    fixed: true,
  }),
  OLD_USER_POOL_ARN: declare(arn, { describe: 'ARN of the old pool', known: true, tracked: true }),
  OLD_USER_POOL_REGION: declare(() => z.string(), {
    describe: 'Region of the old pool (the part of its ID before "_")',
    known: true,
    tracked: true,
  }),
  NEW_USER_POOL_ARN: declare(arn, { describe: 'ARN of the new pool', known: true }),
  OLD_USER_POOL_NAME: declare(() => z.string(), { describe: 'name of the old pool', known: true }),
  NEW_USER_POOL_NAME: declare(() => z.string(), { describe: 'name of the new pool', known: true }),
  ROLE_ARN: declare(arn, { describe: "the function's execution role", tracked: true }),
  POLICY_ARN: declare(arn, { describe: 'the permissions of that role in the old pool', tracked: true }),
  OLD_CLIENT_ID: declare(clientId, {
    describe: 'the app client in the old pool that checks passwords',
    tracked: true,
  }),
  LAMBDA_ARN: declare(arn, { describe: 'the function on the User migration trigger', tracked: true }),
  OLD_ROLE_ARN: declare(arn, {
    describe: "across accounts: the role in the old pool's account that the function assumes",
    tracked: true,
  }),
  OLD_EXTERNAL_ID: declare(externalId, {
    describe: 'across accounts: the external ID with which the function assumes that role',
    tracked: true,
  }),
  FRESH_EXTERNAL_ID: declare(externalId, {
    describe: 'the external ID to use if one must be created',
    known: true,
  }),
  SETTINGS: declare(() => z.string(), {
    describe: 'migration settings as the function reads them',
    known: true,
  }),
  UNDO_RECORDS: declare(() => z.record(z.string(), z.string()), {
    describe: "the function's tags; some hold what teardown restores",
    known: true,
  }),
  CODE_SHA256: declare(() => z.string(), { describe: "SHA-256 of the function's code, base64", known: true }),

  NEW_CLIENT_IDS: declare(() => z.readonly(z.array(clientId())), {
    describe: 'app client of the new pool that gets password sign-in (repeatable)',
    flag: '--new-client-id <id>',
    env: 'COGNITO_MIGRATE_NEW_CLIENT_ID',
    group: 'Pools',
    repeatable: true,
    parse: splitList,
    ask: 'Which app clients of the new pool may migrate users?',
    remembered: true,
    known: true,
    default: [],
  }),
  NEW_CLIENT_NAMES: declare(() => z.record(z.string(), z.string()), {
    describe: 'names of those app clients, by ID',
    known: true,
  }),
  ALL_NEW_CLIENTS: declare(() => z.boolean(), {
    describe: 'all app clients of the new pool that people sign in with',
    flag: '--all-new-clients',
    group: 'Pools',
    parse: asBoolean,
  }),

  MFA: declare(oneOf(['block', 'reset', 'allow']), {
    describe: 'users with MFA: block, reset (new password), or allow (they lose it)',
    flag: '--mfa <policy>',
    group: 'Users and attributes',
    default: 'block',
    remembered: true,
    known: true,
  }),
  FORGOT_PASSWORD: declare(oneOf(['on', 'off']), {
    describe: 'move users who request a password reset: on or off',
    flag: '--forgot-password <on|off>',
    group: 'Users and attributes',
    default: 'on',
    remembered: true,
    known: true,
  }),
  WEAK_PASSWORD: declare(oneOf(['allow', 'reset']), {
    describe: "passwords too weak for the new pool's policy: allow or reset",
    flag: '--weak-password <policy>',
    group: 'Users and attributes',
    default: 'allow',
    remembered: true,
    known: true,
  }),
  MAP: declare(renames, {
    stored: anyRenames,
    describe:
      'copy the old attribute to another new one, e.g. sub=custom:old_sub; username=email vouches for usernames that are addresses (repeatable)',
    flag: '--map <old=new>',
    group: 'Users and attributes',
    repeatable: true,
    parse: parsePairs,
    default: {},
    remembered: true,
    known: true,
  }),
  DROP: declare(attributeNames, {
    stored: anyNames,
    describe: 'old attribute that is not copied (repeatable)',
    flag: '--drop <name>',
    group: 'Users and attributes',
    repeatable: true,
    parse: splitList,
    default: [],
    remembered: true,
    known: true,
  }),
  SET: declare(fixedValues, {
    stored: anyValues,
    describe: 'new attribute with a fixed value (repeatable)',
    flag: '--set <name=value>',
    group: 'Users and attributes',
    repeatable: true,
    parse: parsePairs,
    default: {},
    remembered: true,
    known: true,
  }),
  ON_BAD_ATTRIBUTE: declare(oneOf(['drop', 'refuse']), {
    describe: 'an attribute that the new pool rejects: drop it, or refuse the user',
    flag: '--on-bad-attribute <rule>',
    group: 'Users and attributes',
    default: 'drop',
    remembered: true,
    known: true,
  }),

  FIND_BY: declare(oneOf(['email', 'phone_number']), {
    describe:
      'find users by an address that the old pool does not accept as a sign-in name: email or phone_number (pass "none" to stop using it)',
    flag: '--find-by <attribute>',
    group: 'Users and attributes',
    remembered: true,
    clearable: true,
  }),
  FORWARD_CLIENT_METADATA: declare(metadataKeys, {
    describe:
      'key of ClientMetadata to pass to triggers of the old pool; anyone can send it (repeatable; pass "none" to stop using it)',
    flag: '--forward-client-metadata <key>',
    group: 'Users and attributes',
    repeatable: true,
    parse: splitList,
    remembered: true,
    clearable: true,
  }),

  ...afterMoveVariables,

  ADD_OLD_SUB: declare(() => z.boolean(), {
    describe: 'add custom:old_sub to the new pool, immutable, to keep the old sub; cannot be undone',
    flag: '--add-old-sub',
    group: 'Users and attributes',
    parse: asBoolean,
    remembered: true,
  }),
  ACCEPT: declare(() => z.readonly(z.array(findingId())), {
    stored: lastingFindings,
    describe: 'continue although this finding of the doctor blocks, e.g. CM403 (repeatable)',
    flag: '--accept <id>',
    group: 'Users and attributes',
    repeatable: true,
    parse: splitList,
    default: [],
    remembered: true,
    known: true,
  }),

  ...runVariables,
} as const satisfies Record<string, Declaration>;

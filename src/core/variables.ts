/**
 * Every variable of a migration, declared once. Its declaration gives the TypeScript type, the command-line option,
 * the environment variable, the prompt's validation, the state file's schema, the help text and the README row.
 */
import * as z from 'zod/mini';
import { type FindingId, isFindingId } from './findings.ts';

/** `<Region>_<id>`; the Region is whatever stands before the underscore, since Regions are added every year. */
const userPoolId = z
  .string()
  .check(z.maxLength(55), z.regex(/^[\w-]+_[0-9a-zA-Z]+$/, 'a user pool ID looks like us-east-2_AbCdEfGhI'));
const arn = z.string().check(
  // "aws" stands for the account in ARNs of AWS's own policies.
  z.regex(/^arn:[\w-]+:[\w-]+:[\w-]*:(\d*|aws):.+$/, 'an ARN looks like arn:aws:iam::111122223333:role/name'),
);
const clientId = z.string().check(z.regex(/^[\w+]{1,128}$/, 'an app client ID is letters and digits'));

/** AssumeRole's own rule for external IDs. */
const externalId = z
  .string()
  .check(z.minLength(2), z.maxLength(1224), z.regex(/^[\w+=,.@:/-]*$/, 'an external ID has no spaces'));

/** Lambda's and IAM's common ground: a function name is the stricter of the two (64 characters, no path signs). */
const resourceName = z
  .string()
  .check(
    z.regex(
      /^[A-Za-z0-9_-]{1,64}$/,
      'up to 64 letters, digits, "-" or "_" (the name of a role and of a function)',
    ),
  );
const iamPath = z
  .string()
  .check(z.maxLength(512), z.regex(/^\/([\x21-\x7e]+\/)?$/, 'an IAM path begins and ends with "/"'));
const findingId = z.custom<FindingId>(
  (value) => typeof value === 'string' && isFindingId(value),
  'a finding is named like CM101; cognito-migrate doctor lists them',
);
const tags = z.record(z.string(), z.string('key=value is wanted'));
const url = z.url({ protocol: /^https?$/, error: 'a URL looks like http://127.0.0.1:4599' });

/** Retention periods that CloudWatch Logs accepts, in days (PutRetentionPolicy). */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Reads `k=v` words into one record. */
function parsePairs(words: string | readonly string[]): unknown {
  const list = typeof words === 'string' ? words.split(',') : words;
  return Object.fromEntries(
    list.map((word) => {
      const at = word.indexOf('=');
      return at < 1 ? [word, undefined] : [word.slice(0, at).trim(), word.slice(at + 1)];
    }),
  );
}

const splitList = (words: string | readonly string[]): unknown =>
  typeof words === 'string' ? words.split(/[\s,]+/).filter(Boolean) : words;

const asNumber = (word: string | readonly string[]): unknown => (word === '' ? Number.NaN : Number(word));

/** From an environment variable: 1, true, yes and on are yes. A flag gives a boolean already. */
const asBoolean = (word: string | readonly string[]): unknown =>
  /^(1|true|yes|on)$/i.test(String(word)) ? true : /^(|0|false|no|off)$/i.test(String(word)) ? false : word;

export type Group = 'Pools' | 'Users' | 'AWS access' | 'Names and tags' | 'Function' | 'Files and output';

export interface Declaration<S extends z.ZodMiniType = z.ZodMiniType> {
  readonly schema: S;
  /** One line for help, prompts and the README. */
  readonly describe: string;
  /** Option as commander reads it; without one the variable is found or made, never given. */
  readonly flag?: string;
  /** Option of one letter. */
  readonly short?: string;
  /** Environment variable, where it is not COGNITO_MIGRATE_ and the variable's name. */
  readonly env?: string;
  readonly group?: Group;
  /** The option may be given several times. */
  readonly repeatable?: true;
  /** Text of a flag or an environment variable to the value that the schema checks. */
  readonly parse?: (text: string | readonly string[]) => unknown;
  /** The question of the wizard. */
  readonly ask?: string;
  readonly default?: z.output<S>;
  /** The steps always have it: required, defaulted, or found out before anything is planned. */
  readonly known?: true;
  /** One of the variables that people keep: in the state file, in `env`, at the end of init. */
  readonly tracked?: true;
  /** Remembered in the state file for the next run, though not one of the tracked variables. */
  readonly remembered?: true;
  /** Cannot change between two runs of one migration. */
  readonly fixed?: true;
}

const declare = <S extends z.ZodMiniType, const D extends Omit<Declaration<S>, 'schema'>>(
  schema: S,
  rest: D & Omit<Declaration<S>, 'schema'>,
): { readonly schema: S } & D => ({ schema, ...rest });

export const variables = {
  OLD_USER_POOL_ID: declare(userPoolId, {
    describe: 'the pool that users come from',
    flag: '--old-user-pool-id <id>',
    group: 'Pools',
    ask: 'Old user pool (users come from here)',
    known: true,
    tracked: true,
    fixed: true,
  }),
  NEW_USER_POOL_ID: declare(userPoolId, {
    describe: 'the pool that users go to',
    flag: '--new-user-pool-id <id>',
    group: 'Pools',
    ask: 'New user pool (users go here)',
    known: true,
    tracked: true,
    fixed: true,
  }),
  OLD_USER_POOL_ARN: declare(arn, { describe: 'ARN of the old pool', known: true, tracked: true }),
  OLD_USER_POOL_REGION: declare(z.string(), {
    describe: 'Region of the old pool (the part of its ID before "_")',
    known: true,
    tracked: true,
  }),
  NEW_USER_POOL_ARN: declare(arn, { describe: 'ARN of the new pool', known: true }),
  OLD_USER_POOL_NAME: declare(z.string(), { describe: 'name of the old pool', known: true }),
  NEW_USER_POOL_NAME: declare(z.string(), { describe: 'name of the new pool', known: true }),
  ROLE_ARN: declare(arn, { describe: "the function's execution role", tracked: true }),
  POLICY_ARN: declare(arn, { describe: 'what that role may do in the old pool', tracked: true }),
  OLD_CLIENT_ID: declare(clientId, {
    describe: 'the app client in the old pool that checks passwords',
    tracked: true,
  }),
  LAMBDA_ARN: declare(arn, { describe: 'the function on the user-migration trigger', tracked: true }),
  OLD_ROLE_ARN: declare(arn, {
    describe: "across accounts: the role in the old pool's account that the function assumes",
    tracked: true,
  }),
  OLD_EXTERNAL_ID: declare(externalId, {
    describe: 'across accounts: what the function must say to be let into that role',
    tracked: true,
  }),
  FRESH_EXTERNAL_ID: declare(externalId, {
    describe: 'the external ID to use where one must be made',
    known: true,
  }),
  SETTINGS: declare(z.string(), { describe: 'migration settings as the function reads them', known: true }),
  CODE_SHA256: declare(z.string(), { describe: "SHA-256 of the function's code, base64", known: true }),

  NEW_CLIENT_IDS: declare(z.readonly(z.array(clientId)), {
    describe: 'app client of the new pool that gets the password flow (repeatable)',
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
  NEW_CLIENT_NAMES: declare(z.record(z.string(), z.string()), {
    describe: 'names of those app clients, by ID',
    known: true,
  }),
  ALL_NEW_CLIENTS: declare(z.boolean(), {
    describe: 'all app clients of the new pool that people sign in with',
    flag: '--all-new-clients',
    group: 'Pools',
    parse: asBoolean,
  }),

  MFA: declare(z.enum(['block', 'reset', 'allow']), {
    describe: 'users with MFA: block, reset (new password), or allow (they lose it)',
    flag: '--mfa <policy>',
    group: 'Users',
    default: 'block',
    remembered: true,
    known: true,
  }),
  FORGOT_PASSWORD: declare(z.enum(['on', 'off']), {
    describe: 'move users who ask for a new password: on or off',
    flag: '--forgot-password <on|off>',
    group: 'Users',
    default: 'on',
    remembered: true,
    known: true,
  }),
  WEAK_PASSWORD: declare(z.enum(['allow', 'reset']), {
    describe: "passwords too weak for the new pool's policy: allow or reset",
    flag: '--weak-password <policy>',
    group: 'Users',
    default: 'allow',
    remembered: true,
    known: true,
  }),
  MAP: declare(z.record(z.string(), z.string()), {
    describe: 'copy the old attribute to another new one, e.g. sub=custom:old_sub (repeatable)',
    flag: '--map <old=new>',
    group: 'Users',
    repeatable: true,
    parse: parsePairs,
    default: {},
    remembered: true,
    known: true,
  }),
  DROP: declare(z.readonly(z.array(z.string())), {
    describe: 'old attribute that is not copied (repeatable)',
    flag: '--drop <name>',
    group: 'Users',
    repeatable: true,
    parse: splitList,
    default: [],
    remembered: true,
    known: true,
  }),
  SET: declare(z.record(z.string(), z.string()), {
    describe: 'new attribute with a fixed value (repeatable)',
    flag: '--set <name=value>',
    group: 'Users',
    repeatable: true,
    parse: parsePairs,
    default: {},
    remembered: true,
    known: true,
  }),
  ON_BAD_ATTRIBUTE: declare(z.enum(['drop', 'refuse']), {
    describe: 'an attribute that the new pool does not take: drop it, or refuse the user',
    flag: '--on-bad-attribute <rule>',
    group: 'Users',
    default: 'drop',
    remembered: true,
    known: true,
  }),

  ADD_OLD_SUB: declare(z.boolean(), {
    describe: 'add custom:old_sub to the new pool, immutable, to keep the old sub; cannot be undone',
    flag: '--add-old-sub',
    group: 'Users',
    parse: asBoolean,
    remembered: true,
  }),
  ACCEPT: declare(z.readonly(z.array(findingId)), {
    describe: 'go on although the doctor says that this blocks, e.g. CM403 (repeatable)',
    flag: '--accept <id>',
    group: 'Users',
    repeatable: true,
    parse: splitList,
    default: [],
    remembered: true,
    known: true,
  }),

  PROFILE: declare(z.string().check(z.minLength(1)), {
    describe: 'profile of the AWS configuration files to use',
    flag: '--profile <name>',
    group: 'AWS access',
  }),
  REGION: declare(z.string().check(z.regex(/^[a-z0-9-]+$/, 'a Region looks like us-east-2')), {
    describe: "Region whose pools are offered; a pool's own Region is in its ID",
    flag: '--region <region>',
    group: 'AWS access',
  }),
  ENDPOINT_URL: declare(url, {
    describe: 'send every AWS call of this program there (local AWS, proxies)',
    flag: '--endpoint-url <url>',
    group: 'AWS access',
  }),
  EXISTING_ROLE_ARN: declare(arn, {
    describe: 'execution role that somebody else made; it is used, never changed or deleted',
    flag: '--role-arn <arn>',
    env: 'COGNITO_MIGRATE_ROLE_ARN',
    group: 'AWS access',
    remembered: true,
  }),
  OLD_PROFILE: declare(z.string().check(z.minLength(1)), {
    describe: "profile for the old pool's account, where that is another one",
    flag: '--old-profile <name>',
    group: 'AWS access',
    remembered: true,
  }),
  OLD_ROLE_TO_ASSUME: declare(arn, {
    describe: "role to assume for the set-up in the old pool's account, instead of a profile",
    flag: '--old-role-to-assume <arn>',
    group: 'AWS access',
    remembered: true,
  }),
  EXISTING_OLD_ROLE_ARN: declare(arn, {
    describe: 'from handoff: the role that was made in the old account',
    flag: '--old-role-arn <arn>',
    env: 'COGNITO_MIGRATE_OLD_ROLE_ARN',
    group: 'AWS access',
    remembered: true,
  }),
  EXISTING_OLD_EXTERNAL_ID: declare(externalId, {
    describe: 'from handoff: the external ID of that role',
    flag: '--old-external-id <id>',
    env: 'COGNITO_MIGRATE_OLD_EXTERNAL_ID',
    group: 'AWS access',
    remembered: true,
  }),
  EXISTING_OLD_CLIENT_ID: declare(clientId, {
    describe: 'app client of the old pool that somebody else made; used, never changed or deleted',
    flag: '--old-client-id <id>',
    env: 'COGNITO_MIGRATE_OLD_CLIENT_ID',
    group: 'AWS access',
    remembered: true,
  }),

  NAME: declare(resourceName, {
    describe: 'name of role, policy and function (default: cognito-migrate-<new pool ID>)',
    flag: '--name <name>',
    group: 'Names and tags',
    remembered: true,
    known: true,
    fixed: true,
  }),
  ROLE_PATH: declare(iamPath, {
    describe: 'IAM path of role and policy',
    flag: '--role-path <path>',
    group: 'Names and tags',
    default: '/',
    remembered: true,
    known: true,
    fixed: true,
  }),
  PERMISSIONS_BOUNDARY: declare(arn, {
    describe: 'permissions boundary of the role',
    flag: '--permissions-boundary <arn>',
    group: 'Names and tags',
    remembered: true,
  }),
  TAGS: declare(tags, {
    describe: 'tag of everything that is made and can be tagged (repeatable)',
    flag: '--tag <key=value>',
    env: 'COGNITO_MIGRATE_TAG',
    group: 'Names and tags',
    repeatable: true,
    parse: parsePairs,
    default: {},
    remembered: true,
    known: true,
  }),

  RUNTIME: declare(z.enum(['nodejs24.x', 'nodejs22.x']), {
    describe: 'Lambda runtime: nodejs24.x or nodejs22.x',
    flag: '--runtime <name>',
    group: 'Function',
    default: 'nodejs24.x',
    remembered: true,
    known: true,
  }),
  LOG_RETENTION: declare(
    z
      .number()
      .check(z.refine((days) => retentionDays.includes(days), `one of ${retentionDays.join(', ')} days`)),
    {
      describe: "days that the function's log is kept",
      flag: '--log-retention <days>',
      group: 'Function',
      parse: asNumber,
      default: 30,
      remembered: true,
      known: true,
    },
  ),
  REPLACE_TRIGGER: declare(z.boolean(), {
    describe: 'take the place of a user-migration trigger that is not ours; teardown puts it back',
    flag: '--replace-trigger',
    group: 'Function',
    parse: asBoolean,
  }),

  STATE: declare(z.string().check(z.minLength(1)), {
    describe: 'state file',
    flag: '--state <file>',
    group: 'Files and output',
    default: 'cognito-migrate.state.json',
  }),
  YES: declare(z.boolean(), {
    describe: 'apply without asking; never asks anything',
    flag: '--yes',
    short: '-y',
    group: 'Files and output',
    parse: asBoolean,
  }),
  NO_INPUT: declare(z.boolean(), {
    describe: 'never ask; a missing answer is an error',
    flag: '--no-input',
    group: 'Files and output',
    parse: asBoolean,
  }),
  DRY_RUN: declare(z.boolean(), {
    describe: 'show the plan and stop; writes nothing',
    flag: '--dry-run',
    group: 'Files and output',
    parse: asBoolean,
  }),
  JSON: declare(z.boolean(), {
    describe: 'one JSON document on standard output',
    flag: '--json',
    group: 'Files and output',
    parse: asBoolean,
  }),
  QUIET: declare(z.boolean(), {
    describe: 'only errors and the result',
    flag: '--quiet',
    short: '-q',
    group: 'Files and output',
    parse: asBoolean,
  }),
  VERBOSE: declare(z.boolean(), {
    describe: 'also every AWS call (names only)',
    flag: '--verbose',
    short: '-v',
    group: 'Files and output',
    parse: asBoolean,
  }),
} as const satisfies Record<string, Declaration>;

type Variables = typeof variables;
export type VarName = keyof Variables;
/** The values of all variables, by name. */
export type Vars = { [K in VarName]: z.output<Variables[K]['schema']> };

type NamesWith<Key extends keyof Declaration> = {
  [K in VarName]: Variables[K] extends Readonly<Record<Key, true>> ? K : never;
}[VarName];
/** Always there when a step is planned. */
export type KnownName = NamesWith<'known'>;
/** Has a value even when nobody gives one. */
export type DefaultedName = {
  [K in VarName]: Variables[K] extends { readonly default: unknown } ? K : never;
}[VarName];

/** What a step may look at before any output exists: all known variables, the others where given. */
export type Inputs = Readonly<Pick<Vars, KnownName> & Partial<Vars>>;

export const names: readonly VarName[] = Object.keys(variables).filter(isVarName);

function isVarName(name: string): name is VarName {
  return Object.hasOwn(variables, name);
}

const declarations: { readonly [K in VarName]: Declaration<z.ZodMiniType<Vars[K]>> } = variables;

/** One declaration, with every member of the interface (those it lacks are undefined). */
export function declarationOf<K extends VarName>(name: K): Declaration<z.ZodMiniType<Vars[K]>> {
  return declarations[name];
}

function isDefaulted(name: VarName): name is DefaultedName {
  return declarationOf(name).default !== undefined;
}

export const defaultedNames: readonly DefaultedName[] = names.filter(isDefaulted);

export const trackedNames: readonly VarName[] = names.filter((name) => declarationOf(name).tracked);

/** COGNITO_MIGRATE_ROLE_PATH for ROLE_PATH. */
export function envOf(name: VarName): string {
  return declarationOf(name).env ?? `COGNITO_MIGRATE_${name}`;
}

/** `--role-path` of `--role-path <path>`. */
export function flagOf(name: VarName): string | undefined {
  return declarationOf(name).flag?.split(' ')[0];
}

/** The value, or the reason why it is none, in the declaration's own words. */
export function parseVariable<K extends VarName>(
  name: K,
  raw: unknown,
): { readonly value: Vars[K] } | { readonly problem: string } {
  const { schema, parse } = declarationOf(name);
  const text = typeof raw === 'string' || isStringList(raw);
  const result = z.safeParse(schema, text && parse ? parse(raw) : raw);
  if (!result.success) return { problem: result.error.issues.map((issue) => issue.message).join('; ') };
  return { value: result.data };
}

function isStringList(raw: unknown): raw is string[] {
  return Array.isArray(raw) && raw.every((item) => typeof item === 'string');
}

/** Whether all of these are there; afterwards the compiler knows it too. */
export function has<N extends VarName>(
  vars: Partial<Vars>,
  wanted: readonly N[],
): vars is Partial<Vars> & Pick<Vars, N> {
  return wanted.every((name) => vars[name] !== undefined);
}

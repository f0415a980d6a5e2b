/** The variables of access, names, and switches of a run. See definitions.ts for the others. */
import * as z from 'zod/mini';
import { type Declaration, declare } from './definition.ts';
import {
  alarms,
  arn,
  asBoolean,
  asNumber,
  clientId,
  externalId,
  givenArn,
  givenRoleArn,
  iamPath,
  oneOf,
  parsePairs,
  resourceName,
  retentionDays,
  roleArn,
  signInOptions,
  url,
} from './schemas.ts';
import { anyTags, tags } from './tags.ts';

/** ARNs of functions of other migrations into the same pool. */
const chainLinks = () =>
  z.object({
    /** Those that decide before this one, from the one on the trigger. Empty if that is this one. */
    before: z.array(z.string()),
    /** Those that decide after this one, the nearest first. */
    after: z.array(z.string()),
    /** Other migrations' functions on the trigger, whether or not they ask this one. */
    others: z.array(z.string()),
  });

export const runVariables = {
  PROFILE: declare(() => z.string().check(z.minLength(1)), {
    describe: 'profile of the AWS configuration files to use',
    flag: '--profile <name>',
    completion: 'profiles',
    group: 'AWS access',
  }),
  REGION: declare(() => z.string().check(z.regex(/^[a-z0-9-]+$/, 'a Region looks like us-east-2')), {
    describe: "Region whose pools are offered; a pool's own Region is in its ID",
    flag: '--region <region>',
    group: 'AWS access',
  }),
  ENDPOINT_URL: declare(url, {
    describe: 'send every AWS call of this program there (local AWS, proxies)',
    flag: '--endpoint-url <url>',
    group: 'AWS access',
  }),
  OLD_PROFILE: declare(() => z.string().check(z.minLength(1)), {
    describe: "profile for the old pool's account, if it is another one",
    flag: '--old-profile <name>',
    completion: 'profiles',
    group: 'Another account',
    remembered: true,
  }),
  OLD_ROLE_TO_ASSUME: declare(givenRoleArn, {
    stored: roleArn,
    describe: "role to assume for the setup in the old pool's account, instead of a profile",
    flag: '--old-role-to-assume <arn>',
    group: 'Another account',
    remembered: true,
  }),
  EXISTING_OLD_ROLE_ARN: declare(givenRoleArn, {
    stored: roleArn,
    describe: 'from handoff: the role that was created in the old account',
    flag: '--old-role-arn <arn>',
    env: 'COGNITO_MIGRATE_OLD_ROLE_ARN',
    group: 'Another account',
    remembered: true,
  }),
  EXISTING_OLD_EXTERNAL_ID: declare(externalId, {
    describe: 'from handoff: the external ID of that role',
    flag: '--old-external-id <id>',
    env: 'COGNITO_MIGRATE_OLD_EXTERNAL_ID',
    group: 'Another account',
    remembered: true,
  }),
  EXISTING_OLD_SIGN_IN: declare(signInOptions, {
    describe:
      'from handoff: the sign-in options of the old pool, with commas: email and phone_number, or username and its aliases',
    flag: '--old-sign-in <names>',
    env: 'COGNITO_MIGRATE_OLD_SIGN_IN',
    group: 'Another account',
    remembered: true,
  }),
  EXISTING_OLD_CLIENT_ID: declare(clientId, {
    describe:
      'existing app client of the old pool to use; never changed or deleted (pass "none" to stop using it)',
    flag: '--old-client-id <id>',
    env: 'COGNITO_MIGRATE_OLD_CLIENT_ID',
    group: 'Another account',
    remembered: true,
    clearable: true,
  }),
  OLD_PERMISSIONS_BOUNDARY: declare(givenArn, {
    stored: arn,
    describe: "permissions boundary of the role in the old pool's account",
    flag: '--old-permissions-boundary <arn>',
    group: 'Another account',
    remembered: true,
  }),

  NAME: declare(resourceName, {
    describe: 'name of role, policy and function (default: cognito-migrate-<new pool ID>)',
    flag: '--name <name>',
    group: 'Names and permissions',
    remembered: true,
    known: true,
    fixed: true,
  }),
  ROLE_PATH: declare(iamPath, {
    describe: 'IAM path of role and policy',
    flag: '--role-path <path>',
    group: 'Names and permissions',
    default: '/',
    remembered: true,
    known: true,
    fixed: true,
  }),
  PERMISSIONS_BOUNDARY: declare(givenArn, {
    stored: arn,
    describe: 'permissions boundary of the role',
    flag: '--permissions-boundary <arn>',
    group: 'Names and permissions',
    remembered: true,
  }),
  EXISTING_ROLE_ARN: declare(givenRoleArn, {
    stored: roleArn,
    describe: 'existing execution role to use; never changed or deleted (pass "none" to stop using it)',
    flag: '--role-arn <arn>',
    env: 'COGNITO_MIGRATE_ROLE_ARN',
    group: 'Names and permissions',
    remembered: true,
    clearable: true,
  }),
  TAGS: declare(tags, {
    stored: anyTags,
    describe: 'tag for all created resources that can have tags (repeatable)',
    flag: '--tag <key=value>',
    env: 'COGNITO_MIGRATE_TAG',
    group: 'Names and permissions',
    repeatable: true,
    parse: parsePairs,
    default: {},
    remembered: true,
    known: true,
  }),

  RUNTIME: declare(oneOf(['nodejs24.x', 'nodejs22.x']), {
    describe: 'Lambda runtime: nodejs24.x or nodejs22.x',
    flag: '--runtime <name>',
    group: 'Function',
    default: 'nodejs24.x',
    remembered: true,
    known: true,
  }),
  LOG_RETENTION: declare(() => z.literal(retentionDays, `must be one of ${retentionDays.join(', ')} days`), {
    describe: "days that the function's log is kept",
    flag: '--log-retention <days>',
    group: 'Function',
    parse: asNumber,
    default: 30,
    remembered: true,
    known: true,
  }),
  ALARMS: declare(alarms, {
    describe:
      'alarms and a dashboard in CloudWatch; they notify this SNS topic, if given (pass "none" to stop using it)',
    flag: '--alarms [topic]',
    preset: 'on',
    group: 'Function',
    remembered: true,
    clearable: true,
  }),
  REPLACE_TRIGGER: declare(() => z.boolean(), {
    describe: 'replace a User migration trigger of another function; teardown restores it',
    flag: '--replace-trigger',
    group: 'Function',
    parse: asBoolean,
  }),
  CHAIN: declare(() => z.boolean(), {
    describe:
      'with --replace-trigger: ask the replaced migration about users whom this old pool does not know (pass "no" to stop)',
    flag: '--chain [yes|no]',
    group: 'Function',
    parse: asBoolean,
    remembered: true,
  }),
  CHAIN_LINKS: declare(chainLinks, {
    describe: 'the functions of other migrations before and after this one',
  }),

  RESTORE_TRIGGER: declare(arn, {
    describe: 'the function that teardown may restore on the trigger, although only tags name it',
  }),

  STATE: declare(() => z.string().check(z.minLength(1)), {
    describe: 'state file',
    flag: '--state <file>',
    completion: 'state files',
    group: 'Questions and state',
    default: 'cognito-migrate.state.json',
  }),
  CONFIG: declare(() => z.string().check(z.minLength(1)), {
    describe:
      'config file with pools, app clients, names, tags, and settings (pass "none" to ignore it) [cognito-migrate.config.json]',
    flag: '--config <file>',
    completion: 'files',
    group: 'Questions and state',
    clearable: true,
  }),
  YES: declare(() => z.boolean(), {
    describe: 'apply without asking; never asks anything',
    flag: '--yes',
    short: '-y',
    group: 'Questions and state',
    parse: asBoolean,
  }),
  NO_INPUT: declare(() => z.boolean(), {
    describe: 'never ask; a missing answer is an error',
    flag: '--no-input',
    group: 'Questions and state',
    parse: asBoolean,
  }),
  DRY_RUN: declare(() => z.boolean(), {
    describe: 'show the plan and stop; writes nothing',
    flag: '--dry-run',
    group: 'Questions and state',
    parse: asBoolean,
  }),
  JSON: declare(() => z.boolean(), {
    describe: 'one JSON document on standard output',
    flag: '--json',
    group: 'Output',
    parse: asBoolean,
  }),
  STREAM: declare(() => z.boolean(), {
    describe: 'with --json: every event as one line of JSON when it happens, the result last',
    flag: '--stream',
    group: 'Output',
    parse: asBoolean,
  }),
  QUIET: declare(() => z.boolean(), {
    describe: 'only errors, and what a command is asked to print',
    flag: '--quiet',
    short: '-q',
    group: 'Output',
    parse: asBoolean,
  }),
  NO_COLOR: declare(() => z.boolean(), {
    describe: 'no color, as with NO_COLOR=1',
    flag: '--no-color',
    group: 'Output',
    parse: asBoolean,
  }),
  VERBOSE: declare(() => z.boolean(), {
    describe: 'also every AWS call (names only)',
    flag: '--verbose',
    short: '-v',
    group: 'Output',
    parse: asBoolean,
  }),
} as const satisfies Record<string, Declaration>;

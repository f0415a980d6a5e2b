/** The commands, with their names, options, and code. This list itself loads almost nothing. */
import { type CommandName, commandNames } from '../command-names.ts';
import {
  breakLock,
  collect,
  type Definition,
  type Entry,
  ofMaking,
  output,
  since,
  trigger,
  without,
  withPools,
} from './entry.ts';
import { localDefinitions } from './local-entries.ts';

const definitions: Readonly<Record<CommandName, Definition>> = {
  init: {
    section: 'Set up',
    summary: 'set up the migration, or repair it; asks for what is missing',
    examples: [
      'cognito-migrate init',
      'cognito-migrate init --old-user-pool-id us-east-2_AbC --new-user-pool-id us-east-2_XyZ --all-new-clients --yes',
    ],
    options: ({ names }) => names,
    extra: breakLock,
    load: async () => (await import('./aws-commands.ts')).init,
  },
  plan: {
    section: 'Set up',
    summary: 'show what init would do; writes nothing; exit 4 or 3 if it would refuse',
    examples: ['cognito-migrate plan --json'],
    options: without('DRY_RUN', 'YES'),
    extra: (command) => command.option('--all', 'also list the resources that stay the same'),
    load: async () => (await import('./aws-commands.ts')).planOnly,
  },
  doctor: {
    section: 'Set up',
    summary: 'what will break, what will be lost, what to do; exit 8 if it blocks',
    examples: ['cognito-migrate doctor', 'cognito-migrate doctor --mfa reset --sign-ins 20 --json'],
    options: without('DRY_RUN', 'YES', 'REPLACE_TRIGGER'),
    extra: (command) =>
      command
        .option('--all', 'check all users of the old pool instead of the first 1,000')
        .option('--sign-ins <number>', 'sign-ins per second to expect at the busiest moment'),
    load: async () => (await import('./aws-commands.ts')).doctor,
  },
  status: {
    section: 'Watch',
    summary: 'whether it works, and how many users have moved; exit 5 for drift or nothing installed',
    examples: ['cognito-migrate status --watch', 'cognito-migrate status --report report.html'],
    options: without('DRY_RUN', 'YES', ...trigger, 'ALL_NEW_CLIENTS'),
    extra: (command) =>
      command
        .option('--probe', 'also make a test call: the function asks the old pool for a random name')
        .option('--watch [seconds]', 'read again and again until Ctrl-C [30]')
        .option('--report <file>', 'write one HTML page to a new file, for people without a terminal')
        .option('--with-account', 'with --report: leave account numbers on the page')
        .option('--json-schema', 'print the JSON Schema of --json and stop'),
    inEnvironment: ['--report', '--with-account'],
    load: async () => (await import('./status/index.ts')).status,
  },
  teardown: {
    section: 'Take down',
    summary: 'remove the migration, and restore app clients and the trigger',
    examples: [
      'cognito-migrate teardown --dry-run',
      'cognito-migrate teardown',
      'cognito-migrate teardown --keep log-group --yes',
    ],
    options: without(...trigger, 'ALL_NEW_CLIENTS'),
    unlisted: ({ makings }) => [...makings, 'TAGS', 'PERMISSIONS_BOUNDARY', 'OLD_PERMISSIONS_BOUNDARY'],
    extra: (command) =>
      breakLock(command)
        .option('--keep <step>', 'step to keep, with everything that it needs (repeatable)', collect)
        .option(
          '--leave-old-account',
          "do not touch the old pool's account; print the script that removes the rest",
        )
        .option('--out <file>', 'write that script to a file instead')
        .option('--no-report', 'do not write the last report (HTML) to the working folder first')
        .option('--restore', 'instead: restore pool and app clients from the state file, as before init'),
    inEnvironment: ['--no-report'],
    load: async () => (await import('./aws-commands.ts')).teardown,
  },
  try: {
    section: 'Watch',
    summary: 'would this user move? a rehearsal; with --for-real the sign-in itself',
    examples: [
      'cognito-migrate try --username ana@example.com',
      'cognito-migrate try --username ana@example.com --password-stdin --json < password-file',
    ],
    options: without('DRY_RUN', 'YES', ...trigger, 'ALL_NEW_CLIENTS', 'NEW_CLIENT_IDS'),
    unlisted: ofMaking,
    extra: (command) =>
      command
        .option('--username <name>', 'the name that the user signs in with')
        .option('--password-stdin', 'read the password from standard input; without it you are asked, unseen')
        .option('--for-real', 'then sign in to the new pool; this moves the user and shows both side by side')
        .option('--client-id <id>', 'app client of the new pool to sign in through [the only one]'),
    load: async () => (await import('./aws-commands.ts')).tryUser,
  },
  logs: {
    section: 'Watch',
    summary: "the function's outcomes, summed by reason and listed",
    examples: ['cognito-migrate logs --since 2d', 'cognito-migrate logs --follow --json'],
    options: () => ['NEW_USER_POOL_ID', 'PROFILE', 'ENDPOINT_URL', 'NAME', 'STATE', 'CONFIG', ...output],
    extra: (command) =>
      since(command)
        .option('--limit <number>', 'how many of the newest to list; the sums include all [50]')
        .option('--follow', 'list outcomes as they happen, until Ctrl-C; no sums'),
    load: async () => (await import('./aws-commands.ts')).logs,
  },
  'sign-ins': {
    section: 'Watch',
    summary: 'how the apps of the new pool sign in: why nothing reaches the function',
    examples: ['cognito-migrate sign-ins', 'cognito-migrate sign-ins --since 1d --json'],
    options: () => ['NEW_USER_POOL_ID', 'PROFILE', 'ENDPOINT_URL', 'STATE', 'CONFIG', ...output],
    extra: since,
    load: async () => (await import('./aws-commands.ts')).signIns,
  },
  users: {
    section: 'Watch',
    summary: 'which users have moved, which can, and why the others cannot; exit 8 if some could not be read',
    examples: ['cognito-migrate users', 'cognito-migrate users --only waiting --out waiting.csv'],
    options: without('DRY_RUN', 'YES', ...trigger, 'ALL_NEW_CLIENTS', 'NEW_CLIENT_IDS', 'MFA'),
    unlisted: ofMaking,
    extra: (command) =>
      command
        .option('--out <file>', 'write the users to a new file: it holds personal data')
        .option('--format <name>', "csv or ndjson [by the file's ending, otherwise csv]")
        .option('--only <states>', 'with --out: only users in these states, separated by commas')
        .option('--columns <names>', "with --out: members and attributes, by the API's names")
        .option('--mfa', 'read the MFA of each user who can move: one more request each')
        .option('--rate <number>', 'requests per second at most [60% of what AWS allows]')
        .option('--json-schema', 'print the JSON Schema of --json and stop'),
    inEnvironment: ['--out', '--format', '--only', '--columns', '--mfa', '--rate'],
    load: async () => (await import('./aws-commands.ts')).users,
  },
  unmark: {
    section: 'Watch',
    summary: 'reopen one old user whom --move-once closed; asks for the name',
    examples: ['cognito-migrate unmark', 'cognito-migrate unmark --username-stdin --yes < name-file'],
    options: without('DRY_RUN', ...trigger, 'ALL_NEW_CLIENTS', 'NEW_CLIENT_IDS'),
    unlisted: ofMaking,
    extra: (command) =>
      command.option('--username-stdin', 'read the name from standard input; without it you are asked'),
    load: async () => (await import('./aws-commands.ts')).unmark,
  },
  import: {
    section: 'Take down',
    summary: 'create users who have not moved in the new pool, without passwords; exit 8 if some failed',
    examples: [
      'cognito-migrate import --dry-run',
      'cognito-migrate import',
      'cognito-migrate import --yes --import-ends-old-passwords',
    ],
    options: without(...trigger, 'ALL_NEW_CLIENTS', 'NEW_CLIENT_IDS'),
    unlisted: ofMaking,
    extra: (command) =>
      breakLock(command)
        .option('--import-ends-old-passwords', 'with --yes: agree that imported users lose their passwords')
        .option('--job-size <number>', 'users of one import job at most [20000]')
        .option('--rate <number>', 'requests per second at most [60% of what AWS allows]')
        .option('--with-disabled', 'also create disabled users, who stay disabled')
        .option('--out <file>', 'write users whom a job refuses to a new file: it holds personal data')
        .option('--undo', 'instead: delete users of the last 24 hours who never used their account')
        .option(
          '--clean',
          'instead: remove what killed imports have left: files on this machine, and their role',
        )
        .option('--json-schema', 'print the JSON Schema of --json and stop'),
    inEnvironment: ['--job-size', '--rate', '--with-disabled', '--out'],
    load: async () => (await import('./aws-commands.ts')).importUsers,
  },
  finish: {
    section: 'Take down',
    summary:
      'end a migration in order: import the rest, turn password sign-in off, remove it; asks each time',
    examples: [
      'cognito-migrate finish --dry-run',
      'cognito-migrate finish --only clients --client-id 4k2abc --yes',
      'cognito-migrate finish --yes --import-ends-old-passwords --end-migration',
    ],
    options: without(...trigger, 'ALL_NEW_CLIENTS', 'NEW_CLIENT_IDS'),
    unlisted: ({ makings }) => [...makings, 'TAGS', 'PERMISSIONS_BOUNDARY', 'OLD_PERMISSIONS_BOUNDARY'],
    extra: (command) =>
      breakLock(command)
        .option('--only <part>', 'import, clients (password sign-in), or all, which ends with teardown [all]')
        .option('--client-id <id>', 'only this app client of the new pool (repeatable) [all]', collect)
        .option('--import-ends-old-passwords', 'with --yes: import the rest, who lose their passwords')
        .option(
          '--end-password-sign-in',
          'with --yes: also where an app may still sign in with passwords, and then fails',
        )
        .option('--end-migration', 'with --yes: also remove the migration, as teardown does')
        .option('--no-report', 'do not write the last report (HTML) to the working folder first'),
    inEnvironment: ['--no-report'],
    load: async () => (await import('./aws-commands.ts')).finish,
  },
  sync: {
    section: 'Watch',
    summary: 'repeat failed work after moves; copy groups of imported users; exit 8 if some lack groups',
    examples: ['cognito-migrate sync --dry-run', 'cognito-migrate sync --only groups --out lacking.csv'],
    options: without(...trigger, 'ALL_NEW_CLIENTS', 'NEW_CLIENT_IDS'),
    unlisted: ofMaking,
    extra: (command) =>
      breakLock(command)
        .option('--only <work>', 'groups, or marks: old users who should be closed (--move-once) [both]')
        .option('--all', 'also what someone may have changed back: removed groups, old users opened again')
        .option('--out <file>', 'write users for whom work is missing to a new file: it holds personal data')
        .option('--rate <number>', 'requests per second at most [60% of what AWS allows]')
        .option('--json-schema', 'print the JSON Schema of --json and stop'),
    inEnvironment: ['--only', '--out', '--rate'],
    load: async () => (await import('./aws-commands.ts')).sync,
  },
  policy: {
    section: 'Scripts and other accounts',
    summary: 'print the smallest IAM policy that all commands need',
    examples: [
      'cognito-migrate policy > operator-policy.json',
      'cognito-migrate policy --side old --old-profile legacy',
      'cognito-migrate policy --for watch > on-call-policy.json',
    ],
    options: withPools(
      'EXISTING_ROLE_ARN',
      'OLD_PROFILE',
      'OLD_ROLE_TO_ASSUME',
      'EXISTING_OLD_ROLE_ARN',
      'EXISTING_OLD_CLIENT_ID',
      'OLD_PERMISSIONS_BOUNDARY',
      'NAME',
      'ROLE_PATH',
      'PERMISSIONS_BOUNDARY',
      'ADD_OLD_SUB',
      'ALARMS',
      'GROUPS',
      'GROUP_ROLES',
      'MOVE_ONCE',
      'CHAIN',
    ),
    extra: (command) =>
      command
        .option(
          '--side <side>',
          "new or old [everything in the new pool's account], or self-test, whose pools do not exist yet",
        )
        .option(
          '--for <task>',
          'only the permissions for init (also doctor, plan), watch (status, try, logs), users, finish (also teardown), sign-ins, import, import-undo, sync, or self-test (repeatable) [all but the last five]',
          collect,
        ),
    load: async () => (await import('./aws-commands.ts')).policy,
  },
  handoff: {
    section: 'Scripts and other accounts',
    summary: 'write a folder for the administrator of the old account',
    examples: [
      'cognito-migrate handoff --old-user-pool-id us-east-2_AbC --new-user-pool-id us-east-2_XyZ',
      'sh cognito-migrate-handoff/make.sh    (in the old account)',
    ],
    options: withPools(
      'EXISTING_ROLE_ARN',
      'EXISTING_OLD_EXTERNAL_ID',
      'OLD_PERMISSIONS_BOUNDARY',
      'MAP',
      'FIND_BY',
      'GROUPS',
      'MOVE_ONCE',
      'NAME',
      'ROLE_PATH',
      'TAGS',
    ),
    extra: (command) =>
      command
        .option('--out <folder>', 'folder to write [cognito-migrate-handoff]')
        .option('--update', 'write only the changed permissions of a live migration')
        .option('--force', 'write into a folder that is not empty'),
    load: async () => (await import('./aws-commands.ts')).handoff,
  },
  export: {
    section: 'Scripts and other accounts',
    summary: 'print the resources of init, except the live pool, as infrastructure code or a script',
    examples: [
      'cognito-migrate export --format terraform --out infra',
      'cognito-migrate export --format json > wanted.json',
    ],
    options: without('DRY_RUN', 'YES'),
    extra: (command) =>
      command
        .option('--format <name>', 'cloudformation, cdk, terraform, aws-cli, or json')
        .option('--out <folder>', "folder to write, with the function's code and a page about it")
        .option('--force', 'write into a folder that is not empty'),
    load: async () => (await import('./aws-commands.ts')).exportWanted,
  },
  ...localDefinitions,
};

export const entries: readonly Entry[] = commandNames.map((name) => ({ name, ...definitions[name] }));

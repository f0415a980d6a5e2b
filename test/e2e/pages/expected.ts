/** What the commands of the pages need to run here. Everything not said here runs as written and ends with 0. */

/** One command, by its text on the page. */
export interface Expected {
  /** What a person answers besides `consentOf`, as flags. */
  readonly answers?: string;
  /** What they type besides. */
  readonly typed?: string;
  /** Exit code of the program; absent: 0. */
  readonly code?: number;
  /** It never ends by itself: Ctrl-C is pressed after this output. */
  readonly until?: RegExp;
}

export interface ExpectedPage {
  /** Where the page begins: two pools (absent), a migration between them, or pools in two accounts. */
  readonly begin?: 'migration' | 'two accounts';
  /** Text on the page, and what stands for it here: `{old}`, `{second}`, `{new}`, `{client}`, and outputs of `handoff`. */
  readonly placeholders?: Readonly<Record<string, string>>;
  readonly commands?: Readonly<Record<string, Expected>>;
}

/** What a person answers when the program asks before it changes something. */
const consents: Readonly<Record<string, string>> = {
  // Without the teardown: it waits until imported users have their groups.
  finish: '--yes --import-ends-old-passwords --end-password-sign-in',
  import: '--yes --import-ends-old-passwords',
  init: '--yes',
  'self-test': '--yes',
  sync: '--yes',
  teardown: '--yes',
};

/** The flags that stand for these answers, unless the command has one of them already. */
export function consentOf(line: string): string {
  const [, name = ''] = /cognito-migrate ([a-z-]+)/.exec(line) ?? [];
  return /--(?:yes|dry-run)\b/.test(line) ? '' : (consents[name] ?? '');
}

/** Other programs, which are recorded and not run. */
export const notRun: Readonly<Record<string, string>> = {
  aws: 'The AWS CLI of a person. Tests of handoff and export run it where they print its commands.',
  npm: 'It installs, or runs these very tests. The scripts that it names are checked.',
  terraform: 'It needs a provider, which is downloaded. Tests of export read what it would read.',
};

const pools = { 'us-east-2_AbC': '{old}', 'us-east-2_XyZ': '{new}' };
const newPool = { 'us-east-2_XyZ': '{new}' };
const allClients: Expected = { answers: '--all-new-clients' };
const password: Expected = { answers: '--password-stdin', typed: 'Old-password-of-ana-1' };
/** It would take a minute, and has tests of its own: it begins, and stops at Ctrl-C. */
const selfTest: Expected = { until: /plan writes nothing/, code: 130 };

export const expected: Readonly<Record<string, ExpectedPage>> = {
  'README.md': { commands: { 'cognito-migrate init': allClients } },
  'CONTRIBUTING.md': {},
  'docs/another-account.md': {
    begin: 'two accounts',
    placeholders: {
      'eu-west-1_AbC': '{old}',
      'us-east-2_XyZ': '{new}',
      '--old-role-arn …': '--old-role-arn {role}',
      '--old-external-id …': '--old-external-id {externalId}',
      '--old-client-id …': '--old-client-id {oldClient}',
      '--old-sign-in …': '--old-sign-in email',
    },
    commands: {
      'cognito-migrate init --old-role-arn … --old-external-id … --old-client-id … --old-sign-in …':
        allClients,
    },
  },
  'docs/export.md': {
    placeholders: pools,
  },
  'docs/finish.md': {
    begin: 'migration',
    placeholders: { APP_CLIENT_ID: '{client}' },
  },
  'docs/getting-started.md': {
    placeholders: pools,
    commands: {
      'cognito-migrate init': allClients,
      'cognito-migrate try --username ana@example.com': password,
    },
  },
  'docs/import.md': {
    begin: 'migration',
  },
  'docs/permissions.md': {},
  'docs/playbook.md': {
    begin: 'migration',
    placeholders: newPool,
    commands: {
      'cognito-migrate status --watch': { until: /Ctrl-C ends/ },
      'cognito-migrate logs --follow': { until: /No sign-ins/ },
      'cognito-migrate try --username ana@example.com': password,
    },
  },
  'docs/recovery.md': {
    begin: 'two accounts',
    placeholders: pools,
  },
  'docs/report.md': { begin: 'migration' },
  'docs/sandbox.md': {
    placeholders: { '--port 4599': '--port 0' },
    commands: {
      'npx cognito-migrate sandbox --port 4599 --seed demo': { until: /AWS_DEFAULT_REGION/ },
      'cognito-migrate try --username ana@example.com': password,
      'npx cognito-migrate sandbox --seed demo --world awsTags=lost --world migrationTexts=other': {
        until: /AWS_DEFAULT_REGION/,
      },
    },
  },
  'docs/scripting.md': { begin: 'migration' },
  'docs/security.md': {},
  'docs/self-test.md': {
    placeholders: { '--port 4598': '--port 0' },
    commands: {
      'npx cognito-migrate self-test --profile playground --region us-east-2 --report report.md': selfTest,
      'npx cognito-migrate self-test --profile new --old-profile legacy --region us-east-2 --old-region eu-west-1':
        selfTest,
      'npx cognito-migrate self-test --yes --report report.md': selfTest,
      'npx cognito-migrate sandbox --port 4598': { until: /AWS_DEFAULT_REGION/ },
    },
  },
  'docs/several-pools.md': {
    begin: 'migration',
    placeholders: {
      'us-east-2_Partners': '{second}',
      'us-east-2_Customers': '{new}',
      // The shell names the first old pool in its environment.
      'status --state partners.state.json': 'status --state partners.state.json --old-user-pool-id {second}',
      '--replace-trigger --chain': '--replace-trigger --chain --all-new-clients',
    },
  },
  'docs/sync.md': {
    begin: 'migration',
    placeholders: { '17 3 * * *  ': '', '\\%F': '%F', ...newPool },
  },
  'docs/troubleshooting.md': {
    begin: 'migration',
    commands: {
      'cognito-migrate try': {
        ...password,
        answers: '--username ana@example.com --password-stdin',
      },
    },
  },
  'docs/upgrading.md': { begin: 'two accounts' },
  'docs/users.md': { begin: 'migration' },
};

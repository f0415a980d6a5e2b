/** The entries of the commands that can do without AWS, or that start the local AWS. */
import type { CommandName } from '../command-names.ts';
import { collect, type Definition, output } from './entry.ts';
import { selfTestVariables } from './self-test/variables.ts';

export const localDefinitions = {
  env: {
    section: 'Scripts and other accounts',
    summary: 'print the tracked variables for scripts',
    examples: ['eval "$(cognito-migrate env)"', 'cognito-migrate env --format dotenv > .env'],
    options: () => ['STATE', ...output],
    extra: (command) => command.option('--format <name>', 'shell, dotenv, or json [shell]'),
    load: async () => (await import('./env/command.ts')).env,
  },
  'config-schema': {
    section: 'Scripts and other accounts',
    summary: 'print the JSON Schema of the config file',
    examples: ['cognito-migrate config-schema > cognito-migrate.schema.json'],
    options: () => output,
    load: async () => (await import('./config-schema/command.ts')).configSchema,
  },
  completion: {
    section: 'Scripts and other accounts',
    summary: 'print a script for Tab completion in your shell',
    examples: ['eval "$(cognito-migrate completion bash)"', 'cognito-migrate completion fish | source'],
    options: () => output,
    argument: { syntax: '[shell]', description: 'bash, zsh, fish, or powershell' },
    load: async () => (await import('./completion/command.ts')).completion,
  },
  explain: {
    section: 'Watch',
    summary: 'what a finding, an error, an exit code, or a reason means, and what to do',
    examples: ['cognito-migrate explain CM401', 'cognito-migrate explain AWS_UNREACHABLE'],
    options: () => output,
    argument: {
      syntax: '[topic]',
      description: 'CM401, mfa, AWS_UNREACHABLE, password-proven, 8, or another topic [list all]',
    },
    load: async () => (await import('./explain/command.ts')).explain,
  },
  demo: {
    section: 'Without AWS',
    summary: 'see a user migrate on this machine; needs no AWS account',
    examples: ['cognito-migrate demo', 'cognito-migrate demo --another-name'],
    options: () => output,
    extra: (command) =>
      command
        .option('--cross-account', 'between two accounts and Regions, and what is refused there')
        .option('--another-name', 'from usernames to email addresses, and which of them are refused')
        .option('--groups', 'with group memberships, which are in the second token')
        .option('--guard', 'with open sign-up: a stranger cannot take a name of the old pool')
        .option('--several', 'with two old pools: each has its migration, and users of both move')
        .option('--finish', 'the last phase too: import, back to SRP, teardown'),
    load: async () => (await import('./local-commands.ts')).demo,
  },
  sandbox: {
    section: 'Without AWS',
    summary: 'run the local AWS for any SDK or the AWS CLI',
    examples: ['cognito-migrate sandbox --port 4599'],
    options: () => output,
    extra: (command) =>
      command
        .option('--port <number>', 'port on 127.0.0.1 [a free one]')
        .option(
          '--seed <file>',
          'JSON file with the pools and users to begin with; "demo" for two ready-made pools',
        )
        .option(
          '--world <name=value>',
          'answer to a question that the AWS documentation leaves open (repeatable); "list" for all of them',
          collect,
        ),
    load: async () => (await import('./local-commands.ts')).sandbox,
  },
  'self-test': {
    section: 'Watch',
    summary: 'test all of it between temporary pools in your account; leaves nothing',
    examples: [
      'cognito-migrate self-test --profile playground --region us-east-2 --report report.md',
      'cognito-migrate self-test --clean',
    ],
    options: () => selfTestVariables,
    extra: (command) =>
      command
        .option('--old-region <region>', "Region of the old pool [the old profile's, or the new pool's]")
        .option('--report <file>', 'write a report in Markdown, fit to be attached to an issue')
        .option('--with-account', 'leave account numbers in the report and the JSON document')
        .option('--clean', 'instead: show and delete leftovers of killed self-tests'),
    load: async () => (await import('./local-commands.ts')).selfTest,
  },
} satisfies Partial<Record<CommandName, Definition>>;

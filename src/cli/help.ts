/**
 * The help texts: options and commands under headings, and examples that fit.
 * No line is wider than a page.
 */
import { Command, Option } from 'commander';

/** In columns. Wider lines are hard to read. Narrower terminals get narrower lines. */
const maxWidth = 100;
const defaultWidth = 80;

/** Headings of the commands in the program's help, in this order. */
export type Section = 'Set up' | 'Watch' | 'Take down' | 'Scripts and other accounts' | 'Without AWS';

const helpOption = (heading: string): Option => new Option('-h, --help', 'this help').helpGroup(heading);

/** @param columns the width of the terminal. Undefined without a terminal. */
export function describeProgram(program: Command, columns: number | undefined): void {
  program
    .configureHelp({
      helpWidth: Math.min(columns ?? defaultWidth, maxWidth),
      subcommandTerm: (command) => command.name(),
    })
    .configureOutput({ outputError: (text, write) => write(asErrors(text)) })
    .showHelpAfterError('    --help  lists every flag.')
    .addHelpOption(helpOption('Options:'))
    .addHelpText(
      'after',
      [
        '',
        'Begin with:',
        '  cognito-migrate demo    no AWS account needed',
        '  cognito-migrate init    in a folder where the state file may stay',
        '',
        'Flags of a migration are environment variables too:',
        '  COGNITO_MIGRATE_ROLE_PATH for --role-path',
      ].join('\n'),
    )
    .addHelpCommand(
      new Command('help')
        .argument('[command]')
        .summary('the options of a command, and examples')
        .helpGroup(`${'Without AWS' satisfies Section}:`),
    );
}

/** Commands that other programs have, and the word for each here. */
const synonyms: ReadonlyMap<string, string> = new Map([
  ...['apply', 'create', 'deploy', 'install', 'migrate', 'run', 'setup', 'start', 'up'].map(
    (word) => [word, 'init, or plan to see the changes first'] as const,
  ),
  ...['delete', 'destroy', 'down', 'remove', 'rollback', 'undo', 'uninstall'].map(
    (word) => [word, 'teardown'] as const,
  ),
  ...['describe', 'list', 'ls', 'show'].map((word) => [word, 'status'] as const),
  ...['diff', 'preview'].map((word) => [word, 'plan'] as const),
  ['check', 'doctor'],
  ['version', '--version'],
]);

/** Names the command that was probably meant. commander knows only similar spellings. */
function withSynonym(text: string): string {
  const [, word = ''] = /^error: unknown command '([^']*)'/.exec(text) ?? [];
  const meant = synonyms.get(word.toLowerCase());
  return meant === undefined ? text : `error: unknown command '${word}'\n(Did you mean ${meant}?)\n`;
}

/** Formats commander's error messages like all other errors. */
const asErrors = (text: string): string =>
  withSynonym(text)
    .replace(/^error: /, '  ✖ ')
    .replace(/\n\((.*)\)\n$/, '\n    $1\n');

interface Described {
  readonly section: Section;
  readonly summary: string;
  readonly examples: readonly string[];
}

export function describeCommand(command: Command, { section, summary, examples }: Described): void {
  command
    .summary(summary)
    .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
    .helpGroup(`${section}:`)
    .addHelpOption(helpOption('Output:'))
    .addHelpText('after', `\nExamples:\n${examples.map(example).join('\n')}`);
}

/** A command line. If it is too wide, it continues on more lines, in shell syntax. */
function example(line: string): string {
  const words = line.split(/ +(?=--)/);
  const lines: string[] = [];
  let rest = ` ${words.shift() ?? ''}`;
  for (const word of words) {
    if (` ${rest} ${word} \\`.length > defaultWidth) {
      lines.push(rest);
      rest = `    ${word}`;
    } else rest = `${rest} ${word}`;
  }
  return [...lines, rest].map((text) => ` ${text}`).join(' \\\n');
}

/** Runs one command with its reporter, errors, and exit code. The one catch of the program. */
import type { Command } from 'commander';
import { BugError, exitCodes, MigrateError, UsageError } from '../core/errors.ts';
import { failedTogether } from '../core/failed-together.ts';
import { guarded } from '../core/printable.ts';
import { envOf, flagOf, parseVariable } from '../core/variables/index.ts';
import type { Entry } from './commands/entry.ts';
import type { Action, Main } from './context.ts';
import { addOptions, catalogue, flagsOf } from './inputs/options.ts';
import { resolve } from './inputs/resolve.ts';
import { type Io, isAttended, isInCi } from './terminal/io.ts';
import type { Prompts } from './terminal/questions.ts';
import { type Asking, type Reporter, type Verbosity, wasShown } from './terminal/reporter.ts';
import { styleOf } from './terminal/style.ts';

/** Adds the options of the command. */
export function prepare(command: Command, { options, unlisted }: Pick<Entry, 'options' | 'unlisted'>): void {
  addOptions(command, options(catalogue), unlisted?.(catalogue));
  letThrough(command);
}

/** Loads and runs the command. Returns the exit code, and never throws. */
export async function run(
  io: Io,
  command: Command,
  load: () => Promise<Action>,
  main: Main,
): Promise<number> {
  let reporter: Reporter | undefined;
  const stay = io.interrupt.beforeExit(() => reporter?.stop());
  try {
    reporter = await openReporter(io, verbosityOf(io, command));
    assertWellPlaced(command);
    const action = await load();
    const { asking } = reporter;
    const kind = await action({ io, command, reporter, openPrompts: () => openPrompts(io, asking), main });
    return exitCodes[kind].code;
  } catch (error) {
    reporter ??= await openReporter(io, { json: false, stream: false, quiet: false, verbose: false });
    return await report(error, reporter, io);
  } finally {
    reporter?.stop();
    stay();
  }
}

function verbosityOf(io: Io, command: Command): Verbosity {
  const isStreaming = command.options.some(({ long }) => long === flagOf('STREAM'));
  const wanted = [
    'JSON',
    'QUIET',
    'NO_COLOR',
    'VERBOSE',
    ...(isStreaming ? (['STREAM'] as const) : []),
  ] as const;
  const { values, sources } = resolve(wanted, { flags: flagsOf(command), env: io.env });
  if (values.STREAM && !values.JSON) {
    const given = sources.get('STREAM') === 'flag' ? flagOf('STREAM') : envOf('STREAM');
    throw new UsageError(`${given} needs ${flagOf('JSON')}: its lines are JSON`, {
      code: 'STREAM_WITHOUT_JSON',
      expected: flagOf('JSON'),
      hint: [`${flagOf('JSON')} ${flagOf('STREAM')}  prints every event as a line, and the result last.`],
    });
  }
  return {
    json: values.JSON === true,
    stream: values.STREAM === true,
    quiet: values.QUIET === true,
    verbose: values.VERBOSE === true,
  };
}

async function report(error: unknown, reporter: Reporter, io: Io): Promise<number> {
  const isWhole = error instanceof MigrateError && failedTogether(error).length === 0;
  const known = isWhole ? error : (await import('../aws/errors.ts')).toMigrateError(error);
  if (known !== undefined) {
    if (!wasShown(known)) reporter.error(known);
    return known.exitCode;
  }
  reporter.stop();
  const bug = asBug(error);
  try {
    reporter.error(bug);
  } catch {
    // The reporter itself is broken. The error must be visible anyway.
    io.stderr.write(`  ${guarded([bug.message, ...bug.hint].join('\n    '), false)}\n`);
  }
  return bug.exitCode;
}

function asBug(error: unknown): BugError {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new BugError('This is a bug in cognito-migrate', {
    code: 'BUG',
    hint: [
      'Please report it with these lines:',
      ...trace.split('\n'),
      'Add the output of  cognito-migrate --version --verbose',
    ],
    cause: error,
  });
}

/** The reporter for these flags and this terminal. Loads the spinner only if it will spin. */
async function openReporter(io: Io, verbosity: Verbosity): Promise<Reporter> {
  const style = styleOf(io.stderr, io.env, io.isShow);
  if (verbosity.json && verbosity.stream)
    return (await import('./terminal/reporters/stream.ts')).streamReporter(io, style);
  if (verbosity.json)
    return (await import('./terminal/reporters/json.ts')).jsonReporter(io, style, verbosity);
  const spins = io.stderr.isTTY === true && io.env.TERM !== 'dumb' && !isInCi(io.env) && !verbosity.quiet;
  if (spins) return (await import('./terminal/reporters/terminal.ts')).ttyReporter(io, style, verbosity);
  return (await import('./terminal/reporters/plain.ts')).plainReporter(io, style, verbosity);
}

/** The questions of this terminal. Undefined if nobody can answer. Loads them only if somebody can. */
async function openPrompts(io: Io, asking: Asking): Promise<Prompts | undefined> {
  if (!isAttended(io)) return undefined;
  if (io.env.TERM === 'dumb') return (await import('./terminal/prompts/line-prompts.ts')).linePrompts(io);
  return (await import('./terminal/prompts/index.ts')).terminalPrompts(io, asking);
}

const region = flagOf('REGION') ?? '';
const poolFlags = [flagOf('OLD_USER_POOL_ID'), flagOf('NEW_USER_POOL_ID')];

const has = (command: Command, flag: string | undefined): boolean =>
  command.options.some(({ long, hidden }) => long === flag && !hidden);

/** Lets the parser accept input that `assertWellPlaced` explains better. */
function letThrough(command: Command): void {
  command.allowExcessArguments();
  if (!has(command, region)) command.addOption(command.createOption(`${region} <region>`).hideHelp());
}

/**
 * Throws UsageError for an argument that the command does not take. Few take one.
 * Also throws for a Region if the command has no --region option.
 */
function assertWellPlaced(command: Command): void {
  const { length: taken } = command.registeredArguments;
  if (command.args.length > taken) throw taken === 0 ? noArguments(command) : tooManyArguments(command);
  if (command.getOptionValue('region') === undefined || has(command, region)) return;
  const isInPool = poolFlags.some((flag) => has(command, flag));
  throw new UsageError(`${command.name()} has no ${region}`, {
    code: 'BAD_INPUT',
    found: region,
    hint: [
      isInPool ? "The Region is in the pool's ID: us-east-2 in us-east-2_AbC." : '--help  lists every flag.',
    ],
  });
}

/** Never repeats the words, because one may be a password. Only pool IDs appear, each after its flag. */
function noArguments(command: Command): UsageError {
  const flags = poolFlags.filter((flag) => has(command, flag));
  const ids = command.args.filter((word) => 'value' in parseVariable('NEW_USER_POOL_ID', word));
  const isSure = ids.length === flags.length;
  const wanted = [
    ...flags.map((flag, index) => `${flag} ${isSure ? ids[index] : '…'}`),
    ...(has(command, '--username') ? ['--username …'] : []),
  ];
  const instead = wanted.length === 0 ? '' : `: ${wanted.join(' ')}`;
  return new UsageError(`${command.name()} takes no arguments${instead}`, {
    code: 'BAD_INPUT',
    hint: ['--help  lists every flag.'],
  });
}

const tooManyArguments = (command: Command): UsageError =>
  new UsageError(`${command.name()} takes one argument`, {
    code: 'BAD_INPUT',
    hint: [`cognito-migrate ${command.name()} --help  shows it.`],
  });

/** Explains unexpected arguments. The parser could only guess. */
import type { Command } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { flagOf, parseVariable } from '../../core/variables/index.ts';

const region = flagOf('REGION') ?? '';
const poolFlags = [flagOf('OLD_USER_POOL_ID'), flagOf('NEW_USER_POOL_ID')];

const has = (command: Command, flag: string | undefined): boolean =>
  command.options.some(({ long, hidden }) => long === flag && !hidden);

/** Lets the parser accept input that `assertWellPlaced` explains better. */
export function letThrough(command: Command): void {
  command.allowExcessArguments();
  if (!has(command, region)) command.addOption(command.createOption(`${region} <region>`).hideHelp());
}

/**
 * Throws UsageError for an argument that the command does not take. Few take one.
 * Also throws for a Region if the command has no --region option.
 */
export function assertWellPlaced(command: Command): void {
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

/** The options of finish, and the consent that a script gives with them where a person answers questions. */
import type { Command } from 'commander';
import { UsageError } from '../../../core/errors.ts';
import { copiesGroups } from '../../../steps/group-plan.ts';
import { type LackingFlag, missing } from '../../inputs/missing.ts';
import { isOn, ownValueOf } from '../../inputs/options.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { isHandedOver } from '../../session/access.ts';
import type { Io } from '../../terminal/io.ts';
import { type ImportOptions, parseImportOptions } from '../import/index.ts';
import { type FoundClient, isDoubtful } from './clients.ts';

/** The parts that `--only` names. All of them end with teardown. */
export const finishParts = ['import', 'clients', 'all'] as const;

export interface FinishOptions {
  readonly only: (typeof finishParts)[number];
  /** IDs of app clients. Undefined for all of them. */
  readonly clientIds: readonly string[] | undefined;
  /** Whether to turn password sign-in off where apps may still use it. */
  readonly endsPasswordSignIn: boolean;
  /** Whether a script also removes the migration. */
  readonly endsMigration: boolean;
  readonly writesReport: boolean;
  readonly importing: ImportOptions;
}

export const clientFlag = '--client-id';
const onlyFlag = '--only';
const importFlag = '--import-ends-old-passwords';
const passwordFlag = '--end-password-sign-in';
const migrationFlag = '--end-migration';

/** Adds groups to imported users. */
export const syncCommand = 'cognito-migrate sync';

/** Throws UsageError for wrong values. */
export function parseFinishOptions(command: Command, env: Io['env']): FinishOptions {
  const { only: word = 'all', ...own } = command.opts<{
    only?: string;
    clientId?: readonly string[];
    endPasswordSignIn?: boolean;
    endMigration?: boolean;
  }>();
  const only = finishParts.find((part) => part === word);
  if (only === undefined)
    throw bad(`${onlyFlag} must be import, clients, or all (got ${JSON.stringify(word)})`, word);
  return {
    only,
    clientIds: own.clientId,
    endsPasswordSignIn: own.endPasswordSignIn === true,
    endsMigration: own.endMigration === true,
    writesReport: !isOn(ownValueOf('--no-report', command, env)),
    importing: parseImportOptions(command, env),
  };
}

/** These options as typed, for the command that continues. */
export const typedOptions = (options: FinishOptions): string[] => [
  ...(options.only === 'all' ? [] : [`${onlyFlag} ${options.only}`]),
  ...(options.clientIds ?? []).map((id) => `${clientFlag} ${id}`),
  ...(options.importing.endsOldPasswords ? [importFlag] : []),
  ...(options.endsPasswordSignIn ? [passwordFlag] : []),
  ...(options.endsMigration ? [migrationFlag] : []),
  ...(options.writesReport ? [] : ['--no-report']),
];

/** Whether this run does a part of the order. */
export const includes = ({ only }: FinishOptions, part: 'import' | 'clients' | 'teardown'): boolean =>
  only === 'all' || only === part;

const lackingImport: LackingFlag = {
  flag: importFlag,
  describe: 'agree that imported users lose their old passwords for good',
};

const lackingPassword: LackingFlag = {
  flag: passwordFlag,
  describe: 'apps may still sign in with passwords, and will then get errors',
};

/**
 * Throws UsageError for all consent that a script lacks, before the first change.
 * @param staying app clients that keep password sign-in after this run.
 */
export function assertConsent(
  open: readonly FoundClient[],
  staying: readonly FoundClient[],
  {
    inputs,
    isAnyLeft,
    isOwed,
  }: {
    readonly inputs: Migration['inputs'];
    readonly isAnyLeft: boolean;
    /** Users of an earlier import lack their groups. */
    readonly isOwed: boolean;
  },
  options: FinishOptions,
): void {
  const { importing, endsMigration, endsPasswordSignIn } = options;
  const imports = includes(options, 'import') && importing.endsOldPasswords;
  const needsYes = open.length > 0 || imports || endsMigration || options.only === 'import';
  const lacking = [
    ...(options.only === 'import' && !importing.endsOldPasswords ? [lackingImport] : []),
    ...(open.some(isDoubtful) && !endsPasswordSignIn ? [lackingPassword] : []),
  ];
  if ((needsYes && !inputs.YES) || lacking.length > 0) throw missing(inputs.YES ? [] : ['YES'], lacking);
  const areOwed = isOwed || (imports && isAnyLeft && copiesGroups(inputs));
  if (endsMigration) assertCanEnd(staying, { inputs, areOwed }, options);
}

function assertCanEnd(
  [first]: readonly FoundClient[],
  { inputs, areOwed }: { readonly inputs: Migration['inputs']; readonly areOwed: boolean },
  options: FinishOptions,
): void {
  if (areOwed)
    throw bad(
      `${migrationFlag}: imported users get their groups by ${syncCommand}, after the import. Run finish without this flag first`,
      migrationFlag,
    );
  if (first !== undefined || options.only !== 'all')
    throw bad(`${migrationFlag}: password sign-in of ${first?.name ?? 'the apps'} would stay on`, onlyFlag);
  if (isHandedOver(inputs))
    throw bad(
      `${migrationFlag}: run teardown instead. It prints what the old account's administrator removes`,
      migrationFlag,
    );
}

const bad = (message: string, found: string): UsageError =>
  new UsageError(message, { code: 'BAD_INPUT', found });

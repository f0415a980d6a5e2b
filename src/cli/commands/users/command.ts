/** users: the state of each user of the old pool. Changes nothing in AWS. */
import { type ExitKind, StateFileError } from '../../../core/errors.ts';
import { number } from '../../../core/format-number.ts';
import { jsonText } from '../../../core/printable.ts';
import { saveMoved } from '../../../core/state-store.ts';
import { Budgets, enforcedLimit } from '../../../users/limits.ts';
import { NewFile } from '../../../users/new-file.ts';
import { parseColumns, rowWriter, usualColumns } from '../../../users/rows.ts';
import { type Survey, type SurveyArgs, surveyUsers } from '../../../users/survey.ts';
import type { Context } from '../../context.ts';
import { loadInputs } from '../../inputs/load-inputs.ts';
import { findMigration } from '../../migration/find-migration.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { type Surveyed, surveyedPools, surveyProgress } from '../../migration/surveyed-pools.ts';
import { duration } from '../../terminal/style.ts';
import type { UsersDocument } from './document.ts';
import { type Out, parseOptions, type UsersOptions } from './options.ts';
import { usersText } from './view.ts';

export async function users(context: Context): Promise<ExitKind> {
  const { io, command } = context;
  const options = parseOptions(command, io.env);
  if (options.wantsSchema) {
    const { usersJsonSchema } = await import('./document.ts');
    io.stdout.write(`${jsonText(usersJsonSchema(), 2)}\n`);
    return 'ok';
  }
  if (options.out === undefined) return survey(context, options, undefined);
  const file = await NewFile.open(options.out.file);
  const stay = io.interrupt.beforeExit(file.discardNow);
  try {
    return await survey(context, options, file);
  } finally {
    await file.discard();
    stay();
  }
}

async function survey(
  context: Context,
  { out, readsMfa, rate }: UsersOptions,
  file: NewFile | undefined,
): Promise<ExitKind> {
  const { io, reporter } = context;
  const migration = await findMigration(context, await loadInputs(context), 'read');
  const pools = await surveyedPools(migration);
  const rows = out === undefined ? undefined : new Rows(out, pools.oldAttributes);
  const pace = { clock: io.clock, signal: io.interrupt.signal };
  const doesMfaMatter = pools.settings.mfa === 'block' && pools.settings.oldPoolMfa === 'OPTIONAL';
  const perSecond =
    rate ?? (readsMfa || doesMfaMatter ? (await enforcedLimit(pools.old.side, 'UserRead')) * 0.4 : 1);
  const mfaTime = (count: number): string => `about ${duration(Math.ceil(count / perSecond) * 1000)}`;
  if (readsMfa) {
    const { estimate } = pools.old;
    const message = `Reading the MFA of up to ${number(estimate)} users takes ${mfaTime(estimate)}`;
    reporter.emit({ type: 'note', level: 'info', message });
  }
  await file?.write(rows?.head ?? '');
  const surveying: Omit<SurveyArgs, 'onProgress'> = {
    ...pools,
    readsMfa,
    budgets: new Budgets(rate, pace, { arn: pools.old.arn, settings: pools.settings }),
    pace,
    each: async (user, classified) => file?.write(rows?.rowOf(user, classified) ?? ''),
  };
  const found = await reporter.busy('Reading both pools', (onProgress) =>
    surveyUsers({ ...surveying, onProgress: surveyProgress(pools, onProgress, io.clock.now) }),
  );
  await file?.finish();
  const document = documentOf(pools, found, readsMfa, rows?.summary);
  const said = { doesMfaMatter, mfaTime: mfaTime(found.states.waiting) };
  if (document.complete && pools.isInstalled) await saveCount(context, migration, document);
  reporter.data({ json: document, text: (style) => usersText(document, said, style) });
  return document.complete ? 'ok' : 'refused';
}

/** Keeps the count for `status`. Another run may hold the state file, or the disk may be full: then it says so. */
async function saveCount(
  { io, reporter }: Context,
  { file, state }: Migration,
  { states, to, exact }: UsersDocument,
): Promise<void> {
  if (state === undefined) return;
  try {
    await saveMoved(file, { users: states.moved, at: to, isExact: exact }, io.clock.now);
  } catch (error) {
    if (!(error instanceof StateFileError)) throw error;
    const message = `status cannot show this count: ${error.message}`;
    reporter.emit({ type: 'note', level: 'info', message });
  }
}

/** The rows of the file, as far as they were chosen. */
class Rows {
  readonly #out: Out;
  readonly #columns: readonly string[];
  readonly #writer: ReturnType<typeof rowWriter>;
  #users = 0;

  constructor(out: Out, attributes: readonly string[]) {
    this.#out = out;
    this.#columns = out.columns === undefined ? usualColumns : parseColumns(out.columns, attributes);
    this.#writer = rowWriter(out.format, this.#columns);
  }

  get head(): string {
    return this.#writer.head;
  }

  /** The row of a user. Undefined if their state was not asked for. */
  readonly rowOf: (...args: Parameters<SurveyArgs['each']>) => string | undefined = (user, classified) => {
    if (this.#out.only?.has(classified.state) === false) return undefined;
    this.#users += 1;
    return this.#writer.row(user, classified);
  };

  get summary(): NonNullable<UsersDocument['file']> {
    const { file, format } = this.#out;
    return { path: file, format, users: this.#users, columns: [...this.#columns] };
  }
}

function documentOf(
  { old, new: newPool, oldName, newName, isInstalled }: Surveyed,
  found: Survey,
  mfaChecked: boolean,
  file: UsersDocument['file'],
): UsersDocument {
  const complete = found.missing.length === 0;
  return {
    ok: complete,
    command: 'users',
    version: 1,
    oldUserPool: { id: old.id, name: oldName, users: old.estimate },
    newUserPool: { id: newPool.id, name: newName, users: newPool.estimate },
    from: new Date(found.from).toISOString(),
    to: new Date(found.to).toISOString(),
    installed: isInstalled,
    exact: found.isExact,
    mfaChecked,
    complete,
    missing: found.missing.map((one) => ({ ...one })),
    total: found.users,
    states: { ...found.states },
    reasons: { ...found.reasons },
    ...(file === undefined ? {} : { file }),
  };
}

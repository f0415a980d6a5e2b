/** The files of reports. Never replaces a file. */
import { join } from 'node:path';
import { UsageError } from '../../../core/errors.ts';
import { NewFile } from '../../../users/new-file.ts';
import type { Context } from '../../context.ts';
import type { Io } from '../../terminal/io.ts';
import type { Reporter } from '../../terminal/reporter.ts';

/** Runs the work on a new file. Leaves no draft behind, whatever happens. */
export async function withNewFile<T>(
  { interrupt }: Io,
  file: string,
  name: string,
  work: (out: NewFile) => Promise<T>,
): Promise<T> {
  const out = await NewFile.open(file, name);
  const stay = interrupt.beforeExit(out.discardNow);
  try {
    return await work(out);
  } finally {
    await out.discard();
    stay();
  }
}

/**
 * Whether the last report of a migration can be written to the working folder. If not, it warns.
 * The warning comes before the question about the removal.
 */
export async function canWriteLastReport({ io, reporter }: Context): Promise<boolean> {
  const write = async (): Promise<void> => undefined;
  return (await orWarning(reporter, () => underFreeName(io, io.clock.now(), write))) !== undefined;
}

/** Writes the last report of a migration. Undefined, and a warning, if it cannot be written. */
export const writeLastReportFile = ({ io, reporter }: Context, text: string): Promise<string | undefined> =>
  orWarning(reporter, () =>
    underFreeName(io, io.clock.now(), async (out) => {
      await out.write(text);
      await out.finish();
    }),
  );

/** Works on a file with a free name. Never replaces a file: two runs on one day have two names. */
async function underFreeName(io: Io, at: number, work: (out: NewFile) => Promise<void>): Promise<string> {
  const day = new Date(at).toISOString().slice(0, 10);
  for (let number = 1; ; number += 1) {
    const name = `cognito-migrate-report-${day}${number === 1 ? '' : `-${number}`}.html`;
    try {
      await withNewFile(io, join(io.folder, name), 'The last report', work);
      return name;
    } catch (error) {
      if (!(error instanceof UsageError && error.code === 'FILE_EXISTS')) throw error;
    }
  }
}

/** Undefined, and a warning, if the file cannot be written. Teardown works without it. */
async function orWarning<T>({ emit }: Reporter, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UsageError && error.code === 'FILE_UNWRITABLE')) throw error;
    emit({ type: 'note', level: 'warning', message: `${error.message}\n${withoutReport}` });
    return undefined;
  }
}

const withoutReport =
  'Teardown continues without it. Afterward, nobody can write it: the log is gone.\n' +
  'To keep one, stop here, and run  cognito-migrate status --report FILE  with a file in another folder.';

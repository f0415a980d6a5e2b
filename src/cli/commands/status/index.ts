/** The command, and the last report of teardown. */
export { status } from './command.ts';
export { canWriteLastReport, writeLastReport } from './report.ts';

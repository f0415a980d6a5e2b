/** The command, its lines about users for the demo, and the last report of teardown. */
export { chainWords } from './chain.ts';
export { status } from './command.ts';
export { writeLastReport } from './report.ts';
export { canWriteLastReport } from './report-file.ts';
export { progress } from './users-view.ts';

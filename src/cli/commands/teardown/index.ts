/** A check by init for a teardown that would be incomplete. */
export { lostRecordsNotes } from './checks.ts';

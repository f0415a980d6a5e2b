/** A check by init for a teardown that would be incomplete. */
export { lostRecords } from './checks.ts';

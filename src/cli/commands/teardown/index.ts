/** What init must know about a teardown that would not be complete. */
export { lostRecords } from './checks.ts';

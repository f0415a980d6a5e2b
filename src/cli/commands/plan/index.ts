/** Plan output for other commands. */
export { acceptedNotes, planNotes } from './additions.ts';
export { showPlan } from './command.ts';
export { assertRoomForRecords } from './tag-limit.ts';
export { additionLines, awaited, differing, listChange, planText } from './view.ts';

/** Plan output for other commands. */
export { acceptedNotes, planNotes } from './additions.ts';
export { showPlan } from './command.ts';
export { assertRoomForRecords } from './tag-limit.ts';
export { additionLines, awaited, listChange, planText, short } from './view.ts';

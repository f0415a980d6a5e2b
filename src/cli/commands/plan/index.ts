/** Plan output for other commands. */
export { tellAccepted, tellNotes } from './additions.ts';
export { showPlan } from './command.ts';
export { assertRoomForRecords } from './tag-limit.ts';
export { additionLines, awaited, listChange, planText, short } from './view.ts';

/** Texts that init and status share. */
export { addClientText, closedText, nobodyCanMoveCode, resetOnlyNote, trackedOf } from './view.ts';

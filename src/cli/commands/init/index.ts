/** Texts that init and status share. */
export { nobodyCanMoveCode, resetOnlyNote, trackedOf, unreachableText } from './view.ts';

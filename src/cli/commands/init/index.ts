/** What init and status say in the same words. */
export { nobodyCanMoveCode, resetOnlyNote, trackedOf, unreachableText } from './view.ts';

/** What init and status say in the same words. */
export { nobodyCanMoveCode, trackedOf, unreachableText } from './view.ts';

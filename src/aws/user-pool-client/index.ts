export { ConcurrentChange, replanOnChange, SettingsDiffer } from '../lossless-update/index.ts';
export { clientDifferences, clientKeysThatAreNoSettings } from './compare.ts';
export { clientFields } from './fields.ts';
export { flowsWithPassword, passwordFlow, unsuitable } from './flows.ts';
export {
  isClosed,
  readWayToMove,
  takesPasswords,
  usesManagedLogin,
  type WayToMove,
  wayToMove,
} from './password-sign-in.ts';
export { type ClientSnapshot, clientPages, type NamedClient, type RawClient, readClient } from './read.ts';
export { flowRecord, undoFlow } from './undo.ts';
export { brokenClient, clientRestoration, restoreClient, setPasswordFlow } from './update.ts';

export { ConcurrentChange, replanOnChange, SettingsDiffer } from '../raw-json/index.ts';
export { clientChangedSince, clientDifferences } from './compare.ts';
export { clientFields, readOnlyClientFields } from './fields.ts';
export { type FlowFamily, flowsWithPassword, type PasswordFlow, passwordFlow, unsuitable } from './flows.ts';
export { type ClientImage, type ClientSnapshot, readClient } from './read.ts';
export { type ClientRequestRules, clientRequest } from './request.ts';
export { restoreClient } from './restore.ts';
export { type FlowRecord, type FlowUndo, flowRecord, undoFlow } from './undo.ts';
export { type ClientUpdated, type ClientUpdateOptions, type FlowChange, setPasswordFlow } from './update.ts';

export { ConcurrentChange, replanOnChange, SettingsDiffer } from '../raw-json/index.ts';
export { changedSince, settingsDifferences } from './compare.ts';
export { type PoolField, poolFields, readOnlyPoolFields } from './fields.ts';
export { type PoolImage, type PoolSnapshot, readPool } from './read.ts';
export { poolRequest, type RequestRules } from './request.ts';
export { restorePool } from './restore.ts';
export { type TriggerUndo, undoTrigger } from './undo.ts';
export { type PoolUpdated, type PoolUpdateOptions, setUserMigration } from './update.ts';

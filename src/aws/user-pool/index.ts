export { ConcurrentChange, replanOnChange, SettingsDiffer } from '../raw-json/index.ts';
export { type PoolField, poolFields, readOnlyPoolFields } from './fields.ts';
export { deployedBy, iacNames, iacSnippet, iacTools } from './iac.ts';
export { poolObstacles, runningImportJobs } from './obstacles.ts';
export { type PoolImage, type PoolSnapshot, readPool } from './read.ts';
export { poolRequest } from './request.ts';
export { poolRestoration, restorePool } from './restore.ts';
export { undoTrigger } from './undo.ts';
export { finishUserMigration, type PoolUpdateOptions, setUserMigration } from './update.ts';

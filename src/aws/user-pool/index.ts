export { ConcurrentChange, replanOnChange, SettingsDiffer } from '../lossless-update/index.ts';
export { poolDifferences, poolKeysThatAreNoSettings } from './compare.ts';
export { type PoolField, poolFields, readOnlyPoolFields } from './fields.ts';
export { deployedBy, iacNames, iacSnippet, iacTools } from './iac.ts';
export {
  importRunning,
  isRunningImport,
  listImportJobs,
  runningImportJobs,
  unlessImporting,
} from './import-jobs.ts';
export { type PoolSnapshot, type RawPool, readPool } from './read.ts';
export { poolRequest, withTriggers } from './request.ts';
export { poolRestoration, restorePool } from './restore.ts';
export { sendPoolUpdate } from './send.ts';
export { senderKeyOf } from './sender-key.ts';
export { tokenTriggerOf } from './token-trigger.ts';
export { type TriggerSlot, type Triggers, undoTrigger } from './undo.ts';
export { finishTriggers, setTriggers } from './update.ts';

export { changeLine, countSettings, repairLine, settingDifferences, withoutEmptyTexts } from './diff.ts';
export { ConcurrentChange, SettingsDiffer } from './errors.ts';
export {
  asAnswered,
  onlyOnce,
  onlyOnceOptions,
  rawRequest,
  rawRequestOptions,
  rawResponse,
  rawResponseOptions,
  replacedOnTheWire,
} from './middleware.ts';
export { guardedWrite, readUntil, replanOnChange, type WriteOptions } from './write.ts';

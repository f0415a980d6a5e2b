export { changeLine, countSettings, repairLine, settingDifferences } from './diff.ts';
export { withoutEmptyTexts } from './empty-texts.ts';
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

/** Numbers, times, durations and error messages, formatted for the reader's language. */

export { formatMemory, formatPrice } from './amounts';
export { messageOf } from './errors';
export { languageOf, localeOf } from './language';
export type { ILanguage } from './language';
export { inNaturalOrder } from './names';
export {
  formatCount,
  formatExact,
  formatMetric,
  formatShare,
  formatSize,
  separatorsOf
} from './numbers';
export {
  formatAgo,
  formatClock,
  formatMoment,
  formatRecent,
  formatTimeOfDay
} from './times';
export {
  formatAbout,
  formatDifference,
  formatDuration,
  formatTick
} from './durations';
export type { TimeUnit } from './durations';

/** The one place that writes numbers, times and durations in the reader's language, and errors in their words. */

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

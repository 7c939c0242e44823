/**
 * How times and shares are written. `aibro/display/timeline.py` writes them the same way:
 * both are tested against `tests/display/durations.json`.
 */

/** An integer without the banker's surprises that differ between languages. */
function round(value: number): number {
  return Math.floor(value + 0.5);
}

function padded(value: number): string {
  return String(value).padStart(2, '0');
}

/**
 * A duration for people: `40 ms`, `3.02 s`, `42.3 s`, `2 min 05 s`, `1 h 02 min`, `3 d 04 h`.
 *
 * @param seconds - what is negative or not a finite number counts as nothing.
 */
export function formatDuration(seconds: number): string {
  if (!(seconds > 0) || !Number.isFinite(seconds)) {
    return '0 ms';
  }
  if (seconds < 0.0005) {
    return '<1 ms';
  }
  if (seconds < 0.9995) {
    return `${round(seconds * 1000)} ms`;
  }
  if (seconds < 9.995) {
    return `${(round(seconds * 100) / 100).toFixed(2)} s`;
  }
  if (seconds < 59.95) {
    return `${(round(seconds * 10) / 10).toFixed(1)} s`;
  }
  const whole = round(seconds);
  if (whole < 3600) {
    return `${Math.floor(whole / 60)} min ${padded(whole % 60)} s`;
  }
  const minutes = round(seconds / 60);
  if (minutes < 1440) {
    return `${Math.floor(minutes / 60)} h ${padded(minutes % 60)} min`;
  }
  const hours = round(seconds / 3600);
  return `${Math.floor(hours / 24)} d ${padded(hours % 24)} h`;
}

/**
 * A share for people: `62 %`, `<1 %`, nothing for nothing.
 *
 * @param share - 1 is the whole.
 */
export function formatShare(share: number): string {
  if (!(share > 0) || !Number.isFinite(share)) {
    return '';
  }
  return share < 0.005 ? '<1 %' : `${round(share * 100)} %`;
}

/** Idle time of the wall time from which it is named. */
const IDLE_SHARE = 0.005;

/**
 * Whether idle time is worth a word, as in `aibro/display/timeline.py`.
 *
 * @param idle - seconds.
 * @param wallTime - seconds.
 */
export function isIdleWorthAWord(idle: number, wallTime: number): boolean {
  return idle > 0 && idle >= IDLE_SHARE * wallTime;
}

/**
 * A moment as the reader's clock shows it, with the date when it is not today's.
 *
 * @param at - seconds since the epoch.
 * @param now - seconds since the epoch.
 */
export function formatClock(at: number, now: number): string {
  const moment = new Date(at * 1000);
  if (Number.isNaN(moment.getTime())) {
    return '';
  }
  const time = moment.toLocaleTimeString();
  return moment.toDateString() === new Date(now * 1000).toDateString()
    ? time
    : `${moment.toLocaleDateString()} ${time}`;
}

/**
 * A moment of the day to the millisecond.
 *
 * @param at - seconds since the epoch.
 */
export function formatMoment(at: number): string {
  return new Date(at * 1000).toLocaleTimeString(undefined, {
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3
  });
}

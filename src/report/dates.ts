/** Days in words. All of them are days in UTC, as in the document. */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** For example: Nov 12, 2026. Text that is no date stays as it is. */
export function dayText(day: string | number): string {
  const date = new Date(day);
  if (Number.isNaN(date.getTime())) return String(day);
  return `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
}

/** For example: Nov 12, or Nov 2026 if months matter more than days. */
export const shortDayText = (date: Date, isLong: boolean): string =>
  `${months[date.getUTCMonth()]} ${isLong ? date.getUTCFullYear() : date.getUTCDate()}`;

/** For example: Nov 12, 2026, 14:03 UTC. */
export const timeText = (at: number | string): string =>
  `${dayText(at)}, ${new Date(at).toISOString().slice(11, 16)} UTC`;

/**
 * TIMESTAMP of a PASSWORD_VERIFIER answer: `EEE MMM d HH:mm:ss z yyyy`.
 * Java's SimpleDateFormat reads and writes it this way.
 */
import { invalidParameter } from './errors.ts';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const form = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2}) (?:UTC|GMT) (\d{4})$/;

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** The one way to write a time: no zero before the day. */
export function canonicalTimestamp(time: number): string {
  const date = new Date(time);
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(twoDigits).join(':');
  return `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${date.getUTCDate()} ${clock} UTC ${date.getUTCFullYear()}`;
}

/**
 * Reads a timestamp as milliseconds since the epoch.
 * The text of the error is quoted in amazon-cognito-identity-js#683.
 */
export function readTimestamp(text: string): number {
  const [, month = '', ...rest] = form.exec(text) ?? [];
  const [day, hour, minute, second, year] = rest.map(Number);
  const index = months.indexOf(month);
  const time = index < 0 ? Number.NaN : Date.UTC(year ?? 0, index, day, hour, minute, second);
  if (Number.isNaN(time)) {
    throw invalidParameter('TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.');
  }
  return time;
}

/** The users in the status of the migration, for people. */
import { number } from '../../../core/format-number.ts';
import type { StatusDocument } from '../../../core/status-document.ts';
import type { Style } from '../../terminal/style.ts';

/** The columns that every terminal has. */
const standardWidth = 80;

const estimate = (count: number | null): string => (count === null ? '?' : number(count));

/** `1 failure`, `2 failures`. */
const counted = (count: number, one: string): string => `${number(count)} ${one}${count === 1 ? '' : 's'}`;

const barWidth = 30;

/** A bar for the share of the old pool's users who have moved, if the terminal has room for it. */
function bar(moved: number, all: number | null, style: Style): string {
  if (all === null || all === 0 || style.width < standardWidth) return '';
  const done = Math.min(barWidth, Math.floor((moved / all) * barWidth));
  return `${style.green('█'.repeat(done))}${style.dim('░'.repeat(barWidth - done))}  `;
}

/** A document of version 1.0.0 has no sum. */
const handedOverOf = ({ handedOver, migrated, reset }: StatusDocument['users']['total']): number =>
  handedOver ?? (migrated ?? 0) + (reset ?? 0);

/** How many users have been handed over, how many have moved, and the pace. */
export function progress({ users, oldUserPool, newUserPool }: StatusDocument, style: Style): string[] {
  const size = `          ${oldUserPool.name} has ${estimate(oldUserPool.users)}, ${newUserPool.name} ${estimate(newUserPool.users)} (including sign-ups)`;
  if (users.denied !== undefined)
    return [
      `  Users   unknown how many have moved: ${users.denied.action} is not allowed`,
      ...movedText(users),
      size,
    ];
  if (users.unread !== undefined)
    return [
      `  Users   unknown how many have moved: the log could not be read (${users.unread})`,
      ...movedText(users),
      size,
    ];
  const handedOver = handedOverOf(users.total);
  const all = oldUserPool.users;
  const day = users.lastDay;
  const about = users.complete ? 'about' : 'at least';
  const amount = handedOver === 0 ? 'no users' : `${about} ${number(handedOver)}`;
  const share = all === null ? '' : `, of about ${number(all)}`;
  return [
    `  Users   ${bar(handedOver, all, style)}${amount} handed over${share}`,
    ...movedText(users),
    `          ${newUserPool.name} has ${estimate(newUserPool.users)} (including sign-ups)`,
    `          last 24 h: +${number(handedOverOf(day))}, ${counted(day.wrongCredentials, 'wrong password')}, ${number(day.refused)} refused, ${counted(day.failed, 'failure')}`,
    ...originText(users, handedOver, style),
    ...paceText(users, style),
    ...(all === null || all === 0 ? [] : ['          who has not moved, and why: cognito-migrate users']),
  ];
}

/** The last count by `users`. Cognito may have refused some of those who were handed over. */
function movedText({ moved }: StatusDocument['users']): string[] {
  if (moved === undefined) return [];
  const about = moved.exact ? '' : 'probably ';
  return [
    `          ${about}${number(moved.users)} moved as of ${moved.at.slice(0, 10)}, by cognito-migrate users`,
  ];
}

function originText({ source, since }: StatusDocument['users'], handedOver: number, style: Style): string[] {
  if (typeof since === 'string') return [style.dim(`          counted since ${since.slice(0, 10)}`)];
  if (source !== 'log' || handedOver === 0) return [];
  return [style.dim('          counted from the log, within its retention period')];
}

const ticks = [...'▁▂▃▄▅▆▇█'];

/** One block per count. A count of zero has the lowest one. */
function sparkline(counts: readonly number[]): string {
  const most = Math.max(1, ...counts);
  return counts.map((count) => ticks[Math.ceil((count / most) * (ticks.length - 1))]).join('');
}

/** The last two weeks and what follows from them, after seven whole days. */
function paceText({ days = [], forecast }: StatusDocument['users'], style: Style): string[] {
  if (days.length <= 7) return [];
  const last = days.slice(-14);
  const line = sparkline(last.map(({ handedOver }) => handedOver));
  return [
    `          last ${last.length} days ${style.green(line)}`,
    ...(forecast === undefined ? [] : [`          forecast: ${forecastText(forecast)}`]),
  ];
}

function forecastText({ next, rest, basisDays }: NonNullable<StatusDocument['users']['forecast']>): string {
  const reached = next === null ? 'no further milestone within two years' : `${next.percent}% by ${next.day}`;
  const left =
    rest === null || rest === 0 ? '' : `; about ${number(rest)} probably won't sign in on their own`;
  return `${reached}, at the pace of the last ${basisDays} days${left}`;
}

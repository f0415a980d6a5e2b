/** The curve of handed-over users, with the forecast. */
import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import { utcDay, utcTicks } from 'd3-time';
import { number } from '../core/format-number.ts';
import type { StatusDocument } from '../core/status-document.ts';
import { dayText, shortDayText } from './dates.ts';
import { type Html, html } from './html.ts';

/** Milliseconds since the epoch, and users handed over until then. */
type Point = readonly [at: number, users: number];

/** The plot stretches to the page: units of its own, and lines that keep their width. */
const [width, height] = [1000, 400];
/** Room above the highest line, for its label. */
const head = 30;

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
/** A longer forecast would squeeze the past. */
const shortestFuture = 8 * weekMs;

type Users = StatusDocument['users'];

/** The end of each day, and the moment of the reading. */
function countedPoints(days: NonNullable<Users['days']>, at: number): Point[] {
  const start = Date.parse(days[0]?.day ?? '');
  let sum = 0;
  const ends = days.map(({ day, handedOver }): Point => {
    sum += handedOver;
    return [Math.min(utcDay.offset(new Date(day), 1).getTime(), Math.max(at, Date.parse(day))), sum];
  });
  return [[start, 0], ...ends];
}

/** Continues the curve to the next share, but not so far that the past becomes small. */
function expectedPoints(
  { forecast }: Users,
  [start]: Point,
  [now]: Point,
  expectedAfter: (weeks: number) => number | undefined,
): Point[] {
  if (forecast === undefined) return [];
  const farthest = now + Math.max(shortestFuture, 2 * (now - start));
  const goal = forecast.next === null ? farthest : Date.parse(forecast.next.day);
  const end = Math.min(farthest, Math.max(goal, now + dayMs));
  const step = Math.max(1, Math.ceil((end - now) / dayMs / 60));
  const moments = utcDay.range(new Date(now + dayMs), new Date(end), step).map((date) => date.getTime());
  return [now, ...moments, end].flatMap((at): Point[] => {
    const users = expectedAfter((at - now) / weekMs);
    return users === undefined ? [] : [[at, users]];
  });
}

/** A place in the plot, in percent, so that text keeps its size when the plot stretches. */
const percentOf = (value: number, whole: number): number => Math.round((value / whole) * 1000) / 10;

/**
 * The plot. Undefined before there is a second day.
 * @param expectedAfter the expected number of users handed over, a number of weeks from now. Undefined without a forecast.
 */
export function curve(
  { users, oldUserPool }: Pick<StatusDocument, 'users' | 'oldUserPool'>,
  at: number,
  expectedAfter: (weeks: number) => number | undefined,
): Html | undefined {
  const { days = [], forecast } = users;
  const counted = days.length < 2 ? [] : countedPoints(days, at);
  const [first, last] = [counted[0], counted.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const all = oldUserPool.users === null || oldUserPool.users === 0 ? null : oldUserPool.users;
  const expected = expectedPoints(users, first, last, expectedAfter);
  const end = expected.at(-1) ?? last;
  const x = scaleLinear().domain([first[0], end[0]]).rangeRound([0, width]);
  const y = scaleLinear()
    .domain([0, Math.max(all ?? 0, last[1], 1)])
    .rangeRound([height, head]);
  const pathOf = line<Point>()
    .x(([moment]) => x(moment))
    .y(([, sum]) => y(sum));
  const areaOf = area<Point>()
    .x(([moment]) => x(moment))
    .y0(height)
    .y1(([, sum]) => y(sum));
  const goal = forecast?.next;
  const isGoalShown = goal !== undefined && goal !== null && end[0] === Date.parse(goal.day);
  const rows = y.ticks(4).filter((tick) => tick > 0 && Number.isInteger(tick));
  return html`<figure>
<div class="plot">
<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-labelledby="curve-title curve-description">
<title id="curve-title">Users handed over</title>
<desc id="curve-description">${descriptionOf(users, first, last, all, oldUserPool.name)}</desc>
${rows.map((tick) => html`<line class="grid" x1="0" x2="${width}" y1="${y(tick)}" y2="${y(tick)}"/>`)}
${all === null ? undefined : html`<line class="all" x1="0" x2="${width}" y1="${y(all)}" y2="${y(all)}"/>`}
<path class="area" d="${areaOf(counted) ?? ''}"/>
<path class="counted" d="${pathOf(counted) ?? ''}"/>
${expected.length < 2 ? undefined : html`<path class="expected" d="${pathOf(expected) ?? ''}"/>`}
${isGoalShown ? html`<path class="goal" d="M${x(end[0])},${y(end[1])}h0"/>` : undefined}
</svg>
${rows.map((tick) => html`<span class="row" aria-hidden="true" style="top:${percentOf(y(tick), height)}%">${number(tick)}</span>`)}
${columnsOf(first[0], end[0])}
</div>
${keyOf(expected.length > 1, all === null ? undefined : `${number(all)} users in ${oldUserPool.name}`)}
</figure>`;
}

function descriptionOf(
  { days = [], forecast }: Users,
  [start]: Point,
  [now, sum]: Point,
  all: number | null,
  oldName: string,
): string {
  const share = all === null ? '' : `, of about ${number(all)} in ${oldName}`;
  const next = forecast?.next;
  const future =
    next === undefined || next === null
      ? ''
      : ` The forecast reaches ${next.percent}% on ${dayText(next.day)}.`;
  return `From ${dayText(start)} to ${dayText(now)} (${days.length} days), ${number(sum)} users were handed over${share}.${future}`;
}

/** Dates below the plot. Those at its ends must not stick out of the page. */
function columnsOf(start: number, end: number): Html[] {
  const ticks = utcTicks(new Date(start), new Date(end), 4);
  const isLong = end - start > 300 * dayMs;
  return ticks.map((date) => {
    const left = percentOf(date.getTime() - start, end - start);
    const side = left < 8 ? ' first' : left > 92 ? ' last' : '';
    return html`<span class="column${side}" aria-hidden="true" style="left:${left}%">${shortDayText(date, isLong)}</span>`;
  });
}

/** @param pool the size of the old pool, if the plot shows it. */
const keyOf = (hasForecast: boolean, pool: string | undefined): Html => html`<ul class="key">
<li>${swatch('counted')} Handed over</li>
${hasForecast ? html`<li>${swatch('expected')} Forecast</li>` : undefined}
${pool === undefined ? undefined : html`<li>${swatch('all')} ${pool}</li>`}
</ul>`;

const swatch = (kind: 'counted' | 'expected' | 'all'): Html =>
  html`<svg viewBox="0 0 28 10" aria-hidden="true"><line class="${kind}" x1="0" x2="28" y1="5" y2="5"/></svg>`;

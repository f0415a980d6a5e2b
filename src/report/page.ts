/**
 * The report: one page for people without a terminal. Its numbers are those of `status --json`.
 * It needs no other file and no script, and holds no data of users.
 */
import { number } from '../core/format-number.ts';
import { type Hidden, hiddenAccounts, hiddenCallers, masked } from '../core/mask.ts';
import type { StatusDocument } from '../core/status-document.ts';
import { curve } from './curve.ts';
import { dayText, timeText } from './dates.ts';
import { Html, html } from './html.ts';
import { type Reasons, reasonsOf } from './reasons.ts';
import { styleSheet } from './style.ts';

/** How good something is: the class of its color. */
export type Level = 'good' | 'warning' | 'bad';

export interface Resource {
  readonly name: string;
  readonly level: Level;
  /** For example: in place. */
  readonly state: string;
  readonly lines: readonly string[];
}

export interface App {
  readonly name: string;
  /** What its sign-ins show. */
  readonly means: string;
  readonly client: NonNullable<StatusDocument['signIns']>['clients'][number];
}

export interface Report {
  readonly document: StatusDocument;
  /** Milliseconds since the epoch: the time of the reading. */
  readonly at: number;
  /** Written by teardown. */
  readonly isLast: boolean;
  readonly verdict: { readonly level: Level; readonly sentence: string; readonly more: readonly string[] };
  readonly reasons: Reasons;
  readonly resources: readonly Resource[];
  readonly apps: readonly App[];
  readonly notes: readonly { readonly level: 'info' | 'warning'; readonly message: string }[];
  /** Flags with their values, and what they mean. */
  readonly settings: readonly (readonly [flag: string, means: string])[];
  readonly versions: readonly (readonly [name: string, version: string])[];
  /** ARNs of who called AWS. They can hold a person's address, so the page never shows them. */
  readonly callers: readonly string[];
  /** The accounts of both pools. The page hides all account numbers, unless this is absent. */
  readonly accounts?: { readonly new: string; readonly old: string };
  /** The expected number of users handed over, a number of weeks from now. Undefined without a forecast. */
  readonly expectedAfter: (weeks: number) => number | undefined;
}

/** Sessions and users in the messages of AWS, which names the caller in every denial. */
const hiddenSessions: readonly Hidden[] = [
  [/(?<=:assumed-role\/[\w+=,.@-]+\/)[\w+=,.@-]+/g, '<caller>'],
  [/(?<=:(?:user|federated-user)\/)[\w+=,.@/-]+/g, '<caller>'],
];

/** Others' resources can be in any account: their ARNs name it. */
const hiddenIn = (accounts: NonNullable<Report['accounts']>): readonly Hidden[] => [
  ...hiddenAccounts(accounts.new, accounts.old),
  [/(?<=:)\d{12}(?=:)/g, '<account>'],
];

/** No script, no request, no font: a browser refuses what this policy does not name. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

const signs: Readonly<Record<Level, string>> = { good: '✔', warning: '!', bad: '✖' };

/** The page as text. */
export function page(report: Report): string {
  const { document, at, isLast, verdict, accounts, callers } = report;
  const hidden = [...hiddenCallers(callers), ...hiddenSessions, ...(accounts ? hiddenIn(accounts) : [])];
  const { oldUserPool, newUserPool, since } = document;
  const title = `${oldUserPool.name} → ${newUserPool.name}`;
  const start = since === null ? '' : ` Live since ${dayText(since)}.`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${isLast ? 'Last report' : 'Report'}: ${title}</title>
<link rel="icon" href="data:,">
<style>${new Html([{ markup: styleSheet }])}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="soft">${poolText(oldUserPool)} to ${poolText(newUserPool)}.${start}</p>
<p class="soft">${isLast ? 'Last report, before teardown. ' : ''}Read on ${timeText(at)}.</p>
<div class="verdict ${verdict.level}">
<p class="sentence ${verdict.level}"><span aria-hidden="true">${signs[verdict.level]}</span> ${verdict.sentence}</p>
${verdict.more.map((line) => html`<p>${line}</p>`)}
</div>
</header>
<main>
${progressOf(report)}
<h2>Reasons</h2>
${reasonsOf(report.reasons, at)}
${appsOf(report)}
<h2>Health</h2>
${healthOf(report.resources)}
${notesOf(report.notes)}
${rowsOf('Settings', report.settings, true)}
${rowsOf('Versions', report.versions, false)}
</main>
<footer>
<p>This page holds no data of users.${accounts === undefined ? '' : ' Account numbers are left out.'} All times are in UTC.</p>
</footer>
</body>
</html>
`.toText((text) => masked(text, hidden));
}

function poolText({ name, id, gone }: StatusDocument['oldUserPool']): string {
  const whole = name === id ? id : `${name} (${id})`;
  return gone === true ? `${whole}, which is gone,` : whole;
}

/** The sum, what became of all sign-ins, the curve, and its numbers. */
function progressOf({ document, at, expectedAfter }: Report): Html {
  const { users } = document;
  return html`<h2>Users</h2>
${users.unread === undefined ? amountOf(document) : html`<p class="amount">It is unknown how many users have moved (${users.unread}).</p>`}
${curve(document, at, expectedAfter) ?? html`<p class="soft">${withoutCurve(users)}</p>`}
${movedOf(users)}
${forecastOf(users)}
${users.unread === undefined ? countsOf(document) : undefined}
${poolsOf(document)}
${daysOf(users.days ?? [])}`;
}

function withoutCurve({ source }: StatusDocument['users']): string {
  return source === 'metrics'
    ? 'The curve needs a second day.'
    : 'No curve: the counts come from the log, and only metrics have days.';
}

/** A document of version 1.0.0 has no sum. */
const handedOverOf = ({ handedOver, migrated, reset }: StatusDocument['users']['total']): number =>
  handedOver ?? (migrated ?? 0) + (reset ?? 0);

function amountOf({ users, oldUserPool }: StatusDocument): Html {
  const about = users.complete ? 'About' : 'At least';
  const share = oldUserPool.users === null ? '' : `, of about ${number(oldUserPool.users)}`;
  return html`<p class="amount">${about} ${number(handedOverOf(users.total))} handed over${share}</p>
<p class="soft">The function counts the users whom it hands to Cognito.${typeof users.since === 'string' ? ` Counted since ${dayText(users.since)}.` : ''}</p>`;
}

function movedOf({ moved }: StatusDocument['users']): Html | undefined {
  if (moved === undefined) return undefined;
  const about = moved.exact ? '' : 'Probably ';
  return html`<p>${about}${number(moved.users)} moved as of ${dayText(moved.at)}, by the last count of both pools.</p>`;
}

function forecastOf({ forecast }: StatusDocument['users']): Html | undefined {
  if (forecast === undefined) return undefined;
  const { next, rest, basisDays } = forecast;
  const reached =
    next === null ? 'No further milestone within two years' : `${next.percent}% by ${dayText(next.day)}`;
  const left =
    rest === null || rest === 0 ? '' : ` About ${number(rest)} users probably won’t sign in on their own.`;
  return html`<p>Forecast: ${reached}, at the pace of the last ${basisDays} days.${left}</p>`;
}

function countsOf({ users: { total, lastDay }, guard }: StatusDocument): Html {
  const isGuarded = guard !== undefined || total.squattingRefused !== undefined;
  const row = (name: string, all: number | null, recent: number | null): Html =>
    html`<tr><th scope="row">${name}</th><td class="number">${countText(all)}</td><td class="number">${countText(recent)}</td></tr>
`;
  return html`<table>
<caption>${isGuarded ? 'Sign-ins and sign-ups' : 'Sign-ins'} that reached the function</caption>
<thead><tr><th scope="col">Result</th><th scope="col" class="number">In all</th><th scope="col" class="number">Last 24 hours</th></tr></thead>
<tbody>
${row('Handed over', handedOverOf(total), handedOverOf(lastDay))}
${row('With their password', total.migrated, lastDay.migrated)}
${row('To choose a new password', total.reset, lastDay.reset)}
${row('Wrong password or unknown name', total.wrongCredentials, lastDay.wrongCredentials)}
${row('Refused', total.refused, lastDay.refused)}
${row('Failed', total.failed, lastDay.failed)}
${isGuarded ? row('Sign-ups with a name of the old pool, refused', total.squattingRefused ?? 0, lastDay.squattingRefused ?? 0) : undefined}
</tbody>
</table>`;
}

const countText = (count: number | null): string => (count === null ? 'unknown' : number(count));

function poolsOf({ oldUserPool, newUserPool }: StatusDocument): Html {
  const row = (pool: StatusDocument['oldUserPool']): Html =>
    html`<tr><th scope="row">${pool.name}</th><td class="number">${countText(pool.users)}</td></tr>
`;
  return html`<table>
<caption>Users of both pools, by Cognito’s own estimate. The new pool also has sign-ups.</caption>
<thead><tr><th scope="col">Pool</th><th scope="col" class="number">Users</th></tr></thead>
<tbody>
${row(oldUserPool)}
${row(newUserPool)}
</tbody>
</table>`;
}

function daysOf(days: NonNullable<StatusDocument['users']['days']>): Html | undefined {
  if (days.length === 0) return undefined;
  let sum = 0;
  return html`<details>
<summary>Users handed over on each day</summary>
<table>
<thead><tr><th scope="col">Day (UTC)</th><th scope="col" class="number">Handed over</th><th scope="col" class="number">Sum</th></tr></thead>
<tbody>
${days.map(({ day, handedOver }) => {
  sum += handedOver;
  return html`<tr><th scope="row">${dayText(day)}</th><td class="number">${number(handedOver)}</td><td class="number">${number(sum)}</td></tr>
`;
})}
</tbody>
</table>
</details>`;
}

/** How apps sign in. The document has it only if nothing reaches the function. */
function appsOf({ document: { signIns }, apps }: Report): Html | undefined {
  if (signIns === undefined) return undefined;
  return html`<h2>Apps</h2>
<p class="soft">${timeText(signIns.since)} to ${timeText(signIns.until)}. ${reachedText(signIns.reachedFunction)}</p>
<table>
<thead><tr><th scope="col">App client</th><th scope="col" class="number">Attempts</th><th scope="col" class="number">Successful</th></tr></thead>
<tbody>
${apps.map(
  ({
    name,
    means,
    client,
  }) => html`<tr><th scope="row">${name}</th><td class="number">${countText(client.attempts)}</td><td class="number">${countText(client.successes)}</td></tr>
<tr><td colspan="3">${means}${client.flows.map(
    ({ flow, count, failed }) => html` ${number(count)} with ${flow}, ${number(failed)} of them failed.`,
  )}</td></tr>
`,
)}
</tbody>
</table>`;
}

const reachedText = (count: number | null): string =>
  count === null ? '' : `${number(count)} sign-ins reached the function.`;

const healthOf = (resources: readonly Resource[]): Html => html`<table>
<thead><tr><th scope="col">Resource</th><th scope="col">State</th></tr></thead>
<tbody>
${resources.map(
  ({
    name,
    level,
    state,
    lines,
  }) => html`<tr><th scope="row">${name}</th><td><span class="${level}"><span aria-hidden="true">${signs[level]}</span> ${state}</span>${lines.map((line) => html`<br>${line}`)}</td></tr>
`,
)}
</tbody>
</table>`;

function notesOf(notes: Report['notes']): Html | undefined {
  if (notes.length === 0) return undefined;
  return html`<h2>Notes</h2>
<ul>
${notes.map(
  ({
    level,
    message,
  }) => html`<li>${level === 'warning' ? html`<strong class="warning">Warning:</strong> ` : undefined}${lined(message)}</li>
`,
)}
</ul>`;
}

const lined = (text: string): Html[] =>
  text.split('\n').map((line, index) => (index === 0 ? html`${line}` : html`<br>${line}`));

type Rows = readonly (readonly [string, string])[];

function rowsOf(title: string, rows: Rows, isCode: boolean): Html | undefined {
  if (rows.length === 0) return undefined;
  return html`<h2>${title}</h2>
<table>
<tbody>
${rows.map(
  ([
    name,
    value,
  ]) => html`<tr><th scope="row">${isCode ? html`<code>${name}</code>` : name}</th><td>${value}</td></tr>
`,
)}
</tbody>
</table>`;
}

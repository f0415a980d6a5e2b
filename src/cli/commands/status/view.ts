/** The status of the migration, for people. */

import { number } from '../../../core/format-number.ts';
import { printable } from '../../../core/printable.ts';
import type { StatusDocument } from '../../../core/status-document.ts';
import { flagOf } from '../../../core/variables/index.ts';
import type { StepId } from '../../../steps/ids.ts';
import { heading, type Style, wrapped } from '../../terminal/style.ts';
import { addClientText } from '../init/index.ts';
import { additionLines, awaited, differing, listChange } from '../plan/index.ts';
import { whyNothingText } from '../sign-ins/index.ts';
import type { Summary } from './verdict.ts';

type StepStatus = StatusDocument['steps'][number];

/** The columns that every terminal has. */
const standardWidth = 80;

const estimate = (count: number | null): string => (count === null ? '?' : number(count));

/** `1 failure`, `2 failures`. */
const counted = (count: number, one: string): string => `${number(count)} ${one}${count === 1 ? '' : 's'}`;

export const isRight = ({ health }: StepStatus): boolean =>
  health === 'in place' || health === 'brought along';

/** Whether the function is only older. Its line already says how to update it. */
export const isOlder = ({ olderVersion }: StepStatus): boolean => olderVersion !== undefined;

const why: Readonly<Record<StepStatus['health'], string>> = {
  'in place': '',
  'brought along': '',
  missing: 'is missing',
  drifted: 'differs from what init created',
  foreign: "doesn't belong to this migration",
  waiting: "can't be checked",
  unreadable: "can't be checked: no permission to read its tags",
};

const added = 'has something that init did not add';
const other = 'points to another function';

const migrationTrigger: StepId = 'migration-trigger';

/** Texts for resources that exist and lack only a setting of this migration. */
const whyUnset: ReadonlyMap<string, string> = new Map<StepId, string>([
  ['new-clients', 'has no password sign-in'],
  [migrationTrigger, 'is not set'],
]);

export function whyOf({
  health,
  step,
  waitsFor,
  differences,
  additions = [],
  olderVersion,
  unchosen,
}: StepStatus): string {
  if (unchosen === true) return 'is no longer chosen: init removes it';
  if (olderVersion !== undefined) return `is older (version ${olderVersion}): init updates it`;
  if (health === 'drifted' && differences.length === 0 && additions.length > 0) return added;
  if (health === 'waiting')
    return `${why.waiting}: ${awaited(waitsFor)} ${waitsFor.length === 1 ? 'is' : 'are'} missing`;
  if (health === 'foreign' && step === migrationTrigger) return other;
  return (health === 'missing' ? whyUnset.get(step) : undefined) ?? why[health];
}

function fieldLines(difference: StepStatus['differences'][number], style: Style): string[] {
  const { means } = difference;
  return [...valueLines(difference, style), ...(means === undefined ? [] : [`      ${style.dim(means)}`])];
}

function valueLines({ path, found, wanted }: StepStatus['differences'][number], style: Style): string[] {
  if (path === 'codeSha256') return ['      its code is not of this version'];
  const change = listChange(found, wanted);
  if (change === undefined) {
    const [actual, expected] = differing(found, wanted);
    return [`      ${path}: ${style.red(actual)}, should be ${style.green(expected)}`];
  }
  return [
    ...change.lacking.map((member) => `      ${path}: lacks ${style.green(printable(member))}`),
    ...change.extra.map((member) => `      ${path}: should not have ${style.red(printable(member))}`),
  ];
}

/** `app client web`: identifies one of several resources. */
export const nameOf = ({ key, title, line }: StepStatus): string =>
  key === undefined ? title : `${title} ${line.split(' ')[0]}`;

/** What status says besides its document. */
export interface Meaning {
  readonly summary: Summary;
  /** The effect on users beside each problem, by step and key. */
  readonly effects: ReadonlyMap<string, string>;
}

function problem(step: StepStatus, width: number, effects: Meaning['effects'], style: Style): string {
  const plain = nameOf(step);
  const name = style.link(plain, step.consoleUrl) + ' '.repeat(width - plain.length);
  if (isOlder(step)) return `  ${style.warn} ${name}  ${whyOf(step)}`;
  const effect = effects.get(`${step.step} ${step.key ?? ''}`);
  const head = `  ${style.bad} ${name}  ${whyOf(step)}${effect === undefined ? '' : `. ${effect}`}`;
  return [head, ...detailLines(step, style)].join('\n');
}

/** The details of a problem: the owner, the fields that differ, and additions by others. */
export function detailLines(step: StepStatus, style: Style): string[] {
  const owner = step.owner === undefined || step.health !== 'foreign' ? [] : [`      it is ${step.owner}`];
  const fields = step.differences.flatMap((difference) => fieldLines(difference, style));
  const more = (step.additions ?? []).flatMap((addition) => additionLines(addition, style));
  return [...owner, ...fields, ...more];
}

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

function progress({ users, oldUserPool, newUserPool }: StatusDocument, style: Style): string[] {
  const size = `          ${oldUserPool.name} has ${estimate(oldUserPool.users)}, ${newUserPool.name} ${estimate(newUserPool.users)} (including sign-ups)`;
  if (users.denied !== undefined)
    return [`  Users   unknown how many have moved: ${users.denied.action} is not allowed`, size];
  if (users.unread !== undefined)
    return [`  Users   unknown how many have moved: the log could not be read (${users.unread})`, size];
  const handedOver = handedOverOf(users.total);
  const all = oldUserPool.users;
  const day = users.lastDay;
  const about = users.complete ? 'about' : 'at least';
  const amount = handedOver === 0 ? 'no users' : `${about} ${number(handedOver)}`;
  const share = all === null ? '' : `, of about ${number(all)}`;
  return [
    `  Users   ${bar(handedOver, all, style)}${amount} handed over${share}`,
    `          ${newUserPool.name} has ${estimate(newUserPool.users)} (including sign-ups)`,
    `          last 24 h: +${number(handedOverOf(day))}, ${counted(day.wrongCredentials, 'wrong password')}, ${number(day.refused)} refused, ${counted(day.failed, 'failure')}`,
    ...originText(users, handedOver, style),
    ...paceText(users, style),
    ...(all === null || all === 0 ? [] : ['          who has not moved, and why: cognito-migrate users']),
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

/** Why nothing reaches the function, if nothing does. */
const appsText = ({ signIns }: StatusDocument): string[] =>
  signIns === undefined
    ? []
    : whyNothingText(signIns).map((line, index) => `  ${index === 0 ? 'Apps' : '    '}    ${line}`);

/** The states of the alarms. Notes tell about those that went off. */
function alarmsText({ alarms }: StatusDocument, style: Style): string[] {
  if (alarms === undefined || alarms.length === 0) return [];
  const off = alarms.filter(({ state }) => state === 'ALARM').map(({ alarm }) => alarm);
  const words = off.length === 0 ? `none of ${alarms.length} is in alarm` : `in alarm: ${off.join(', ')}`;
  return [`  Alarms  ${off.length === 0 ? words : style.red(words)}`];
}

/** If a pool is unreadable or gone, only its ID is known. */
function named({ name, id, consoleUrl }: StatusDocument['oldUserPool'], style: Style): string {
  const linked = style.link(id, consoleUrl);
  return name === id ? linked : `${name} ${linked}`;
}

/** No command helps while another run holds the state file. */
const runningLines = ({ running }: StatusDocument): string[] | undefined =>
  running === undefined
    ? undefined
    : ['      another run is in progress: run status again when it has ended'];

/** The command that repairs the problems. init refuses to replace resources that aren't ours. */
function repairLines(unhealthy: readonly StepStatus[], status: StatusDocument): string[] {
  // init keeps additions by others, and an older function has its own line.
  const isForInit = unhealthy.some(
    (step) => !isOlder(step) && (step.health !== 'drifted' || step.differences.length > 0),
  );
  if (!isForInit) return [];
  const wait = runningLines(status);
  if (wait !== undefined) return wait;
  const foreign = unhealthy.filter(({ health }) => health === 'foreign');
  if (foreign.length === 0) return ['      repair: cognito-migrate init'];
  return foreign.some(({ step }) => step !== 'migration-trigger')
    ? [`      init refuses while these exist. Remove them, or choose another ${flagOf('NAME')}.`]
    : [
        '      init refuses while the trigger calls another function.',
        `      replace it: cognito-migrate init ${flagOf('REPLACE_TRIGGER')}   (teardown restores it)`,
      ];
}

const reportText = ({ report }: StatusDocument): string[] =>
  report === undefined ? [] : [`  Report  ${report.path}`];

function verdictLines({ sign, text, more }: Summary, right: string, style: Style): string[] {
  const line = `${style[sign]} ${style.bold(text)}`;
  const parts = right === '' ? [line] : [line, style.dim(right)];
  return [heading(parts, style), ...(more === undefined || more === '' ? [] : [`    ${more}`])];
}

/** `all 9 resources are in place`, or how many of them are. */
function countText(steps: readonly StepStatus[]): string {
  const right = steps.filter(isRight).length;
  return right === steps.length
    ? `all ${steps.length} resources are in place`
    : `${right} of ${steps.length} resources are in place`;
}

export function statusText(status: StatusDocument, { summary, effects }: Meaning, style: Style): string {
  const { oldUserPool, newUserPool, steps } = status;
  const pools = `${named(oldUserPool, style)} → ${named(newUserPool, style)}`;
  const since = status.since === null ? [] : [style.dim(`since ${status.since.slice(0, 10)}`)];
  const head = heading([pools, ...since], style);
  const isGone = oldUserPool.gone || newUserPool.gone;
  if (!status.installed) {
    const install = isGone ? [] : (runningLines(status) ?? ['      install: cognito-migrate init']);
    return [...verdictLines(summary, '', style), head, ...install, ...reportText(status)].join('\n');
  }
  const right = steps
    .filter(isRight)
    .map((step) => `${style.ok} ${style.link(nameOf(step), step.consoleUrl)}`);
  const unhealthy = steps.filter((step) => !isRight(step));
  const width = Math.max(0, ...unhealthy.map((step) => nameOf(step).length));
  const wrong = unhealthy.map((step) => problem(step, width, effects, style));
  // Without both pools, nothing migrates and init refuses.
  const repair = isGone
    ? ['      remove the rest: cognito-migrate teardown']
    : repairLines(unhealthy, status);
  const { probe } = status;
  const probed =
    probe === undefined ? [] : [`  ${probe.ok ? style.ok : style.bad} test call  ${probe.message}`];
  return [
    ...verdictLines(
      status.signIns === undefined ? summary : { ...summary, more: '' },
      countText(steps),
      style,
    ),
    head,
    '',
    wrapped(right, style.width),
    ...wrong,
    ...repair,
    ...(status.code === 'NOBODY_CAN_MOVE' ? [`      ${addClientText}`] : []),
    ...probed,
    '',
    ...progress(status, style),
    ...appsText(status),
    ...alarmsText(status, style),
    ...(status.findBy === undefined
      ? []
      : [`  Names   users are found by their verified ${status.findBy} (${flagOf('FIND_BY')})`]),
    ...groupsText(status, style.width),
    ...reportText(status),
  ].join('\n');
}

/** The groups that are copied. Only the first names: a pool can have 10,000. */
function groupsText({ groups = {} }: StatusDocument, width: number): string[] {
  const names = Object.entries(groups).map(([from, to]) => (from === to ? from : `${from} as ${to}`));
  if (names.length === 0) return [];
  const more = names.length > 5 ? `, and ${names.length - 5} more` : '';
  const shown = names.slice(0, 5).map(printable).join(', ');
  const words = `users who move are added to ${shown}${more} (${flagOf('GROUPS')})`.split(' ');
  return [`  Groups  ${wrapped(words, width - 10, '', ' ').replaceAll('\n', '\n          ')}`];
}

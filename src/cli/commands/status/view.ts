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
import { chainWords } from './chain.ts';
import { progress } from './users-view.ts';
import type { Summary } from './verdict.ts';

type StepStatus = StatusDocument['steps'][number];

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
    ...(status.code === 'NOBODY_CAN_MOVE' && summary.more === undefined ? [`      ${addClientText}`] : []),
    ...probed,
    '',
    ...progress(status, style),
    ...appsText(status),
    ...alarmsText(status, style),
    ...(status.findBy === undefined
      ? []
      : [`  Names   users are found by their verified ${status.findBy} (${flagOf('FIND_BY')})`]),
    ...groupsText(status, style.width),
    ...moveOnceText(status, style.width),
    ...guardText(status, style.width),
    ...(status.chain === undefined ? [] : [line('Chain', chainWords(status.chain), style.width)]),
    ...finishText(status, style.width),
    ...reportText(status),
  ].join('\n');
}

/** Whether sign-ups are guarded, and how many were refused. Counts that could not be read are left out. */
function guardText({ guard, users, steps }: StatusDocument, width: number): string[] {
  if (guard === undefined) return [];
  const isLost = steps.some(
    ({ step, key, health }) =>
      step === migrationTrigger && key === 'PreSignUp' && (health === 'missing' || health === 'foreign'),
  );
  const refuses = isLost ? 'are not refused now' : 'are refused';
  const { squattingRefused: all = 0 } = users.total;
  const { squattingRefused: recent = 0 } = users.lastDay;
  const counts = all === 0 ? '' : `: ${number(all)} so far, ${number(recent)} in the last 24 h`;
  const text = `sign-ups with names of the old pool ${refuses} (${flagOf('GUARD_SIGN_UP')})${counts}`;
  return [line('Guard', text, width)];
}

/** What finish has done. It continues from there. */
function finishText({ finish }: StatusDocument, width: number): string[] {
  if (finish === undefined) return [];
  const { import: imported, clients } = finish;
  const parts = [
    ...(imported === null ? [] : [`${number(imported.users)} imported on ${imported.at.slice(0, 10)}`]),
    ...(clients.length === 0
      ? []
      : [`password sign-in is off for ${clients.map(({ name }) => name).join(', ')}`]),
  ];
  return [line('Finish', `${parts.join(', ')}. It continues with: cognito-migrate finish`, width)];
}

/** The groups that are copied. Only the first names: a pool can have 10,000. */
function groupsText({ groups = {}, groupsInFirstToken }: StatusDocument, width: number): string[] {
  const names = Object.entries(groups).map(([from, to]) => (from === to ? from : `${from} as ${to}`));
  if (names.length === 0) return [];
  const more = names.length > 5 ? `, and ${names.length - 5} more` : '';
  const shown = names.slice(0, 5).map(printable).join(', ');
  const first = groupsInFirstToken ? ', already in their first token' : '';
  return [line('Groups', `users who move are added to ${shown}${more}${first} (${flagOf('GROUPS')})`, width)];
}

const ends = { disable: 'disabled', mark: 'marked as moved' } as const;

/** What happens to the old users. */
const moveOnceText = ({ moveOnce }: StatusDocument, width: number): string[] =>
  moveOnce === undefined
    ? []
    : [
        line(
          'Old',
          `users who move are ${ends[moveOnce]} in the old pool (${flagOf('MOVE_ONCE')} ${moveOnce})`,
          width,
        ),
      ];

const line = (title: string, text: string, width: number): string =>
  `  ${title.padEnd(6)}  ${wrapped(text.split(' '), width - 10, '', ' ').replaceAll('\n', '\n          ')}`;

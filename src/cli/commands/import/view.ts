/** What an import would do, and what it has done, for people. */
import { importedPerSecond, jobStartMs } from '../../../aws/user-pool/import-limits.ts';
import { number } from '../../../core/format-number.ts';
import type { LeftOut } from '../../../users/import/source.ts';
import { duration, type Style } from '../../terminal/style.ts';
import type { ImportDocument } from './document.ts';
import type { ImportOptions } from './options.ts';

/** Why users cannot be imported, after their number. */
const reasons: Readonly<Record<Exclude<LeftOut, 'moved'>, string>> = {
  'no-verified-contact': 'no verified email address or phone number',
  'unverified-address': 'an address that is not verified',
  'mfa-without-phone': 'no phone number, which MFA needs',
  'spaces-in-name': 'spaces in their name',
  'no-column': 'an attribute that the file has no column for',
  'odd-value': 'a value that the file cannot hold',
  'too-long': 'more than 16,000 characters',
  unconfirmed: 'never confirmed their sign-up',
  federated: 'sign in through an identity provider',
  disabled: 'disabled (--with-disabled creates them too)',
  cannot: 'cannot move (why: cognito-migrate users)',
  taken: 'somebody else has their name',
  'taken-unconfirmed': 'somebody else signed up with their name',
  'moved-twice': 'moved twice',
  unknown: 'unknown',
  'same-name': 'share their new name with another old user',
};

const isReason = (word: string): word is keyof typeof reasons => Object.hasOwn(reasons, word);

const usersOf = (count: number): string => `${number(count)} ${count === 1 ? 'user' : 'users'}`;

/** About how long so many users take. */
const timeOf = (users: number, jobs: number): string =>
  `about ${duration((users / importedPerSecond) * 1000 + jobs * jobStartMs)}`;

/** What the import would do, and what it needs. */
export function importPlanText(
  document: ImportDocument,
  { jobSize, withDisabled }: Pick<ImportOptions, 'jobSize' | 'withDisabled'>,
  style: Style,
): string {
  const { newUserPool, importable, moved, leftOut, findings } = document;
  const { disabled = 0 } = withDisabled ? leftOut : {};
  const jobs = Math.ceil(importable / jobSize);
  const time = timeOf(importable, jobs);
  const left = Object.entries(leftOut).filter(
    ([reason]) => isReason(reason) && !(withDisabled && reason === 'disabled'),
  );
  const all = left.reduce((sum, [, count]) => sum + count, 0);
  const lines =
    importable === 0
      ? ['  = Nobody is left who can be imported']
      : [
          `  + ${usersOf(importable)} in ${number(jobs)} ${jobs === 1 ? 'job' : 'jobs'}, ${time}. Their old passwords stop working. They set new ones with a code.`,
        ];
  return [
    `  Import into "${newUserPool.name}"`,
    ...lines,
    ...(disabled === 0
      ? []
      : [`  + ${usersOf(disabled)} who ${disabled === 1 ? 'stays' : 'stay'} disabled, one by one`]),
    ...(moved === 0
      ? []
      : [`  = ${usersOf(moved)} ${moved === 1 ? 'has' : 'have'} already moved and won't be touched`]),
    ...(all === 0 ? [] : [`  ! ${usersOf(all)} cannot be imported:`, ...leftOutLines(left)]),
    ...findings.map((finding) => findingText(finding, style)),
    ...(importable === 0
      ? []
      : [
          '    No messages are sent. Imported users are not billed until they reset a password or sign in.',
          `    Every change of this pool fails meanwhile, deployments too: ${time}.`,
        ]),
  ].join('\n');
}

function leftOutLines(left: readonly (readonly [string, number])[]): string[] {
  const width = Math.max(...left.map(([, count]) => number(count).length));
  return left
    .toSorted(([, one], [, other]) => other - one)
    .map(
      ([reason, count]) =>
        `      ${number(count).padStart(width)}  ${isReason(reason) ? reasons[reason] : reason}`,
    );
}

const findingText = ({ id, what, why, fix }: ImportDocument['findings'][number], style: Style): string =>
  [`  ${style.warn} ${what}   [${id}]`, `    ${style.dim(why)}`, `    ${fix}`].join('\n');

/** What the import has done. */
export function importText(document: ImportDocument, style: Style): string {
  const { newUserPool, imported, skipped, failed, jobs, importable } = document;
  if (jobs === 0 && importable === 0)
    return [
      `  ${style.ok} Nobody is left who can be imported into "${newUserPool.name}".`,
      ...disabledLines(document),
    ].join('\n');
  const sign = failed === 0 ? style.ok : style.bad;
  return [
    `  ${sign} ${usersOf(imported)} imported into "${newUserPool.name}" in ${number(jobs)} ${jobs === 1 ? 'job' : 'jobs'}.`,
    ...(skipped === 0 ? [] : [`    ${usersOf(skipped)} had moved meanwhile, and kept their passwords.`]),
    ...(failed === 0
      ? []
      : [
          `    ${usersOf(failed)} could not be imported:`,
          ...refusedLines(document),
          `    Log group: /aws/cognito/userpools/${newUserPool.id}/${newUserPool.name}`,
        ]),
    ...disabledLines(document),
    '',
    '  They set a new password with "forgot password". See who has moved:',
    '    cognito-migrate users',
  ].join('\n');
}

/** A table of the reasons, and where the names are. */
function refusedLines({ reasons: refused, file }: ImportDocument): string[] {
  const rows = Object.entries(refused).toSorted(([, one], [, other]) => other - one);
  const width = Math.max(0, ...rows.map(([, count]) => number(count).length));
  return [
    ...rows.map(([reason, count]) => `      ${number(count).padStart(width)}  ${reason}`),
    ...(file === undefined
      ? ['    To try them again, and to get their names:', '      cognito-migrate import --out FILE']
      : [`    ${usersOf(file.users)} in ${file.path} (personal data)`]),
  ];
}

function disabledLines({ disabled }: ImportDocument): string[] {
  if (disabled === undefined) return [];
  const refused = disabled.refused === 0 ? '' : ` ${usersOf(disabled.refused)} could not be created.`;
  return [`    ${usersOf(disabled.created)} created, disabled as in the old pool.${refused}`];
}

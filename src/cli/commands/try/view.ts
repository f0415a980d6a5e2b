/**
 * The output of `try` for one user.
 * It shows the user's attributes, because the operator asked for them.
 */
import type { Rehearsal } from '../../../aws/function/rehearsal.ts';
import { type ComparedValue, compareUsers } from '../../../aws/users.ts';
import { printable } from '../../../core/printable.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import type { Document } from '../../terminal/reporter.ts';
import { columns, type Style, visible } from '../../terminal/style.ts';
import { explain, type Trial, works } from './trial.ts';

const would: Readonly<Record<Rehearsal['outcome'], string>> = {
  migrated: 'would move, with the password',
  reset: 'would move, but must choose a new password',
  untouched: 'would not move',
  failed: 'would get an error and not move',
};

const ended = {
  'signed-in': 'signed in',
  challenge: 'password accepted',
  refused: 'refused',
} as const;

const ms = (time: number): string => `${Math.round(time)} ms`;

export function tryDocument(trial: Trial, inputs: Inputs): Document {
  const { username, existing, rehearsal, signIn, users } = trial;
  const compared = users === undefined ? undefined : compareUsers(users.old, users.new, users.canReadOld);
  const explanation = explain(trial, inputs);
  return {
    json: {
      command: 'try',
      username,
      works: works(trial),
      explanation,
      existing: existing === undefined ? null : { status: existing.status, enabled: existing.enabled },
      rehearsal: rehearsal === undefined ? null : { ...rehearsal, ms: Math.round(rehearsal.ms) },
      signIn: signIn === undefined ? null : { ...signIn, ms: Math.round(signIn.ms) },
      comparison: compared ?? null,
    },
    text: (style) =>
      [
        `\n  ${style.bold(printable(username))}   ${inputs.OLD_USER_POOL_NAME} → ${inputs.NEW_USER_POOL_NAME}`,
        ...(rehearsal === undefined ? [] : rehearsalText(rehearsal, style)),
        ...(signIn === undefined ? [] : signInText(signIn, style)),
        `    ${printable(explanation.means)}`,
        ...(compared === undefined ? [] : usersText(compared, users?.canReadOld === true, style)),
        ...(rehearsal === undefined || signIn !== undefined ? [] : attributesText(rehearsal)),
        ...nextText(explanation.next, style),
      ].join('\n'),
  };
}

function rehearsalText(rehearsal: Rehearsal, style: Style): string[] {
  const { outcome, reason, fault } = rehearsal;
  const sign = outcome === 'migrated' ? style.ok : outcome === 'reset' ? style.warn : style.bad;
  const why = printable(fault === undefined ? reason : `${reason}: ${fault}`);
  return [
    `  ${sign} rehearsal   ${would[outcome]}   [${why}]   ${style.dim(`${ms(rehearsal.ms)}, nobody was created`)}`,
  ];
}

function signInText(signIn: NonNullable<Trial['signIn']>, style: Style): string[] {
  const { client, result, name } = signIn;
  const sign = result === 'refused' ? style.bad : style.ok;
  const how = name === undefined ? ended[result] : `${ended[result]}: ${printable(name)}`;
  return [`  ${sign} sign-in     ${how}, through ${client.name} ${client.id}   ${style.dim(ms(signIn.ms))}`];
}

function attributesText({ userAttributes, badAttributes, missingAttributes }: Rehearsal): string[] {
  const written = Object.entries(userAttributes ?? {}).map(
    ([name, value]) => [printable(name), printable(value)] as const,
  );
  return [
    ...(written.length === 0 ? [] : ['', '  Attributes that would be written', columns(written, '    ')]),
    ...(badAttributes === undefined ? [] : ['', `  Left out: ${badAttributes.map(printable).join(', ')}`]),
    ...(missingAttributes === undefined
      ? []
      : ['', `  Required and missing: ${missingAttributes.map(printable).join(', ')}`]),
  ];
}

const none = '—';

const shown = ({ name, old, new: newValue, same }: ComparedValue) => ({
  name: printable(name),
  old: printable(old ?? none),
  new: printable(newValue ?? none),
  same,
});
type Row = ReturnType<typeof shown>;

/** The user in both pools, or only in the new pool without access to the old one. */
const usersText = (compared: readonly ComparedValue[], canReadOld: boolean, style: Style): string[] =>
  canReadOld
    ? comparisonText(compared, style)
    : [
        '',
        '  In the new pool (no access to the old one, so no comparison)',
        columns(
          compared.map((row) => [printable(row.name), printable(row.new ?? none)] as const),
          '    ',
        ),
      ];

/**
 * Three columns, with marks for differences.
 * If they are too wide, each value has its own line. Stacked values are not confused.
 */
function comparisonText(compared: readonly ComparedValue[], style: Style): string[] {
  const rows = [{ name: '', old: 'old pool', new: 'new pool', same: true }, ...compared].map(shown);
  const width = (args: (row: Row) => string): number => Math.max(...rows.map((row) => args(row).length));
  const [names, olds] = [width(({ name }) => name), width(({ old }) => old)];
  const marked = ({ name, same }: Row): string =>
    `  ${same !== false ? ' ' : style.yellow('≠')} ${name.padEnd(names)}`;
  const lines = rows.map((row) => `${marked(row)}  ${row.old.padEnd(olds)}  ${row.new}`);
  const isTooWide = lines.some((line) => visible(line) > style.width);
  const stacked = rows
    .slice(1)
    .flatMap((row) =>
      row.same !== false
        ? [`${marked(row)}  ${row.new}`]
        : [marked(row).trimEnd(), `    ${row.old}  in the old pool`, `    ${row.new}  in the new pool`],
    );
  return [
    '',
    ...(isTooWide ? stacked : lines),
    style.dim('    sub (the ID of a user) is always new. So is a username that Cognito generates.'),
  ];
}

const nextText = (next: readonly string[], style: Style): string[] =>
  next.length === 0 ? [] : ['', `  ${style.bold('Next')}`, ...next.map((line) => `    ${printable(line)}`)];

/** The report, in Markdown that can be attached to an issue unchanged. */

import { isBroken, isFinding, type Result } from '../../../self-test/check.ts';
import { duration } from '../../terminal/style.ts';
import type { SelfTestDocument } from './document.ts';

const signs: Readonly<Record<Result['outcome'], string>> = {
  same: '✔',
  different: '✖ different',
  open: '? open',
  error: '✖ not tried',
  skipped: '– skipped',
};

/** Escapes text that would end a table cell or read as markup. */
const cell = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll(/\s*\n\s*/g, ' ');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

const place = ({ region, account }: SelfTestDocument['newPool']): string =>
  account === undefined ? region : `${region}, account ${account}`;

export function reportText(document: SelfTestDocument): string {
  const { checks } = document;
  const promises = checks.filter(({ kind }) => kind === 'promise');
  const questions = checks.filter(({ kind }) => kind === 'question');
  const differences = checks.filter((result) => isBroken(result) || isFinding(result));
  const sections = [
    `# Self-test of cognito-migrate ${document.versions.program}`,
    verdictText(document),
    ...(document.stopped ? ['It was stopped before its end. Checks that did not run are skipped.'] : []),
    table(['', ''], facts(document)),
    '## Differences',
    differences.length === 0 ? 'None.' : differences.map(differenceText).join('\n\n'),
    '## What is promised',
    table(['', 'check', 'seen', 'time', 'AWS calls'], promises.map(row)),
    ...(questions.length === 0
      ? []
      : [
          '## What only a live pool can say',
          table(['', 'question', 'documented', 'seen', 'time', 'AWS calls'], questions.map(questionRow)),
        ]),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** One sentence for each of the two kinds: promises and questions. */
export function verdictText({ checks, broken, findings }: SelfTestDocument): string {
  const count = (kind: Result['kind']): number => checks.filter((one) => one.kind === kind).length;
  const [promises, questions] = [count('promise'), count('question')];
  const open = checks.filter(({ kind, outcome }) => kind === 'promise' && outcome === 'open').length;
  const rest = open === 0 ? '' : ` ${open} could not be checked.`;
  const kept = `${promises - broken.length - open} of ${promises} promises hold.${rest}`;
  if (questions === 0) return kept;
  return `${kept} ${findings.length} of ${questions} questions have another answer than documented.`;
}

function facts(document: SelfTestDocument): string[][] {
  const { versions, total, settingUp, accounts } = document;
  return [
    ['cognito-migrate', versions.program],
    ['Node.js', `${versions.node}, ${document.platform}`],
    ["function's runtime", versions.function],
    [
      'endpoint',
      document.isAws ? 'AWS' : 'one of its own (flag, environment or configuration file), not AWS itself',
    ],
    ['new pool', place(document.newPool)],
    ['old pool', place(document.oldPool)],
    ['accounts', String(accounts)],
    ['run', `${document.run}, started ${document.at}`],
    ['took', `${duration(total.ms)}, ${total.calls} AWS calls`],
    ['of that: creating pools and users', `${duration(settingUp.ms)}, ${settingUp.calls} AWS calls`],
  ];
}

const row = ({ outcome, id, title, seen, ms, calls }: Result): string[] => [
  signs[outcome],
  `${title} (${id})`,
  seen,
  duration(ms),
  String(calls),
];

function questionRow(result: Result): string[] {
  const [sign = '', title = '', seen = '', ...rest] = row(result);
  return [sign, title, result.documented, seen, ...rest];
}

const differenceText = ({ id, title, kind, outcome, documented, seen }: Result): string =>
  [
    `- **${id}: ${cell(title)}** (${kind}, ${outcome})`,
    `  - documented: ${cell(documented)}`,
    `  - seen: ${cell(seen)}`,
  ].join('\n');

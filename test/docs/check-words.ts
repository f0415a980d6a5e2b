/** Whether what the documentation tells people to type is there to be typed. */
import { entries } from '../../src/cli/commands/registry.ts';
import { ownEnvOf } from '../../src/cli/inputs/options.ts';
import { exitCodes } from '../../src/core/errors.ts';
import { isFindingId } from '../../src/core/findings.ts';
import {
  declarationOf,
  envOf,
  flagOf,
  isClearing,
  names,
  parseVariable,
} from '../../src/core/variables/index.ts';
import { steps } from '../../src/steps/index.ts';
import { fencesOf, inlineCodeOf } from './markdown.ts';
import type { Page } from './pages.ts';
import type { ProgramFlags } from './program.ts';

/** What a page names that does not exist, a sentence each. */
export function wordProblems(page: Page, program: ProgramFlags): string[] {
  const commands = [
    ...fencesOf(page.text).flatMap(({ text }) => shellLines(text).flatMap(programCalls)),
    ...inlineCodeOf(page.text).flatMap((code) => [...programCalls(code), ...bareCalls(code, program)]),
  ];
  return [
    ...commands.flatMap((words) => callProblems(words, program)),
    ...environmentProblems(page.text),
    ...findingProblems(page.text),
    ...exitCodeProblems(page.text),
  ].map((problem) => `${page.path}: ${problem}`);
}

/** Lines as a shell sees them: continued ones joined, comments gone, one command each. */
function shellLines(text: string): string[] {
  return text
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, ''))
    .flatMap((line) => line.split(/\s(?:\|\|?|&&|;)\s|\$\(|\)"?|"?`/));
}

/** The words behind `cognito-migrate`, for each time that a line calls it. Names that only begin so are no calls. */
function programCalls(line: string): string[][] {
  return line
    .split(/(?<![\w/.-])cognito-migrate(?=\s|$)/)
    .slice(1)
    .map((rest) => rest.split(/ {2,}|\s[|>]\s/)[0] ?? '')
    .map((rest) => rest.trim().split(/\s+/).filter(Boolean));
}

/** `teardown --restore`, or `--mfa reset` alone, which some command must have. */
function bareCalls(code: string, program: ProgramFlags): string[][] {
  const words = code.split(' ');
  const [first = '', second = ''] = words;
  if (program.has(first) && second.startsWith('--')) return [words];
  return first.startsWith('--') ? [['', ...words]] : [];
}

function callProblems([command = '', ...words]: readonly string[], program: ProgramFlags): string[] {
  if (command.startsWith('-'))
    return ['--version', '--help', '-V', '-h'].includes(command) ? [] : [`no flag ${command}`];
  if (/^[^a-z]/.test(command)) return []; // prose or a placeholder: "cognito-migrate 1.0.0", "cognito-migrate …"
  const known =
    command === '' ? new Set([...program.values()].flatMap((flags) => [...flags])) : program.get(command);
  if (known === undefined) return [`no command ${command}`];
  return words.flatMap((word, at) => {
    const [flag = '', attached] = word.split(/=(.*)/s);
    if (!/^--?[a-z]/.test(flag) || flag === '--help') return [];
    if (!known.has(flag)) return [`no flag ${flag}${command === '' ? '' : ` of ${command}`}`];
    return valueProblems(flag, attached ?? words[at + 1]);
  });
}

/** A value that the program would not take. Placeholders (`…`, `<id>`, `NAME`, `ID`) may stand for any. */
function valueProblems(flag: string, value: string | undefined): string[] {
  if (value === undefined || value.startsWith('-') || /[…<>$"'{}[\]]|^[A-Z_]+(=[A-Z_]+)?$/.test(value))
    return [];
  if (flag === '--keep') {
    return steps.some(({ id }) => id === value) ? [] : [`--keep ${value}: there is no such step`];
  }
  const name = names.find((one) => flagOf(one) === flag);
  const takesValue = name !== undefined && declarationOf(name).flag?.includes('<') === true;
  if (!takesValue || isClearing(name, value)) return [];
  const parsed = parseVariable(name, value);
  return 'value' in parsed ? [] : [`${flag} ${value}: ${parsed.problem}`];
}

function environmentProblems(text: string): string[] {
  const own = entries.flatMap(({ name, inEnvironment = [] }) =>
    inEnvironment.map((flag) => ownEnvOf(name, flag)),
  );
  const known = new Set([...names.map(envOf), ...own]);
  const named = [...text.matchAll(/COGNITO_MIGRATE_[A-Z][A-Z_]*/g)].map(([name]) => name);
  return named.filter((name) => !known.has(name)).map((name) => `no environment variable ${name}`);
}

function findingProblems(text: string): string[] {
  const named = [...text.matchAll(/\bCM\d+\b/g)].map(([id]) => id);
  return named.filter((id) => !isFindingId(id)).map((id) => `no finding ${id}`);
}

function exitCodeProblems(text: string): string[] {
  const known = new Set<number>(Object.values(exitCodes).map(({ code }) => code));
  const named = [...text.matchAll(/\bexit(?:s with)?(?: code)? `?(\d+)/gi)].map(([, code]) => Number(code));
  return named.filter((code) => !known.has(code)).map((code) => `no exit code ${code}`);
}

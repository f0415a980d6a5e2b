/** explain: every code has a section, every section of a code is found, and no word is repeated that may be a password. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import {
  markdownOf,
  rendered,
  renderedRow,
  rowOf,
  sectionOf,
} from '../../src/cli/commands/explain/render.ts';
import { pageNames, type Topic, topics } from '../../src/cli/commands/explain/topics.ts';
import { fitted, makeStyle } from '../../src/cli/terminal/style.ts';
import { pagePath } from '../../src/core/documentation.ts';
import { errorCodes } from '../../src/core/error-codes.ts';
import { exitCodes } from '../../src/core/errors.ts';
import { findingTitles } from '../../src/core/findings.ts';
import { verdicts } from '../../src/core/sign-ins-document.ts';
import { declarationOf, flagOf, names } from '../../src/core/variables/index.ts';
import { reasons } from '../../src/lambda/reasons.ts';
import { alarmKeys } from '../../src/steps/alarm-rules.ts';
import { anchorsOf, inlineCodeOf } from '../docs/markdown.ts';
import { given } from '../support/errors.ts';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const pages = new Map(
  await Promise.all(
    pageNames.map(async (name) => [name, await readFile(join(docs, `${name}.md`), 'utf8')] as const),
  ),
);
const pageText = ({ page }: Topic): string => given(pages.get(page));
const partOf = (topic: Topic) => {
  const section = given(sectionOf(pageText(topic), topic.heading), `${topic.name}: ${topic.heading}`);
  return { section, row: topic.row === undefined ? undefined : rowOf(section, topic.row) };
};

async function explain(...words: string[]) {
  const argv = [inject('program'), 'explain', ...words];
  const env = { PATH: process.env.PATH, NO_COLOR: '1' };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, argv, { env });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = Object(error);
    return { code: Number(code), out: String(stdout), err: String(stderr) };
  }
}

describe('the topics', () => {
  const namesOf = (kind: Topic['kind']) =>
    topics.filter((topic) => topic.kind === kind).map(({ name }) => name);

  test('are all findings, error codes, exit codes, reasons, and decisions', () => {
    expect(namesOf('finding')).toEqual(Object.keys(findingTitles));
    expect(namesOf('error')).toEqual(Object.values(errorCodes).flat());
    expect(namesOf('exit code')).toEqual(Object.values(exitCodes).map(({ code }) => String(code)));
    expect(namesOf('reason')).toEqual(Object.values(reasons).flat());
    expect(namesOf('sign-ins')).toEqual(verdicts);
    expect(namesOf('alarm')).toEqual(['alarms', ...alarmKeys]);
    const decisions = names.filter(
      (name) =>
        name === 'CHAIN' || (declarationOf(name).group === 'Users and attributes' && name !== 'ACCEPT'),
    );
    expect(namesOf('decision').toSorted()).toEqual(
      decisions.map((name) => flagOf(name)?.slice(2)).toSorted(),
    );
  });

  test.each(topics.map((topic) => [`${topic.kind} ${topic.name}`, topic] as const))(
    '%s has its section',
    (_, topic) => {
      expect(anchorsOf(pageText(topic))).toContain(pagePath(topic).split('#')[1]);
      const { section, row } = partOf(topic);
      if (topic.row !== undefined && topic.kind !== 'exit code')
        expect(inlineCodeOf(row?.markdown ?? markdownOf(section))).toContain(topic.name);
      for (const width of [50, 80, undefined]) {
        const style = makeStyle(true, width === undefined ? {} : { columns: width }, {});
        const text = row === undefined ? rendered(section, style) : renderedRow(row, style);
        const plain = stripVTControlCharacters(fitted(text, style.width));
        expect(plain.trim()).not.toBe('');
        expect(plain).not.toMatch(/\]\(|\*\*|\| ---|`/);
        const wide = plain.split('\n').filter((line) => line.length > style.width && / \S+ /.test(line));
        expect(wide.filter((line) => !line.startsWith('    '))).toEqual([]);
      }
    },
  );

  test('every finding of the page is one', () => {
    const headings = [...given(pages.get('findings')).matchAll(/^## (CM\d+)/gm)].map(([, id]) => id);
    expect(headings).toEqual(Object.keys(findingTitles));
  });
});

describe('cognito-migrate explain', () => {
  test('prints the section of a finding, in any letter case, and its place', async () => {
    const { code, out } = await explain('cm401');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^CM401 Anyone can sign up in the new pool\n\n {2}Warning\. Cognito calls the function/,
    );
    expect(out).toMatch(/\n\nPage: docs\/findings\.md#cm401-anyone-can-sign-up-in-the-new-pool\n$/);
  });

  test('prints the row of an error code, by the headers of its table', async () => {
    const { out } = await explain('STATE_LOCKED');
    expect(out).toContain(
      'STATE_LOCKED (error, exit code 6: the state file)\n\n  means  another run is using it',
    );
    expect(out).toContain('\n  do     wait; `--break-lock` if you know that it has ended\n');
    expect(out).not.toContain('STATE_CORRUPT');
  });

  test('prints both where a word is a decision and a reason', async () => {
    const { out } = await explain('mfa');
    expect(out.match(/^\S.*$/gm)).toEqual([
      '--mfa: MFA',
      'Page: docs/security.md#mfa',
      'mfa (reason: users who moved)',
      'Page: docs/troubleshooting.md#users-who-moved',
      'mfa (reason: users who did not)',
      'Page: docs/troubleshooting.md#users-who-did-not',
    ]);
    expect(out).toContain('\n  `block` (default)\n    what happens      refused, at sign-in and');
  });

  test('prints an exit code, and codes that are in no table', async () => {
    expect((await explain('0')).out).toContain('Exit code 0\n');
    expect((await explain('130')).out).toContain('Exit code 130: cancelled');
    expect((await explain('DECLINED')).out).toContain('you said so');
  });

  test('lists the topics without one', async () => {
    const { code, out } = await explain();
    expect(code).toBe(0);
    for (const { name } of topics) expect(out).toContain(name);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('gives scripts the Markdown', async () => {
    const { out } = await explain('wrong-password', '--json');
    expect(JSON.parse(out)).toMatchObject({
      topics: [
        {
          name: 'wrong-password',
          kind: 'reason',
          page: 'docs/troubleshooting.md#users-who-did-not',
          markdown: expect.stringMatching(/^\| reason \|[^\n]*\n\| --- .*\n\| `wrong-password` \|[^\n]*$/),
        },
      ],
    });
    expect(JSON.parse((await explain('--json')).out).topics).toHaveLength(topics.length);
  });

  test.each([
    ['CM40', 'Did you mean CM401, CM402,'],
    ['CM4o2', 'Did you mean CM402,'],
    ['mfaa', 'Did you mean mfa?'],
    ['AWS_UNREACHABEL', 'Did you mean AWS_UNREACHABLE?'],
  ])('%s: offers what is near', async (word, offer) => {
    const { code, err } = await explain(word);
    expect(code).toBe(2);
    expect(err).toContain(offer);
  });

  test('never repeats an unknown word, which may be a password', async () => {
    const { code, err } = await explain('Correct-Horse-7');
    expect(code).toBe(2);
    expect(err).toContain('explain has no such topic');
    expect(err).not.toContain('Correct-Horse-7');
    const two = await explain('CM401', 'Correct-Horse-7');
    expect(two.code).toBe(2);
    expect(two.err).toContain('explain takes one argument');
    expect(two.err).not.toContain('Correct-Horse-7');
  });
});

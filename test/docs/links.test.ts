import { beforeAll, describe, expect, test } from 'vitest';
import { type LinkTargets, linkProblems, orphans } from './check-links.ts';
import { wordProblems } from './check-words.ts';
import { type Page, readPages, repositoryFiles } from './pages.ts';
import { type ProgramFlags, readCommands, readProgram } from './program.ts';

let targets: LinkTargets;
let program: ProgramFlags;

beforeAll(async () => {
  const [pages, files] = await Promise.all([readPages(), repositoryFiles()]);
  targets = { pages, files };
  program = await readProgram();
});

describe('README.md and docs', () => {
  test('are there', () => {
    const paths = targets.pages.map(({ path }) => path);
    expect(paths).toContain('README.md');
    expect(paths.filter((path) => path.startsWith('docs/')).length).toBeGreaterThan(8);
  });

  test('link to files, headings and addresses that are there', () => {
    expect(targets.pages.flatMap((page) => linkProblems(page, targets))).toEqual([]);
  });

  test('can all be reached from the README', () => {
    expect(orphans(targets.pages)).toEqual([]);
  });

  test('name commands, flags, values, variables, findings and exit codes that exist', () => {
    expect(targets.pages.flatMap((page) => wordProblems(page, program))).toEqual([]);
  });

  test('begin with a README of at most 150 lines', () => {
    const readme = targets.pages.find(({ path }) => path === 'README.md')?.text ?? '';
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
    const order = [...readme.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(order).toEqual([
      'Install',
      'Try it without AWS',
      'Is it safe?',
      'What it does, and when not to use it',
      'Requirements',
      'The one change in your app',
      'Commands',
      'Documentation',
    ]);
  });

  test('name every command', async () => {
    const readme = targets.pages.find(({ path }) => path === 'README.md')?.text ?? '';
    const commands = [...(await readCommands()).keys()];
    expect(commands).toContain('init');
    expect(commands.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });
});

/** The checks themselves: a page with one thing wrong is found out. */
describe('what is wrong is found', () => {
  const pageOf = (text: string): Page => ({ path: 'docs/page.md', text });

  test.each([
    ['[a](nowhere.md)', 'no such file'],
    ['![a](../docs/demo.gif)', 'no such file'],
    ['[a](Findings.md)', 'no such file'],
    ['[a](findings.md#cm999-nothing)', 'no heading'],
    ['# Here\n\n[a](#there)', 'no heading'],
    ['[a](/docs/findings.md)', 'absolute'],
    ['[a][b]', 'no target'],
    ['[a][b]\n\n[b]: nowhere.md', 'no such file'],
    ['[a](http://example.com)', 'not https'],
    ['[a](https://localhost/x)', 'no host name'],
    ['<https://exa_mple>', 'no host name'],
    ['See http://example.com.', 'not https'],
    ['[a](../../security/advisories/new)', 'no such file'],
    ['<img src="nowhere.svg">', 'no such file'],
  ])('in the link %j', (text, problem) => {
    expect(linkProblems(pageOf(text), targets).join('\n')).toContain(problem);
  });

  test.each([
    '[a](findings.md)',
    '[a](findings.md#cm104-users-who-cannot-reset-their-password)',
    '[a](../README.md)',
    '# Say `--mfa`, or not\n\n[a](#say---mfa-or-not)',
    '# Twice\n\n# Twice\n\n[a](#twice-1)',
    '`[a](nowhere.md)`',
    '```md\n[a](nowhere.md)\n```',
    'See https://docs.aws.amazon.com/cognito/.',
  ])('but not in %j', (text) => {
    expect(linkProblems(pageOf(text), targets)).toEqual([]);
  });

  test('but not in the private report form, seen from the root', () => {
    const text = '[form](../../security/advisories/new)';
    expect(linkProblems({ path: 'SECURITY.md', text }, targets)).toEqual([]);
  });

  test('in a page that nothing links to', () => {
    expect(orphans([...targets.pages, { path: 'docs/lost.md', text: '# Lost' }])).toEqual(['docs/lost.md']);
  });

  test.each([
    ['```sh\nnpx cognito-migrate inti\n```', 'no command inti'],
    ['```sh\ncognito-migrate init --mfaa reset\n```', 'no flag --mfaa of init'],
    ['```sh\ncognito-migrate init \\\n  --probe\n```', 'no flag --probe of init'],
    ['```sh\ncognito-migrate status --probe && cognito-migrate staus\n```', 'no command staus'],
    ['```sh\neval "$(cognito-migrate evn)"\n```', 'no command evn'],
    ['```\n  repair: cognito-migrate repair\n```', 'no command repair'],
    ['`cognito-migrate logs --sinc 1h`', 'no flag --sinc of logs'],
    ['`cognito-migrate\nlogs --sinc 1h`', 'no flag --sinc of logs'],
    ['`teardown --keeep x`', 'no flag --keeep of teardown'],
    ['`--mffa`', 'no flag --mffa'],
    ['`--mfa forbid`', '--mfa forbid'],
    ['`init --forgot-password=maybe`', '--forgot-password maybe'],
    ['`--log-retention 31`', '--log-retention 31'],
    ['`teardown --keep logs`', 'no such step'],
    ['COGNITO_MIGRATE_MFFA', 'no environment variable'],
    ['see CM999', 'no finding CM999'],
    ['ends with exit code 9', 'no exit code 9'],
  ])('in the words %j', (text, problem) => {
    expect(wordProblems(pageOf(text), program).join('\n')).toContain(problem);
  });

  test.each([
    '```sh\nnpx cognito-migrate init --mfa reset --yes   # not --a-flag\n```',
    '```sh\naws cognito-idp update-user-pool --lambda-config X\n```',
    '```sh\ncognito-migrate policy > cognito-migrate.json; cat x | cognito-migrate try --password-stdin | head -n 1\n```',
    '`cognito-migrate-us-east-2_XyZ`, `cognito-migrate:pool` and `cognito-migrate.state.json`',
    '`--mfa`, `--map sub=custom:NAME`, `--old-role-arn …`, `-y`, `--keep STEP`',
    'COGNITO_MIGRATE_* and `COGNITO_MIGRATE_MFA`, CM101, exit code 5',
  ])('but not in %j', (text) => {
    expect(wordProblems(pageOf(text), program)).toEqual([]);
  });
});

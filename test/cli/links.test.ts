/** Links: which addresses, in which terminals, and that nothing but the program itself can write one. */
import { describe, expect, test } from 'vitest';
import {
  appClientUrl,
  functionUrl,
  logGroupUrl,
  policyUrl,
  roleUrl,
  userPoolUrl,
} from '../../src/aws/console-url.ts';
import { hasLinks, link, unstyled } from '../../src/cli/terminal/links.ts';
import { fitted, makeStyle, visible, wrapped } from '../../src/cli/terminal/style.ts';
import { findingPlace, pagePath, pageUrl, repositoryIn } from '../../src/core/documentation.ts';
import { startLocalAws } from '../support/local-aws.ts';
import { fakeIo, json, runCli } from '../support/run-cli.ts';

/** The beginning of a link, with its address. */
const esc = '\u001b';
const opening = new RegExp(`${esc}\\]8;id=[^;]*;([^${esc}]+)`, 'g');
const closing = new RegExp(`${esc}\\]8;;${esc}`, 'g');
const addresses = (raw: string): unknown[] => [...raw.matchAll(opening)].map(([, url]) => url);

const pool = 'arn:aws:cognito-idp:us-east-2:111122223333:userpool/us-east-2_AbC';
const lambda = 'arn:aws:lambda:us-east-2:111122223333:function:cognito-migrate-us-east-2_XyZ';

describe('an address of the console', () => {
  test.each([
    [
      userPoolUrl(pool),
      'https://us-east-2.console.aws.amazon.com/cognito/v2/idp/user-pools/us-east-2_AbC?region=us-east-2',
    ],
    [
      appClientUrl(pool, '3n4b5+'),
      'https://us-east-2.console.aws.amazon.com/cognito/v2/idp/user-pools/us-east-2_AbC/applications/app-clients/3n4b5%2B/quick-setup-guide?region=us-east-2',
    ],
    [
      functionUrl(lambda),
      'https://us-east-2.console.aws.amazon.com/lambda/home?region=us-east-2#/functions/cognito-migrate-us-east-2_XyZ',
    ],
    [
      logGroupUrl(lambda, '/aws/lambda/a b'.replace(' ', '-')),
      'https://us-east-2.console.aws.amazon.com/cloudwatch/home?region=us-east-2#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fa-b',
    ],
    [
      roleUrl('arn:aws:iam::111122223333:role/path/to/my+role@x'),
      'https://console.aws.amazon.com/iam/home#/roles/details/my%2Brole%40x',
    ],
    [
      policyUrl('arn:aws:iam::111122223333:policy/p/name'),
      'https://console.aws.amazon.com/iam/home#/policies/details/arn%3Aaws%3Aiam%3A%3A111122223333%3Apolicy%2Fp%2Fname',
    ],
    [
      functionUrl('arn:aws-us-gov:lambda:us-gov-west-1:1:function:f'),
      'https://us-gov-west-1.console.amazonaws-us-gov.com/lambda/home?region=us-gov-west-1#/functions/f',
    ],
    [
      roleUrl('arn:aws-us-gov:iam::1:role/r'),
      'https://console.amazonaws-us-gov.com/iam/home#/roles/details/r',
    ],
    [
      functionUrl('arn:aws-cn:lambda:cn-north-1:1:function:f'),
      'https://cn-north-1.console.amazonaws.cn/lambda/home?region=cn-north-1#/functions/f',
    ],
  ])('%s', (url, expected) => {
    expect(url).toBe(expected);
  });

  test.each([
    ['a pool of another Region', userPoolUrl(pool.replace('userpool/us-east-2', 'userpool/eu-west-1'))],
    ['a pool ID with a path', userPoolUrl(`${pool}/../x`)],
    ['a Region with a host', functionUrl('arn:aws:lambda:evil.example/x:1:function:f')],
    ['a partition without a console', functionUrl('arn:aws-iso:lambda:us-iso-east-1:1:function:f')],
    ['an app client ID with a slash', appClientUrl(pool, '../x')],
    ['a function with a control character', functionUrl(`${lambda}\u001b`)],
    ['a log group with a space', logGroupUrl(lambda, '/aws/lambda/ x')],
    ['a role with a fragment', roleUrl('arn:aws:iam::1:role/a#b')],
    ['a policy with a query', policyUrl('arn:aws:iam::1:policy/a?b')],
    ['nothing', roleUrl('')],
  ])('is not made of %s', (_, url) => {
    expect(url).toBeUndefined();
  });
});

describe('a terminal', () => {
  const tty = fakeIo({ tty: true }).io.stdout;
  const pipe = fakeIo().io.stdout;
  const shows = (env: Record<string, string>, stream = tty, isShow?: true) => hasLinks(env, stream, isShow);

  test.each<[Record<string, string>]>([
    [{ FORCE_HYPERLINK: '1' }],
    [{ FORCE_HYPERLINK: '1', TMUX: 'x' }],
    [{ TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.1.0' }],
    [{ TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '4.0' }],
    [{ TERM_PROGRAM: 'WezTerm', TERM_PROGRAM_VERSION: '20240203-110809-5046fc22' }],
    [{ TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.72.0' }],
    [{ TERM_PROGRAM: 'ghostty' }],
    [{ VTE_VERSION: '7600', NO_COLOR: '1' }],
    [{ TERM: 'xterm-kitty' }],
    [{ WT_SESSION: 'x' }],
  ])('shows links: %j', (env) => {
    expect(shows(env)).toBe(true);
  });

  test.each<[Record<string, string>]>([
    [{}],
    [{ TERM: 'xterm-256color' }],
    [{ TERM: 'dumb', FORCE_HYPERLINK: '1' }],
    [{ CI: 'true', FORCE_HYPERLINK: '1' }],
    [{ FORCE_HYPERLINK: '0', TERM_PROGRAM: 'ghostty' }],
    [{ FORCE_HYPERLINK: 'false', WT_SESSION: 'x' }],
    [{ TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.0.9' }],
    [{ TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.71.2' }],
    [{ TERM_PROGRAM: 'Apple_Terminal', TERM_PROGRAM_VERSION: '455' }],
    [{ VTE_VERSION: '5000' }],
    [{ TERM_PROGRAM: 'ghostty', TMUX: '/tmp/tmux' }],
  ])('shows none: %j', (env) => {
    expect(shows(env)).toBe(false);
  });

  test('is not a pipe, whatever is forced, and no demo', () => {
    expect(shows({ FORCE_HYPERLINK: '1' }, pipe)).toBe(false);
    expect(shows({ FORCE_HYPERLINK: '1' }, tty, true)).toBe(false);
  });
});

describe('a link', () => {
  const style = makeStyle(true, { columns: 40 }, {}, true);
  const url = 'https://example.com/a?b=c#$252F';

  test('takes no columns, and breaks between its words', () => {
    const text = link('app client web', url);
    expect(visible(text)).toBe('app client web'.length);
    expect(unstyled(fitted(`  x  ${text} and more words behind it`, 20))).toBe(
      fitted('  x  app client web and more words behind it', 20),
    );
    expect(unstyled(wrapped([text, text], 20))).toBe(wrapped(['app client web', 'app client web'], 20));
    for (const line of fitted(text, 8).split('\n'))
      expect(line.match(opening)?.length, line).toBe(line.match(closing)?.length);
  });

  test('is shown by the style of a terminal that knows links only, in color or not', () => {
    for (const color of [true, false]) {
      const shown = makeStyle(color, { columns: 80 }, {}, true);
      expect(shown.shown(`  ${shown.bold(shown.link('web', url))}`)).toContain(
        `;${url}\u001b\\web\u001b]8;;\u001b\\`,
      );
    }
    expect(makeStyle(true, {}, {}).link('web', url)).toBe('web');
    expect(style.link('web', undefined)).toBe('web');
  });

  test.each([
    ['another protocol', 'javascript:alert(1)'],
    ['no protocol', '//example.com'],
    ['a control character', 'https://example.com/\u0007'],
    ['a space', 'https://example.com/ x'],
  ])('is not made with %s', (_, wrong) => {
    expect(link('web', wrong)).toBe('web');
  });

  test('in a text from AWS is escaped, and cannot end one of ours', () => {
    const foreign = '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\';
    const guessed = '\u001b]8;id=0000000000000000.1;https://evil.example\u001b\\click\u001b]8;;\u001b\\';
    for (const text of [foreign, guessed]) {
      expect(style.shown(text)).not.toContain('\u001b]8');
      expect(addresses(style.shown(style.link(text, url)))).toEqual([url]);
    }
  });
});

describe('the documentation', () => {
  test.each([
    ['git+https://github.com/owner/name.git', 'https://github.com/owner/name'],
    ['https://github.com/owner/na.me', 'https://github.com/owner/na.me'],
    ['git@github.com:owner/name.git', undefined],
    ['https://github.com/owner/name/../x', undefined],
    ['javascript:alert(1)', undefined],
  ])('of a package from %s is at %s', (url, expected) => {
    expect(repositoryIn(JSON.stringify({ repository: { type: 'git', url } }))).toBe(expected);
  });

  test('has no address in a clone, and a path in the package', () => {
    expect(repositoryIn('{}')).toBeUndefined();
    expect(pageUrl(findingPlace('CM401'))).toBeUndefined();
    expect(pagePath(findingPlace('CM101'))).toBe(
      'docs/findings.md#cm101-a-required-attribute-that-no-user-would-have',
    );
  });
});

test('init, status, plan, and teardown link the resources that they name, only in a terminal', {
  timeout: 120_000,
}, async () => {
  const aws = await startLocalAws();
  const run = async (words: readonly string[], env: Record<string, string>) => {
    const io = fakeIo({ tty: true, env });
    const { code } = await runCli(words, io);
    return { code, out: io.rawOut(), raw: io.rawOut() + io.rawErr() };
  };
  const linked = { FORCE_HYPERLINK: '1' };
  const poolPage = (id: string) =>
    expect.stringContaining(`.console.aws.amazon.com/cognito/v2/idp/user-pools/${id}?region=`);

  const made = await run(aws.init('--all-new-clients', '--yes'), linked);
  expect(made.code).toBe(0);
  expect(addresses(made.raw)).toEqual(
    expect.arrayContaining([
      poolPage(aws.oldPool),
      poolPage(aws.newPool),
      expect.stringContaining('/iam/home#/roles/details/cognito-migrate-'),
      expect.stringContaining('/iam/home#/policies/details/arn%3Aaws'),
      expect.stringContaining('#/functions/cognito-migrate-'),
      expect.stringContaining('/applications/app-clients/'),
    ]),
  );
  for (const words of [['status'], ['plan', '--all'], ['teardown', '--dry-run']]) {
    const [withLinks, without] = [
      await run([...words, ...aws.where], linked),
      await run([...words, ...aws.where], {}),
    ];
    expect(addresses(withLinks.raw), words.join(' ')).toEqual(
      expect.arrayContaining([
        poolPage(aws.newPool),
        expect.stringContaining('#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fcognito-migrate-'),
        expect.stringContaining(`/applications/app-clients/${aws.clients.web}/`),
      ]),
    );
    // The same words on the same lines.
    expect(unstyled(withLinks.out)).toBe(unstyled(without.out));
    expect(without.raw).not.toContain('\u001b]8');
  }
  const piped = await runCli(['status', ...aws.where], { env: linked });
  expect(piped.stdout + piped.stderr).not.toContain('\u001b]8');

  const status = json(await runCli(['status', ...aws.where, '--json']));
  expect(status).toMatchObject({
    newUserPool: { consoleUrl: poolPage(aws.newPool) },
    steps: expect.arrayContaining([
      expect.objectContaining({
        step: 'lambda-function',
        consoleUrl: expect.stringContaining('#/functions/'),
      }),
    ]),
  });
  const doctor = json(await runCli(['doctor', ...aws.where, '--json']));
  const findings = Array.isArray(doctor.findings) ? doctor.findings : [];
  expect(findings.length).toBeGreaterThan(0);
  for (const { id, page } of findings)
    expect(page).toMatch(new RegExp(`^docs/findings\\.md#${id.toLowerCase()}-`));
});

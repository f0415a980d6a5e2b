/** --version --verbose: the details for a bug report, and nothing about its author. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { describe, expect, inject, test } from 'vitest';
import { version } from '../../src/core/version.ts';
import { fakeIo, runCli } from '../support/run-cli.ts';

const rowsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .trimEnd()
      .split('\n')
      .map((row) => row.split(/ {2,}/, 2)),
  );

describe('--version --verbose', () => {
  test('names version, Node, platform, terminal, and the hash that Lambda shows', async () => {
    const { code, stdout, stderr } = await runCli(['--version', '--verbose']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const zip = await readFile(inject('handlerZip'));
    expect(rowsOf(stdout)).toEqual({
      'cognito-migrate': version,
      'Node.js': process.version,
      platform: expect.stringMatching(new RegExp(`^${process.platform} ${process.arch}, \\S+`)),
      stdin: 'not a terminal',
      stdout: 'not a terminal, 120 columns, no color',
      stderr: 'not a terminal, 120 columns, no color',
      TERM: 'not set',
      CI: 'no',
      'run by': 'its own command',
      function: `SHA-256 ${createHash('sha256').update(zip).digest('base64')}`,
    });
  });

  test('detects a terminal, colors, CI, and npx, and escapes values of the environment', async () => {
    const env = { CI: 'true', TERM: 'xterm\u001b[31m', npm_command: 'exec' };
    const { stdout } = await runCli(['-v', '-V'], fakeIo({ tty: true, env }));
    expect(rowsOf(stdout)).toMatchObject({
      stdin: 'terminal',
      stdout: 'terminal, 120 columns, color',
      CI: 'yes',
      'run by': 'npx',
    });
    expect(stdout).not.toContain('\u001b');
  });

  test('names neither the person nor the machine, and no secret', async () => {
    const env = { HOME: '/home/ana', AWS_PROFILE: 'prod', AWS_SECRET_ACCESS_KEY: 'hunter2', USER: 'ana' };
    const { stdout } = await runCli(['--version', '--verbose'], { env });
    for (const word of ['ana', 'prod', 'hunter2', process.cwd(), hostname(), userInfo().homedir])
      expect(stdout.split(/[\s,]+/), word).not.toContain(word);
  });

  test('does not change --version, and refuses --verbose alone', async () => {
    expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    expect((await runCli(['--verbose'])).code).toBe(2);
    expect((await runCli(['--version', '--json'])).stdout).toBe(`${version}\n`);
  });
});

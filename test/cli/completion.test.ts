/** completion, and the suggestions of `__complete`: everything that the help lists, on any machine. */
import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { scripts } from '../../src/cli/commands/completion/scripts.ts';
import { readCommands, readProgram } from '../docs/program.ts';
import { json, runCli } from '../support/run-cli.ts';
import { tempFolder } from '../support/temp.ts';

type Env = Readonly<Record<string, string>>;

/** The words that fish is offered for a line: without escape characters. */
function offered(line: string, cwd: string, env: Env = {}): string[] {
  const out = execFileSync(process.execPath, [inject('program'), '__complete', 'fish', line], {
    cwd,
    env: { HOME: cwd, ...env },
    encoding: 'utf8',
  });
  return out.split('\n').flatMap((row) => row.split('\t')[0] || []);
}

describe('__complete', () => {
  test('offers every command and every flag that the help lists', async () => {
    const folder = await tempFolder();
    const commands = await readCommands();
    expect(offered('cognito-migrate ', folder).toSorted()).toEqual([...commands.keys(), 'help'].toSorted());
    for (const [command, flags] of await readProgram()) {
      expect(flags.size, command).toBeGreaterThan(3);
      expect(offered(`cognito-migrate ${command} -`, folder).toSorted(), command).toEqual(
        [...flags].toSorted(),
      );
    }
  });

  test('offers the values of a flag, and "none" if that clears it', async () => {
    const folder = await tempFolder();
    for (const command of ['init', 'plan', 'doctor', 'export', 'handoff'])
      expect(offered(`cognito-migrate ${command} --find-by `, folder)).toEqual([
        'email',
        'phone_number',
        'none',
      ]);
    expect(offered('cognito-migrate init --mfa ', folder)).toEqual(['block', 'reset', 'allow']);
  });

  test('reads both AWS files from where the environment says, as the SDK does', async () => {
    const folder = await tempFolder();
    await writeFile(
      join(folder, 'config'),
      '\uFEFF[default]\n[profile one]\r\n[ profile "two" ] # comment\n[profile has space]\n[plain]\n[services x]\n',
    );
    await writeFile(join(folder, 'credentials'), '[one]\n[three]\nkey = [four]\n[five\u0007]\n');
    const env = {
      AWS_CONFIG_FILE: join(folder, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    };
    for (const flag of ['--profile', '--old-profile'])
      expect(offered(`cognito-migrate init ${flag} `, folder, env)).toEqual([
        'default',
        'one',
        'three',
        'two',
      ]);
    expect(offered('cognito-migrate init --profile ', folder)).toEqual([]);
    expect(offered('cognito-migrate init --profile ', folder, { AWS_CONFIG_FILE: folder })).toEqual([]);
  });

  test('finds state files, and no other JSON file', async () => {
    const folder = await tempFolder();
    await mkdir(join(folder, 'deep.json'));
    await writeFile(join(folder, 'a.json'), '{"version":1,"migration":"x"}');
    await writeFile(join(folder, 'b.state.json'), 'broken');
    await writeFile(join(folder, 'c.json'), '{"name":"migration"}');
    await writeFile(join(folder, '.hidden.state.json'), '{}');
    await symlink(join(folder, 'nowhere'), join(folder, 'd.state.json'));
    execFileSync('mkfifo', [join(folder, 'e.state.json')]);
    const state = (start: string) => offered(`cognito-migrate status --state ${start}`, folder);
    expect(state('')).toEqual(['a.json', 'b.state.json', 'deep.json/']);
    expect(state('.h')).toEqual(['.hidden.state.json']);
    expect(state('~/a')).toEqual(['~/a.json']);
    expect(state('nowhere/')).toEqual([]);
  });

  test.each([
    ['a shell that it does not know', ['csh', 'cognito-migrate ']],
    ['no arguments', []],
    ['an unknown command', ['bash', 'cognito-migrate nonsense --m', '--m']],
  ])('says nothing to %s', async (_, args) => {
    const folder = await tempFolder();
    const options = { cwd: folder, encoding: 'utf8' as const };
    const out = execFileSync(process.execPath, [inject('program'), '__complete', ...args], options);
    expect(out).toBe('');
  });
});

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish', 'powershell'] as const)('prints the script for %s', async (shell) => {
    expect(await runCli(['completion', shell])).toEqual({ code: 0, stdout: scripts[shell], stderr: '' });
    expect(json(await runCli(['completion', shell, '--json']))).toEqual({ shell, script: scripts[shell] });
    // A word of the current folder must never run at a Tab.
    expect(scripts[shell]).not.toMatch(/\$\{?1\b|\.\/|\$words\[1\]/);
  });

  test('requires a supported shell', async () => {
    const none = await runCli(['completion']);
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none.stderr).toContain('completion needs a shell: bash, zsh, fish, or powershell');
    const near = await runCli(['completion', 'bassh']);
    expect(near.code).toBe(2);
    expect(near.stderr).toContain('Did you mean bash?');
    expect((await runCli(['completion', 'hunter2-secret'])).stderr).not.toContain('hunter2');
  });
});

/** Terminals that show no colours, terminals that cannot move their cursor, and no terminal at all. */
import { execFile } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { answer, wizard } from './questions.ts';
import { type Stage, startStage } from './stage.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what is looked for
const colours = /\u001b\[[\d;]*m/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what is looked for
const anySequence = /\u001b/;

const whole = (stage: Stage): string[] => stage.init('--new-client-id', stage.clients.web, '--yes');

describe('colours', () => {
  test('NO_COLOR: none in the wizard, in the work and at the end', async () => {
    const stage = await startStage();
    const terminal = stage.open(['init'], 80, { NO_COLOR: '1' });
    await answer(terminal, wizard);
    expect(await terminal.end()).toBe(0);
    expect(terminal.raw).not.toMatch(colours);
  });

  test('NO_COLOR: none in the demo, which runs init in itself', async () => {
    const stage = await startStage();
    const terminal = stage.open(['demo'], 80, { NO_COLOR: '1', TMPDIR: stage.folder });
    await terminal.waitFor(/\+ role [\s\S]*~ trigger /);
    expect(terminal.raw).not.toMatch(colours);
  });

  test('otherwise: the same screens with colours', async () => {
    const stage = await startStage();
    const terminal = stage.open(['init']);
    await answer(terminal, wizard);
    expect(await terminal.end()).toBe(0);
    expect(terminal.raw).toMatch(colours);
  });
});

describe('no terminal', () => {
  const run = (stage: Stage, argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    new Promise<{ code: number | string | null | undefined; out: string; err: string }>((resolve) => {
      const [file = '', ...rest] = [process.execPath, ...stage.programAnd(...argv)];
      const child = execFile(
        file,
        rest,
        { cwd: stage.folder, env: { ...stage.env, ...env } },
        (error, out, err) => resolve({ code: error === null ? 0 : error.code, out, err }),
      );
      child.stdin?.end();
    });

  test('what is missing is listed with its flags, nothing is asked', async () => {
    const stage = await startStage();
    const { code, out, err } = await run(stage, ['init']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    for (const flag of ['--old-user-pool-id', '--new-user-pool-id', '--yes']) expect(err).toContain(flag);
    expect(err).toContain('COGNITO_MIGRATE_OLD_USER_POOL_ID');
    await stage.expectUntouched();
  });

  test('one line for each event, without control sequences, whatever TERM says', async () => {
    const stage = await startStage();
    const { code, out, err } = await run(stage, whole(stage), { TERM: 'xterm-256color' });
    expect(code).toBe(0);
    expect(out + err).not.toMatch(anySequence);
    expect(err).toMatch(/^ {2}✔ function /m);
    expect(err).toMatch(/^ {2}✔ trigger /m);
    expect(out).toContain('Ready.');
  });

  test('only standard output is a pipe: the questions are still asked', async () => {
    const stage = await startStage();
    const terminal = stage.openShell('"$0" "$@" | cat', ['init']);
    await terminal.waitFor(/\? Old user pool[^✔]*❯ legacy-users/);
    terminal.press('ctrl-c');
    await terminal.end();
    expect(stage.sandbox.journal.writes()).toEqual([]);
  });
});

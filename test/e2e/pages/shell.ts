/** A shell in which the commands of a page run as written: `cognito-migrate` is the built program. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { inject, onTestFinished } from 'vitest';
import { type ProgramEnv, programEnv } from '../../support/run-program.ts';
import { tempFolder } from '../../support/temp.ts';

/** One call of the program or of another one. */
export interface ProgramCall {
  readonly program: string;
  readonly words: string;
  /** Exit code. Other programs than ours are only recorded: they end with 0. */
  readonly code: number;
}

export interface LineResult {
  readonly code: number | null;
  readonly output: string;
  readonly calls: readonly ProgramCall[];
}

export interface LineOptions {
  /** Words behind the program's own, in place of what a person answers in a terminal. */
  readonly answers?: string | undefined;
  /** Standard input. */
  readonly typed?: string | undefined;
  /** The output after which Ctrl-C is pressed. */
  readonly until?: RegExp | undefined;
}

/** Programs that are only recorded. */
const recorded = ['aws', 'npm', 'terraform'];

const record = (folder: string, name: string, code: string): string =>
  `printf '%s\\t%s\\t%s\\n' ${name} "${code}" "$*" >> '${folder}/calls'`;

/** Starts in an empty folder. Variables that a line exports stay for the next lines. */
export async function startShell(env: ProgramEnv) {
  const folder = await tempFolder();
  const bin = join(folder, 'bin');
  const cwd = join(folder, 'work');
  await Promise.all([mkdir(bin), mkdir(cwd)]);
  const tools: Record<string, string> = {
    'cognito-migrate': `'${process.execPath}' '${inject('program')}' "$@" $(cat '${folder}/answers')
code=$?
${record(folder, 'cognito-migrate', '$code')}
exit $code`,
    npx: '[ "$1" = cognito-migrate ] || exit 64\nexec "$@"',
    ...Object.fromEntries(recorded.map((name) => [name, record(folder, name, '0')])),
  };
  for (const [name, script] of Object.entries(tools)) {
    await writeFile(join(bin, name), `#!/usr/bin/env bash\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  }
  await writeFile(join(folder, 'exported'), '');
  const base = { ...programEnv(folder), PATH: `${bin}${delimiter}${process.env.PATH}`, ...env };
  return {
    cwd,
    async run(line: string, { answers = '', typed = '', until }: LineOptions = {}): Promise<LineResult> {
      await Promise.all([
        writeFile(join(folder, 'answers'), answers),
        writeFile(join(folder, 'calls'), ''),
        writeFile(
          join(folder, 'line'),
          `. '${folder}/exported'\n${line}\ncode=$?\nexport -p > '${folder}/exported'\nexit $code\n`,
        ),
      ]);
      // In a process group of its own, as in a terminal: Ctrl-C reaches the program too.
      const args = ['--noprofile', '--norc', '-o', 'pipefail', join(folder, 'line')];
      const child = spawn('bash', args, {
        cwd,
        env: base,
        detached: true,
        stdio: 'pipe',
      });
      onTestFinished(() => void signal(child, 'SIGKILL'));
      child.stdin.on('error', () => {
        // A command can end before it has read this.
      });
      child.stdin.end(typed);
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => {
          output += chunk.toString();
        });
      const ended = new Promise<number | null>((resolve) => {
        child.once('close', resolve);
      });
      if (until !== undefined) {
        while (!until.test(output) && child.exitCode === null) await setTimeout(20);
        signal(child, 'SIGINT');
      }
      const code = await ended;
      return { code, output, calls: callsIn(await readFile(join(folder, 'calls'), 'utf8')) };
    },
  };
}

function signal({ pid, exitCode }: ChildProcess, name: NodeJS.Signals): void {
  if (pid !== undefined && exitCode === null) process.kill(-pid, name);
}

const callsIn = (text: string): ProgramCall[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [program = '', code, words = ''] = line.split('\t');
      return { program, words, code: Number(code) };
    });

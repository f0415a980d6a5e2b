/** The commands and flags that the program really has, as its own help tells them. */
import { runCli } from '../support/run-cli.ts';

/** Flags by command. */
export type ProgramFlags = ReadonlyMap<string, ReadonlySet<string>>;

/** Name and summary of each command, in the order of the help. */
export async function readCommands(): Promise<Map<string, string>> {
  const { stdout } = await runCli(['--help']);
  const commands = new Map<string, string>();
  let last: string | undefined;
  for (const line of stdout.split('\n')) {
    const [, name, summary = ''] = /^ {2}([a-z][a-z-]*) (?:\[[a-z]+\] )* +(\S.*)$/.exec(line) ?? [];
    const [, more] = /^ {10,}(\S.*)$/.exec(line) ?? [];
    if (name !== undefined) commands.set(name, summary);
    else if (more !== undefined && last !== undefined) commands.set(last, `${commands.get(last)} ${more}`);
    last = name ?? (more === undefined ? undefined : last);
  }
  commands.delete('help');
  return commands;
}

export async function readProgram(): Promise<ProgramFlags> {
  const flags = new Map<string, ReadonlySet<string>>();
  for (const name of (await readCommands()).keys()) {
    const { stdout } = await runCli([name, '--help']);
    const found = [...stdout.matchAll(/^ {2}(?:(-\w), )?(--[a-z][a-z-]*)/gm)];
    flags.set(name, new Set(found.flatMap(([, short, long]) => [short ?? [], long ?? []].flat())));
  }
  return flags;
}

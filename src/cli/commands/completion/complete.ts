/**
 * `cognito-migrate __complete SHELL LINE [WORD]`, which the scripts call at every Tab.
 * Loads neither the SDK nor the declarations. Prints nothing if anything is wrong.
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { Io } from '../../terminal/io.ts';
import {
  type Candidate,
  candidatesFor,
  expanded,
  type Source,
  type StoredTable,
  type Table,
} from './candidates.ts';
import { forBash, forPowerShell, isShell, type Line, readLine, type Shell } from './line.ts';

/** Every module of the built program is one folder below dist/, where the table is. */
const shipped = new URL('../completion.json.br', import.meta.url);

/**
 * Prints the candidates for the word at the cursor.
 * Always succeeds, because an error would disturb the line being typed.
 */
export async function complete(
  [shell = '', text = '', typed = '']: readonly string[],
  io: Pick<Io, 'env' | 'stdout'>,
): Promise<number> {
  const table = readTable();
  if (!isShell(shell) || table === undefined) return 0;
  const line = readLine(shell, text);
  const found = candidatesFor(table, line.words, line.current, (source, start) =>
    finders[source](start, io.env),
  );
  const shown = found.filter(({ value }) => !/\p{Cc}/u.test(value));
  if (shown.length > 0)
    io.stdout.write(`${shown.map((one) => format(one, shell, line, typed)).join('\n')}\n`);
  return 0;
}

/** One line of the answer: the word, and for shells that show one, a tab and its description. */
function format({ value, describe }: Candidate, shell: Shell, line: Line, typed: string): string {
  switch (shell) {
    case 'bash':
      return forBash(value, line, typed);
    case 'powershell':
      return [forPowerShell(value), value, describe || value].join('\t');
    default:
      return `${value}\t${describe}`;
  }
}

function readTable(): Table | undefined {
  const table = undefinedIfUnreadable((): unknown =>
    JSON.parse(brotliDecompressSync(readFileSync(shipped)).toString()),
  );
  return isStored(table) ? expanded(table) : undefined;
}

/** Checks only the outer shape: the build writes the file from the same type. */
const isStored = (value: unknown): value is StoredTable =>
  typeof value === 'object' && value !== null && 'all' in value && 'commands' in value && 'help' in value;

const finders: Readonly<Record<Source, (start: string, env: Io['env']) => readonly Candidate[]>> = {
  profiles: (start, env) =>
    profileNames(env)
      .filter((name) => name.startsWith(start))
      .map((value) => ({ value, describe: '' })),
  'state files': (start, env) => paths(start, env, isStateFile),
  files: (start, env) => paths(start, env, () => true),
  folders: (start, env) => paths(start, env, () => false),
};

/** Folders and matching files whose path begins with the text. */
function paths(start: string, env: Io['env'], isFit: (path: string) => boolean): Candidate[] {
  const [folder = ''] = /^.*[/\\]/s.exec(start) ?? [];
  const name = start.slice(folder.length);
  const place = folder.replace(/^~(?=[/\\])/, homeOf(env)) || '.';
  const all = undefinedIfUnreadable(() => readdirSync(place)) ?? [];
  return all
    .filter((entry) => entry.startsWith(name) && (name !== '' || !entry.startsWith('.')))
    .toSorted()
    .flatMap((entry) => {
      const stats = undefinedIfUnreadable(() => statSync(join(place, entry)));
      if (stats?.isDirectory()) return [{ value: `${folder}${entry}/`, describe: '' }];
      // Reading anything but a regular file may block.
      if (!stats?.isFile() || !isFit(join(place, entry))) return [];
      return [{ value: `${folder}${entry}`, describe: '' }];
    });
}

/** Whether this is a state file. One that is broken still has its name. */
const isStateFile = (path: string): boolean =>
  path.endsWith('.state.json') || (path.endsWith('.json') && /"migration"\s*:/.test(beginningOf(path)));

/** The first bytes of a file. State files can be large, and have their kind at the top. */
function beginningOf(path: string): string {
  return (
    undefinedIfUnreadable(() => {
      const file = openSync(path, 'r');
      try {
        const buffer = Buffer.alloc(200);
        return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, 0));
      } finally {
        closeSync(file);
      }
    }) ?? ''
  );
}

const homeOf = (env: Io['env']): string => env.HOME || env.USERPROFILE || homedir();

/** The profiles of both configuration files, as the SDK reads their names. */
function profileNames(env: Io['env']): string[] {
  const file = (setting: string | undefined, name: string): string =>
    undefinedIfUnreadable(() => readFileSync(setting || join(homeOf(env), '.aws', name), 'utf8')) ?? '';
  const names = [
    ...sectionsOf(file(env.AWS_CONFIG_FILE, 'config')).flatMap((section) => {
      const [, , name] = /^profile\s+(["']?)([\w@+.%:/-]+)\1$/.exec(section) ?? [];
      return section === 'default' ? [section] : (name ?? []);
    }),
    ...sectionsOf(file(env.AWS_SHARED_CREDENTIALS_FILE, 'credentials')),
  ];
  return [...new Set(names)].toSorted();
}

/** The headings `[…]` of an INI file. */
const sectionsOf = (text: string): string[] =>
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((row) => /^\s*\[([^[\]]+)\]\s*(?:[#;].*)?$/.exec(row)?.[1]?.trim() ?? []);

function undefinedIfUnreadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

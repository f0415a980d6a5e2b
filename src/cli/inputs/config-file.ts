/**
 * Reads the config file of a migration: pools, app clients, names, tags, and settings.
 * A file found by default can come from strangers, so few members are allowed (core/variables/config-members.ts).
 */
import { lstat, readFile, stat } from 'node:fs/promises';
import { type CodeOf, UsageError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { nearest } from '../../core/near.ts';
import { acceptedMembers, type ConfigMember, configMembers } from '../../core/variables/config-members.ts';
import { envOf, flagOf, type VarName } from '../../core/variables/index.ts';

/** A config file. Its values have no forbidden or unknown member, but may be wrong themselves. */
export interface ConfigFile {
  readonly file: string;
  readonly values: ReadonlyMap<VarName, { readonly member: string; readonly value: unknown }>;
}

/** The file that a run reads by default. */
const defaultFile = 'cognito-migrate.config.json';

/** Much more than a file with 432 app clients and 50 tags needs. */
const maxBytes = 256 * 1024;

/** More than there are, wrong ones too, so that each problem can be told. */
const mostMembers = 100;

/** Environment for commands that run inside another one, on pools of their own. They read no config file. */
export const withoutConfigFile = { [envOf('CONFIG')]: 'none' } as const;

/**
 * Reads the named file, or the one in the working folder, if there is one.
 * Throws UsageError if it is unreadable or contains a forbidden member. Never repeats the text of the file.
 */
export async function loadConfigFile(named: string | undefined): Promise<ConfigFile | undefined> {
  const file = named ?? defaultFile;
  const text = await readText(file, named !== undefined);
  if (text === undefined) return undefined;
  const content = parse(file, text);
  const members = Object.keys(content).filter((member) => member !== '$schema');
  if (members.length > mostMembers) throw broken(file, `it has ${members.length} members`, 'CONFIG_INVALID');
  const problems = members.flatMap((member) => problemsOf(member, content[member]));
  if (problems.length > 0) throw unfit(file, problems);
  const values = acceptedMembers.filter(({ member }) => Object.hasOwn(content, member));
  return {
    file,
    values: new Map(values.map(({ name, member }) => [name, { member, value: content[member] }])),
  };
}

const broken = (file: string, why: string, code: CodeOf<'usage'>, hint: readonly string[] = []): UsageError =>
  new UsageError(`Cannot use the config file ${file}: ${why}`, {
    code,
    found: file,
    hint: [...hint, `${flagOf('CONFIG')} none  ignores the config file.`],
  });

/** Follows a symbolic link only if the person named it: one that comes with a repository can lead anywhere. */
async function readText(file: string, isNamed: boolean): Promise<string | undefined> {
  const unreadable = (why: string): UsageError => broken(file, why, 'CONFIG_UNREADABLE');
  try {
    const stats = await (isNamed ? stat(file) : lstat(file));
    if (stats.isSymbolicLink())
      throw broken(file, 'it is a symbolic link', 'CONFIG_UNREADABLE', [
        `${flagOf('CONFIG')} ${file}  follows it.`,
      ]);
    if (stats.isDirectory()) throw unreadable('it is a folder');
    if (!stats.isFile()) throw unreadable('it is not a regular file');
    if (stats.size > maxBytes) throw unreadable(`it is larger than ${maxBytes / 1024} KB`);
    return decode(file, await readFile(file));
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    const isMissing = 'code' in error && error.code === 'ENOENT';
    if (isMissing && !isNamed) return undefined;
    throw unreadable(isMissing ? 'the file does not exist' : error.message);
  }
}

/** Accepts a byte order mark, which some editors on Windows write. */
function decode(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw broken(file, 'it is not UTF-8 text', 'CONFIG_INVALID', ['Save it as UTF-8.']);
  }
}

function parse(file: string, text: string): JsonObject {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw broken(file, notJson(text, error), 'CONFIG_INVALID');
  }
  if (!isJsonObject(content)) throw broken(file, 'it is not a JSON object', 'CONFIG_INVALID');
  const problem = formProblem(text);
  if (problem !== undefined) throw broken(file, problem, 'CONFIG_INVALID');
  return content;
}

/** Levels of lists and objects. A right file has two. */
const deepest = 100;

/**
 * What JSON.parse does not tell. Of equal names in one object it takes the last, while people read the first.
 * @param text valid JSON.
 */
function formProblem(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, name, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') open.push(new Set());
    if (token === '}' || token === ']') open.pop();
    if (open.length > deepest) return `it is nested more than ${deepest} levels deep`;
    if (name === undefined || colon === undefined) continue;
    const member = String(JSON.parse(name));
    const members = open.at(-1);
    if (members?.has(member)) return `it has the member ${shownName(member)} twice`;
    members?.add(member);
  }
  return undefined;
}

/** The error of JSON.parse repeats the text, so the message has only its position. */
function notJson(text: string, error: unknown): string {
  // A string without an end goes on to the end of its line. Nothing is read twice, whatever the text is.
  const withoutStrings = text.replaceAll(/"(?:[^"\\\n]|\\.)*"?/g, '""');
  if (/\/\/|\/\*/.test(withoutStrings)) return 'it contains comments, which JSON does not allow';
  const [, position] = /at position (\d+)/.exec(error instanceof Error ? error.message : '') ?? [];
  if (position === undefined) return 'it is not JSON';
  return `it is not JSON (line ${text.slice(0, Number(position)).split('\n').length})`;
}

interface Problem {
  readonly code: Extract<CodeOf<'usage'>, 'CONFIG_INVALID' | 'CONFIG_REFUSED'>;
  readonly text: string;
  readonly hint?: string;
}

const refused = (member: string, why: string, hint: string): Problem[] => [
  { code: 'CONFIG_REFUSED', text: `${member} is not allowed in a config file, because ${why}`, hint },
];

/** `--log-retention`, `LOG_RETENTION`, and `log_retention` mean `logRetention`. */
const plain = (member: string): string =>
  member
    .replace(/^cognito_migrate_/i, '')
    .replaceAll(/[-_]/g, '')
    .toLowerCase();

function problemsOf(member: string, value: unknown): Problem[] {
  const found = configMembers.find((one) => plain(one.member) === plain(member));
  if (found?.refusal !== undefined) return refused(found.member, found.refusal, otherWays(found));
  if (found === undefined || found.member !== member) return unknownMember(member, found);
  const vouches = found.name === 'MAP' && isJsonObject(value) && Object.hasOwn(value, 'username');
  return vouches
    ? refused(
        `username in ${member}`,
        'only the person who runs a command can vouch for usernames',
        otherWays(found),
      )
    : [];
}

const otherWays = ({ name }: ConfigMember): string =>
  `Use ${flagOf(name)} or ${envOf(name)} instead of the file.`;

/** In characters. */
const longestName = 40;

const shownName = (member: string): string =>
  JSON.stringify(member.length > longestName ? `${member.slice(0, longestName)}…` : member);

function unknownMember(member: string, meant: ConfigMember | undefined): Problem[] {
  if (/passw|secret|token|credential|access_?key/i.test(member))
    return refused(
      JSON.stringify(member.slice(0, longestName)),
      'a config file never contains secrets',
      'Remove it.',
    );
  const near = meant ?? nearest(plain(member), acceptedMembers, (one) => one.member);
  return [
    {
      code: 'CONFIG_INVALID',
      text: `unknown member ${shownName(member)}`,
      hint:
        near === undefined
          ? 'cognito-migrate config-schema  lists the members.'
          : `Did you mean ${near.member}?`,
    },
  ];
}

function unfit(file: string, problems: readonly Problem[]): UsageError {
  const isRefused = problems.some(({ code }) => code === 'CONFIG_REFUSED');
  return new UsageError(problems.map(({ text }) => `${file}: ${text}`).join('\n'), {
    code: isRefused ? 'CONFIG_REFUSED' : 'CONFIG_INVALID',
    expected: acceptedMembers.map(({ member }) => member),
    found: problems.map(({ text }) => text),
    hint: [
      ...new Set([
        ...problems.flatMap(({ hint }) => hint ?? []),
        `${flagOf('CONFIG')} none  ignores the config file.`,
      ]),
    ],
  });
}

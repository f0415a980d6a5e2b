/**
 * Explains why a run has no credentials.
 * The SDK's chain keeps only the last provider's message ("Could not load credentials from any providers").
 * If a file is missing, the chain fails with Node's own error. It also repeats the command line of a
 * credential_process, which may hold a secret.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { loadSharedConfigFiles } from '@smithy/core/config';
import { MigrateError } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import { isSso, noCredentials, ssoExpired } from './credential-errors.ts';
import { isNetwork } from './network-errors.ts';
import { profileNames } from './profiles.ts';
import type { RequestHandler } from './request-handler.ts';
import { read } from './thrown.ts';

interface Search {
  /** --profile, if given. */
  readonly profile: string | undefined;
  /** Messages that the providers logged during the lookup. */
  readonly heard: readonly string[];
  readonly handler: Pick<RequestHandler, 'lastFailure'>;
}

type Profile = Readonly<Record<string, string | undefined>>;

/** The failure in words for people. Refusals by AWS and network failures stay unchanged. */
export async function causeOf(error: unknown, search: Search): Promise<unknown> {
  const thrown = read(error);
  if (thrown === undefined || error instanceof MigrateError || thrown.isAws || isNetwork(thrown))
    return error;
  // The SSO provider wraps the failure of its request and keeps only the text.
  const { lastFailure } = search.handler;
  if (lastFailure !== undefined && thrown.message.includes(lastFailure.message)) return lastFailure;
  if (!/Provider|^Error$/.test(thrown.name) && thrown.errno === undefined) return error;
  const { name, chain } = await profileChain(search.profile);
  const file = await brokenFile(chain.at(-1)?.profile);
  // If other profiles exist, a mistyped name is likelier than a missing file beside them.
  const isMistyped = name !== undefined && chain.at(-1)?.profile === undefined;
  if (file !== undefined && !(isMistyped && file.problem === absent && (await profileNames()).length > 0)) {
    return noCredentials(`${file.setting} ${file.problem}: ${file.path}`, {
      cause: error,
      found: file.path,
      hint: [`Correct ${file.setting}, or unset it.`],
    });
  }
  return ofProfile(error, thrown.message, { ...search, name, chain });
}

interface Link {
  readonly name: string;
  /** Undefined if no profile has this name. */
  readonly profile: Profile | undefined;
}

interface Found extends Search {
  /** The profile that was named. Undefined if none was. */
  readonly name: string | undefined;
  readonly chain: readonly Link[];
}

/** The profile, followed in order by the profiles that it takes its credentials from. */
async function profileChain(given: string | undefined): Promise<Pick<Found, 'name' | 'chain'>> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const name = given ?? (process.env.AWS_PROFILE || undefined);
  const chain: Link[] = [];
  let next: string | undefined = name ?? 'default';
  while (next !== undefined && !chain.some((link) => link.name === next)) {
    const [config, secrets]: (Profile | undefined)[] = [configFile[next], credentialsFile[next]];
    const profile: Profile | undefined =
      config === undefined && secrets === undefined ? undefined : { ...config, ...secrets };
    chain.push({ name: next, profile });
    next = profile?.source_profile;
  }
  return { name, chain };
}

interface BrokenFile {
  readonly setting: string;
  readonly path: string;
  readonly problem: string;
}

const fileVariables = [
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
];

/** The first file that a setting names and that cannot be read. The SDK treats some of them as empty. */
async function brokenFile(profile: Profile | undefined): Promise<BrokenFile | undefined> {
  const named = fileVariables.flatMap((setting) => {
    const path = process.env[setting];
    return path ? [{ setting, path, mayBeAbsent: false }] : [];
  });
  const token = profile?.web_identity_token_file;
  const usual = ['config', 'credentials'].map((file) => {
    return { setting: 'The AWS configuration file', path: join(homedir(), '.aws', file), mayBeAbsent: true };
  });
  const all = [
    ...named,
    ...(token === undefined ? [] : [{ setting: 'web_identity_token_file', path: token, mayBeAbsent: false }]),
    ...usual,
  ];
  for (const { setting, path, mayBeAbsent } of all) {
    const problem = await problemOf(path);
    if (problem !== undefined && !(mayBeAbsent && problem === absent)) return { setting, path, problem };
  }
  return undefined;
}

const absent = 'names a file that does not exist';

/** The reason why a file cannot be read. Undefined if it can. */
async function problemOf(path: string): Promise<string | undefined> {
  try {
    await readFile(path);
    return undefined;
  } catch (error) {
    const errno = read(error)?.errno;
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return absent;
    return errno === 'EISDIR' ? 'is a directory instead of a file' : `cannot be read (${errno})`;
  }
}

async function ofProfile(error: unknown, message: string, found: Found): Promise<unknown> {
  const { name, chain, heard } = found;
  const last = chain.at(-1);
  if (/mfa/i.test(message)) return error;
  if (isSso(message)) return ssoExpired(message, error, ssoProfile(message, chain));
  if (last?.profile === undefined && name !== undefined) return missingProfile(error, found);
  if (last?.profile?.login_session !== undefined) {
    return noCredentials(`The session of the profile ${last.name} has expired or was never started`, {
      cause: error,
      found: last.name,
      hint: [`aws login --profile ${last.name}   starts a new one.`],
    });
  }
  const command = last?.profile?.credential_process;
  if (last !== undefined && command !== undefined) {
    return noCredentials(
      `The credential_process of the profile ${last.name} failed${ownWords(command, heard)}`,
      {
        cause: undefined, // its text repeats the command line
        found: last.name,
        hint: [
          `Run that command by hand: it is in the section of ${last.name} in the AWS configuration file.`,
        ],
      },
    );
  }
  if (name !== undefined) return withoutSource(error, name, last);
  return error;
}

const ssoProfile = (message: string, chain: readonly Link[]): string | undefined =>
  /profile=(\S+)/.exec(message)?.[1] ??
  chain.find(({ profile }) => Object.keys(profile ?? {}).some((key) => key.startsWith('sso_')))?.name;

async function missingProfile(error: unknown, { name, chain, profile }: Found): Promise<unknown> {
  const known = await profileNames();
  const missing = chain.at(-1)?.name ?? '';
  const from = chain.at(-2)?.name;
  const message =
    from === undefined
      ? `The profile ${name} gives no credentials: there is no profile of that name`
      : `The profile ${from} takes its credentials from the source_profile ${missing}, which does not exist`;
  return noCredentials(message, {
    cause: error,
    expected: known,
    found: missing,
    hint: [
      known.length === 0
        ? 'There is no profile in the AWS configuration files.'
        : `The AWS configuration files have: ${known.join(', ')}`,
      ...(profile === undefined && from === undefined ? ['AWS_PROFILE names it.'] : []),
    ],
  });
}

const withoutSource = (error: unknown, name: string, last: Link | undefined): unknown =>
  noCredentials(`The profile ${name} gives no credentials`, {
    cause: error,
    found: name,
    hint: [
      `The section of ${last?.name ?? name} has no access key, credential_process, sso_session, source_profile, or token file.`,
    ],
  });

/** User names and passwords in URLs, as written and with %XX decoded. */
function accountsOf(command: string): readonly string[] {
  const written = [...command.matchAll(/:\/\/([^\s"'/?#]*)@/g)].flatMap(([, account = '']) => {
    const [user = '', ...password] = account.split(':');
    return [account, password.join(':'), user];
  });
  return written.flatMap((text) => [text, unescaped(text)]).filter((text) => text !== '');
}

/** The text with %XX decoded. Unchanged if it cannot be decoded. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The output of the command, without any word of its command line. Arguments may be secrets. */
function ownWords(command: string, heard: readonly string[]): string {
  const said = heard.find((text) => /Command failed: |credential_process/.test(text)) ?? '';
  const words = said.includes('Command failed: ')
    ? said.slice(said.indexOf('Command failed: ') + 'Command failed: '.length + command.length)
    : said.replace(/^.*?credential_process /s, '');
  const secrets = [...accountsOf(command), ...command.split(/["'\s=]+/).filter((word) => word.length > 2)];
  const masked = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), words.trim());
  const line = masked.split('\n')[0]?.trim() ?? '';
  return line === '' ? '' : `: ${printable(line.slice(0, 200))}`;
}

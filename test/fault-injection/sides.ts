/** The two accounts and Regions in which scenes play. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keysOf } from '../../src/sandbox/index.ts';
import type { Side } from '../support/sdk.ts';

/** Where the new pool is, and in most configurations the old one too. */
export const main = { account: '111122223333', region: 'eu-west-1' } as const satisfies Side;

/** Where the old pool is in the configuration `accounts`. */
export const other = { account: '444455556666', region: 'us-east-2' } as const satisfies Side;

/** Each Region of each account: nothing may be made on the wrong side either. */
export const everySide: readonly Side[] = [main, other].flatMap(({ account }) =>
  [main, other].map(({ region }) => ({ account, region })),
);

/** Profiles `new` and `old`, one for each of these accounts. */
export const profilesFile = writeProfiles({ new: main, old: other });

/** A file of this process, since its keys are. */
function writeProfiles(sides: Readonly<Record<string, Side>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cognito-migrate-profiles-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'profiles.ini');
  const profileOf = ([name, { account, region }]: readonly [string, Side]): string => {
    const { accessKeyId, secretAccessKey } = keysOf(account);
    return `[profile ${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\nregion = ${region}\n`;
  };
  writeFileSync(file, Object.entries(sides).map(profileOf).join('\n'));
  return file;
}

/** Flags that name both. */
export const profiles = ['--profile', 'new', '--old-profile', 'old'] as const;

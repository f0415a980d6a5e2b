/** The two accounts and Regions in which scenes play. */
import { fileURLToPath } from 'node:url';

export interface Side {
  readonly account: string;
  readonly region: string;
}

/** Where the new pool is, and in most configurations the old one too. */
export const main = { account: '111122223333', region: 'eu-west-1' } as const satisfies Side;

/** Where the old pool is in the configuration `accounts`. */
export const other = { account: '444455556666', region: 'us-east-2' } as const satisfies Side;

/** Each Region of each account: nothing may be made on the wrong side either. */
export const everySide: readonly Side[] = [main, other].flatMap(({ account }) =>
  [main, other].map(({ region }) => ({ account, region })),
);

/** Profiles `new` and `old`, one for each of these accounts. */
export const profilesFile = fileURLToPath(new URL('profiles.ini', import.meta.url));

/** Flags that name both. */
export const profiles = ['--profile', 'new', '--old-profile', 'old'] as const;

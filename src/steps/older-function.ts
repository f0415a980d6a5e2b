/** Recognizes an unchanged function of an earlier version, which init updates. */
import { type Difference, isJsonObject, type Json } from '../core/json.ts';

interface Release {
  readonly version: string;
  /** Base64 SHA-256 of its zip. The same sources give the same zip, byte for byte. */
  readonly codeSha256: string;
  /** Paths that it sets in a function, including everything below them. */
  readonly sets: readonly string[];
  /** Values, as JSON, that it set where later versions set nothing. */
  readonly dropped: Readonly<Record<string, string>>;
}

/**
 * Every released version, as in test/fixtures. A hash that isn't listed belongs to no version.
 * A tag could say anything, but nobody can create other code with one of these hashes.
 */
const releases: readonly Release[] = [
  {
    version: '1.0.0',
    codeSha256: '/s0xTT4iJHiXsA5L+rdzjni+gGDwMWx8B9hMcauNYmE=',
    sets: [
      'environment.OLD_USER_POOL_ID',
      'environment.OLD_USER_POOL_REGION',
      'environment.OLD_CLIENT_ID',
      'environment.OLD_ROLE_ARN',
      'environment.OLD_EXTERNAL_ID',
      'settings.mfa',
      'settings.oldPoolMfa',
      'settings.forgotPassword',
      'settings.onBadAttribute',
      'settings.weakPassword',
      'settings.map',
      'settings.schema',
      'settings.passwordPolicy',
      'settings.newPool.usernameAttributes',
      'settings.newPool.aliasAttributes',
      'settings.newPool.caseSensitive',
      'settings.newPool.recovery',
      'settings.oldPool.usernameAttributes',
      'settings.oldPool.aliasAttributes',
      'settings.useFips',
    ],
    // For an old pool that it could not read, 1.0.0 set "none".
    dropped: { 'settings.oldPool.usernameAttributes': '[]', 'settings.oldPool.aliasAttributes': '[]' },
  },
];

/** Where a later version may set more. */
const growing = ['environment.', 'settings.'];

const isWithin = (path: string, whole: string): boolean =>
  path === whole || path.startsWith(`${whole}.`) || path.startsWith(`${whole}[`);

/** Whether a later version introduced this value. Its absence is then no change by someone else. */
const isNewSince = ({ sets }: Release, { path, actual }: Difference): boolean =>
  actual === undefined &&
  growing.some((start) => path.startsWith(start)) &&
  !sets.some((whole) => isWithin(path, whole));

const releaseOf = ({ path, actual }: Difference): Release | undefined =>
  path === 'codeSha256' ? releases.find(({ codeSha256 }) => codeSha256 === actual) : undefined;

/** The meaning of an earlier version's code. Undefined for other code and other differences. */
export function olderCodeMeans(difference: Difference): string | undefined {
  const release = releaseOf(difference);
  return release && `It is the code of version ${release.version}, as it was released.`;
}

const isDroppedSince = ({ dropped }: Release, { path, actual, expected }: Difference): boolean =>
  expected === undefined && dropped[path] === JSON.stringify(actual);

/**
 * The version of this function if its age is the only problem. Otherwise undefined.
 * @param differences Differences between the function in AWS and the desired one.
 */
export function olderVersion(differences: readonly Difference[]): string | undefined {
  const [release] = differences.flatMap((difference) => releaseOf(difference) ?? []);
  if (release === undefined) return undefined;
  const isOfAge = (difference: Difference): boolean =>
    difference.path === 'codeSha256' ||
    isNewSince(release, difference) ||
    isDroppedSince(release, difference);
  return differences.every(isOfAge) ? release.version : undefined;
}

/** Whether a released version with this code knows all these settings. Other code is unknown. */
export function understands(code: string, settings: Json | undefined): boolean {
  const release = releases.find(({ codeSha256 }) => codeSha256 === code);
  return release !== undefined && isKnownTo(release, 'settings', settings);
}

const isKnownTo = (release: Release, path: string, value: Json | undefined): boolean =>
  release.sets.some((whole) => isWithin(path, whole)) ||
  (isJsonObject(value) &&
    Object.entries(value).every(([name, item]) => isKnownTo(release, `${path}.${name}`, item)));

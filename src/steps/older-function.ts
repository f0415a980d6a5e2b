/** Recognizes the function of an earlier version: init updates it, and nobody has changed it. */
import { type Difference, isJsonObject, type Json } from '../core/json.ts';

interface Release {
  readonly version: string;
  /** SHA-256 of its zip, base64. The zip is byte for byte the same for the same sources. */
  readonly codeSha256: string;
  /** Paths of what it sets in a function, with all that is below them. */
  readonly sets: readonly string[];
  /** Values, as JSON, that it set where later versions set nothing. */
  readonly dropped: Readonly<Record<string, string>>;
}

/**
 * Every version that was released, as test/fixtures has it. A hash that isn't listed is of no version: a tag could say
 * anything, but nobody can make other code that has one of these hashes.
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
    // Of an old pool that it could not see, it said "none".
    dropped: { 'settings.oldPool.usernameAttributes': '[]', 'settings.oldPool.aliasAttributes': '[]' },
  },
];

/** Where a later version may set more. */
const growing = ['environment.', 'settings.'];

const isWithin = (path: string, whole: string): boolean =>
  path === whole || path.startsWith(`${whole}.`) || path.startsWith(`${whole}[`);

/** A later version sets it, and the earlier one did not know it: its absence is no change by somebody else. */
const isNewSince = ({ sets }: Release, { path, found }: Difference): boolean =>
  found === undefined &&
  growing.some((start) => path.startsWith(start)) &&
  !sets.some((whole) => isWithin(path, whole));

const releaseOf = ({ path, found }: Difference): Release | undefined =>
  path === 'codeSha256' ? releases.find(({ codeSha256 }) => codeSha256 === found) : undefined;

/** What the code of an earlier version means; undefined for other code, and for everything else. */
export function olderCodeMeans(difference: Difference): string | undefined {
  const release = releaseOf(difference);
  return release && `It is the code of version ${release.version}, as it was released.`;
}

const isDroppedSince = ({ dropped }: Release, { path, found, wanted }: Difference): boolean =>
  wanted === undefined && dropped[path] === JSON.stringify(found);

/**
 * The version whose function this is, if its age is all that is wrong with it; undefined for everything else.
 * @param differences between the function in AWS and the one that should be there.
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

/** Whether that code is of a released version that knows each of these settings. Nothing is known of other code. */
export function understands(code: string, settings: Json | undefined): boolean {
  const release = releases.find(({ codeSha256 }) => codeSha256 === code);
  return release !== undefined && isKnownTo(release, 'settings', settings);
}

const isKnownTo = (release: Release, path: string, value: Json | undefined): boolean =>
  release.sets.some((whole) => isWithin(path, whole)) ||
  (isJsonObject(value) &&
    Object.entries(value).every(([name, item]) => isKnownTo(release, `${path}.${name}`, item)));

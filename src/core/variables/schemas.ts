/** Schemas for the values of variables, and parsers for the text of flags and environment variables. */
import * as z from 'zod/mini';
import { type FindingId, findingTitles, isFindingId } from '../findings.ts';
import { regionInPoolId } from './pool-id.ts';
import { anyOf } from './word-list.ts';

/** `<Region>_<id>`. */
export const userPoolId = () =>
  z
    .string()
    .check(
      z.refine((id) => regionInPoolId(id) !== undefined, 'a user pool ID looks like us-east-2_AbCdEfGhI'),
    );

/** The ID as copied: with spaces around it, or inside the ARN that the console shows next to it. */
export const asPoolId = (words: string | readonly string[]): unknown =>
  typeof words === 'string'
    ? words.trim().replace(/^arn:[\w-]+:cognito-idp:[\w-]+:\d*:userpool\//, '')
    : words;

/** One of a few words. The message lists them. */
export const oneOf =
  <const T extends readonly string[]>(words: T) =>
  () =>
    z.enum(words, `must be ${anyOf(words)}`);
const arnForm = () =>
  z.regex(
    // ARNs of AWS managed policies have "aws" as the account.
    /^arn:[\w-]+:[\w-]+:[\w-]*:(\d*|aws):.+$/,
    'an ARN looks like arn:aws:iam::111122223333:role/name',
  );
const roleArnForm = () =>
  z.regex(/^arn:[\w-]+:iam::\d{12}:role\/.+$/, "a role's ARN looks like arn:aws:iam::111122223333:role/name");
/**
 * Policies treat "*" and "?" in an ARN as wildcards, and "${" as the start of a variable.
 * This also applies to ArnEquals in a trust policy.
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Variables and tags".
 */
const oneResource = () =>
  z.regex(/^[^*?$]*$/, 'an ARN must name one resource: "*", "?", and "$" are not accepted');

/** As AWS returns it, or as an earlier version stored it. */
export const arn = () => z.string().check(arnForm());
/** From a flag or the environment. */
export const givenArn = () => z.string().check(arnForm(), oneResource());
/** As an earlier version stored it. */
export const roleArn = () => z.string().check(roleArnForm());
/** From a flag or the environment. */
export const givenRoleArn = () => z.string().check(roleArnForm(), oneResource());
export const clientId = () =>
  z.string().check(z.regex(/^[\w+]{1,128}$/, 'an app client ID is letters and digits'));

/** The rule of AssumeRole for external IDs. */
export const externalId = () =>
  z
    .string()
    .check(z.minLength(2), z.maxLength(1224), z.regex(/^[\w+=,.@:/-]*$/, 'an external ID has no spaces'));

/**
 * Sign-in options of a pool: addresses, or usernames with their aliases.
 * A handoff says `unknown` if the sign-in options of the old pool were not read.
 */
export const signInOptions = () =>
  z
    .string()
    .check(
      z.regex(
        /^(unknown|(email|phone_number)(,(email|phone_number))?|username(,(email|phone_number|preferred_username)){0,3})$/,
        'sign-in options look like email,phone_number or username or username,email; unknown is allowed',
      ),
    );

/** Valid for both Lambda and IAM. Function names are stricter (64 characters, no path characters). */
export const resourceName = () =>
  z
    .string()
    .check(
      z.regex(
        /^[A-Za-z0-9_-]{1,64}$/,
        'must have 1 to 64 letters, digits, "-", and "_", because it names a role and a function',
      ),
    );
/**
 * Valid for both IAM and Lambda. IAM accepts every printable character in a path.
 * CreateFunction accepts only these in `Role`. So no character remains that a policy reads as a wildcard.
 */
export const iamPath = () =>
  z
    .string()
    .check(
      z.maxLength(512),
      z.regex(
        /^\/([\w+=,.@/-]+\/)?$/,
        'an IAM path begins and ends with "/", and has letters, digits and "_+=,.@-" in between',
      ),
    );
export const findingId = () =>
  z.enum(
    Object.keys(findingTitles).filter(isFindingId),
    'a finding is named like CM101; cognito-migrate doctor lists them',
  );
/**
 * Findings about additions by others: accepted for the run that names them, never for the next one, which may meet
 * another addition under the same ID.
 */
const acceptedOnce: readonly FindingId[] = ['CM410', 'CM411', 'CM414'];
/** The accepted findings that a state file keeps. */
export const lastingFindings = () =>
  z.readonly(
    z.array(findingId()).check(z.overwrite((ids) => ids.filter((id) => !acceptedOnce.includes(id)))),
  );
/**
 * A topic that alarms notify, or the word for none. The function keeps it in a tag, whose value has 256 characters.
 * Source: Lambda Developer Guide, "Using tags on Lambda functions".
 */
export const alarms = () =>
  z
    .string()
    .check(
      z.maxLength(256),
      z.regex(
        /^(on|arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]{1,256}(\.fifo)?)$/,
        'must be the ARN of an SNS topic, such as arn:aws:sns:us-east-2:111122223333:topic, or "on"',
      ),
    );
/** GroupNameType of the Cognito API. */
const isGroupName = (name: string): boolean => /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u.test(name);

/** Triggers of the new pool that call the function only by choice, by their names in LambdaConfig. */
export const heldSlotNames = ['PreSignUp', 'PreTokenGeneration'] as const;

export const heldSlots = () => z.readonly(z.array(z.enum(heldSlotNames)));

/** The word for all groups whose names the new pool doesn't have. */
export const allGroups = 'all';

/** New group names by old ones, or the word for all. */
export const groups = () =>
  z.union(
    [
      z.literal(allGroups),
      z
        .record(z.string(), z.string())
        .check(
          z.refine(
            (names) => Object.entries(names).flat().every(isGroupName),
            'the name of a group has 1 to 128 characters and no spaces',
          ),
        ),
    ],
    'must be "all", or NAME or OLD=NEW for each group',
  );

/** Parses `NAME` and `OLD=NEW` words into one record. The word for all stands alone. */
export function parseGroups(words: string | readonly string[]): unknown {
  const list = (typeof words === 'string' ? words.split(',') : words).map((word) => word.trim());
  if (list.join() === allGroups) return allGroups;
  return Object.fromEntries(
    list.map((word) => {
      const at = word.indexOf('=');
      return at < 1 ? [word, word] : [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}

/** IAM roles by names of old groups. */
export const groupRoles = () => z.record(z.string(), givenRoleArn());

/** The groups of one migration, by names. */
export const groupPlan = () =>
  z.object({
    /** Old name → new name. Empty if groups are no longer copied, but this migration created some earlier. */
    map: z.record(z.string(), z.string()),
    /** The groups that this migration makes or has made, by their new names. */
    own: z.record(
      z.string(),
      z.object({
        description: z.optional(z.string()),
        precedence: z.optional(z.number()),
        roleArn: z.optional(z.string()),
      }),
    ),
    /** New names of those that exist already, as the state file says. */
    made: z.array(z.string()),
    /** Groups that exist with another role or precedence: their new names. */
    different: z.array(z.string()),
  });

export const url = () => z.url({ protocol: /^https?$/, error: 'a URL looks like http://127.0.0.1:4599' });

/** Retention periods that CloudWatch Logs accepts, in days (PutRetentionPolicy). */
export const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Parses `k=v` words into one record. */
export function parsePairs(words: string | readonly string[]): unknown {
  const list = typeof words === 'string' ? words.split(',') : words;
  return Object.fromEntries(
    list.map((word) => {
      const at = word.indexOf('=');
      return at < 1 ? [word, undefined] : [word.slice(0, at).trim(), word.slice(at + 1)];
    }),
  );
}

export const splitList = (words: string | readonly string[]): unknown =>
  typeof words === 'string' ? words.split(/[\s,]+/).filter(Boolean) : words;

export const asNumber = (word: string | readonly string[]): unknown =>
  word === '' ? Number.NaN : Number(word);

/** From an environment variable: 1, true, yes, and on mean true. A flag is already a boolean. */
export const asBoolean = (word: string | readonly string[]): unknown =>
  /^(1|true|yes|on)$/i.test(String(word)) ? true : /^(|0|false|no|off)$/i.test(String(word)) ? false : word;

/** What the values of variables look like, and how the text of a flag or an environment variable becomes one. */
import * as z from 'zod/mini';
import { type FindingId, isFindingId } from '../findings.ts';
import { regionInPoolId } from './pool-id.ts';

/** `<Region>_<id>`. */
export const userPoolId = z
  .string()
  .check(z.refine((id) => regionInPoolId(id) !== undefined, 'a user pool ID looks like us-east-2_AbCdEfGhI'));

/** The ID as it was copied: with spaces around it, or within the pool's ARN, which the console offers beside it. */
export const asPoolId = (words: string | readonly string[]): unknown =>
  typeof words === 'string'
    ? words.trim().replace(/^arn:[\w-]+:cognito-idp:[\w-]+:\d*:userpool\//, '')
    : words;

/** One of a few words, which the message lists. */
export const oneOf = <const T extends readonly string[]>(words: T) =>
  z.enum(words, `${words.slice(0, -1).join(', ')} or ${words.at(-1)} is wanted`);
const arnForm = z.regex(
  // "aws" stands for the account in ARNs of AWS's own policies.
  /^arn:[\w-]+:[\w-]+:[\w-]*:(\d*|aws):.+$/,
  'an ARN looks like arn:aws:iam::111122223333:role/name',
);
const roleArnForm = z.regex(
  /^arn:[\w-]+:iam::\d{12}:role\/.+$/,
  "a role's ARN looks like arn:aws:iam::111122223333:role/name",
);
/**
 * Policies take "*" and "?" in an ARN as wildcards and "${" as the start of a variable, in ArnEquals of a trust policy too
 * (IAM User Guide, "IAM JSON policy elements: Condition operators", "Variables and tags").
 */
const oneResource = z.regex(/^[^*?$]*$/, 'an ARN must name one resource: "*", "?", and "$" are not accepted');

/** As AWS answers, or as an earlier version stored it. */
export const arn = z.string().check(arnForm);
/** From a flag or the environment. */
export const givenArn = z.string().check(arnForm, oneResource);
/** As an earlier version stored it. */
export const roleArn = z.string().check(roleArnForm);
/** From a flag or the environment. */
export const givenRoleArn = z.string().check(roleArnForm, oneResource);
export const clientId = z.string().check(z.regex(/^[\w+]{1,128}$/, 'an app client ID is letters and digits'));

/** AssumeRole's own rule for external IDs. */
export const externalId = z
  .string()
  .check(z.minLength(2), z.maxLength(1224), z.regex(/^[\w+=,.@:/-]*$/, 'an external ID has no spaces'));

/**
 * What people sign in to a pool with: addresses, or usernames with their aliases; `unknown` is what a handoff says where nobody
 * has looked.
 */
export const signInOptions = z
  .string()
  .check(
    z.regex(
      /^(unknown|(email|phone_number)(,(email|phone_number))?|username(,(email|phone_number|preferred_username)){0,3})$/,
      'sign-in options look like email,phone_number or username or username,email; unknown is allowed',
    ),
  );

/** Lambda's and IAM's common ground: a function name is the stricter of the two (64 characters, no path signs). */
export const resourceName = z
  .string()
  .check(
    z.regex(
      /^[A-Za-z0-9_-]{1,64}$/,
      'up to 64 letters, digits, "-" or "_" (the name of a role and of a function)',
    ),
  );
/**
 * IAM's and Lambda's common ground again: IAM takes every printable sign in a path, CreateFunction a role of these only (`Role`).
 * So none is left that a policy would read as a wildcard.
 */
export const iamPath = z
  .string()
  .check(
    z.maxLength(512),
    z.regex(
      /^\/([\w+=,.@/-]+\/)?$/,
      'an IAM path begins and ends with "/", and has letters, digits and "_+=,.@-" in between',
    ),
  );
export const findingId = z.custom<FindingId>(
  (value) => typeof value === 'string' && isFindingId(value),
  'a finding is named like CM101; cognito-migrate doctor lists them',
);
/**
 * Findings about something that somebody added: accepted for the run that names them, never for the next one, which may meet
 * another addition under the same ID.
 */
const acceptedOnce: readonly FindingId[] = ['CM410', 'CM411', 'CM414'];
/** What a state file keeps of the accepted findings. */
export const lastingFindings = z.readonly(
  z.array(findingId).check(z.overwrite((ids) => ids.filter((id) => !acceptedOnce.includes(id)))),
);
export const url = z.url({ protocol: /^https?$/, error: 'a URL looks like http://127.0.0.1:4599' });

/** Retention periods that CloudWatch Logs accepts, in days (PutRetentionPolicy). */
export const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Reads `k=v` words into one record. */
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

/** From an environment variable: 1, true, yes and on are yes. A flag gives a boolean already. */
export const asBoolean = (word: string | readonly string[]): unknown =>
  /^(1|true|yes|on)$/i.test(String(word)) ? true : /^(|0|false|no|off)$/i.test(String(word)) ? false : word;

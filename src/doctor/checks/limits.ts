/** Quotas, limits, and costs that affect a migration. */

import { parseArn } from '../../aws/arn.ts';
import type { Finding } from '../../core/findings.ts';
import { number } from '../../core/format-number.ts';
import { type Case, found, type Theme } from '../check.ts';
import { isVouching } from './vouched.ts';

/** CM501 to CM504. */
export const limits: Theme = (args) => [
  ...signIns(args),
  ...email(args),
  ...sms(args),
  ...monthlyUsers(args),
];

/**
 * Requests per second of the category UserAuthentication.
 * All pools of an account in a Region share them (Developer Guide, quotas; adjustable).
 */
const authenticationQuota = 120;

/** ListUsers requests per second. The quota cannot be raised (Developer Guide, quotas, UserList). */
const listQuota = 30;

/**
 * First sign-ins per second within the default quota.
 * If both pools are in one account and Region, each sign-in counts twice.
 */
function capacity(args: Case): number {
  const { inputs } = args;
  if (searchOf(args) !== undefined) return listQuota;
  const [old, newPool] = [parseArn(inputs.OLD_USER_POOL_ARN), parseArn(inputs.NEW_USER_POOL_ARN)];
  const isShared = old.account === newPool.account && old.region === newPool.region;
  return isShared ? authenticationQuota / 2 : authenticationQuota;
}

/** Seconds in which everyone signs in if no number is given, as after an email to all users. */
const rush = 600;

function signIns(args: Case): readonly Finding[] {
  const users = args.facts.oldPool?.pool.EstimatedNumberOfUsers ?? 0;
  const most = capacity(args);
  const { expected } = args;
  const search = searchOf(args);
  const [limit, why, fix] = search === undefined ? ofSignIns : ofList(search);
  const peak = expected ?? users / rush;
  if (peak <= most) {
    if (expected === undefined) return [];
    return found(
      'CM501',
      'info',
      `${number(expected)} sign-ins per second are within ${limit}, which lets ${number(most)} users per second move.`,
      why,
      'Nothing to do, unless other pools are busy at the same time.',
    );
  }
  return found(
    'CM501',
    'warning',
    expected === undefined
      ? `At most ${number(most)} users per second can move with ${limit}. The old pool has ${number(users)}.`
      : `${number(expected)} sign-ins per second are more than the ${number(most)} that can move with ${limit}.`,
    why,
    fix,
  );
}

/** The limit on sign-ins, its reason, and the remedy. */
type Limit = readonly [limit: string, why: string, fix: string];

const ofSignIns: Limit = [
  'the default quota',
  'A first sign-in counts in both pools. All pools of an account and Region share 120 per second (Developer Guide, quotas, UserAuthentication).',
  'Raise UserAuthentication in Service Quotas first. Also raise UserCreation (50 per second), which may count migrated users. Or switch your app over in parts.',
];

/** The search of each first sign-in, in words. Undefined if no rule needs one. */
function searchOf({ inputs, facts: { oldPool }, settings: { findBy } }: Case): string | undefined {
  if (findBy !== undefined)
    return `With --find-by each sign-in with an unknown ${findBy === 'email' ? 'address' : 'number'} lists users of the old pool, at most five times per second for each execution environment.`;
  // Once per spelling.
  return isVouching(inputs, oldPool?.pool)
    ? 'With --map username=email each first sign-in lists users of the old pool, twice for a username with capitals.'
    : undefined;
}

const ofList = (search: string): Limit => [
  'the quota of ListUsers',
  `${search} AWS accepts 30 such requests per second (Developer Guide, quotas, UserList).`,
  'AWS does not raise this quota, so switch your app over in parts. A user who hits the limit can sign in again.',
];

function email({ facts }: Case): readonly Finding[] {
  const { EmailConfiguration } = facts.newPool.pool;
  if (EmailConfiguration?.EmailSendingAccount === 'DEVELOPER') return [];
  const users = facts.oldPool?.pool.EstimatedNumberOfUsers ?? 0;
  return found(
    'CM502',
    users > 50 ? 'warning' : 'info',
    'The new pool sends email through Cognito, at most 50 messages a day for the whole account.',
    'Users who reset their password need a code, and it may not be sent (Developer Guide, quotas).',
    'Let the new pool send email with an Amazon SES identity.',
  );
}

function sms({ facts, settings }: Case): readonly Finding[] {
  const { pool } = facts.newPool;
  if (pool.SmsConfiguration === undefined) return [];
  const isUsed =
    pool.MfaConfiguration !== 'OFF' ||
    (settings.newPool.recovery ?? ['verified_phone_number']).includes('verified_phone_number');
  if (!isUsed) return [];
  return found(
    'CM503',
    'info',
    'The new pool sends codes by text message, and the account has a monthly spending limit for them.',
    'A new account can spend 1 US dollar a month, and can send only to verified numbers (Amazon SNS Developer Guide, quotas).',
    'Raise both limits in Amazon SNS or AWS End User Messaging, in the Region of the new pool.',
  );
}

function monthlyUsers({ facts }: Case): readonly Finding[] {
  if (facts.oldPool === undefined) return [];
  return found(
    'CM504',
    'info',
    'Users count as active in both pools in the month in which they move.',
    'The function signs in to the old pool once for each user, and AWS charges by active users.',
    'Nothing to do.',
  );
}

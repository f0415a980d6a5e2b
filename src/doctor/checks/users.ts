/** Users who don't move, or who couldn't help themselves afterwards. */

import type { Finding } from '../../core/findings.ts';
import { number } from '../../core/format-number.ts';
import type { Reason } from '../../lambda/reasons.ts';
import { type Case, found, quoted, shareOf, type Theme } from '../check.ts';
import type { Prediction } from '../predict.ts';

/** CM104, CM113, CM190, CM191, CM192. */
export const users: Theme = (args) => {
  const { facts, prediction } = args;
  if (facts.oldPool === undefined) {
    return unseen(args);
  }
  if (facts.sample === undefined) {
    return found(
      'CM190',
      'warning',
      'Cannot list the users of the old pool, so nothing is known about them.',
      'cognito-idp:ListUsers on the old pool was denied or failed.',
      'Allow it, or run cognito-migrate doctor with --old-profile NAME.',
    );
  }
  return prediction === undefined
    ? wrongWayRound(args)
    : [...recovery(prediction, args), ...states(prediction)];
};

/** CM191. The old pool's administrator created its half. */
function unseen({ inputs }: Case): readonly Finding[] {
  const what = 'This run cannot read the old pool, so only the settings of the new one were checked.';
  const risks =
    "Its case sensitivity, its self-registration, and its users are unknown. If it is case-sensitive and the new pool is not, a user who signs up there as ALICE can take alice's name (CM412).";
  const access = 'Run cognito-migrate doctor --old-profile NAME with access to both.';
  if ((inputs.EXISTING_OLD_SIGN_IN ?? 'unknown') !== 'unknown') {
    const ask = 'Or ask its administrator for AllowAdminCreateUserOnly and CaseSensitive.';
    return found('CM191', 'info', what, risks, `${access} ${ask}`);
  }
  return found(
    'CM191',
    'warning',
    'This run cannot read the old pool, and its sign-in options are unknown.',
    `The function must guess, and refuses some users (other-name). ${risks}`,
    `Give --old-sign-in, the OldSignIn of the handoff, for example phone_number or username,email. ${access}`,
  );
}

/**
 * CM192. The old pool has no users, but the new one does.
 * The list of users is eventually consistent (API_ListUsers), so an empty list alone proves nothing.
 */
function wrongWayRound({ facts, inputs }: Case): readonly Finding[] {
  const users = facts.newPool.pool.EstimatedNumberOfUsers ?? 0;
  if (users === 0 || (facts.oldPool?.pool.EstimatedNumberOfUsers ?? 0) > 0) return [];
  const { OLD_USER_POOL_NAME, NEW_USER_POOL_NAME } = inputs;
  return found(
    'CM192',
    'blocking',
    `${OLD_USER_POOL_NAME} has no users, but ${NEW_USER_POOL_NAME} has ${number(users)}. You may have swapped the two pools.`,
    'Users move from the old pool to the new one, and the trigger is set on the new one. Nobody can move from an empty pool.',
    `If users are to leave ${NEW_USER_POOL_NAME}, give it as --old-user-pool-id, and ${OLD_USER_POOL_NAME} as --new-user-pool-id.`,
  );
}

const ways: Readonly<Record<string, string>> = {
  verified_email: 'email address',
  verified_phone_number: 'phone number',
};

function recovery(prediction: Prediction, { settings }: Case): readonly Finding[] {
  const named = settings.newPool.recovery ?? ['verified_email', 'verified_phone_number'];
  const known = named.flatMap((way) => ways[way] ?? []);
  if (known.length === 0) {
    return found(
      'CM104',
      'warning',
      'Only administrators can reset a password in the new pool.',
      'Its AccountRecoverySetting is admin_only. So users who move without their password cannot sign in.',
      'Add verified_email or verified_phone_number to the account recovery of the new pool.',
    );
  }
  if (prediction.unreachable === 0) return [];
  return found(
    'CM104',
    'warning',
    `${shareOf(prediction.unreachable, prediction)} ${prediction.unreachable === 1 ? 'has' : 'have'} no verified ${known.join(' or ')}. They can sign in, but can't reset a password.`,
    'The new pool sends a reset code only to a verified contact of a kind in its account recovery setting.',
    'Let users verify one in the old pool first. --weak-password allow and --mfa block avoid further resets.',
  );
}

const stateWords: Readonly<Partial<Record<Reason, string>>> = {
  disabled: 'disabled',
  unconfirmed: 'not confirmed',
  federated: 'federated',
  'reset-required': 'required to reset their password',
  archived: 'archived',
  compromised: 'compromised',
  'unknown-status': 'in an unknown state',
};

function states(prediction: Prediction): readonly Finding[] {
  const total = [...prediction.stuck.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return [];
  const list = quoted(
    [...prediction.stuck].map(([state, count]) => `${number(count)} ${stateWords[state] ?? state}`),
  );
  return found(
    'CM113',
    'info',
    `${shareOf(total, prediction)} ${total === 1 ? "doesn't" : "don't"} move at sign-in because of their state: ${list}.`,
    'The old pool refuses them, or cannot check their password. The function never overrules it.',
    'Nothing to do. To move them anyway, fix their state in the old pool first.',
  );
}

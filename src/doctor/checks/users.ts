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
      'The users of the old pool cannot be listed, so nothing is known about them.',
      'cognito-idp:ListUsers on the old pool was denied, or failed.',
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
    'This run cannot read the old pool, and it is unknown what people sign in to it with.',
    `The function has to guess, and turns some users away (other-name). ${risks}`,
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
    `${OLD_USER_POOL_NAME} has no users, and ${NEW_USER_POOL_NAME} has ${number(users)}: the two pools may be the wrong way round.`,
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
      'Nobody can reset a password in the new pool: only administrators can.',
      'Its AccountRecoverySetting is admin_only, so users whose password does not come along cannot get in.',
      'Add verified_email or verified_phone_number to the account recovery of the new pool.',
    );
  }
  if (prediction.unreachable === 0) return [];
  return found(
    'CM104',
    'warning',
    `${shareOf(prediction.unreachable, prediction)} have no verified ${known.join(' or ')}, so they cannot reset a password.`,
    'A reset code goes to a verified contact that the new pool recovers accounts with.',
    'Let people verify one in the old pool first; --weak-password allow and --mfa block avoid further resets.',
  );
}

const stateWords: Readonly<Partial<Record<Reason, string>>> = {
  disabled: 'disabled',
  unconfirmed: 'not confirmed',
  federated: 'federated',
  'reset-required': 'waiting for a new password',
  archived: 'archived',
  compromised: 'compromised',
  'unknown-status': 'of unknown state',
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
    `${shareOf(total, prediction)} do not move at sign-in as they are: ${list}.`,
    'Their password cannot be proven, or the old pool keeps them out; neither may change on the way.',
    'Nothing to do. To move them all the same, put them right in the old pool first.',
  );
}

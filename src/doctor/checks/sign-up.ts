/** Others who can take a name during the migration: by sign-up in either pool, or with an old password. */
import type { Finding } from '../../core/findings.ts';
import { type Case, found, isCaseSensitive, isOpen, type Theme } from '../check.ts';

/** CM401, CM412, CM413, CM415. */
export const signUp: Theme = (args) => [...inNewPool(args), ...inOldPool(args), ...afterwards(args)];

/**
 * Self-registration in the new pool, with or without a Pre sign-up trigger of somebody else.
 * Such a trigger doesn't help, because its behavior is unknown to us.
 * One that refuses names of the old pool probably refuses every migration too (CM208).
 */
function inNewPool({ facts, inputs }: Case): readonly Finding[] {
  if (!isOpen(facts.newPool.pool)) return [];
  if (inputs.GUARD_SIGN_UP === true) return guarded();
  return found(
    'CM401',
    'warning',
    "Anyone can sign up in the new pool, even with the name of a user who hasn't moved yet.",
    'Cognito calls the function only for names that the new pool does not have. A stranger who takes a name locks its owner out (aws-amplify/amplify-js#5081).',
    'Turn off self-registration in the new pool (AllowAdminCreateUserOnly) while users move. If it must stay on, --guard-sign-up refuses such names.',
  );
}

/** CM415: the price of the guard, and its limits. */
function guarded(): readonly Finding[] {
  return found(
    'CM415',
    'warning',
    'Sign-ups, new users of administrators, and first sign-ins by identity providers depend on the function (--guard-sign-up).',
    'If the function fails, they fail too. The guard knows users by the names that they move by. In a case-sensitive old pool, it looks up a name as typed and in lowercase. It shows whether a name exists in the old pool.',
    'Turn off self-registration in the new pool (AllowAdminCreateUserOnly) instead, if you can. To stop: --guard-sign-up no, or teardown.',
  );
}

const closeOldPool = 'Turn off self-registration in the old pool (AllowAdminCreateUserOnly) first.';

function inOldPool({ facts }: Case): readonly Finding[] {
  const { oldPool, newPool } = facts;
  if (oldPool === undefined || !isOpen(oldPool.pool)) return [];
  if (isCaseSensitive(oldPool.pool) && !isCaseSensitive(newPool.pool)) {
    return found(
      'CM412',
      'blocking',
      'Anyone can sign up in the old pool, where ALICE and alice are two users. In the new pool, they are one.',
      'A stranger who signs up as ALICE and moves first has the name. Then alice cannot move, and her password is wrong.',
      closeOldPool,
    );
  }
  return found(
    'CM412',
    'warning',
    'Anyone can sign up in the old pool while users move.',
    'A new user of the old pool can move at once. The new pool then relies on the checks of sign-up there.',
    closeOldPool,
  );
}

/** Without `--move-once`, which closes the old user. */
function afterwards({ inputs }: Case): readonly Finding[] {
  if (inputs.MOVE_ONCE !== undefined) return [];
  return found(
    'CM413',
    'info',
    'The old password still works in the old pool after a user has moved.',
    'If you delete the user in the new pool or change their address there, the old name is free. The old password then brings the user back.',
    'Disable the user in the old pool before you delete them or change their address in the new one. --move-once  does it for all.',
  );
}

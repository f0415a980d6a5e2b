/** ForgotPassword and ConfirmForgotPassword. The former fires the migration trigger for unknown names. */
import { type JsonObject, type Operation, ServiceError } from '../../operation.ts';
import { codeDetails, deliver, recoveryContact } from './deliveries.ts';
import { noSuchUser, notAuthorized } from './errors.ts';
import { newCode } from './ids.ts';
import { optMap, optStr, str } from './input.ts';
import { clearFailures } from './lockout.ts';
import { migrateUser } from './migration-trigger.ts';
import { recorded } from './observed.ts';
import { checkHistory, checkPassword, setPassword } from './passwords.ts';
import { checkSecretHash } from './secret-hash.ts';
import { hidesExistence, type SignIn, signInParties } from './sign-in-context.ts';
import { checkUserCode } from './sign-up.ts';
import type { User } from './state.ts';
import { eventAttributes, fireTrigger } from './triggers.ts';
import { noRecovery } from './user-admin.ts';
import { findUser, touchUser } from './user-store.ts';

const codeLifeMs = 60 * 60_000;

/** "…return a response indicating a code was sent to a simulated destination." */
function simulatedResponse(name: string): JsonObject {
  return {
    CodeDeliveryDetails: {
      Destination: `${name.charAt(0)}***@${name.charAt(1)}***`,
      DeliveryMedium: 'EMAIL',
      AttributeName: 'email',
    },
  };
}

async function userFor(signIn: SignIn, name: string): Promise<User | 'simulated'> {
  const known = findUser(signIn.pool, name);
  if (known !== undefined) return known;
  try {
    const migrated = await migrateUser(signIn, 'UserMigration_ForgotPassword', name, undefined);
    if (migrated !== undefined) return migrated;
  } catch (error) {
    // Existence is hidden. Sign-in simulates a wrong password. Here, the response claims a code sent to a
    // made-up address.
    const hidden = error instanceof ServiceError && error.code === 'NotAuthorizedException';
    if (!hidden || !hidesExistence(signIn.client)) throw error;
    return 'simulated';
  }
  if (hidesExistence(signIn.client)) return 'simulated';
  // This operation has its own text, as many clients recorded. The other operations say "User does not
  // exist."
  throw new ServiceError('UserNotFoundException', 'Username/client id combination not found.');
}

/** The first is in aws-amplify/amplify-js#2955 and aws/aws-cdk#19036. */
const notNowTexts = {
  quoted: 'User password cannot be reset in the current state.',
  other: 'The password of this user cannot be reset now.',
} as const;

const forgotPassword: Operation = async (call) => {
  const parties = signInParties(call, false);
  const { world, pool, client } = parties;
  const name = str(call.input, 'Username');
  checkSecretHash(client, optStr(call.input, 'SecretHash'), name);
  const clientMetadata = optMap(call.input, 'ClientMetadata');
  const user = await userFor({ ...parties, validationData: undefined, clientMetadata }, name);
  if (user === 'simulated') return simulatedResponse(name);
  if (!user.enabled) throw notAuthorized('User is disabled.');
  if (user.status === 'FORCE_CHANGE_PASSWORD' || user.status === 'EXTERNAL_PROVIDER') {
    throw notAuthorized(notNowTexts[pool.settings.temporaryResetText]);
  }
  const to = recoveryContact(pool, user);
  if (to === undefined) throw noRecovery();
  const code = newCode(world);
  deliver(world, pool, user, 'forgot-password', to, code);
  // The old password keeps working until it is replaced (Developer Guide, "Resetting passwords").
  user.resetCode = { value: code, expires: world.now() + codeLifeMs };
  return { CodeDeliveryDetails: codeDetails(to) };
};

const confirmForgotPassword: Operation = async (call) => {
  const { world, pool, client } = signInParties(call, false);
  const name = str(call.input, 'Username');
  const password = str(call.input, 'Password');
  checkSecretHash(client, optStr(call.input, 'SecretHash'), name);
  const user = findUser(pool, name);
  if (user === undefined) {
    if (!hidesExistence(client)) throw noSuchUser();
    throw new ServiceError('CodeMismatchException', 'Invalid verification code provided, please try again.');
  }
  if (!user.enabled) throw notAuthorized('User is disabled.');
  checkUserCode(user.resetCode, str(call.input, 'ConfirmationCode'), world.now());
  checkPassword(pool, password);
  checkHistory(pool, user, password);
  setPassword(world, pool, user, password);
  clearFailures(user);
  delete user.resetCode;
  user.status = 'CONFIRMED';
  touchUser(world, user);
  await fireTrigger(world, pool, client, 'PostConfirmation', {
    source: 'PostConfirmation_ConfirmForgotPassword',
    userName: user.username,
    request: {
      userAttributes: eventAttributes(user),
      clientMetadata: optMap(call.input, 'ClientMetadata') ?? null,
    },
    response: {},
  });
  return {};
};

export const forgotPasswordOperations = {
  ForgotPassword: recorded(forgotPassword),
  ConfirmForgotPassword: recorded(confirmForgotPassword),
} satisfies Record<string, Operation>;

/** SignUp and ConfirmSignUp. SignUp never fires the migration trigger (amplify-js#5081). */
import { type Operation, ServiceError } from '../../operation.ts';
import { checkAttributes } from './attributes.ts';
import { checkWritable } from './client-rules.ts';
import { codeDetails, contact, deliver } from './deliveries.ts';
import { invalidParameter, notAuthorized } from './errors.ts';
import { newCode } from './ids.ts';
import { optAttributes, optBool, optMap, optStr, str } from './input.ts';
import { checkPassword, setPassword } from './passwords.ts';
import { calledClient } from './pool-access.ts';
import { member, texts } from './pool-config.ts';
import { checkSecretHash } from './secret-hash.ts';
import { cognitoSettings } from './settings.ts';
import { unknownUser } from './sign-in-context.ts';
import type { Pool, User } from './state.ts';
import { eventAttributes, fireTrigger } from './triggers.ts';
import { claimAliases, createUser, findUser, touchUser, usernameFault, withTypedName } from './user-store.ts';

const codeLifeMs = 24 * 60 * 60_000;

/** The destination of the confirmation code: an auto-verified attribute, the phone number first. */
function verificationContact(pool: Pool, user: User) {
  const auto = texts(pool.config, 'AutoVerifiedAttributes');
  const phone = auto.includes('phone_number') ? contact(user, 'SMS') : undefined;
  return phone ?? (auto.includes('email') ? contact(user, 'EMAIL') : undefined);
}

const signUp: Operation = async (call) => {
  const { pool, client } = calledClient(call);
  const name = str(call.input, 'Username');
  const password = str(call.input, 'Password');
  checkSecretHash(client, optStr(call.input, 'SecretHash'), name);
  if (member(pool.config, 'AdminCreateUserConfig').AllowAdminCreateUserOnly === true) {
    throw notAuthorized('SignUp is not permitted for this user pool');
  }
  const attributes = optAttributes(call.input, 'UserAttributes') ?? new Map<string, string>();
  const { signUpWriteCheck, writesWithoutList } = cognitoSettings(call.world);
  const sent = [...attributes.keys()];
  const refuseUnwritable = (): void => checkWritable(pool, client, sent, writesWithoutList);
  if (signUpWriteCheck === 'before-trigger') refuseUnwritable();
  const fault = usernameFault(pool, name);
  if (fault !== undefined) throw invalidParameter(fault);
  checkPassword(pool, password);
  checkAttributes(pool, withTypedName(pool, name, attributes), true);
  if (findUser(pool, name) !== undefined) {
    throw new ServiceError('UsernameExistsException', 'User already exists');
  }
  const response = await fireTrigger(call.world, pool, client, 'PreSignUp', {
    source: 'PreSignUp_SignUp',
    userName: name,
    request: {
      userAttributes: Object.fromEntries(attributes),
      validationData: Object.fromEntries(optAttributes(call.input, 'ValidationData') ?? []),
      clientMetadata: optMap(call.input, 'ClientMetadata') ?? null,
    },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  });
  if (signUpWriteCheck === 'after-trigger') refuseUnwritable();
  const confirmed = response?.autoConfirmUser === true;
  if (response?.autoVerifyEmail === true) attributes.set('email_verified', 'true');
  if (response?.autoVerifyPhone === true) attributes.set('phone_number_verified', 'true');
  const user = createUser(call.world, pool, {
    name,
    attributes,
    status: confirmed ? 'CONFIRMED' : 'UNCONFIRMED',
  });
  setPassword(call.world, pool, user, password);
  const to = confirmed ? undefined : verificationContact(pool, user);
  if (to !== undefined) {
    const code = newCode(call.world);
    user.confirmCode = { value: code, expires: call.world.now() + codeLifeMs };
    deliver(call.world, pool, user, 'sign-up', to, code);
  }
  return {
    UserConfirmed: confirmed,
    UserSub: user.sub,
    ...(to === undefined ? {} : { CodeDeliveryDetails: codeDetails(to) }),
  };
};

/** Compares a code. Wrong and expired codes have their own exceptions. */
export function checkUserCode(code: User['confirmCode'], sent: string, now: number): void {
  if (code === undefined || code.expires <= now) {
    throw new ServiceError('ExpiredCodeException', 'Invalid code provided, please request a code again.');
  }
  if (code.value !== sent) {
    throw new ServiceError('CodeMismatchException', 'Invalid verification code provided, please try again.');
  }
}

const confirmSignUp: Operation = async (call) => {
  const { pool, client } = calledClient(call);
  const name = str(call.input, 'Username');
  checkSecretHash(client, optStr(call.input, 'SecretHash'), name);
  const user = findUser(pool, name);
  if (user === undefined) throw unknownUser(client);
  if (user.status !== 'UNCONFIRMED') {
    throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
  }
  checkUserCode(user.confirmCode, str(call.input, 'ConfirmationCode'), call.world.now());
  const to = verificationContact(pool, user);
  if (to !== undefined)
    user.attributes.set(to.medium === 'EMAIL' ? 'email_verified' : 'phone_number_verified', 'true');
  claimAliases(pool, user, optBool(call.input, 'ForceAliasCreation') === true);
  user.status = 'CONFIRMED';
  delete user.confirmCode;
  touchUser(call.world, user);
  await fireTrigger(call.world, pool, client, 'PostConfirmation', {
    source: 'PostConfirmation_ConfirmSignUp',
    userName: user.username,
    request: {
      userAttributes: eventAttributes(user),
      clientMetadata: optMap(call.input, 'ClientMetadata') ?? null,
    },
    response: {},
  });
  return {};
};

export const signUpOperations = { SignUp: signUp, ConfirmSignUp: confirmSignUp } satisfies Record<
  string,
  Operation
>;

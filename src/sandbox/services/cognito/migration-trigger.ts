/**
 * The UserMigration trigger. It runs only if no user matches by username or alias.
 * Only a password sign-in or ForgotPassword can fire it (Developer Guide, "Migrate user Lambda trigger").
 * Texts are from AWS re:Post, "migration Lambda errors".
 */
import { type JsonObject, ServiceError } from '../../operation.ts';
import { schemaFault } from './attributes.ts';
import { contact, deliver } from './deliveries.ts';
import { incorrectLogin } from './errors.ts';
import { type MigrationAnswer, readAnswer } from './migration-answer.ts';
import { setPassword } from './passwords.ts';
import { aliasAttributes, text, usernameAttributes } from './pool-config.ts';
import { cognitoSettings } from './settings.ts';
import { hidesExistence, type SignIn } from './sign-in-context.ts';
import type { User } from './state.ts';
import {
  eventAttributes,
  fireTrigger,
  runTrigger,
  triggerArn,
  triggerFailure,
  triggerResponse,
} from './triggers.ts';
import { createUser, fold, usernameFault, withTypedName } from './user-store.ts';

export type MigrationSource = 'UserMigration_Authentication' | 'UserMigration_ForgotPassword';

const emptyResponse: JsonObject = {
  userAttributes: null,
  forceAliasCreation: null,
  enableSMSMFA: null,
  finalUserStatus: null,
  messageAction: null,
  desiredDeliveryMediums: null,
};

/** The error of a failed migration. LEGACY shows it. ENABLED simulates a wrong password. */
function migrationError(signIn: SignIn, detail?: string): ServiceError {
  const { hiddenEmptyResponse, migrationTexts } = cognitoSettings(signIn.world);
  if (hidesExistence(signIn.client) && hiddenEmptyResponse === 'simulated') return incorrectLogin();
  if (migrationTexts === 'other')
    return new ServiceError('UserNotFoundException', 'Exception during user migration');
  const tail = detail === undefined ? '' : `: ${detail}`;
  return new ServiceError(
    'UserNotFoundException',
    `Exception migrating user in app client ${signIn.client.id}${tail}`,
  );
}

function request(signIn: SignIn, password: string | undefined): JsonObject {
  return {
    ...(password === undefined ? {} : { password }),
    validationData: signIn.validationData ?? null,
    ...(signIn.clientMetadata === undefined ? {} : { clientMetadata: signIn.clientMetadata }),
  };
}

/**
 * Asks the trigger for a user. Returns undefined if the pool has no such trigger.
 * Throws if the trigger returns no user. The user is created before their status decides how the sign-in
 * continues.
 */
export async function migrateUser(
  signIn: SignIn,
  source: MigrationSource,
  name: string,
  password: string | undefined,
): Promise<User | undefined> {
  const { world, pool, client } = signIn;
  const arn = triggerArn(pool, 'UserMigration');
  if (arn === undefined) return undefined;
  const settings = cognitoSettings(world);
  if (hidesExistence(client) && !settings.migratesWhenExistenceHidden) return undefined;
  const event = { source, userName: name, request: request(signIn, password), response: emptyResponse };
  const result = await runTrigger(world, pool, client, 'UserMigration', arn, event);
  if (result.kind === 'denied') throw migrationError(signIn);
  if (result.kind !== 'ok') throw triggerFailure('UserMigration', result);
  const answer = readAnswer(triggerResponse(result.payload), settings);
  if (answer === undefined) throw migrationError(signIn);
  if (typeof answer === 'string') throw migrationError(signIn, answer);
  const user = await createMigratedUser(signIn, name, password, answer);
  invite(signIn, user, answer);
  return user;
}

/** The username of the new user, or the reason why it is invalid. */
function chosenName(
  signIn: SignIn,
  typed: string,
  answer: MigrationAnswer,
): { name: string } | { fault: string } {
  const { pool } = signIn;
  const { username, attributes } = answer;
  if (username === undefined || username === typed) {
    const fault = usernameFault(pool, typed);
    return fault === undefined ? { name: typed } : { fault };
  }
  // If email addresses or phone numbers are the usernames, "Amazon Cognito automatically generates a
  // username".
  if (usernameAttributes(pool).length > 0) return { fault: 'username: Attribute does not exist in schema' };
  // "You can provide a value for username only if the submitted user name matches an alias attribute" (import
  // guide).
  const isAlias = ['email', 'phone_number', 'preferred_username'].some(
    (key) => fold(pool, attributes.get(key) ?? '') === fold(pool, typed),
  );
  if (!isAlias) return { fault: 'invalid username' };
  const fault = usernameFault(pool, username);
  return fault === undefined ? { name: username } : { fault };
}

function refuseAttributes(signIn: SignIn, typed: string, answer: MigrationAnswer): void {
  // boto3#2747: a returned sub fails the whole migration and looks like a wrong password.
  if (answer.attributes.has('sub')) throw incorrectLogin();
  const fault = schemaFault(signIn.pool, withTypedName(signIn.pool, typed, answer.attributes), true);
  if (fault !== undefined) {
    throw migrationError(signIn, `attributes do not conform to the schema: ${fault.replace(/\.$/, '')}`);
  }
  const isAlias = aliasAttributes(signIn.pool).includes('preferred_username');
  const { aliasAtMigration } = cognitoSettings(signIn.world);
  if (isAlias && aliasAtMigration === 'refused' && answer.attributes.get('preferred_username'))
    throw migrationError(signIn, 'preferred_username: Attribute cannot be set');
  // "If set to true, … requires a phone_number, and MFA in the pool". Otherwise, the migration of that user
  // fails.
  const mfaOn = text(signIn.pool.config, 'MfaConfiguration') !== 'OFF';
  if (answer.smsMfa && !(mfaOn && answer.attributes.get('phone_number')))
    throw migrationError(signIn, 'invalid enableSMSMFA');
}

async function createMigratedUser(
  signIn: SignIn,
  typed: string,
  password: string | undefined,
  answer: MigrationAnswer,
): Promise<User> {
  const { world, pool, client } = signIn;
  const settings = cognitoSettings(world);
  refuseAttributes(signIn, typed, answer);
  const chosen = chosenName(signIn, typed, answer);
  if ('fault' in chosen) throw migrationError(signIn, chosen.fault);
  const confirmed = answer.status === 'CONFIRMED';
  if (confirmed && password === undefined && settings.forgotPasswordConfirmed === 'refused') {
    throw migrationError(signIn, 'invalid finalUserStatus');
  }
  for (const triggerSource of settings.migrationAlsoFires) {
    if (triggerSource !== 'PostConfirmation') await preSignUp(signIn, triggerSource, typed, answer);
  }
  const user = createOrFail(signIn, chosen.name, answer);
  // "The password policy of the new pool isn't enforced". Without CONFIRMED, the password doesn't migrate.
  if (confirmed && password !== undefined) setPassword(world, pool, user, password);
  if (answer.smsMfa) user.factors.add('SMS_MFA');
  if (settings.migrationAlsoFires.includes('PostConfirmation')) {
    await fireTrigger(world, pool, client, 'PostConfirmation', {
      source: 'PostConfirmation_ConfirmSignUp',
      userName: user.username,
      request: { userAttributes: eventAttributes(user) },
      response: {},
    });
  }
  return user;
}

/**
 * Fires a pre sign-up trigger during a migration.
 * A refusal ends the migration, as it ends a sign-up. Its validationData is the ClientMetadata of
 * InitiateAuth. Its clientMetadata is that of ForgotPassword (Developer Guide, pre sign-up trigger).
 */
async function preSignUp(
  { world, pool, client, validationData, clientMetadata }: SignIn,
  source: 'PreSignUp_SignUp' | 'PreSignUp_AdminCreateUser',
  userName: string,
  { attributes }: MigrationAnswer,
): Promise<void> {
  await fireTrigger(world, pool, client, 'PreSignUp', {
    source,
    userName,
    request: {
      userAttributes: Object.fromEntries(attributes),
      validationData: validationData ?? null,
      ...(clientMetadata === undefined ? {} : { clientMetadata }),
    },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  });
}

/**
 * Creates the user.
 * The alias can belong to another user, or the name can exist by now. Then "the user isn't migrated" and the
 * client gets an error.
 */
function createOrFail(signIn: SignIn, name: string, answer: MigrationAnswer): User {
  try {
    return createUser(signIn.world, signIn.pool, {
      name,
      attributes: answer.attributes,
      status: answer.status,
      force: answer.forceAlias,
    });
  } catch (error) {
    if (error instanceof ServiceError) throw migrationError(signIn, error.message);
    throw error;
  }
}

function invite(signIn: SignIn, user: User, answer: MigrationAnswer): void {
  if (answer.suppress) return;
  for (const medium of answer.mediums) {
    const to = contact(user, medium);
    if (to !== undefined) deliver(signIn.world, signIn.pool, user, 'invitation', to, '');
  }
}

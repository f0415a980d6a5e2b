/** Triggers of both pools, and their effects during the migration. */
import type { LambdaConfigType } from '@aws-sdk/client-cognito-identity-provider';
import type { Finding } from '../../core/findings.ts';
import { functionArn } from '../../steps/names.ts';
import { type Case, found, quoted, type Theme } from '../check.ts';

/** CM205 to CM209. */
export const triggers: Theme = (args) => {
  const old = args.facts.oldPool?.pool.LambdaConfig ?? {};
  const newTriggers = args.facts.newPool.pool.LambdaConfig ?? {};
  return [
    ...migration(old, args),
    ...signIn(old),
    ...preSignUp(newTriggers, args),
    ...postConfirmation(newTriggers),
  ];
};

function migration({ UserMigration: arn }: LambdaConfigType, { facts, inputs }: Case): readonly Finding[] {
  if (arn === undefined) return [];
  const isOurs = arn === functionArn(inputs);
  if (isOurs || facts.oldTriggerNamesNewPool === true) {
    return found(
      'CM205',
      'blocking',
      'The old pool has a User migration trigger that takes users from the new pool.',
      'Each pool would take users from the other. A user who is deleted in one would come back from the other, with an old password.',
      'Remove the trigger from the old pool first, with cognito-migrate teardown for that migration.',
    );
  }
  return found(
    'CM206',
    'warning',
    'The old pool has its own User migration trigger.',
    "The function looks up a user first. Users who haven't moved to the old pool yet aren't found there, so they don't move.",
    'Finish that migration first, or create a second one from its source.',
  );
}

/** Triggers that AdminInitiateAuth invokes (API reference, AdminInitiateAuth, ClientMetadata). */
const invoked = [
  'PreAuthentication',
  'PostAuthentication',
  'PreTokenGeneration',
  'CustomMessage',
  'CustomEmailSender',
  'CustomSMSSender',
] as const satisfies readonly (keyof LambdaConfigType)[];

function signIn(config: LambdaConfigType): readonly Finding[] {
  const names = invoked.filter((name) => config[name] !== undefined);
  if (names.length === 0) return [];
  const canRefuse = names.includes('PreAuthentication') || names.includes('PostAuthentication');
  return found(
    'CM207',
    canRefuse ? 'warning' : 'info',
    `Every migration runs ${quoted(names)} of the old pool.`,
    `The function signs in there once for each user. ${canRefuse ? 'These triggers can refuse it, and they count, log, or charge it as a sign-in.' : 'They treat it like any other sign-in.'}`,
    'PreAuthentication can recognize it by its validation data (source: cognito-migrate). Check that the others do no harm.',
  );
}

/**
 * Only a migration makes a sign-in create a user.
 * "The ClientMetadata value is passed as input to the functions for only the following triggers: Pre signup,
 * Pre authentication, User migration" (API reference, InitiateAuth).
 */
function preSignUp({ PreSignUp }: LambdaConfigType, { inputs }: Case): readonly Finding[] {
  // Ours knows users who move.
  if (PreSignUp === undefined || `${PreSignUp}:`.startsWith(`${functionArn(inputs)}:`)) return [];
  return found(
    'CM208',
    'warning',
    'The new pool has a Pre sign-up trigger. It probably runs for every user who moves.',
    'If it refuses them, nobody moves. Refusing names of the old pool refuses every migration. Cognito calls it as PreSignUp_SignUp or as PreSignUp_AdminCreateUser; AWS does not say which.',
    'cognito-migrate try --for-real moves one user, and shows whether the trigger lets them in.',
  );
}

/**
 * The trigger's sources are ConfirmSignUp and ConfirmForgotPassword.
 * See Developer Guide, post confirmation trigger.
 */
function postConfirmation({ PostConfirmation }: LambdaConfigType): readonly Finding[] {
  if (PostConfirmation === undefined) return [];
  return found(
    'CM209',
    'warning',
    'The new pool has a Post confirmation trigger. It probably does not run for users who move with their password.',
    'AWS documents it for confirmed sign-ups and for new passwords after "forgot password". Apps often create their database row there, and moved users would have none.',
    'Let your app create what is missing at sign-in. cognito-migrate try --for-real moves one user, so that you can look for their row.',
  );
}

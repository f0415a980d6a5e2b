/** Triggers of the old pool: what they do while users leave. */
import type { LambdaConfigType } from '@aws-sdk/client-cognito-identity-provider';
import type { Finding } from '../../core/findings.ts';
import { functionArn } from '../names.ts';
import { type Case, found, quoted, type Theme } from './case.ts';

/** CM205 to CM207. */
export const triggers: Theme = (of) => {
  const config = of.facts.oldPool?.pool.LambdaConfig;
  return config === undefined ? [] : [...migration(config, of), ...signIn(config)];
};

function migration({ UserMigration: arn }: LambdaConfigType, { facts, inputs }: Case): readonly Finding[] {
  if (arn === undefined) return [];
  const isOurs = arn === functionArn(inputs);
  if (isOurs || facts.oldTriggerNamesNewPool === true) {
    return found(
      'CM205',
      'blocking',
      'The old pool has a migration trigger that takes users from the new pool.',
      'Each pool would take users from the other: who is deleted in one comes back from the other, with an old password.',
      'Take the trigger out of the old pool first: cognito-migrate teardown, where that migration was made.',
    );
  }
  return found(
    'CM206',
    'warning',
    'The old pool has a migration trigger of its own.',
    'The function looks a user up first. Whoever has not come to the old pool yet is not found there, and does not move.',
    'Let that migration end first, or make a second one from its source.',
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
    `The function signs in there once. ${canRefuse ? 'These triggers can refuse it, and they count, log or charge it as a sign-in.' : 'They see it as any other sign-in.'}`,
    'PreAuthentication can tell it by its validation data (source: cognito-migrate); see that the others do no harm.',
  );
}

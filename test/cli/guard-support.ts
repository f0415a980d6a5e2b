/** A new pool in which anyone can sign up, and `init --guard-sign-up` there. */
import {
  InitiateAuthCommand,
  SignUpCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { expect } from 'vitest';
import { decodeSettings } from '../../src/lambda/settings-codec.ts';
import { nameOf } from '../support/installed-function.ts';
import type { LocalAws } from '../support/local-aws.ts';
import { runCli } from '../support/run-cli.ts';

export const taken =
  'UserLambdaValidationException: PreSignUp failed with error This name is already in use. Please sign in, or choose another.';

export const guarded = (aws: LocalAws, ...more: string[]): string[] =>
  aws.init('--new-client-id', aws.clients.web, '--add-old-sub', '--yes', ...more);

/** Every app client says which attributes it writes, so none can write the old ID. */
export async function openSignUp<T extends LocalAws>(aws: T): Promise<T> {
  for (const ClientId of Object.values(aws.clients)) {
    const { ExplicitAuthFlows } = await aws.client(aws.newPool, ClientId);
    const request = { UserPoolId: aws.newPool, ClientId, WriteAttributes: ['email'], ExplicitAuthFlows };
    await aws.sdk.idp.send(new UpdateUserPoolClientCommand(request));
  }
  aws.sandbox.journal.clear();
  return aws;
}

export async function installed<T extends LocalAws>(aws: T, ...more: string[]): Promise<T> {
  const made = await runCli(guarded(aws, '--guard-sign-up', ...more));
  expect(made.code, made.stderr).toBe(0);
  return aws;
}

export const arnOf = (aws: LocalAws): string =>
  `arn:aws:lambda:eu-west-1:111122223333:function:${nameOf(aws)}`;
export const triggersOf = async (aws: LocalAws) => (await aws.pool(aws.newPool)).LambdaConfig;
export async function guardOf(aws: LocalAws) {
  const { Environment } = await aws.sdk.lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: nameOf(aws) }),
  );
  return decodeSettings(Environment?.Variables?.MIGRATION_SETTINGS).guard;
}

/** Another try where this machine is too busy for the four seconds of the function. */
async function persistently(attempt: () => Promise<string>): Promise<string> {
  let answer = await attempt();
  for (let left = 2; left > 0 && /right now|Socket timeout/.test(answer); left -= 1) answer = await attempt();
  return answer;
}

const ended = (call: Promise<unknown>, good: string): Promise<string> =>
  call.then(
    () => good,
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'),
  );

export const signUp = ({ sdk, clients }: LocalAws, Username: string): Promise<string> =>
  persistently(() => {
    const command = new SignUpCommand({ ClientId: clients.web, Username, Password: 'Some-password-1' });
    return ended(sdk.idp.send(command), 'signed up');
  });

/** The user who moves signs in. */
export const signIn = ({ sdk, clients, user }: LocalAws): Promise<string> =>
  persistently(() => {
    const AuthParameters = { USERNAME: user.username, PASSWORD: user.password };
    const command = new InitiateAuthCommand({
      ClientId: clients.web,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters,
    });
    return ended(sdk.idp.send(command), 'signed in');
  });

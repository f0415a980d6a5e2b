/** What users write about themselves in the old pool counts as trusted in a new pool where they cannot write it. */
import {
  AddCustomAttributesCommand,
  AdminGetUserCommand,
  CreateUserPoolClientCommand,
  InitiateAuthCommand,
  UpdateUserAttributesCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { given } from '../support/errors.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { runCli } from '../support/run-cli.ts';

const flows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] as const;

function signIn({ sdk, user }: LocalAws, ClientId: string) {
  const AuthParameters = { USERNAME: user.username, PASSWORD: user.password };
  return sdk.idp.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }));
}

/** The user calls themselves "admin" in the old pool. No app client of the new pool lets users write their role. */
async function selfMadeAdmin(): Promise<LocalAws> {
  const aws = await startLocalAws();
  const { idp } = aws.sdk;
  await idp.send(
    new AddCustomAttributesCommand({
      UserPoolId: aws.newPool,
      CustomAttributes: [{ Name: 'role', AttributeDataType: 'String', Mutable: true }],
    }),
  );
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId: aws.oldPool,
      ClientName: 'profile',
      ExplicitAuthFlows: [...flows],
      WriteAttributes: ['email', 'nickname'],
    }),
  );
  const { AuthenticationResult } = await signIn(aws, given(UserPoolClient?.ClientId, 'client ID'));
  await idp.send(
    new UpdateUserAttributesCommand({
      AccessToken: AuthenticationResult?.AccessToken,
      UserAttributes: [{ Name: 'nickname', Value: 'admin' }],
    }),
  );
  for (const ClientId of Object.values(aws.clients))
    await idp.send(
      new UpdateUserPoolClientCommand({
        UserPoolId: aws.newPool,
        ClientId,
        ExplicitAuthFlows: [...flows],
        WriteAttributes: ['email'],
      }),
    );
  return aws;
}

async function roleAfterMove(aws: LocalAws): Promise<string | undefined> {
  await signIn(aws, aws.clients.web);
  const { UserAttributes = [] } = await aws.sdk.idp.send(
    new AdminGetUserCommand({ UserPoolId: aws.newPool, Username: aws.user.username }),
  );
  return UserAttributes.find(({ Name }) => Name === 'custom:role')?.Value;
}

test('it moves along, and CM124 says so', async () => {
  const aws = await selfMadeAdmin();
  const ended = await runCli(aws.init('--yes', '--all-new-clients', '--map', 'nickname=custom:role'));
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout + ended.stderr).toContain('CM124');
  expect(await roleAfterMove(aws)).toBe('admin');
});

test('--drop leaves it behind, and CM124 is silent', async () => {
  const aws = await selfMadeAdmin();
  const ended = await runCli(aws.init('--yes', '--all-new-clients', '--drop', 'nickname'));
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout + ended.stderr).not.toContain('CM124');
  expect(await roleAfterMove(aws)).toBeUndefined();
});

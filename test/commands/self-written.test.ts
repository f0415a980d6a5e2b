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
import { type Ground, startGround } from '../cli/support.ts';
import { given } from '../support/errors.ts';
import { runCli } from '../support/run-cli.ts';

const flows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] as const;

function signIn({ sdk, user }: Ground, ClientId: string) {
  const AuthParameters = { USERNAME: user.username, PASSWORD: user.password };
  return sdk.idp.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }));
}

/** The user calls themselves "admin" in the old pool. No app client of the new pool lets users write their role. */
async function selfMadeAdmin(): Promise<Ground> {
  const ground = await startGround();
  const { idp } = ground.sdk;
  await idp.send(
    new AddCustomAttributesCommand({
      UserPoolId: ground.new,
      CustomAttributes: [{ Name: 'role', AttributeDataType: 'String', Mutable: true }],
    }),
  );
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId: ground.old,
      ClientName: 'profile',
      ExplicitAuthFlows: [...flows],
      WriteAttributes: ['email', 'nickname'],
    }),
  );
  const { AuthenticationResult } = await signIn(ground, given(UserPoolClient?.ClientId, 'client ID'));
  await idp.send(
    new UpdateUserAttributesCommand({
      AccessToken: AuthenticationResult?.AccessToken,
      UserAttributes: [{ Name: 'nickname', Value: 'admin' }],
    }),
  );
  for (const ClientId of Object.values(ground.clients))
    await idp.send(
      new UpdateUserPoolClientCommand({
        UserPoolId: ground.new,
        ClientId,
        ExplicitAuthFlows: [...flows],
        WriteAttributes: ['email'],
      }),
    );
  return ground;
}

async function roleAfterMove(ground: Ground): Promise<string | undefined> {
  await signIn(ground, ground.clients.web);
  const { UserAttributes = [] } = await ground.sdk.idp.send(
    new AdminGetUserCommand({ UserPoolId: ground.new, Username: ground.user.username }),
  );
  return UserAttributes.find(({ Name }) => Name === 'custom:role')?.Value;
}

test('it moves along, and CM124 says so', async () => {
  const ground = await selfMadeAdmin();
  const ended = await runCli(ground.init('--yes', '--all-new-clients', '--map', 'nickname=custom:role'));
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout + ended.stderr).toContain('CM124');
  expect(await roleAfterMove(ground)).toBe('admin');
});

test('--drop leaves it behind, and CM124 is silent', async () => {
  const ground = await selfMadeAdmin();
  const ended = await runCli(ground.init('--yes', '--all-new-clients', '--drop', 'nickname'));
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout + ended.stderr).not.toContain('CM124');
  expect(await roleAfterMove(ground)).toBeUndefined();
});

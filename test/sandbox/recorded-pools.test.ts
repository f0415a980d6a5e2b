/** Answers of Cognito as examples of the AWS CLI and the SDKs, and public issues, have recorded them. */

import {
  AddCustomAttributesCommand,
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { keyOf, startSandbox } from './support.ts';

let sandbox: Sandbox;
let idp: CognitoIdentityProviderClient;
let pool: string | undefined;

beforeEach(async () => {
  sandbox = await startSandbox();
  const config = { endpoint: sandbox.url, region: 'eu-west-1', credentials: keyOf('111122223333') };
  idp = new CognitoIdentityProviderClient({ ...config, maxAttempts: 1 });
  pool = (await idp.send(new CreateUserPoolCommand({ PoolName: 'pool' }))).UserPool?.Id;
});
afterEach(async () => {
  idp.destroy();
  await sandbox.close();
});

test('an app client without TokenValidityUnits shows an empty structure', async () => {
  const { UserPoolClient: made } = await idp.send(
    new CreateUserPoolClientCommand({ UserPoolId: pool, ClientName: 'web' }),
  );
  const named = { UserPoolId: pool, ClientId: made?.ClientId };
  const { UserPoolClient: seen } = await idp.send(new DescribeUserPoolClientCommand(named));
  const { UserPoolClient: updated } = await idp.send(new UpdateUserPoolClientCommand(named));
  for (const client of [made, seen, updated]) {
    expect(client).toMatchObject({
      RefreshTokenValidity: 30,
      TokenValidityUnits: {},
      AllowedOAuthFlowsUserPoolClient: false,
      EnableTokenRevocation: true,
      EnablePropagateAdditionalUserContextData: false,
      AuthSessionValidity: 3,
    });
    expect(client?.TokenValidityUnits).toEqual({});
  }
});

test('a developer-only attribute is called dev:custom:NAME', async () => {
  await idp.send(
    new AddCustomAttributesCommand({
      UserPoolId: pool,
      CustomAttributes: [
        {
          Name: 'mydev',
          AttributeDataType: 'Number',
          DeveloperOnlyAttribute: true,
          Mutable: true,
          NumberAttributeConstraints: { MinValue: '1', MaxValue: '99' },
        },
        { Name: 'mydev', AttributeDataType: 'String' },
      ],
    }),
  );
  const { UserPool } = await idp.send(new DescribeUserPoolCommand({ UserPoolId: pool }));
  expect(UserPool?.SchemaAttributes?.slice(-2)).toMatchObject([
    {
      AttributeDataType: 'Number',
      DeveloperOnlyAttribute: true,
      Mutable: true,
      Name: 'dev:custom:mydev',
      NumberAttributeConstraints: { MaxValue: '99', MinValue: '1' },
      Required: false,
    },
    { Name: 'custom:mydev' },
  ]);
  const UserAttributes = [{ Name: 'dev:custom:mydev', Value: '7' }];
  const { User } = await idp.send(
    new AdminCreateUserCommand({ UserPoolId: pool, Username: 'ana', UserAttributes }),
  );
  expect(User?.Attributes).toContainEqual({ Name: 'dev:custom:mydev', Value: '7' });
});

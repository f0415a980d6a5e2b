/** An app may trust the old sub long after init has looked, so status looks again at who can write it. */
import {
  CreateGroupCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';

/** init with the old sub kept, where every app client has a list without it and nobody can sign up. */
async function keepingSub(...more: string[]): Promise<LocalAws> {
  const aws = await startLocalAws();
  await aws.sdk.idp.send(new CreateGroupCommand({ UserPoolId: aws.oldPool, GroupName: 'admins' }));
  await signUpIs(aws, 'off');
  for (const ClientId of Object.values(aws.clients)) await list(aws, ClientId, ['email']);
  const ended = await runCli(aws.init('--yes', '--all-new-clients', '--add-old-sub', ...more));
  expect(ended.code, ended.stderr).toBe(0);
  return aws;
}

const signUpIs = ({ sdk, newPool: UserPoolId }: LocalAws, value: 'on' | 'off') =>
  sdk.idp.send(
    new UpdateUserPoolCommand({
      UserPoolId,
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: value === 'off' },
    }),
  );

const list = ({ sdk, newPool: UserPoolId }: LocalAws, ClientId: string, WriteAttributes?: string[]) =>
  sdk.idp.send(
    new UpdateUserPoolClientCommand({
      UserPoolId,
      ClientId,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      ...(WriteAttributes === undefined ? {} : { WriteAttributes }),
    }),
  );

async function notes({ where }: LocalAws): Promise<unknown> {
  const { notes: told = [] } = json(await runCli(['status', ...where, '--json']));
  return told;
}

test('status is silent while nobody else can write it', async () => {
  expect(await notes(await keepingSub())).toEqual([]);
});

test('an app client that lists the attribute is named', async () => {
  const aws = await keepingSub();
  await list(aws, aws.clients.web, ['email', 'custom:old_sub']);
  expect(await notes(aws)).toEqual([
    {
      level: 'warning',
      id: 'CM122',
      message: expect.stringMatching(/^App client web can write custom:old_sub\. /),
    },
  ]);
});

test('an app client without a list is named as soon as anybody can sign up', async () => {
  const aws = await keepingSub();
  await list(aws, aws.clients.web);
  expect(await notes(aws)).toEqual([]);
  await signUpIs(aws, 'on');
  expect(await notes(aws)).toEqual([
    {
      level: 'warning',
      id: 'CM122',
      message: expect.stringMatching(/^App client web has no list of attributes that it can write/),
    },
  ]);
});

test('with groups, status says what a stranger could get', async () => {
  const aws = await keepingSub('--groups', 'admins');
  await list(aws, aws.clients.web);
  await signUpIs(aws, 'on');
  expect(await notes(aws)).toEqual([
    expect.objectContaining({ id: 'CM122', message: expect.stringContaining('get the groups of that user') }),
  ]);
});

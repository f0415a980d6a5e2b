/** An app may trust the old sub long after init has looked, so status looks again at who can write it. */
import {
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { type Ground, startGround } from '../cli/support.ts';
import { json, runCli } from '../support/run-cli.ts';

/** init with the old sub kept, where every app client has a list without it and nobody can sign up. */
async function keepingSub(): Promise<Ground> {
  const ground = await startGround();
  await signUpIs(ground, 'off');
  for (const ClientId of Object.values(ground.clients)) await list(ground, ClientId, ['email']);
  const ended = await runCli(ground.init('--yes', '--all-new-clients', '--add-old-sub'));
  expect(ended.code, ended.stderr).toBe(0);
  return ground;
}

const signUpIs = ({ sdk, new: UserPoolId }: Ground, value: 'on' | 'off') =>
  sdk.idp.send(
    new UpdateUserPoolCommand({
      UserPoolId,
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: value === 'off' },
    }),
  );

const list = ({ sdk, new: UserPoolId }: Ground, ClientId: string, WriteAttributes?: string[]) =>
  sdk.idp.send(
    new UpdateUserPoolClientCommand({
      UserPoolId,
      ClientId,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      ...(WriteAttributes === undefined ? {} : { WriteAttributes }),
    }),
  );

async function notes({ where }: Ground): Promise<unknown> {
  const { notes: told = [] } = json(await runCli(['status', ...where, '--json']));
  return told;
}

test('status is silent while nobody else can write it', async () => {
  expect(await notes(await keepingSub())).toEqual([]);
});

test('an app client that lists the attribute is named', async () => {
  const ground = await keepingSub();
  await list(ground, ground.clients.web, ['email', 'custom:old_sub']);
  expect(await notes(ground)).toEqual([
    {
      level: 'warning',
      id: 'CM122',
      message: expect.stringMatching(/^App client web may write custom:old_sub\. /),
    },
  ]);
});

test('an app client without a list is named as soon as anybody can sign up', async () => {
  const ground = await keepingSub();
  await list(ground, ground.clients.web);
  expect(await notes(ground)).toEqual([]);
  await signUpIs(ground, 'on');
  expect(await notes(ground)).toEqual([
    {
      level: 'warning',
      id: 'CM122',
      message: expect.stringMatching(/^App client web has no list of attributes that it can write/),
    },
  ]);
});

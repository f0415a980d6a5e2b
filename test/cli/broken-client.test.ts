/** One of several app clients refers to something that was deleted: which one, and how to go on without it. */
import { expect, test } from 'vitest';
import { cognitoSettings } from '../../src/sandbox/services/cognito/index.ts';
import { startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';

test('the app client that AWS refuses is named, in text and in JSON, with the way on without it', async () => {
  const aws = await startLocalAws();
  const broken = await aws.addClient(aws.newPool, 'shop', {
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    SupportedIdentityProviders: ['COGNITO', 'SignInWithApple'],
  });
  cognitoSettings(aws.sandbox.world).deletedIdentityProviders = ['SignInWithApple'];
  const before = await aws.client(aws.newPool, broken);
  const { web, ios } = aws.clients;
  const argv = aws.init('--yes', ...[web, broken, ios].flatMap((id) => ['--new-client-id', id]));

  const { code, stderr } = await runCli(argv);
  expect(code).toBe(7);
  const flat = stderr.replace(/\s+/g, ' ');
  expect(flat).toContain(`✖ app client shop (${broken}): AWS refuses this app client's own configuration`);
  expect(flat).toContain('The provider SignInWithApple does not exist for User Pool');
  expect(flat).toContain('Nothing of this app client was changed.');
  expect(flat).toContain(`cognito-migrate init --new-client-id ${web} --new-client-id ${ios}`);
  expect(await aws.client(aws.newPool, broken)).toEqual(before);

  const { error } = json(await runCli([...argv, '--json']));
  expect(error).toMatchObject({
    code: 'AWS_REFUSED',
    step: 'new-clients',
    key: broken,
    message: expect.stringContaining('shop'),
  });

  const without = aws.init('--yes', '--new-client-id', web, '--new-client-id', ios);
  expect((await runCli(without)).code).toBe(0);
});

/** A pool may show its defaults only once it was updated: that is no change, and nobody must be sent to restore anything. */
import { CreateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { cognitoSettings } from '../../src/sandbox/services/cognito/settings.ts';
import { assertDone } from '../fault-injection/prove.ts';
import { given } from '../support/errors.ts';
import { runCli } from '../support/run-cli.ts';
import { scene, status, unhealthy } from './support.ts';

const shy = async () => {
  const aws = await scene();
  cognitoSettings(aws.sandbox.world).unsentDefaults = 'after-update';
  const { UserPool } = await aws.sdk.idp.send(new CreateUserPoolCommand({ PoolName: 'shy' }));
  const id = given(UserPool?.Id);
  expect(UserPool).not.toHaveProperty('DeletionProtection');
  expect(UserPool?.EmailConfiguration).toEqual({});
  const own = (argv: readonly string[]) => argv.map((word) => (word === aws.newPool ? id : word));
  return {
    ...aws,
    // It has no app client, so nobody can move: that is no matter here.
    init: [...own(aws.init), '--accept', 'CM202'],
    status: own(aws.status),
    teardown: own(aws.teardown),
    restore: [...own(aws.teardown), '--restore'],
  };
};

test('init attaches the trigger, ends well, and notes which defaults AWS shows now', async () => {
  const aws = await shy();
  const ended = await runCli([...aws.init, '--json'], aws.io);
  assertDone(ended);
  const { notes } = JSON.parse(ended.stdout);
  const [note] = notes.filter(({ message }: { message: string }) => message.startsWith('AWS now shows'));
  expect(note.level).toBe('info');
  for (const words of [
    'DeletionProtection INACTIVE',
    'EmailConfiguration.EmailSendingAccount COGNITO_DEFAULT',
    'VerificationMessageTemplate',
    'Nothing was changed',
  ])
    expect(note.message).toContain(words);
  expect(unhealthy((await status(aws)).document)).toEqual({});
});

test('restore has nothing to do, and teardown ends well', async () => {
  const aws = await shy();
  assertDone(await runCli(aws.init, aws.io));
  const restored = await runCli(aws.restore, aws.io);
  assertDone(restored);
  expect(restored.stdout + restored.stderr).not.toContain('DeletionProtection');
  assertDone(await runCli(aws.teardown, aws.io));
});

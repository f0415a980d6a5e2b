/** Without a state file, the new pool alone is enough: the tags say which migration it is. */
import { rm } from 'node:fs/promises';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { installed, scene } from '../commands/support.ts';
import { assertDone } from '../fault-injection/prove.ts';
import type { ConfigurationName, ConfiguredAws } from '../fault-injection/scene.ts';
import { snapshot } from '../fault-injection/snapshot.ts';
import { startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';
import { answer } from '../terminal/questions.ts';
import { startStage } from '../terminal/stage.ts';

const withoutState = async (configuration: ConfigurationName): Promise<ConfiguredAws> => {
  const aws = await installed(configuration);
  await rm(aws.state);
  return aws;
};

/** This command with only the new pool, and the flags that say where. */
const run = ({ sandbox, state, newPool, io }: ConfiguredAws, command: string, ...more: readonly string[]) =>
  runCli(
    [command, '--new-user-pool-id', newPool, '--state', state, '--endpoint-url', sandbox.url, ...more],
    io,
  );

describe.each(['plain', 'replaced'] as const)('%s', (configuration) => {
  test('status finds the old pool, the name, and the path', async () => {
    const aws = await withoutState(configuration);
    const ended = await run(aws, 'status', '--json');
    expect(ended.code).toBe(0);
    expect(json(ended)).toMatchObject({ healthy: true, oldUserPool: { id: aws.oldPool } });
  });

  test('logs finds the log of the function on the trigger', async () => {
    const aws = await withoutState(configuration);
    expect(json(await run(aws, 'logs', '--json'))).toMatchObject({ logGroup: `/aws/lambda/${aws.name}` });
  });

  test('teardown removes everything, and says first what is gone for good', async () => {
    const reference = await scene(configuration);
    const aws = await withoutState(configuration);
    const ended = await run(aws, 'teardown', '--yes', '--accept', 'CM414');
    assertDone(ended);
    const [before = ''] = ended.stderr.split('removed');
    expect(before).toContain('Deletes the log of the function for good. --keep log-group  keeps it.');
    expect(before).toContain('Its metrics stay in CloudWatch for 15 months.');
    expect(snapshot(aws)).toBe(snapshot(reference));
  });
});

test('teardown that keeps the log says nothing about a loss', async () => {
  const aws = await withoutState('plain');
  const ended = await run(aws, 'teardown', '--dry-run', '--keep', 'log-group');
  expect(ended.stdout).toContain('(stays)');
  expect(ended.stdout).not.toContain('for good');
});

test('the role and the log say it where the function is gone', async () => {
  const aws = await withoutState('plain');
  await aws.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName: aws.name }));
  const ended = await run(aws, 'status', '--json');
  expect(ended.code).toBe(5);
  expect(json(ended)).toMatchObject({ installed: true, oldUserPool: { id: aws.oldPool } });
});

test('with the name, where the trigger does not say it', async () => {
  const aws = await withoutState('replaced');
  await aws.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName: aws.name }));
  expect((await run(aws, 'status', '--json')).code).toBe(5);
  const named = await run(aws, 'status', '--json', '--name', aws.name);
  expect(json(named)).toMatchObject({ installed: true, oldUserPool: { id: aws.oldPool } });
});

describe('nothing is found', () => {
  test.each(['status', 'logs', 'teardown', 'users'])('%s says so, and where it looked', async (command) => {
    const aws = await startLocalAws();
    const ended = await runCli([command, '--new-user-pool-id', aws.newPool, ...aws.where]);
    expect(ended.code).toBe(5);
    expect(ended.stderr).toContain(`Found no migration into ${aws.newPool}`);
    expect(ended.stderr).toContain('Looked in Region eu-west-1');
    // logs has no such flag.
    expect(ended.stderr.includes('--old-user-pool-id ID')).toBe(command !== 'logs');
    await aws.expectUntouched();
  });

  test('a function of another new pool is not of this migration', async () => {
    const aws = await withoutState('plain');
    const other = { ...aws, newPool: aws.oldPool };
    expect((await run(other, 'status')).code).toBe(5);
  });
});

describe('two migrations into one pool', () => {
  /** The one of the default name, and the one on the trigger. */
  const startTwo = async () => {
    const aws = await startStage();
    const second = await aws.addPool('second', { UsernameAttributes: ['email'] });
    const [web, yes] = [['--new-client-id', aws.clients.web], ['--yes']];
    assertDone(await runCli(aws.init(...web, ...yes)));
    await rm(aws.file);
    const more = ['--name', 'move-second', '--replace-trigger'];
    const pools = ['--old-user-pool-id', second, '--new-user-pool-id', aws.newPool];
    assertDone(await runCli(['init', ...pools, ...aws.where, ...web, ...yes, ...more]));
    await rm(aws.file);
    const status = ['status', '--new-user-pool-id', aws.newPool, ...aws.where];
    return { ...aws, second, status, defaultName: `cognito-migrate-${aws.newPool}` };
  };

  test('without a terminal, the command says which', async () => {
    const aws = await startTwo();
    const { code, stderr } = await runCli(aws.status);
    expect(code).toBe(2);
    expect(stderr).toContain(`2 migrations lead into ${aws.newPool}: choose one with --name`);
    expect(stderr).toContain(`--name ${aws.defaultName}  moves users from ${aws.oldPool}.`);
    expect(stderr).toContain(`--name move-second  moves users from ${aws.second}.`);
    const named = await runCli([...aws.status, '--json', '--name', 'move-second']);
    expect(json(named)).toMatchObject({ healthy: true, oldUserPool: { id: aws.second } });
  });

  test('in a terminal, it asks', async () => {
    const aws = await startTwo();
    const terminal = aws.open(aws.status);
    await answer(terminal, [[/\? Which migration\?[^✔]*❯/, ['down', 'enter']]]);
    expect(await terminal.end(), terminal.screen()).toBe(0);
    expect(terminal.screen()).toContain(aws.second);
  });
});

test('in a terminal, only the new pool is asked for', async () => {
  const stage = await startStage();
  const { web } = stage.clients;
  assertDone(await runCli(stage.init('--new-client-id', web, '--yes')));
  await rm(stage.file);
  const terminal = stage.open(['status']);
  await answer(terminal, [[/\? New user pool[^✔]*❯/, 'customers']]);
  expect(await terminal.end(), terminal.screen()).toBe(0);
  expect(terminal.screen()).not.toContain('? Old user pool');
  expect(terminal.screen()).toContain(stage.oldPool);
});

test('missing input names only the new pool', async () => {
  const aws = await startLocalAws();
  const { stderr, code } = await runCli(['status', ...aws.where]);
  expect(code).toBe(2);
  expect(stderr).toContain('--new-user-pool-id');
  expect(stderr).not.toContain('--old-user-pool-id');
});

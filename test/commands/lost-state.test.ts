/** The state file is a cache: with it gone, everything is found again in AWS, undo records included. */
import { readdir, rm } from 'node:fs/promises';
import { AddCustomAttributesCommand } from '@aws-sdk/client-cognito-identity-provider';
import { DeleteFunctionCommand, TagResourceCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { loadState } from '../../src/core/state.ts';
import { logsState } from '../../src/sandbox/services/logs/state.ts';
import { earlierTrigger } from '../fault-injection/configurations.ts';
import { setTrigger } from '../fault-injection/drift.ts';
import { assertDone, assertTakenDown } from '../fault-injection/prove.ts';
import { account, type ConfiguredAws, openConfiguredAws, region } from '../fault-injection/scene.ts';
import { snapshot } from '../fault-injection/snapshot.ts';
import { given } from '../support/errors.ts';
import { runCli } from '../support/run-cli.ts';
import { installed, scene, status, unhealthy } from './support.ts';

test.each(['plain', 'rich', 'replaced'] as const)('%s: status finds everything', async (name) => {
  const aws = await installed(name);
  const known = await loadState(aws.state);
  await rm(aws.state);
  const { code, document } = await status(aws);
  expect(code).toBe(exitCodes.ok.code);
  expect(unhealthy(document)).toEqual({});
  expect(document.variables).toMatchObject({
    ROLE_ARN: known?.variables.ROLE_ARN,
    OLD_CLIENT_ID: known?.variables.OLD_CLIENT_ID,
    LAMBDA_ARN: known?.variables.LAMBDA_ARN,
  });
});

test.each(['plain', 'rich', 'replaced'] as const)(
  '%s: init changes nothing and writes the file anew',
  async (name) => {
    const aws = await installed(name);
    const [before, known] = [snapshot(aws), await loadState(aws.state)];
    await rm(aws.state);
    assertDone(await runCli(aws.init, aws.io));
    expect(aws.sandbox.journal.writes()).toEqual([]);
    expect(snapshot(aws)).toBe(before);
    const found = await loadState(aws.state);
    expect(found?.variables).toEqual(known?.variables);
    expect(Object.keys(found?.steps ?? {}).sort()).toEqual(Object.keys(known?.steps ?? {}).sort());
  },
);

test.each(['plain', 'rich', 'replaced'] as const)(
  '%s: teardown puts flows and trigger back',
  async (name) => {
    const reference = await openConfiguredAws(name, 'fake');
    const before = snapshot(reference);
    await reference.close();
    const aws = await installed(name);
    await rm(aws.state);
    await assertTakenDown(aws, before);
    if (name === 'replaced') expect(before).toContain(earlierTrigger);
  },
);

describe('what was chosen once', () => {
  const choices = [
    ...[
      '--mfa',
      'reset',
      '--forgot-password',
      'off',
      '--weak-password',
      'reset',
      '--on-bad-attribute',
      'refuse',
    ],
    ...['--add-old-sub', '--map', 'email=custom:mail', '--drop', 'name', '--set', 'custom:from=old'],
    ...['--log-retention', '365', '--runtime', 'nodejs22.x'],
  ];
  const chosen = async (): Promise<ConfiguredAws> => {
    const aws = await scene();
    const CustomAttributes = ['mail', 'from'].map((Name) => ({ Name, AttributeDataType: 'String' as const }));
    await aws.sdk.idp.send(new AddCustomAttributesCommand({ UserPoolId: aws.newPool, CustomAttributes }));
    assertDone(await runCli([...aws.init, ...choices], aws.io));
    await rm(aws.state);
    aws.sandbox.journal.clear();
    return aws;
  };

  test('is found in the function and its log: neither status nor init takes the defaults for it', async () => {
    const aws = await chosen();
    expect(unhealthy((await status(aws)).document)).toEqual({});
    await runCli(aws.init, aws.io);
    expect(aws.sandbox.journal.writes()).toEqual([]);
    expect((await loadState(aws.state))?.variables).toMatchObject({
      MFA: 'reset',
      FORGOT_PASSWORD: 'off',
      WEAK_PASSWORD: 'reset',
      ON_BAD_ATTRIBUTE: 'refuse',
      MAP: { email: 'custom:mail', sub: 'custom:old_sub' },
      DROP: ['name'],
      SET: { 'custom:from': 'old' },
      LOG_RETENTION: 365,
      RUNTIME: 'nodejs22.x',
    });
  });

  test('tags too: what is made anew carries them, and a tag of the function alone is none of them', async () => {
    const aws = await scene();
    assertDone(await runCli([...aws.init, '--tag', 'team=id', '--tag', 'cost=42'], aws.io));
    await rm(aws.state);
    const Resource = `arn:aws:lambda:eu-west-1:111122223333:function:${aws.name}`;
    await aws.sdk.lambda.send(new TagResourceCommand({ Resource, Tags: { theirs: 'x' } }));
    const { groups } = logsState(aws.sandbox.world, account, region);
    groups.delete(`/aws/lambda/${aws.name}`);
    aws.clock.advance(60_000);
    expect(unhealthy((await status(aws)).document)).toEqual({ 'log-group': 'missing' });
    assertDone(await runCli(aws.init, aws.io));
    expect((await loadState(aws.state))?.variables.TAGS).toEqual({ team: 'id', cost: '42' });
    const tags = [...given(groups.get(`/aws/lambda/${aws.name}`)).tags.keys()];
    expect(tags).toEqual(expect.arrayContaining(['team', 'cost']));
    expect(tags).not.toContain('theirs');
  });

  test('counts less than a flag', async () => {
    const aws = await chosen();
    assertDone(await runCli([...aws.init, '--mfa', 'allow', '--log-retention', '90'], aws.io));
    const { variables } = given(await loadState(aws.state));
    expect(variables).toMatchObject({ MFA: 'allow', LOG_RETENTION: 90, FORGOT_PASSWORD: 'off' });
  });
});

describe('a function that was made anew knows of the trigger what the last run found there', () => {
  const madeAnew = async (aws: ConfiguredAws) => {
    assertDone(await runCli(aws.init, aws.io));
    await aws.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName: aws.name }));
    aws.clock.advance(60_000);
    assertDone(await runCli(aws.init, aws.io));
    assertDone(await runCli(aws.teardown, aws.io));
  };

  test('emptied by somebody after one was replaced: it stays empty', async () => {
    const aws = await installed('replaced');
    setTrigger(aws, undefined);
    const clean = await scene('replaced');
    setTrigger(clean, undefined);
    await madeAnew(aws);
    expect(snapshot(aws)).toBe(snapshot(clean));
  });

  test('another function, put there by somebody after the first init: it is put back', async () => {
    const aws = await scene('replaced');
    const clean = snapshot(aws);
    setTrigger(aws, undefined);
    assertDone(await runCli(aws.init, aws.io));
    setTrigger(aws, earlierTrigger);
    await madeAnew(aws);
    expect(snapshot(aws)).toBe(clean);
  });
});

describe.each(['rich', 'replaced'] as const)('the undo records of %s', (name) => {
  const clean = async (): Promise<string> => snapshot(await scene(name));
  const deleteFunction = ({ sdk, name: FunctionName }: ConfiguredAws) =>
    sdk.lambda.send(new DeleteFunctionCommand({ FunctionName }));

  test('are in a file that was written anew, so the function may be deleted then', async () => {
    const aws = await installed(name);
    await rm(aws.state);
    assertDone(await runCli(aws.init, aws.io));
    await deleteFunction(aws);
    await assertTakenDown(aws, await clean());
  });

  test('are on a function that was made anew, so the file may be deleted then', async () => {
    const aws = await installed(name);
    await deleteFunction(aws);
    aws.clock.advance(60_000);
    assertDone(await runCli(aws.init, aws.io));
    await rm(aws.state);
    await assertTakenDown(aws, await clean());
  });

  test('are lost with both: init says so before it makes the function anew, since teardown cannot tell then', async () => {
    const aws = await installed(name);
    await deleteFunction(aws);
    await rm(aws.state);
    aws.clock.advance(60_000);
    const ended = await runCli(aws.init, aws.io);
    assertDone(ended);
    expect(ended.stderr).toContain('which app clients got password sign-in');
  });

  test('are lost with both: teardown says what is not known any more, and leaves it', async () => {
    const aws = await installed(name);
    await deleteFunction(aws);
    await rm(aws.state);
    const ended = await runCli(aws.teardown, aws.io);
    assertDone(ended);
    expect(ended.stderr).toContain('which app clients got password sign-in');
    expect(snapshot(aws)).toContain('ALLOW_USER_PASSWORD_AUTH');
  });
});

const flags = [
  ['--name', 'move-users', ['--name', 'move-users', '--role-path', '/apps/']],
  ['--role-path', '/apps/', ['--role-path', '/apps/']],
] as const;
const asked = (['teardown', 'init', 'status'] as const).flatMap((command) =>
  flags.map(([flag, value, left]) => [command, flag, value, left] as const),
);

test.each(asked)('%s without the %s it was made with says so, and touches nothing', async (...args) => {
  const [command, flag, value, left] = args;
  const made = await installed('replaced');
  await rm(made.state);
  const before = snapshot(made);
  const leftOut = new Set<string>(left);
  const ended = await runCli(
    made[command].filter((word) => !leftOut.has(word)),
    made.io,
  );
  expect(ended.code).toBe(exitCodes.usage.code);
  expect(ended.stderr).toContain(`${flag} ${value}`);
  expect(made.sandbox.journal.writes()).toEqual([]);
  expect(snapshot(made)).toBe(before);
  expect(await readdir(made.folder)).toEqual([]);
});

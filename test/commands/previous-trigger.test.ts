/** Which function was on the trigger before: whoever may tag our function can write that tag, so a tag alone puts nothing back. */
import { rm } from 'node:fs/promises';
import { TagResourceCommand } from '@aws-sdk/client-lambda';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { isObject } from '../../src/sandbox/input.ts';
import { cognitoKind } from '../../src/sandbox/services/cognito/state.ts';
import { FunctionPool } from '../../src/sandbox/services/lambda/pool.ts';
import { lambdaState } from '../../src/sandbox/services/lambda/state.ts';
import { earlierTrigger } from '../fault-injection/configurations.ts';
import { assertDone } from '../fault-injection/prove.ts';
import {
  account,
  type ConfiguredAws,
  type Moment,
  momentOf,
  openConfiguredAws,
  region,
} from '../fault-injection/scene.ts';
import { given } from '../support/errors.ts';
import { runCli } from '../support/run-cli.ts';

let moment: Moment;
beforeAll(async () => {
  const first = await openConfiguredAws('replaced', 'fake');
  assertDone(await runCli(first.init, first.io));
  moment = await momentOf(first);
  await first.close();
});

const opened = async (): Promise<ConfiguredAws> => {
  const aws = await openConfiguredAws('replaced', 'fake', moment);
  onTestFinished(() => aws.close());
  return aws;
};

/** Somebody's function, there and of this account and Region. */
function makeTheirs({ sandbox: { world } }: ConfiguredAws): void {
  const { functions } = lambdaState(world, account, region);
  const earlier = given([...functions.values()].find(({ arn }) => arn === earlierTrigger));
  functions.set('theirs', { ...earlier, name: 'theirs', arn: theirs, pool: new FunctionPool() });
}

const tag = ({ sdk, name }: ConfiguredAws, arn: string) =>
  sdk.lambda.send(
    new TagResourceCommand({
      Resource: `arn:aws:lambda:${region}:${account}:function:${name}`,
      Tags: { 'cognito-migrate:previous-trigger': arn },
    }),
  );

function triggerOf({ sandbox, newPool }: ConfiguredAws): unknown {
  const pool = given(sandbox.world.state(cognitoKind, account, region).pools.get(newPool));
  return isObject(pool.config.LambdaConfig) ? pool.config.LambdaConfig.UserMigration : undefined;
}

/** Without --accept. */
const teardown = ({ teardown: words }: ConfiguredAws, ...more: string[]): string[] => [
  ...words.filter((word) => word !== '--accept' && word !== 'CM414'),
  ...more,
];

const theirs = `arn:aws:lambda:${region}:${account}:function:theirs`;

test('with the state file, the function that it names goes back, and is shown', async () => {
  const aws = await opened();
  const ended = await runCli(teardown(aws), aws.io);
  assertDone(ended);
  expect(ended.stderr).toContain(`The trigger is restored to the earlier function: ${earlierTrigger}`);
  expect(triggerOf(aws)).toBe(earlierTrigger);
});

test('without the state file, --yes refuses before anything is changed, and --accept puts it back', async () => {
  const aws = await opened();
  await rm(aws.state);
  const before = triggerOf(aws);
  const refused = await runCli(teardown(aws, '--json'), aws.io);
  expect(refused.code).toBe(exitCodes.refused.code);
  expect(JSON.parse(refused.stdout).error).toMatchObject({ code: 'CM414', found: earlierTrigger });
  expect(triggerOf(aws)).toBe(before);
  expect(aws.sandbox.journal.writes()).toEqual([]);
  const dry = await runCli([...teardown(aws).filter((word) => word !== '--yes'), '--dry-run'], aws.io);
  assertDone(dry);
  expect(dry.stderr).toContain(earlierTrigger);
  assertDone(await runCli(teardown(aws, '--accept', 'CM414'), aws.io));
  expect(triggerOf(aws)).toBe(earlierTrigger);
});

test('CM414 that init was given does not let teardown follow a tag', async () => {
  const aws = await opened();
  assertDone(await runCli([...aws.init, '--accept', 'CM414'], aws.io));
  makeTheirs(aws);
  await tag(aws, theirs);
  aws.sandbox.journal.clear();
  const refused = await runCli(teardown(aws, '--json'), aws.io);
  expect(refused.code).toBe(exitCodes.refused.code);
  expect(JSON.parse(refused.stdout).error).toMatchObject({ code: 'CM414', found: theirs });
  expect(aws.sandbox.journal.writes()).toEqual([]);
});

test('a tag that says otherwise than the state file is asked about too', async () => {
  const aws = await opened();
  makeTheirs(aws);
  await tag(aws, theirs);
  aws.sandbox.journal.clear();
  const refused = await runCli(teardown(aws), aws.io);
  expect(refused.code).toBe(exitCodes.refused.code);
  expect(refused.stderr).toContain(theirs);
  expect(aws.sandbox.journal.writes()).toEqual([]);
});

test('init that writes the state file anew from tags makes them no truer', async () => {
  const aws = await opened();
  makeTheirs(aws);
  await tag(aws, theirs);
  aws.sandbox.journal.clear();
  await rm(aws.state);
  assertDone(await runCli(aws.init, aws.io));
  expect((await runCli(teardown(aws), aws.io)).code).toBe(exitCodes.refused.code);
});

test.each([
  `arn:aws:lambda:${region}:444455556666:function:theirs`,
  `arn:aws:lambda:us-east-1:${account}:function:theirs`,
  `arn:aws:states:${region}:${account}:stateMachine:theirs`,
  'theirs',
])('%s is never put back from a tag: the trigger is left empty', async (arn) => {
  const aws = await opened();
  await rm(aws.state);
  await tag(aws, arn);
  const ended = await runCli(teardown(aws, '--accept', 'CM414'), aws.io);
  assertDone(ended);
  expect(ended.stderr).toContain(`${arn}. It is not a function of this account and Region`);
  expect(triggerOf(aws)).toBeUndefined();
});

test('a tag that is changed after the question is not followed', async () => {
  const aws = await opened();
  makeTheirs(aws);
  await rm(aws.state);
  let isChanged = false;
  aws.sandbox.faults.onCall('before', async ({ operation }) => {
    if (isChanged || !/^(Delete|Update|Untag|Remove)/.test(operation)) return;
    isChanged = true;
    await tag(aws, theirs);
  });
  const ended = await runCli(teardown(aws, '--accept', 'CM414'), aws.io);
  assertDone(ended);
  expect(isChanged).toBe(true);
  expect(triggerOf(aws)).not.toBe(theirs);
});

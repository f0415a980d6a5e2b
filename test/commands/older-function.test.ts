import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UpdateFunctionCodeCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { StatusDocument } from '../../src/core/status-document.ts';
import { takeFlowOff } from '../fault-injection/drift.ts';
import { account, type ConfiguredAws, region } from '../fault-injection/scene.ts';
import { zipOf } from '../sandbox/support.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { readZip } from '../upgrade/fixtures.ts';
import { newerZip } from '../upgrade/newer-zip.ts';
import { fieldsOf, installed, unhealthy } from './support.ts';
import { setVariable } from './tampering.ts';

const older = 'is older (version 1.0.0): init updates it';

/** A migration whose function has the code of version 1.0.0, and status of a program with other code. */
async function ground() {
  const aws = await installed();
  await changeFunction(aws, await readZip());
  const handlerZip = pathToFileURL(join(aws.folder, 'newer.zip'));
  await writeFile(handlerZip, (await newerZip()).bytes);
  const status = (...words: readonly string[]): Promise<CliResult> =>
    runCli(words, { ...aws.io, handlerZip });
  return {
    aws,
    text: async () => (await status(...aws.status.filter((word) => word !== '--json'))).stdout,
    plan: async () =>
      (await status('plan', ...aws.status.slice(1).filter((word) => word !== '--json'))).stdout,
    async document() {
      const { code, stdout } = await status(...aws.status);
      expect(code).toBe(exitCodes.unhealthy.code);
      return StatusDocument.parse(JSON.parse(stdout));
    },
  };
}

async function changeFunction({ sdk, name, clock }: ConfiguredAws, ZipFile: Uint8Array): Promise<void> {
  clock.advance(1_000);
  await sdk.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile }));
  clock.advance(1_000);
}

const olderVersions = ({ steps }: StatusDocument): (string | undefined)[] =>
  steps.filter(({ step }) => step === 'lambda-function').map(({ olderVersion }) => olderVersion);

test('the function of an earlier version is older, in text and in JSON, and still exit 5', async () => {
  const { text, plan, document } = await ground();
  const found = await document();
  expect(unhealthy(found)).toEqual({ 'lambda-function': 'drifted' });
  expect(olderVersions(found)).toEqual(['1.0.0']);
  const lines = await text();
  expect(lines).toContain(older);
  expect(lines).not.toContain('differs from what init created');
  expect(lines).not.toContain('repair:');
  const planned = await plan();
  expect(planned).toContain('It is the code of version 1.0.0');
  expect(planned).not.toContain('init did not upload');
});

test('code that no version had is never called older', async () => {
  const { aws, text, document } = await ground();
  await changeFunction(aws, zipOf({ 'index.mjs': 'export const handler = async (event) => event;' }));
  expect(olderVersions(await document())).toEqual([undefined]);
  const lines = await text();
  expect(lines).not.toContain('older');
  expect(lines).toContain('its code is not of this version');
});

test.each([
  ['a variable that is changed', 'OLD_CLIENT_ID', 'somebodyelses'],
  ['a variable that no version sets', 'NODE_OPTIONS', '--require ./theirs.cjs'],
])('nor is older code with %s', async (_, name, value) => {
  const { aws, text, document } = await ground();
  await setVariable(aws, name, value);
  const found = await document();
  expect(olderVersions(found)).toEqual([undefined]);
  expect(fieldsOf(found, 'lambda-function')).toContain('codeSha256');
  expect(await text()).not.toContain('older');
});

test('nor is older code with a layer', async () => {
  const { aws, document } = await ground();
  const Layers = [`arn:aws:lambda:${region}:${account}:layer:watch:3`];
  await aws.sdk.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: aws.name, Layers }));
  aws.clock.advance(1_000);
  const found = await document();
  expect(olderVersions(found)).toEqual([undefined]);
  const [codeDiffers] = found.steps.flatMap(({ differences }) => differences);
  expect(codeDiffers).toMatchObject({ path: 'codeSha256', means: expect.stringContaining('version 1.0.0') });
});

test('what else is amiss is still repaired', async () => {
  const { aws, text } = await ground();
  takeFlowOff(aws);
  const lines = await text();
  expect(lines).toContain(older);
  expect(lines).toContain('has no password sign-in');
  expect(lines).toContain('repair: cognito-migrate init');
});

/** FIPS endpoints: asked for by the person, obligatory in GovCloud, impossible at an endpoint that was given. */

import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Accounts } from '../../src/cli/session/access.ts';
import { needsFips } from '../../src/cli/session/fips.ts';
import { SAFEST_SETTINGS } from '../../src/lambda/settings.ts';
import { decodeSettings, encodeSettings } from '../../src/lambda/settings-codec.ts';
import { fakeClock } from '../support/clock.ts';
import { given } from '../support/errors.ts';
import { startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const side = (region: string) =>
  new Accounts({
    mfaCode: () => Promise.reject(new Error('no MFA here')),
    emit: () => undefined,
    clock: fakeClock(),
    signal: new AbortController().signal,
    userAgent: 'test',
    requestTimeout: 28_000,
  }).open()(region);
const none = { tags: {}, variables: undefined };
const told = (useFips: boolean) => ({
  tags: {},
  variables: { MIGRATION_SETTINGS: encodeSettings({ ...SAFEST_SETTINGS, useFips }) },
});

describe('whether the function must be told of FIPS', () => {
  test('follows the person’s own setting', async () => {
    expect(await needsFips(side('us-east-1'), none)).toBe(false);
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'true');
    expect(await needsFips(side('us-east-1'), none)).toBe(true);
  });

  test('and what it has been told before, by somebody with that setting', async () => {
    expect(await needsFips(side('us-east-1'), told(true))).toBe(true);
    expect(await needsFips(side('us-east-1'), told(false))).toBe(false);
  });

  test('but never in GovCloud, where it knows by itself', async () => {
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'true');
    expect(await needsFips(side('us-gov-west-1'), none)).toBe(false);
  });
});

test('a function that was told of FIPS keeps to it when somebody else runs init', async () => {
  const aws = await startLocalAws();
  const init = aws.init('--all-new-clients', '--yes', '--json');
  await runCli(init);
  const FunctionName = `cognito-migrate-${aws.newPool}`;
  const { lambda } = aws.sdk;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const settings = decodeSettings(given(Environment?.Variables?.MIGRATION_SETTINGS));
  const Variables = {
    ...Environment?.Variables,
    MIGRATION_SETTINGS: encodeSettings({ ...settings, useFips: true }),
    OLD_POOL_ENDPOINTS: given(Environment?.Variables?.OLD_POOL_ENDPOINTS).replace('-idp.', '-idp-fips.'),
  };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  expect(json(await runCli(init))).toMatchObject({ changes: 0 });
});

import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Access } from '../../src/aws/access.ts';
import { type Side, whoAmI } from '../../src/aws/clients.ts';
import { Accounts } from '../../src/cli/session/access.ts';
import { policyOf } from '../sandbox/support.ts';
import { fakeClock } from '../support/clock.ts';
import { accounts, startTwoAccounts } from '../support/two-accounts.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const access = (more: Partial<Access> = {}): Access => ({
  mfaCode: () => Promise.reject(new Error('no MFA here')),
  emit: () => undefined,
  clock: fakeClock(),
  signal: new AbortController().signal,
  userAgent: 'test',
  requestTimeout: 28_000,
  ...more,
});

/** The host that a client would send its calls to. */
async function hostOf(client: Side['idp'] | Side['sts']): Promise<string> {
  const { config } = client;
  const { url } = config.endpointProvider({
    Region: await config.region(),
    UseFIPS: await config.useFipsEndpoint(),
    UseDualStack: await config.useDualstackEndpoint(),
  });
  return url.host;
}

describe('the clients of a Region', () => {
  test.each([
    ['eu-west-1', 'cognito-idp.eu-west-1.amazonaws.com', 'sts.eu-west-1.amazonaws.com'],
    ['me-south-1', 'cognito-idp.me-south-1.amazonaws.com', 'sts.me-south-1.amazonaws.com'],
    // Cognito has nothing but FIPS endpoints in GovCloud (AWS GovCloud User Guide, "Amazon Cognito").
    ['us-gov-west-1', 'cognito-idp-fips.us-gov-west-1.amazonaws.com', 'sts.us-gov-west-1.amazonaws.com'],
    ['us-gov-east-1', 'cognito-idp-fips.us-gov-east-1.amazonaws.com', 'sts.us-gov-east-1.amazonaws.com'],
  ])('%s: the Region’s own endpoints, FIPS where there are no others', async (region, idp, sts) => {
    const side = new Accounts(access()).open()(region);
    expect(await hostOf(side.idp)).toBe(idp);
    expect(await hostOf(side.idpOnce)).toBe(idp);
    expect(await hostOf(side.sts)).toBe(sts);
  });

  test.each(['us-gov-west-1', 'us-east-1'])(
    'an endpoint that is given is never combined with FIPS or dual stack, whatever the environment says: %s',
    async (region) => {
      vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'true');
      vi.stubEnv('AWS_USE_DUALSTACK_ENDPOINT', 'true');
      const side = new Accounts(access({ endpoint: 'http://127.0.0.1:1' })).open()(region);
      for (const client of [side.idp, side.idpOnce, side.iam, side.lambda, side.logs, side.sts]) {
        expect(await client.config.useFipsEndpoint()).toBe(false);
        expect(await client.config.useDualstackEndpoint()).toBe(false);
      }
    },
  );

  test('the person’s own setting of FIPS is for every service', async () => {
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'true');
    const side = new Accounts(access()).open()('us-east-1');
    expect(await hostOf(side.idp)).toBe('cognito-idp-fips.us-east-1.amazonaws.com');
    expect(await hostOf(side.idpOnce)).toBe('cognito-idp-fips.us-east-1.amazonaws.com');
    expect(await hostOf(side.sts)).toBe('sts-fips.us-east-1.amazonaws.com');
  });
});

describe('the accounts of one run', () => {
  test('an MFA code is asked for once, whatever is entered with it', async () => {
    const ground = await startTwoAccounts();
    const trust = (account: string) =>
      policyOf({
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'sts:AssumeRole',
      });
    const RoleName = 'operator';
    const all = policyOf({ Effect: 'Allow', Action: '*', Resource: '*' });
    for (const { iam } of [ground.old, ground.new]) {
      const AssumeRolePolicyDocument = trust(accounts.new);
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument: all }));
    }
    const mfaCode = vi.fn(async () => '123456');
    const opened = new Accounts(access({ profile: 'with-code', endpoint: ground.sandbox.url, mfaCode }));
    const roleToAssume = `arn:aws:iam::${accounts.old}:role/operator`;
    const callers = await Promise.all([
      whoAmI(opened.open()('us-east-2')),
      whoAmI(opened.open({ roleToAssume })('eu-west-1')),
      whoAmI(opened.open({ roleToAssume })('eu-central-1')),
      whoAmI(opened.open({ profile: 'old' })('eu-west-1')),
    ]);
    expect(callers.map(({ account }) => account)).toEqual([
      accounts.new,
      accounts.old,
      accounts.old,
      accounts.old,
    ]);
    expect(mfaCode).toHaveBeenCalledTimes(1);
    const assumed = ground.sandbox.journal.calls.filter(({ operation }) => operation === 'AssumeRole');
    expect(assumed).toHaveLength(2); // the profile's own role, and the one in the old account
    vi.unstubAllEnvs();
    await opened.open()('us-east-2').sts.send(new GetCallerIdentityCommand({}));
    expect(mfaCode).toHaveBeenCalledTimes(1);
  });
});

/** Where a self-test can run: as a company wants its roles, in two Regions of one account, in another account behind a role. */
import { CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { onTestFinished } from 'vitest';
import { awsDelays, type Sandbox } from '../../src/sandbox/index.ts';
import { adminOf, operatorRole } from '../policy/operator.ts';
import { given } from '../support/errors.ts';
import { fakeIo } from '../support/run-cli.ts';
import { here, home, oldHome, openSelfTestAws, type SelfTestAws, twoProfiles } from './support.ts';

export const placeNames = [
  'with a path and a boundary for roles',
  'in two Regions, at the pace of AWS',
  'with a role to assume',
] as const;
export type PlaceName = (typeof placeNames)[number];

interface OpenedPlace {
  readonly aws: SelfTestAws;
  /** Flags that lead there. */
  readonly words: readonly string[];
  /** `account region` of both pools. */
  readonly places: readonly string[];
  /** How every role must be made. */
  readonly roleSettings: Readonly<Record<string, string>>;
}

const everything = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/** The widest boundary. */
async function makePolicy({ url }: Sandbox, account: string): Promise<string> {
  const iam = new IAMClient({ endpoint: url, region: home.region, credentials: adminOf(account) });
  onTestFinished(() => iam.destroy());
  const PolicyDocument = JSON.stringify(everything);
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'boundary', PolicyDocument }));
  return given(Policy?.Arn, 'policy ARN');
}

const text = (account: string, region: string): string => `${account} ${region}`;

/** Opens one; AWS_CONFIG_FILE may be stubbed until vi.unstubAllEnvs. */
export async function openPlace(where: PlaceName): Promise<OpenedPlace> {
  const { account, region } = home;
  if (where === 'with a path and a boundary for roles') {
    const aws = await openSelfTestAws();
    const boundary = await makePolicy(aws.sandbox, account);
    const words = [...here, '--role-path', '/teams/identity/', '--permissions-boundary', boundary];
    return {
      aws,
      words,
      places: [text(account, region)],
      roleSettings: { Path: '/teams/identity/', PermissionsBoundary: boundary },
    };
  }
  if (where === 'with a role to assume') {
    const aws = await openSelfTestAws();
    const role = await operatorRole(aws.sandbox, oldHome.account, [account]);
    await role.allow(everything);
    const [flag = '', profile = ''] = await twoProfiles();
    const words = [flag, profile, '--old-role-to-assume', role.arn, '--old-region', oldHome.region];
    return {
      aws,
      words,
      places: [text(account, region), text(oldHome.account, oldHome.region)],
      roleSettings: {},
    };
  }
  const words = [...here, '--old-region', oldHome.region];
  const places = [text(account, region), text(account, oldHome.region)];
  return { aws: await openSelfTestAws(fakeIo(), awsDelays), words, places, roleSettings: {} };
}

/** Rights and doors beside the function: what others changed there, and what it means for passwords. */

import { UpdateUserPoolClientCommand } from '@aws-sdk/client-cognito-identity-provider';
import {
  AttachRolePolicyCommand,
  CreatePolicyVersionCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { RemovePermissionCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import type { StepId } from '../../src/steps/ids.ts';
import { assertDone } from '../fault-injection/prove.ts';
import { account, type ConfiguredAws } from '../fault-injection/scene.ts';
import { given } from '../support/errors.ts';
import { runCli } from '../support/run-cli.ts';
import { installed, status, unhealthy } from './support.ts';
import { admin, anything, permit } from './tampering.ts';

describe("the role in the old pool's account", () => {
  test('further policies are drift, init refuses, and --accept continues', async () => {
    const aws = await installed('accounts');
    const { iam } = aws.oldSdk;
    const RoleName = aws.name;
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'extra', PolicyDocument: anything }));
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: admin }));
    aws.sandbox.journal.clear();
    const { code, document } = await status(aws);
    expect(code).toBe(exitCodes.unhealthy.code);
    expect(unhealthy(document)).toEqual({ 'old-account-role': 'drifted' });
    const means = expect.stringContaining("do more in the old pool's account than check passwords");
    expect(document.steps.flatMap(({ additions = [] }) => additions)).toEqual([
      expect.objectContaining({ path: 'attachedPolicies', found: admin, means }),
      expect.objectContaining({ path: 'inlinePolicies', found: 'extra', means }),
    ]);
    expect((await runCli(aws.init, aws.io)).code).toBe(exitCodes.refused.code);
    assertDone(await runCli([...aws.init, '--accept', 'CM411'], aws.io));
    expect(aws.sandbox.journal.writes()).toEqual([]);
  });

  test.each(['access-denied', 'internal-error'] as const)(
    'lists that fail with %s are notes',
    async (kind) => {
      const aws = await installed('accounts');
      for (const operation of ['ListRolePolicies', 'ListAttachedRolePolicies'])
        aws.sandbox.faults.inject({
          kind,
          service: 'iam',
          operation,
          times: 99,
          predicate: (call) => operation === 'ListRolePolicies' || call.account !== account,
        });
      const { code, document } = await status(aws);
      expect(code).toBe(exitCodes.ok.code);
      expect(document.notes?.map(({ message }) => message.split(':')[0]).sort()).toEqual([
        `Cannot check whether the role ${aws.name} has attached policies`,
        `Cannot check whether the role ${aws.name} has inline policies`,
        `Cannot check whether the role ${aws.name} has inline policies`,
      ]);
    },
  );
});

interface Change {
  readonly what: string;
  readonly step: StepId;
  readonly means: RegExp;
  tamper(aws: ConfiguredAws): Promise<unknown>;
}

const changes: readonly Change[] = [
  {
    what: "the trust policy of the function's role",
    step: 'lambda-role',
    means: /^Others than Lambda can use the permissions of the function/,
    tamper: ({ sdk, name }) =>
      sdk.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: open })),
  },
  {
    what: "the function's policy",
    step: 'lambda-policy',
    means: /^The function has other permissions than to check passwords/,
    tamper: ({ sdk, name }) =>
      sdk.iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn: `arn:aws:iam::${account}:policy/${name}`,
          PolicyDocument: anything,
          SetAsDefault: true,
        }),
      ),
  },
  {
    what: 'the app client in the old pool',
    step: 'old-client',
    means: /^Anyone may be able to try passwords of the old pool/,
    async tamper({ sdk, oldPool, ...aws }) {
      const { document } = await status({ sdk, oldPool, ...aws });
      await sdk.idp.send(
        new UpdateUserPoolClientCommand({
          UserPoolId: oldPool,
          ClientId: String(given(document.variables.OLD_CLIENT_ID)),
          ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_USER_PASSWORD_AUTH'],
        }),
      );
    },
  },
  {
    what: 'the permission, which anyone may use under its own ID',
    step: 'invoke-permission',
    means: /^Callers other than this pool can send it sign-ins/,
    async tamper(aws) {
      await aws.sdk.lambda.send(
        new RemovePermissionCommand({ FunctionName: aws.name, StatementId: 'cognito-migrate' }),
      );
      await permit(aws, 'cognito-migrate', {});
    },
  },
];

const open = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
});

test.each(changes)(
  '$what: status says what it means, and init repairs it',
  async ({ step, means, tamper }) => {
    const aws = await installed();
    await tamper(aws);
    const { document } = await status(aws);
    const found = document.steps.find((one) => one.step === step)?.differences ?? [];
    expect(found.map((one) => one.means)).toContainEqual(expect.stringMatching(means));
    assertDone(await runCli(aws.init, aws.io));
    expect((await status(aws)).code).toBe(exitCodes.ok.code);
  },
);

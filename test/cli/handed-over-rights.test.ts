/** `init` after a handoff: choices that need new rights in the old pool change nothing until these are given. */
import { join } from 'node:path';
import {
  AdminCreateUserCommand,
  CreateGroupCommand,
  ListUserPoolClientsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { GetRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parsePolicy } from '../../src/aws/policy-document.ts';
import { exitCodes } from '../../src/core/errors.ts';
import { plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import { given } from '../support/errors.ts';
import { json, runCli } from '../support/run-cli.ts';
import { profiles, startTwoAccounts } from '../support/two-accounts.ts';

vi.setConfig({ testTimeout: 60_000 });

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A live migration whose old half was handed over before groups and closed users were chosen. */
async function handedOver(...rules: readonly string[]) {
  const ground = await startTwoAccounts();
  const { sandbox, old, pools, where } = ground;
  plantPoolFields(sandbox.world, ground.new.pool, {
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
  });
  await old.idp.send(new CreateGroupCommand({ UserPoolId: old.pool, GroupName: 'admins' }));
  const dora = { UserPoolId: old.pool, Username: 'dora@example.com' };
  await old.idp.send(new AdminCreateUserCommand({ ...dora, MessageAction: 'SUPPRESS' }));
  const client = ['--new-client-id', ground.new.client];
  const made = await runCli(['init', ...profiles, ...pools, ...where, ...client, ...rules, '--yes']);
  expect(made.code, made.stderr).toBe(0);
  const { Role } = await old.iam.send(new GetRoleCommand({ RoleName: ground.name }));
  const trust = parsePolicy(Role?.AssumeRolePolicyDocument);
  const listed = await old.idp.send(new ListUserPoolClientsCommand({ UserPoolId: old.pool }));
  const half = [
    ...['--old-role-arn', given(Role?.Arn)],
    ...['--old-external-id', String(Object(trust).Statement[0].Condition.StringEquals['sts:ExternalId'])],
    ...['--old-client-id', given(listed.UserPoolClients?.[0]?.ClientId), '--old-sign-in', 'email'],
  ];
  const here = ['--state', join(ground.folder, 'handed-over.json'), '--endpoint-url', sandbox.url];
  const init = (...more: readonly string[]) =>
    runCli(['init', '--profile', 'new', ...pools, ...here, ...half, ...client, ...more, '--yes', '--json']);
  const update = (...more: readonly string[]) => {
    const words = ['--update', '--profile', 'new', ...pools, ...here, '--out', join(ground.folder, 'update')];
    return runCli(['handoff', ...words, '--force', ...more]);
  };
  /** The administrator of the old account gives the role what the update asks for. */
  const apply = async (actions: readonly string[]) => {
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
    });
    await old.iam.send(
      new PutRolePolicyCommand({ RoleName: ground.name, PolicyName: 'more', PolicyDocument }),
    );
  };
  sandbox.journal.clear();
  return { ground, init, update, apply };
}

const proof = ['--add-old-sub'];

describe.each([
  ['groups', ['--groups', 'admins'], '--groups'],
  ['old users who are disabled', ['--move-once', 'disable'], '--move-once disable'],
  ['old users who are marked', ['--move-once', 'mark'], '--move-once mark'],
])('%s', (_, chosen, named) => {
  test('init changes nothing until the printed command says that the rights are there', async () => {
    const { ground, init, update, apply } = await handedOver();
    const refused = await init(...proof, ...chosen);
    expect(refused.code, refused.stderr).toBe(exitCodes.refused.code);
    expect(json(refused)).toMatchObject({
      error: { code: 'CM611', message: expect.stringContaining(`rights for ${named}`) },
    });
    expect(JSON.stringify(json(refused))).toContain('cognito-migrate handoff --update');
    expect(ground.sandbox.journal.writes()).toEqual([]);
    const updated = json(await update(...chosen, '--json'));
    expect(updated.init).toMatch(/--accept CM611$/);
    if (!Array.isArray(updated.added)) throw new Error('no rights');
    await apply(updated.added.map(String));
    const done = await init(...proof, ...chosen, '--accept', 'CM611');
    expect(done.code, done.stderr).toBe(0);
    // From then on, the function has these choices, and nothing is new.
    expect((await init(...proof, ...chosen)).code).toBe(0);
    expect(json(await update(...chosen, '--json')).init).not.toContain('--accept');
  });
});

/** handoff on the ground of two accounts, and what is made of it there. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DescribeUserPoolClientCommand,
  ListUserPoolClientsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { GetRoleCommand, GetRolePolicyCommand } from '@aws-sdk/client-iam';
import { parsePolicy } from '../../src/aws/policy-document.ts';
import { given } from '../support/errors.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import type { TwoAccounts } from '../support/two-accounts.ts';

export const handoff = (ground: TwoAccounts, ...more: string[]): Promise<CliResult> =>
  runCli([
    'handoff',
    ...['--profile', 'new', ...ground.pools, ...ground.where, '--out', join(ground.folder, 'handoff')],
    ...more,
  ]);

export const textOf = (ground: TwoAccounts, ...name: string[]): Promise<string> =>
  readFile(join(ground.folder, 'handoff', ...name), 'utf8');

/** The role and the app client that the steps make, as they are in AWS. */
export async function halfOf({ old, name }: TwoAccounts) {
  const { Role } = await old.iam.send(new GetRoleCommand({ RoleName: name }));
  const { PolicyDocument } = await old.iam.send(
    new GetRolePolicyCommand({ RoleName: name, PolicyName: 'cognito-migrate' }),
  );
  const clients = await old.idp.send(new ListUserPoolClientsCommand({ UserPoolId: old.pool }));
  const [client] = clients.UserPoolClients ?? [];
  const { UserPoolClient } = await old.idp.send(
    new DescribeUserPoolClientCommand({ UserPoolId: old.pool, ClientId: given(client?.ClientId) }),
  );
  const {
    ClientId,
    CreationDate: _created,
    LastModifiedDate: _modified,
    ...settings
  } = given(UserPoolClient);
  return {
    arn: given(Role?.Arn),
    description: given(Role?.Description),
    trust: parsePolicy(Role?.AssumeRolePolicyDocument),
    boundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn,
    tags: Role?.Tags ?? [],
    policy: parsePolicy(PolicyDocument),
    clientId: given(ClientId),
    settings,
    clients: clients.UserPoolClients?.length,
  };
}

/** The external ID in a trust policy. */
export const externalIdIn = (trust: object): string =>
  String(Object(trust).Statement[0].Condition.StringEquals['sts:ExternalId']);

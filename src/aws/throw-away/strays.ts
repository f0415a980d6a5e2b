/** What self-tests have left whose pools are gone, found by the names that only they give. */
import { paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { paginateListPolicies, paginateListRoles } from '@aws-sdk/client-iam';
import { paginateListFunctions } from '@aws-sdk/client-lambda';
import type { Side } from '../clients.ts';
import { logGroupOf, type MigrationName, readMigrationName, selfTestPrefix } from './names.ts';

/** Of which runs and labels there is a function, role, policy or log group. Whose they are their tags must tell. */
export async function strayNames(side: Side): Promise<MigrationName[]> {
  const all = await Promise.all([functions(side), roles(side), policies(side), logGroups(side)]);
  return all.flat().flatMap((name) => readMigrationName(name) ?? []);
}

async function functions({ lambda }: Side): Promise<string[]> {
  const names: string[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {}))
    names.push(...Functions.flatMap(({ FunctionName }) => FunctionName ?? []));
  return names;
}

/** The most that IAM gives at once: it cannot look for a name. */
const pageSize = 1_000;

async function roles({ iam }: Side): Promise<string[]> {
  const names: string[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client: iam, pageSize }, {}))
    names.push(...Roles.flatMap(({ RoleName }) => RoleName ?? []));
  return names;
}

async function policies({ iam }: Side): Promise<string[]> {
  const names: string[] = [];
  for await (const { Policies = [] } of paginateListPolicies({ client: iam, pageSize }, { Scope: 'Local' }))
    names.push(...Policies.flatMap(({ PolicyName }) => PolicyName ?? []));
  return names;
}

/** Lambda makes one again for a function that still writes after its group was deleted. */
async function logGroups({ logs }: Side): Promise<string[]> {
  const prefix = logGroupOf('');
  const names: string[] = [];
  const logGroupNamePrefix = `${prefix}${selfTestPrefix}`;
  for await (const { logGroups: found = [] } of paginateDescribeLogGroups(
    { client: logs },
    { logGroupNamePrefix },
  ))
    names.push(...found.flatMap(({ logGroupName }) => logGroupName?.slice(prefix.length) ?? []));
  return names;
}

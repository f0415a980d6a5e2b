/** Deletes what a self-test made, pools last: while a pool is there, everything else is found again from its name. */
import { DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  type CognitoIdentityProviderClient,
  DeleteUserPoolCommand,
  DeleteUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  type IAMClient,
  ListPolicyVersionsCommand,
  paginateListAttachedRolePolicies,
} from '@aws-sdk/client-iam';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import type { Side } from '../clients.ts';
import type { Clock } from '../clock.ts';
import { isNamed, unlessMissing } from '../errors.ts';
import { noSuchEntity } from '../iam.ts';
import { withKey } from '../raw-json/index.ts';
import { patiently } from '../retry.ts';
import { poolRequest, readPool, sendPoolUpdate } from '../user-pool/index.ts';
import { isPassing } from './judgement.ts';
import type { Leftover, LeftoverKind, Place } from './leftovers.ts';

/** What could not be deleted, and why. */
export interface Undeleted {
  readonly leftover: Leftover;
  readonly error: unknown;
}

/** The function first, since it uses the role and writes the log. */
const order: readonly LeftoverKind[] = ['function', 'role', 'policy', 'log group', 'user pool'];

/** Deletes all of it, whatever of it fails. A pool stays while something of its label is still there. */
export async function removeLeftovers(
  { side }: Place,
  own: readonly Leftover[],
  clock: Clock,
): Promise<Undeleted[]> {
  const failed: Undeleted[] = [];
  for (const kind of order) {
    const concerned = own.filter((one) => one.kind === kind);
    const stuck = new Set(failed.map(({ leftover }) => labelOf(leftover)));
    await Promise.all(
      concerned
        .filter((one) => kind !== 'user pool' || !stuck.has(labelOf(one)))
        .map((leftover) =>
          removePatiently(side, leftover, clock).catch((error: unknown) => {
            failed.push({ leftover, error });
          }),
        ),
    );
  }
  return failed;
}

const labelOf = ({ run, label }: Leftover): string => `${run}-${label}`;

/** What AWS says while something that was just changed or let go is still being so. */
const passing = [
  'ResourceConflictException',
  'OperationAbortedException',
  'DeleteConflict',
  'DeleteConflictException',
];

/** A domain goes on holding its pool for some seconds after it was deleted. */
const isHeld = (error: unknown): boolean =>
  isNamed(error, 'InvalidParameterException') && /domain/i.test(String(error));

function removePatiently(side: Side, leftover: Leftover, clock: Clock): Promise<void> {
  return patiently(
    () => removers[leftover.kind](side, leftover),
    (error) => isNamed(error, ...passing) || isPassing(error) || isHeld(error),
    // Ctrl-C has no say in this: a second one ends the process anyway.
    { within: 60_000, first: 500, longest: 5_000, clock, signal: new AbortController().signal, waiting },
  );
}

const waiting = (): void => undefined;

const removers: Readonly<Record<LeftoverKind, (side: Side, leftover: Leftover) => Promise<void>>> = {
  async function({ lambda }, { id }) {
    await unlessMissing(
      lambda.send(new DeleteFunctionCommand({ FunctionName: id })),
      'ResourceNotFoundException',
    );
  },
  role: ({ iam }, { id }) => removeRole(iam, id),
  policy: ({ iam }, { id }) => removePolicy(iam, id),
  async 'log group'({ logs }, { id }) {
    await unlessMissing(
      logs.send(new DeleteLogGroupCommand({ logGroupName: id })),
      'ResourceNotFoundException',
    );
  },
  'user pool': ({ idp }, { id }) => removePool(idp, id),
};

/** A pool with deletion protection or a domain cannot be deleted (API reference, DeleteUserPool). */
async function removePool(idp: CognitoIdentityProviderClient, UserPoolId: string): Promise<void> {
  const gone = <T>(call: Promise<T>) => unlessMissing(call, 'ResourceNotFoundException');
  const found = await gone(readPool(idp, UserPoolId));
  if (found === undefined) return;
  const { DeletionProtection, Domain, CustomDomain } = found.pool;
  // With everything else as it is: by name and tags it is found again, should this be the last thing that happens; and
  // settings that are left out can contradict those that AWS keeps.
  // Without its triggers: their function is gone.
  const open = withKey(poolRequest(found.raw), 'LambdaConfig', undefined);
  if (DeletionProtection === 'ACTIVE')
    await gone(sendPoolUpdate(idp, withKey(open, 'DeletionProtection', 'INACTIVE')));
  for (const domain of [Domain, CustomDomain]) {
    if (domain !== undefined)
      await gone(idp.send(new DeleteUserPoolDomainCommand({ UserPoolId, Domain: domain })));
  }
  await gone(idp.send(new DeleteUserPoolCommand({ UserPoolId })));
}

/** "you must delete or detach everything first" (IAM API reference, DeleteRole). */
async function removeRole(iam: IAMClient, RoleName: string): Promise<void> {
  const gone = <T>(call: Promise<T>) => unlessMissing(call, ...noSuchEntity);
  const attached: string[] = [];
  await gone(
    (async () => {
      for await (const page of paginateListAttachedRolePolicies({ client: iam }, { RoleName })) {
        attached.push(...(page.AttachedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []));
      }
    })(),
  );
  for (const PolicyArn of attached)
    await gone(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })));
  // The role in the old pool's account has one inline policy, the other none.
  if (attached.length === 0)
    await gone(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'cognito-migrate' })));
  await gone(iam.send(new DeleteRoleCommand({ RoleName })));
}

async function removePolicy(iam: IAMClient, PolicyArn: string): Promise<void> {
  const found = await unlessMissing(iam.send(new ListPolicyVersionsCommand({ PolicyArn })), ...noSuchEntity);
  for (const { VersionId, IsDefaultVersion } of found?.Versions ?? []) {
    if (IsDefaultVersion) continue;
    await unlessMissing(iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId })), ...noSuchEntity);
  }
  await unlessMissing(iam.send(new DeletePolicyCommand({ PolicyArn })), ...noSuchEntity);
}

/** IAM's state for one account. */
import { type Call, ServiceError } from '../../operation.ts';
import type { Propagating } from '../../propagating.ts';
import type { World } from '../../world.ts';
import { awsManagedPolicy, type ManagedPolicy } from './aws-managed.ts';

export interface Role {
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly arn: string;
  readonly createdAt: number;
  trust: Propagating<Trust>;
  description: string | undefined;
  maxSessionDuration: number;
  boundary: string | undefined;
  tags: ReadonlyMap<string, string>;
  /** Inline policies by name. A policy without a value in effect was put but has not propagated yet. */
  readonly inline: Map<string, Propagating<string>>;
  /** ARN of each attached policy, and the time when it takes effect. */
  readonly attached: Map<string, number>;
}

/** A trust policy, and the unique IDs that its role principals had when it was saved. */
export interface Trust {
  readonly document: string;
  readonly principalIds: ReadonlyMap<string, string>;
}

export interface IamState {
  /** By lowercase name: "they are not distinguished by case". */
  readonly roles: Map<string, Role>;
  /** By ARN. */
  readonly policies: Map<string, ManagedPolicy>;
}

const iamKind = {
  name: 'iam',
  create: (): IamState => ({ roles: new Map(), policies: new Map() }),
};

/** IAM of an account. IAM is global, so all Regions share one state. */
export function iamState(world: World, account: string): IamState {
  return world.state(iamKind, account, '');
}

/**
 * Finds a role by name, ignoring case.
 * AWS doesn't document that lookups ignore case as uniqueness does. The assumption follows from "they are not
 * distinguished by case" (IAM User Guide, "IAM and AWS STS quotas").
 */
export function findRole(world: World, account: string, name: string): Role | undefined {
  return iamState(world, account).roles.get(name.toLowerCase());
}

/** The role that an ARN names, including its path. */
export function roleByArn(world: World, arn: string): Role | undefined {
  const match = /^arn:[\w-]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn);
  if (!match?.[1] || !match[2]) return undefined;
  const role = findRole(world, match[1], match[2]);
  return role?.arn === arn ? role : undefined;
}

/** The role that a call's RoleName names. Throws NoSuchEntity if it doesn't exist. */
export function requireRole(call: Call, name: string): Role {
  const role = findRole(call.world, call.account, name);
  if (!role) throw new ServiceError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
  return role;
}

/** A managed policy by ARN: the account's own, or an AWS managed policy. */
export function findPolicy(world: World, account: string, arn: string): ManagedPolicy | undefined {
  return iamState(world, account).policies.get(arn) ?? awsManagedPolicy(arn);
}

/** The managed policy with this ARN. Throws NoSuchEntity if it doesn't exist. */
export function requirePolicy(call: Call, arn: string): ManagedPolicy {
  const policy = findPolicy(call.world, call.account, arn);
  if (!policy)
    throw new ServiceError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, 404);
  return policy;
}

/**
 * The document of a policy version.
 * `findPolicy` finds both AWS managed policies and the account's own.
 */
export function defaultDocument(policy: ManagedPolicy, versionId: string | undefined): string | undefined {
  return policy.versions.find((version) => version.id === versionId)?.document;
}

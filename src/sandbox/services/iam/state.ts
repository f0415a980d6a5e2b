/** What IAM keeps for one account. */
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
  /** Inline policies; one that is undefined in effect has been put but not propagated yet. */
  readonly inline: Map<string, Propagating<string>>;
  /** ARN of an attached policy, and when it takes effect. */
  readonly attached: Map<string, number>;
}

/** A trust policy, and the unique IDs that its role principals had when it was saved. */
export interface Trust {
  readonly document: string;
  readonly principalIds: ReadonlyMap<string, string>;
}

export interface IamState {
  /** By lower-case name: "they are not distinguished by case". */
  readonly roles: Map<string, Role>;
  /** By ARN. */
  readonly policies: Map<string, ManagedPolicy>;
}

const iamKind = {
  name: 'iam',
  create: (): IamState => ({ roles: new Map(), policies: new Map() }),
};

/** IAM of an account; IAM is global, so there is one for all Regions. */
export function iamState(world: World, account: string): IamState {
  return world.state(iamKind, account, '');
}

/**
 * A role by name. That lookups ignore case like uniqueness does is not documented; it is taken from
 * "they are not distinguished by case" (IAM User Guide, "IAM and AWS STS quotas").
 */
export function findRole(world: World, account: string, name: string): Role | undefined {
  return iamState(world, account).roles.get(name.toLowerCase());
}

/** The role that an ARN names, path included. */
export function roleByArn(world: World, arn: string): Role | undefined {
  const match = /^arn:[\w-]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn);
  if (!match?.[1] || !match[2]) return undefined;
  const role = findRole(world, match[1], match[2]);
  return role?.arn === arn ? role : undefined;
}

/** The role of a call's RoleName, or NoSuchEntity. */
export function requireRole(call: Call, name: string): Role {
  const role = findRole(call.world, call.account, name);
  if (!role) throw new ServiceError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
  return role;
}

/** A managed policy by ARN: the account's own, or one of AWS's. */
export function findPolicy(world: World, account: string, arn: string): ManagedPolicy | undefined {
  return iamState(world, account).policies.get(arn) ?? awsManagedPolicy(arn);
}

/** The managed policy of an ARN, or NoSuchEntity. */
export function requirePolicy(call: Call, arn: string): ManagedPolicy {
  const policy = findPolicy(call.world, call.account, arn);
  if (!policy)
    throw new ServiceError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, 404);
  return policy;
}

/** All AWS-managed and own policies are found through `findPolicy`; this is the document in effect. */
export function defaultDocument(policy: ManagedPolicy, versionId: string | undefined): string | undefined {
  return policy.versions.find((version) => version.id === versionId)?.document;
}

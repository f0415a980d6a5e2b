/**
 * Regions that an account has not enabled. All Regions are enabled until a test disables one.
 * AWS Account Management, "Enable or disable AWS Regions in your account"; IAM User Guide, "Managing AWS STS
 * in an AWS Region".
 */
import { ServiceError } from './operation.ts';
import type { StateKind, World } from './world.ts';

const kind: StateKind<Set<string>> = { name: 'disabled-regions', create: () => new Set() };

/** Opt-in Regions that this account has not enabled. Change the set in place. */
export function disabledRegions(world: World, account: string): Set<string> {
  return world.state(kind, account, '');
}

/**
 * Throws if the account has not activated STS in the Region.
 * "It is not the account of the caller, but the account from which temporary credentials are requested that
 * must activate the region."
 */
export function assertIssues(world: World, account: string, region: string): void {
  if (!disabledRegions(world, account).has(region)) return;
  throw new ServiceError(
    'RegionDisabledException',
    `STS is not activated in this region for account:${account}. Your account administrator can activate STS in this region using the IAM Console.`,
    403,
  );
}

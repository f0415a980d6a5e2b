import type { ExplicitAuthFlowsType } from '@aws-sdk/client-cognito-identity-provider';
import type { ClientSnapshot } from './read.ts';

type Client = ClientSnapshot['client'];

/**
 * The family of names that a client's flows use.
 * Older names (without ALLOW_) cannot be combined with newer ones (AWS API reference, UpdateUserPoolClient,
 * ExplicitAuthFlows).
 */
export type FlowFamily = 'allow' | 'legacy' | 'empty';

/** The password flow's name in each family. An empty list is written out in the newer names. */
export const familyNames = {
  allow: 'ALLOW_USER_PASSWORD_AUTH',
  empty: 'ALLOW_USER_PASSWORD_AUTH',
  legacy: 'USER_PASSWORD_AUTH',
} as const satisfies Record<FlowFamily, ExplicitAuthFlowsType>;

export interface PasswordFlow {
  /**
   * Whether users can sign in with InitiateAuth and USER_PASSWORD_AUTH.
   * That invokes the migration trigger.
   */
  readonly enabled: boolean;
  readonly family: FlowFamily;
  /** The flows as AWS returns them. */
  readonly flows: readonly string[];
  /** The same flows, or AWS's defaults if the list is empty. */
  readonly effective: readonly string[];
}

/**
 * AWS's flows for an empty list.
 * "If you don't specify a value for ExplicitAuthFlows, your app client supports ALLOW_REFRESH_TOKEN_AUTH,
 * ALLOW_USER_SRP_AUTH, and ALLOW_CUSTOM_AUTH" (AWS API reference, UpdateUserPoolClient).
 */
const defaultFlows = [
  'ALLOW_REFRESH_TOKEN_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_CUSTOM_AUTH',
] as const satisfies readonly ExplicitAuthFlowsType[];

/** How a client signs users in, and whether the password flow is on. */
export function passwordFlow(client: Client): PasswordFlow {
  const flows = client.ExplicitAuthFlows ?? [];
  const effective = flows.length === 0 ? defaultsFor(client) : flows;
  return { enabled: hasPassword(flows), family: familyOf(flows), flows, effective };
}

/** The flows of a client with the password flow on. Never adds, drops, or renames any other flow. */
export function flowsWithPassword(client: Client): readonly string[] {
  const { enabled, family, flows, effective } = passwordFlow(client);
  if (enabled) return flows;
  // An empty list means three flows. They are written out, because a list with only the password flow would
  // turn them off.
  return [...effective, familyNames[family]];
}

const defaultsFor = (client: Pick<Client, 'RefreshTokenRotation'>): readonly string[] =>
  defaultsWith(client.RefreshTokenRotation?.Feature);

/**
 * The flows that an empty list means.
 * Refresh token rotation and the refresh flow exclude each other (AWS Developer Guide, refresh tokens;
 * aws-amplify/amplify-android#3113). So an empty list doesn't include the refresh flow for a client with
 * rotation.
 * @param rotation RefreshTokenRotation.Feature
 */
export const defaultsWith = (rotation: string | undefined): readonly string[] =>
  rotation === 'ENABLED' ? defaultFlows.filter((flow) => flow !== 'ALLOW_REFRESH_TOKEN_AUTH') : defaultFlows;

function hasPassword(flows: readonly string[]): boolean {
  return flows.includes(familyNames.allow) || flows.includes(familyNames.legacy);
}

function familyOf(flows: readonly string[]): FlowFamily {
  if (flows.length === 0) return 'empty';
  // Names that AWS may add later count as new. Only three old ones exist, and no more will follow.
  const old: readonly string[] = ['ADMIN_NO_SRP_AUTH', 'CUSTOM_AUTH_FLOW_ONLY', familyNames.legacy];
  return flows.every((flow) => old.includes(flow)) ? 'legacy' : 'allow';
}

/**
 * The reason why the password flow makes no sense on a client. Undefined if there is none.
 * 'client-credentials': machines only, no user signs in with it. AWS allows that grant only alone (API
 * reference).
 * 'dynamically-registered': created at run time by an application through the pool's registration endpoint,
 * not by the pool's owner.
 */
export function unsuitable(client: Client): 'client-credentials' | 'dynamically-registered' | undefined {
  if (client.ClientType === 'DCR') return 'dynamically-registered';
  const grants = client.AllowedOAuthFlows ?? [];
  const machinesOnly = client.AllowedOAuthFlowsUserPoolClient === true && grants.length > 0;
  return machinesOnly && grants.every((grant) => grant === 'client_credentials')
    ? 'client-credentials'
    : undefined;
}

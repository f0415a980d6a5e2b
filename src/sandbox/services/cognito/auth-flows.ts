/** Decides which authentication flows a client may use. */

import { legacyFlows } from './client-fields.ts';
import { invalidParameter } from './errors.ts';
import { texts } from './pool-config.ts';
import type { Client } from './state.ts';

export type Flow = 'password' | 'admin-password' | 'srp' | 'refresh' | 'choice' | 'custom';

const modern: Readonly<Record<string, Flow>> = {
  ALLOW_USER_PASSWORD_AUTH: 'password',
  ALLOW_ADMIN_USER_PASSWORD_AUTH: 'admin-password',
  ALLOW_USER_SRP_AUTH: 'srp',
  ALLOW_REFRESH_TOKEN_AUTH: 'refresh',
  ALLOW_USER_AUTH: 'choice',
  ALLOW_CUSTOM_AUTH: 'custom',
};

/**
 * The authentication flows that a client allows.
 * "If you don't specify a value for ExplicitAuthFlows, your app client supports ALLOW_REFRESH_TOKEN_AUTH,
 * ALLOW_USER_SRP_AUTH, and ALLOW_CUSTOM_AUTH." The legacy names add to SRP, custom, and refresh, which are on
 * by default. CUSTOM_AUTH_FLOW_ONLY is the exception: it turns off SRP (Developer Guide from before the
 * ALLOW_ names).
 */
function allowed(client: Client): ReadonlySet<Flow> {
  const list = texts(client.config, 'ExplicitAuthFlows');
  if (list.length === 0) return new Set(['refresh', 'srp', 'custom']);
  if (!list.some((flow) => legacyFlows.some((legacy) => legacy === flow))) {
    return new Set(list.flatMap((flow) => modern[flow] ?? []));
  }
  const flows = new Set<Flow>(['refresh', 'custom']);
  if (!list.includes('CUSTOM_AUTH_FLOW_ONLY')) flows.add('srp');
  if (list.includes('ADMIN_NO_SRP_AUTH')) flows.add('admin-password');
  if (list.includes('USER_PASSWORD_AUTH')) flows.add('password');
  return flows;
}

const refusals: Readonly<Record<Flow, string>> = {
  password: 'USER_PASSWORD_AUTH flow not enabled for this client',
  'admin-password': 'Auth flow not enabled for this client',
  srp: 'USER_SRP_AUTH is not enabled for the client.',
  refresh: 'Auth flow not enabled for this client',
  choice: 'USER_AUTH flow not enabled for this client',
  custom: 'CUSTOM_AUTH is not enabled for the client.',
};

export function checkFlow(client: Client, flow: Flow): void {
  if (!allowed(client).has(flow)) throw invalidParameter(refusals[flow]);
}

/**
 * The flow that AuthFlow of InitiateAuth or AdminInitiateAuth names.
 * Each operation accepts only its own password flows.
 */
export function requestedFlow(authFlow: string, admin: boolean): Flow {
  switch (authFlow) {
    case 'USER_SRP_AUTH':
      return 'srp';
    case 'REFRESH_TOKEN':
    case 'REFRESH_TOKEN_AUTH':
      return 'refresh';
    case 'USER_AUTH':
      return 'choice';
    case 'CUSTOM_AUTH':
      return 'custom';
    case 'USER_PASSWORD_AUTH':
      if (!admin) return 'password';
      break;
    case 'ADMIN_USER_PASSWORD_AUTH':
    case 'ADMIN_NO_SRP_AUTH':
      if (admin) return 'admin-password';
      break;
  }
  throw invalidParameter('Initiate Auth method not supported.');
}

/** Domains and the risk configuration: just enough for what a pool update depends on. */
import type { Call, Operation } from '../../operation.ts';
import { invalidParameter } from './errors.ts';
import { str } from './input.ts';
import { authorizedPool, cognitoState } from './pool-access.ts';
import { cognitoKind, type Pool } from './state.ts';

function owner(call: Call, domain: string): Pool | undefined {
  // Prefix domains are unique in a Region across all accounts.
  return call.world
    .states(cognitoKind)
    .filter(({ region }) => region === call.region)
    .flatMap(({ state }) => [...state.pools.values()])
    .find((pool) => pool.domain === domain || pool.customDomain === domain);
}

const createDomain: Operation = (call) => {
  const pool = authorizedPool(call);
  const domain = str(call.input, 'Domain');
  if (owner(call, domain) !== undefined) {
    throw invalidParameter(`Domain already associated with another user pool.`);
  }
  if (call.input.CustomDomainConfig !== undefined) {
    pool.customDomain = domain;
    return {};
  }
  // The pattern is from the API reference. Reserved words: Developer Guide, "Using the Amazon Cognito prefix
  // domain" (the text is ours).
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(domain))
    throw invalidParameter('Invalid domain prefix.');
  const reserved = ['aws', 'amazon', 'cognito'].find((word) => domain.includes(word));
  if (reserved !== undefined) throw invalidParameter(`Domain cannot contain reserved word: ${reserved}`);
  pool.domain = domain;
  return {};
};

const describeDomain: Operation = (call) => {
  call.authorize('cognito-idp:DescribeUserPoolDomain', '*');
  const domain = str(call.input, 'Domain');
  const pool = [...cognitoState(call).pools.values()].find(
    (candidate) => candidate.domain === domain || candidate.customDomain === domain,
  );
  if (pool === undefined) return { DomainDescription: {} };
  return {
    DomainDescription: { UserPoolId: pool.id, AWSAccountId: pool.account, Domain: domain, Status: 'ACTIVE' },
  };
};

const deleteDomain: Operation = (call) => {
  const pool = authorizedPool(call);
  const domain = str(call.input, 'Domain');
  if (pool.domain === domain) delete pool.domain;
  else if (pool.customDomain === domain) delete pool.customDomain;
  else throw invalidParameter('No such domain or user pool exists.');
  return {};
};

const riskConfiguration: Operation = (call) => ({
  RiskConfiguration: { UserPoolId: authorizedPool(call).id },
});

export const poolExtraOperations = {
  CreateUserPoolDomain: createDomain,
  DescribeUserPoolDomain: describeDomain,
  DeleteUserPoolDomain: deleteDomain,
  DescribeRiskConfiguration: riskConfiguration,
} satisfies Record<string, Operation>;

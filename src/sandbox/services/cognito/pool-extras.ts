/** Domains, import jobs, and the risk configuration: just enough for what a pool update depends on. */
import { type Call, type JsonObject, type Operation, ServiceError } from '../../operation.ts';
import { invalidParameter, notFound } from './errors.ts';
import { limit, str } from './input.ts';
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

const createJob: Operation = (call) => {
  const pool = authorizedPool(call);
  const role = str(call.input, 'CloudWatchLogsRoleArn');
  call.authorize('iam:PassRole', role, { 'iam:PassedToService': 'cognito-idp.amazonaws.com' });
  const job: JsonObject = {
    JobName: str(call.input, 'JobName'),
    JobId: `import-${Buffer.from(call.world.randomBytes(6)).toString('hex')}`,
    UserPoolId: pool.id,
    CloudWatchLogsRoleArn: role,
    CreationDate: call.world.now() / 1000,
    Status: 'Created',
  };
  pool.importJobs.push(job);
  return { UserImportJob: job };
};

/** Sets the status of a job. No file is ever read. A started job stays in progress until it is stopped. */
function setStatus(status: string): Operation {
  return (call) => {
    const pool = authorizedPool(call);
    const id = str(call.input, 'JobId');
    const job = pool.importJobs.find((candidate) => candidate.JobId === id);
    if (job === undefined) throw notFound(`User import job ${id} does not exist.`);
    if (status === 'InProgress' && job.Status !== 'Created') {
      throw new ServiceError(
        'PreconditionNotMetException',
        'The job can not be started in its present state.',
      );
    }
    job.Status = status;
    return { UserImportJob: job };
  };
}

const listJobs: Operation = (call) => {
  const pool = authorizedPool(call);
  const size = limit(call.input, 'MaxResults', 60) ?? 60;
  return { UserImportJobs: pool.importJobs.slice(0, size) };
};

export const poolExtraOperations = {
  CreateUserPoolDomain: createDomain,
  DescribeUserPoolDomain: describeDomain,
  DeleteUserPoolDomain: deleteDomain,
  DescribeRiskConfiguration: riskConfiguration,
  CreateUserImportJob: createJob,
  StartUserImportJob: setStatus('InProgress'),
  StopUserImportJob: setStatus('Stopped'),
  ListUserImportJobs: listJobs,
} satisfies Record<string, Operation>;

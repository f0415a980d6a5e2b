/**
 * Addresses of resources in the AWS Management Console. Only validated IDs become part of one.
 * Each function returns undefined for an ID that is not valid, and for a partition without a known console.
 */
import { regionInPoolId } from '../core/variables/pool-id.ts';
import { type ArnParts, parseArn } from './arn.ts';

type Url = string | undefined;

/** Consoles by partition: AWS GovCloud (US) User Guide, and "Amazon Web Services in China", "Sign in". */
const hosts: ReadonlyMap<string, string> = new Map([
  ['aws', 'console.aws.amazon.com'],
  ['aws-us-gov', 'console.amazonaws-us-gov.com'],
  ['aws-cn', 'console.amazonaws.cn'],
]);

const encode = encodeURIComponent;

/** A page of a Region. */
function regional({ partition, region }: ArnParts, path: string, hash = ''): Url {
  const host = hosts.get(partition);
  if (host === undefined || !/^[a-z]{2,}(?:-[a-z0-9]+)+$/.test(region)) return undefined;
  return `https://${region}.${host}/${path}?region=${region}${hash}`;
}

/** A page of IAM, which has no Regions. */
function global({ partition }: ArnParts, hash: string): Url {
  const host = hosts.get(partition);
  return host === undefined ? undefined : `https://${host}/iam/home#/${hash}`;
}

/** The path of a user pool, by its ARN. */
function poolPath({ region, resource }: ArnParts): string | undefined {
  const [, id = ''] = /^userpool\/(.+)$/.exec(resource) ?? [];
  return regionInPoolId(id) === region ? `cognito/v2/idp/user-pools/${encode(id)}` : undefined;
}

/** The page of a user pool. */
export function userPoolUrl(poolArn: string): Url {
  const parts = parseArn(poolArn);
  const path = poolPath(parts);
  return path === undefined ? undefined : regional(parts, path);
}

/** The page of an app client. */
export function appClientUrl(poolArn: string, clientId: string): Url {
  const parts = parseArn(poolArn);
  const path = poolPath(parts);
  if (path === undefined || !/^[\w+]{1,128}$/.test(clientId)) return undefined;
  return regional(parts, `${path}/applications/app-clients/${encode(clientId)}/quick-setup-guide`);
}

/** The page of a function. */
export function functionUrl(functionArn: string): Url {
  const parts = parseArn(functionArn);
  const [, name] = /^function:([\w-]{1,64})(?::[\w$-]+)?$/.exec(parts.resource) ?? [];
  return name === undefined ? undefined : regional(parts, 'lambda/home', `#/functions/${encode(name)}`);
}

/** The page of a log group in the account and Region of an ARN. The console decodes the name twice. */
export function logGroupUrl(arn: string, name: string): Url {
  if (!/^[\w./#-]{1,512}$/.test(name)) return undefined;
  const twice = encode(encode(name)).replaceAll('%', '$');
  return regional(parseArn(arn), 'cloudwatch/home', `#logsV2:log-groups/log-group/${twice}`);
}

/** The page of an alarm or of a dashboard in the account and Region of an ARN. */
export function cloudWatchUrl(arn: string, kind: 'alarm' | 'dashboard', name: string): Url {
  if (!/^[\w-]{1,255}$/.test(name)) return undefined;
  const page = kind === 'alarm' ? 'alarmsV2:alarm' : 'dashboards/dashboard';
  return regional(parseArn(arn), 'cloudwatch/home', `#${page}/${name}`);
}

/** The page of a role. */
export function roleUrl(roleArn: string): Url {
  const parts = parseArn(roleArn);
  const [, name] = /^role\/(?:[\w+=,.@/-]*\/)?([\w+=,.@-]{1,64})$/.exec(parts.resource) ?? [];
  return name === undefined ? undefined : global(parts, `roles/details/${encode(name)}`);
}

/** The page of a customer managed policy. */
export function policyUrl(policyArn: string): Url {
  const parts = parseArn(policyArn);
  const isPolicy = /^policy\/[\w+=,.@/-]{1,640}$/.test(parts.resource);
  return isPolicy ? global(parts, `policies/details/${encode(policyArn)}`) : undefined;
}

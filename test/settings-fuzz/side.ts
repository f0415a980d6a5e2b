/** SDK clients of the program's kind whose calls go to a local AWS in this process: all of it but the network. */

import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import type { Side } from '../../src/aws/clients.ts';
import { dispatch } from '../../src/sandbox/dispatch.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { keysOf } from '../../src/sandbox/index.ts';
import { Journal } from '../../src/sandbox/journal.ts';
import { readTarget } from '../../src/sandbox/protocol/json.ts';
import { readQuery } from '../../src/sandbox/protocol/query.ts';
import { isLambdaPath, readLambda } from '../../src/sandbox/protocol/rest-lambda.ts';
import type { Runtime } from '../../src/sandbox/runtime.ts';
import { cloudTrailOperations } from '../../src/sandbox/services/cloudtrail/index.ts';
import { cloudWatchOperations } from '../../src/sandbox/services/cloudwatch/index.ts';
import { cognitoOperations } from '../../src/sandbox/services/cognito/index.ts';
import { iamOperations } from '../../src/sandbox/services/iam/index.ts';
import { lambdaOperations } from '../../src/sandbox/services/lambda/index.ts';
import { logsOperations } from '../../src/sandbox/services/logs/index.ts';
import { stsOperations } from '../../src/sandbox/services/sts/index.ts';
import type { World } from '../../src/sandbox/world.ts';
import { account, region } from './local.ts';

/** What an SDK hands to its HTTP client. */
interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly body?: string | Uint8Array;
}

/** Every service of a world, and the journal of what was called. */
export function sideOf(world: World): { readonly side: Side; readonly journal: Journal } {
  const journal = new Journal(world.now);
  // No function is ever invoked here.
  const host = { endpoint: () => '', timer: () => () => undefined, noteFunction: () => undefined };
  const runtime: Runtime = {
    world,
    journal,
    faults: new Faults(),
    defaultAccount: account,
    services: {
      'cognito-idp': cognitoOperations,
      iam: iamOperations,
      lambda: lambdaOperations(host),
      sts: stsOperations,
      logs: logsOperations,
      monitoring: cloudWatchOperations,
      cloudtrail: cloudTrailOperations,
    },
  };
  const config = {
    region,
    credentials: keysOf(account),
    requestHandler: { handle: (request: HttpRequest) => handle(runtime, request) },
    maxAttempts: 1,
  };
  const idp = new CognitoIdentityProviderClient(config);
  const side: Side = {
    region,
    idp,
    idpOnce: idp,
    iam: new IAMClient(config),
    lambda: new LambdaClient(config),
    logs: new CloudWatchLogsClient(config),
    sts: new STSClient(config),
    cloudWatch: () => Promise.reject(new Error('Nothing here uses alarms')),
    getMetricData: () => Promise.reject(new Error('Nothing here reads metrics')),
    lookupEvents: () => Promise.reject(new Error('Nothing here reads events')),
  };
  return { side, journal };
}

async function handle(runtime: Runtime, request: HttpRequest) {
  const named = recognise(request);
  if (named === undefined) throw new Error(`The local AWS does not know ${request.method} ${request.path}`);
  const { authorization } = request.headers;
  const reaction = await dispatch(runtime, {
    ...named,
    authorization,
    sessionToken: undefined,
    connection: 1,
  });
  if (reaction.kind !== 'answer') throw new Error('No answer');
  const { status: statusCode, headers, body } = reaction.answer;
  return { response: { statusCode, headers, body: Buffer.from(body) } };
}

function recognise({ method, path, query = {}, headers, body = '' }: HttpRequest) {
  const text = typeof body === 'string' ? body : Buffer.concat([body]).toString();
  if (isLambdaPath(path)) {
    const url = new URL(path, 'http://localhost');
    for (const [name, value] of Object.entries(query))
      for (const one of [value].flat()) url.searchParams.append(name, one ?? '');
    const named = readLambda(method, url, headers, text);
    return named && { service: 'lambda' as const, ...named };
  }
  const target = readTarget(headers['x-amz-target'] ?? '');
  return target ? { ...target, input: JSON.parse(text) } : readQuery(text);
}

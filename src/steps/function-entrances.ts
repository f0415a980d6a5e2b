/**
 * Function URLs, asynchronous destinations, versions, aliases, and a pinned runtime.
 * The configuration shows none of them.
 */
import {
  type FunctionEventInvokeConfig,
  type FunctionUrlConfig,
  GetRuntimeManagementConfigCommand,
  type LambdaClient,
  paginateListFunctionEventInvokeConfigs,
  paginateListFunctionUrlConfigs,
  type UpdateRuntimeOn,
} from '@aws-sdk/client-lambda';
import { parseArn } from '../aws/arn.ts';
import { readOptional } from '../aws/optional-read.ts';
import type { Addition, Found } from '../core/additions.ts';
import { type Notice, unreadInto } from '../core/notice.ts';
import { quoted } from '../core/shell.ts';
import { lambdaCommand } from './function-parts.ts';
import { addedVersions, type FunctionPlace } from './function-versions.ts';

/**
 * Never writes. A failed read becomes a notice, because a policy of version 1.0.0 doesn't allow it.
 * @param mappings see addedMappings. They are part of the result.
 */
export async function addedEntrances(
  client: LambdaClient,
  place: FunctionPlace,
  mappings: Required<Found>,
): Promise<Required<Found>> {
  const { name, arn } = place;
  const notices: Notice[] = [];
  const unread = unreadInto(notices);
  const [urls = [], configs = [], runtime, versions] = await Promise.all([
    readOptional(urlsOf(client, name), unread('function-urls')),
    readOptional(configsOf(client, name), unread('async-destinations')),
    readOptional(
      client.send(new GetRuntimeManagementConfigCommand({ FunctionName: name })),
      unread('runtime-updates'),
    ),
    addedVersions(client, place),
  ]);
  const additions = [
    ...urls.map((url) => urlAddition(url, name, arn)),
    ...configs.flatMap((config) => destinationAdditions(config, name, arn)),
    ...runtimeAdditions(runtime?.UpdateRuntimeOn, name, arn),
    ...versions.additions,
    ...mappings.additions,
  ];
  return { additions, notices: [...notices, ...versions.notices, ...mappings.notices] };
}

/** Every mode but Auto keeps the function on an older runtime. */
function runtimeAdditions(mode: UpdateRuntimeOn | undefined, name: string, arn: string): Addition[] {
  if (mode === undefined || mode === 'Auto') return [];
  return [
    {
      path: 'updateRuntimeOn',
      found: mode,
      means: 'Lambda no longer installs security updates of the runtime by itself.',
      remove: `${lambdaCommand('put-runtime-management-config', name, arn)} --update-runtime-on Auto`,
      finding: 'CM411',
    },
  ];
}

async function urlsOf(client: LambdaClient, FunctionName: string): Promise<FunctionUrlConfig[]> {
  const found: FunctionUrlConfig[] = [];
  for await (const { FunctionUrlConfigs = [] } of paginateListFunctionUrlConfigs(
    { client },
    { FunctionName },
  ))
    found.push(...FunctionUrlConfigs);
  return found;
}

async function configsOf(client: LambdaClient, FunctionName: string): Promise<FunctionEventInvokeConfig[]> {
  const found: FunctionEventInvokeConfig[] = [];
  const pages = paginateListFunctionEventInvokeConfigs({ client }, { FunctionName });
  for await (const { FunctionEventInvokeConfigs = [] } of pages) found.push(...FunctionEventInvokeConfigs);
  return found;
}

/** For example, ` --qualifier live` for an alias. Empty without a qualifier or for $LATEST. */
function qualifierOf(arn: string | undefined): string {
  const [, , qualifier] = parseArn(arn ?? '').resource.split(':');
  return qualifier === undefined || qualifier === '$LATEST' ? '' : ` --qualifier ${quoted(qualifier)}`;
}

function urlAddition(
  { FunctionUrl = '', AuthType, FunctionArn }: FunctionUrlConfig,
  name: string,
  arn: string,
): Addition {
  const who = AuthType === 'NONE' ? 'Anyone on the internet' : 'Anyone with lambda:InvokeFunctionUrl';
  return {
    path: 'functionUrl',
    found: FunctionUrl,
    means: `${who} can send it sign-ins, and try passwords beyond the limits of Cognito.`,
    remove: `${lambdaCommand('delete-function-url-config', name, arn)}${qualifierOf(FunctionArn)}`,
    finding: 'CM410',
  };
}

function destinationAdditions(
  { DestinationConfig, FunctionArn }: FunctionEventInvokeConfig,
  name: string,
  arn: string,
): Addition[] {
  const { OnSuccess, OnFailure } = DestinationConfig ?? {};
  const targets = [OnSuccess?.Destination, OnFailure?.Destination];
  return targets
    .flatMap((target) => (target === undefined || target === '' ? [] : [target]))
    .map((found) => ({
      path: 'asyncDestination',
      found,
      means: 'Events and results of asynchronous calls go there, with the password in them.',
      remove: `${lambdaCommand('delete-function-event-invoke-config', name, arn)}${qualifierOf(FunctionArn)}`,
      finding: 'CM410' as const,
    }));
}

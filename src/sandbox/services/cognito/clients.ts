/** App clients. CreateUserPoolClient isn't idempotent: the same name twice creates two clients. */
import type { JsonObject, Operation } from '../../operation.ts';
import { clientSettable, createClientRequest, updateClientRequest } from './client-fields.ts';
import { checkClient } from './client-rules.ts';
import { invalidParameter } from './errors.ts';
import { applyFutureDefaults, topLevel, withFutureFields } from './future.ts';
import { newClientId, newClientSecret } from './ids.ts';
import { isObject, limit, optStr, str } from './input.ts';
import { page } from './paging.ts';
import { authorizedPool, clientOf, nextSeq } from './pool-access.ts';
import { count } from './pool-config.ts';
import { type CognitoSettings, cognitoSettings } from './settings.ts';
import { conformMembers } from './shapes.ts';
import type { Client, Pool } from './state.ts';

/**
 * The client configuration that a request asks for.
 * Omitted members get their defaults, also on update (API_UpdateUserPoolClient).
 */
function clientConfig(request: JsonObject, settings: CognitoSettings): JsonObject {
  const future = settings.futureFields.client;
  const config: JsonObject = {};
  for (const name of [...clientSettable, ...topLevel(future)]) {
    const value = request[name];
    if (value !== undefined) config[name] = structuredClone(value);
  }
  // "If you do, Amazon Cognito overrides the value with the default value of 30 days": in days, whatever unit
  // the request has.
  if (count(config, 'RefreshTokenValidity') === 0) {
    config.RefreshTokenValidity = 30;
    const units = config.TokenValidityUnits;
    if (isObject(units) && units.RefreshToken !== undefined) units.RefreshToken = 'days';
  }
  config.TokenValidityUnits ??= {}; // observed on every client that was sent no units
  config.AllowedOAuthFlowsUserPoolClient ??= false;
  config.PreventUserExistenceErrors ??= 'LEGACY';
  config.EnableTokenRevocation ??= true;
  config.EnablePropagateAdditionalUserContextData ??= false;
  config.AuthSessionValidity ??= 3;
  applyFutureDefaults(config, future);
  return config;
}

function describeClient(pool: Pool, client: Client): JsonObject {
  return {
    UserPoolId: pool.id,
    ClientId: client.id,
    ...(client.secret === undefined ? {} : { ClientSecret: client.secret }),
    CreationDate: client.created / 1000,
    LastModifiedDate: client.modified / 1000,
    ClientType: client.type,
    ...structuredClone(client.config),
  };
}

const createClient: Operation = (call) => {
  const settings = cognitoSettings(call.world);
  const pool = authorizedPool(call);
  const shape = withFutureFields(createClientRequest, settings.futureFields.client);
  const request = conformMembers(call.input, shape, '', settings.unknownMembers);
  const name = str(request, 'ClientName');
  const givenSecret = optStr(request, 'ClientSecret');
  if (givenSecret !== undefined && request.GenerateSecret === true) {
    throw invalidParameter('Provide either GenerateSecret or ClientSecret, not both.');
  }
  const secret = request.GenerateSecret === true ? newClientSecret(call.world) : givenSecret;
  const config = { ...clientConfig(request, settings), ClientName: name };
  checkClient(config, pool, secret !== undefined, settings);
  const now = call.world.now();
  const client: Client = {
    seq: nextSeq(call),
    id: newClientId(call.world),
    ...(secret === undefined ? {} : { secret }),
    type: 'REGULAR',
    schemaSize: pool.schema.length,
    created: now,
    modified: now,
    config,
  };
  pool.clients.set(client.id, client);
  return { UserPoolClient: describeClient(pool, client) };
};

const describeUserPoolClient: Operation = (call) => {
  const pool = authorizedPool(call);
  return { UserPoolClient: describeClient(pool, clientOf(pool, str(call.input, 'ClientId'))) };
};

const updateClient: Operation = (call) => {
  const settings = cognitoSettings(call.world);
  const pool = authorizedPool(call);
  const shape = withFutureFields(updateClientRequest, settings.futureFields.client);
  const request = conformMembers(call.input, shape, '', settings.unknownMembers);
  const client = clientOf(pool, str(request, 'ClientId'));
  // A client must have a name, so there is no default to reset it to. AWS doesn't document that the name
  // stays.
  const name = optStr(request, 'ClientName') ?? client.config.ClientName ?? '';
  const config = { ...clientConfig(request, settings), ClientName: name };
  checkClient(config, pool, client.secret !== undefined, settings);
  client.config = config;
  client.modified = Math.max(call.world.now(), client.modified + 1);
  return { UserPoolClient: describeClient(pool, client) };
};

const deleteClient: Operation = (call) => {
  const pool = authorizedPool(call);
  const client = clientOf(pool, str(call.input, 'ClientId'));
  pool.clients.delete(client.id);
  return {};
};

const listClients: Operation = (call) => {
  const pool = authorizedPool(call);
  const size = limit(call.input, 'MaxResults', 60) ?? 60;
  if (size < 1) throw invalidParameter('MaxResults must be between 1 and 60.');
  const { items, next } = page(pool.clients, size, optStr(call.input, 'NextToken'));
  return {
    UserPoolClients: items.map((client) => ({
      ClientId: client.id,
      UserPoolId: pool.id,
      ClientName: client.config.ClientName ?? '',
    })),
    ...(next === undefined ? {} : { NextToken: next }),
  };
};

export const clientOperations = {
  CreateUserPoolClient: createClient,
  DescribeUserPoolClient: describeUserPoolClient,
  UpdateUserPoolClient: updateClient,
  DeleteUserPoolClient: deleteClient,
  ListUserPoolClients: listClients,
} satisfies Record<string, Operation>;

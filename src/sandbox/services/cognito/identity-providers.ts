/**
 * Identity providers of a pool, just enough to read their attribute mappings.
 * Users cannot sign in through them here.
 */
import { type JsonObject, type Operation, ServiceError } from '../../operation.ts';
import { invalidParameter, notFound } from './errors.ts';
import { limit, optMap, optStr, str } from './input.ts';
import { page } from './paging.ts';
import { authorizedPool, nextSeq } from './pool-access.ts';
import type { IdentityProvider } from './state.ts';

const create: Operation = (call) => {
  const pool = authorizedPool(call);
  const name = str(call.input, 'ProviderName');
  if (pool.identityProviders.has(name)) {
    throw new ServiceError('DuplicateProviderException', `A provider ${name} already exists.`);
  }
  const mapping = optMap(call.input, 'AttributeMapping') ?? {};
  const isImmutable = pool.schema.some(({ name: one, mutable }) => !mutable && Object.hasOwn(mapping, one));
  if (isImmutable && pool.settings.immutableMapping === 'refused')
    throw invalidParameter('A mapped attribute is immutable.');
  const now = call.world.now() / 1000;
  const details: JsonObject = {
    UserPoolId: pool.id,
    ProviderName: name,
    ProviderType: str(call.input, 'ProviderType'),
    ProviderDetails: optMap(call.input, 'ProviderDetails') ?? {},
    AttributeMapping: mapping,
    CreationDate: now,
    LastModifiedDate: now,
  };
  pool.identityProviders.set(name, { seq: nextSeq(call), name, details });
  return { IdentityProvider: details };
};

const describe: Operation = (call) => {
  const provider = authorizedPool(call).identityProviders.get(str(call.input, 'ProviderName'));
  if (provider === undefined) throw notFound('Identity provider does not exist.');
  return { IdentityProvider: provider.details };
};

/** ProviderDescription, which omits details and mapping (API reference, ListIdentityProviders). */
function description({ details }: IdentityProvider): JsonObject {
  const { ProviderName = '', ProviderType = '', CreationDate = 0, LastModifiedDate = 0 } = details;
  return { ProviderName, ProviderType, CreationDate, LastModifiedDate };
}

const list: Operation = (call) => {
  const pool = authorizedPool(call);
  const size = limit(call.input, 'MaxResults', 60) ?? 60;
  const { items, next } = page(pool.identityProviders, size, optStr(call.input, 'NextToken'));
  return { Providers: items.map(description), ...(next === undefined ? {} : { NextToken: next }) };
};

export const identityProviderOperations = {
  CreateIdentityProvider: create,
  DescribeIdentityProvider: describe,
  ListIdentityProviders: list,
} satisfies Record<string, Operation>;

/** Lists the user pools of an account, and the identity providers of one. */
import {
  type CognitoIdentityProviderClient,
  DescribeIdentityProviderCommand,
  DescribeUserPoolCommand,
  paginateListIdentityProviders,
  paginateListUserPools,
} from '@aws-sdk/client-cognito-identity-provider';
import { printable } from '../../core/printable.ts';
import { readOptional } from '../optional-read.ts';

export interface NamedPool {
  readonly id: string;
  /** For people: without control characters, which names of pools and clients may have. */
  readonly name: string;
}

/** The most pools that an account can have in a Region (Developer Guide, "Quotas in Amazon Cognito"). */
const mostPools = 10_000;

/**
 * The account's pools in one Region. AWS returns 60 at a time.
 * @param most stops the reading after so many pools.
 * @param onRead receives the number of pools read so far.
 */
export async function listPools(
  idp: CognitoIdentityProviderClient,
  most = mostPools,
  onRead: (pools: number) => void = () => undefined,
): Promise<NamedPool[]> {
  const found: NamedPool[] = [];
  for await (const page of paginateListUserPools({ client: idp, pageSize: 60 }, { MaxResults: 60 })) {
    for (const { Id, Name } of page.UserPools ?? [])
      if (Id !== undefined) found.push({ id: Id, name: printable(Name ?? Id) });
    onRead(found.length);
    if (found.length >= most) break;
  }
  return found.slice(0, most);
}

/** What tells pools of a list apart. For display only: nothing depends on it. */
export interface PoolDetails {
  /** Cognito's estimate. */
  readonly users: number | undefined;
  /** Whether a function migrates users to this pool. */
  readonly isMigrating: boolean;
}

/** Undefined if the pool cannot be described. */
export async function poolDetails(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
): Promise<PoolDetails | undefined> {
  const found = await readOptional(idp.send(new DescribeUserPoolCommand({ UserPoolId })));
  const { EstimatedNumberOfUsers: users, LambdaConfig } = found?.UserPool ?? {};
  return found && { users, isMigrating: LambdaConfig?.UserMigration !== undefined };
}

export interface ProviderMapping {
  readonly name: string;
  /** Attributes of the pool that the provider fills at every sign-in. */
  readonly attributes: readonly string[];
}

/** All providers of a pool. Drops their details, which hold secrets. */
export async function providerMappings(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
): Promise<ProviderMapping[]> {
  const names: string[] = [];
  for await (const { Providers = [] } of paginateListIdentityProviders(
    { client: idp, pageSize: 60 },
    { UserPoolId },
  ))
    names.push(...Providers.flatMap(({ ProviderName }) => ProviderName ?? []));
  return Promise.all(
    names.map(async (ProviderName) => {
      const command = new DescribeIdentityProviderCommand({ UserPoolId, ProviderName });
      const { IdentityProvider } = await idp.send(command);
      return { name: ProviderName, attributes: Object.keys(IdentityProvider?.AttributeMapping ?? {}) };
    }),
  );
}

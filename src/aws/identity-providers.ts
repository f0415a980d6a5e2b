/** Identity providers of a pool, and the attributes that they write. */
import {
  type CognitoIdentityProviderClient,
  DescribeIdentityProviderCommand,
  paginateListIdentityProviders,
} from '@aws-sdk/client-cognito-identity-provider';

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

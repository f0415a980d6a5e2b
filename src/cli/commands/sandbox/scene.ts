/**
 * Creates a scene in the local AWS: pools, app clients, and users.
 * Uses the same API as any other program.
 */
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod/mini';
import { endpointOf } from '../../../aws/credentials.ts';
import { requireField } from '../../../aws/errors.ts';

const User = z.strictObject({
  username: z.string(),
  /** Without a password, the user has an unknown temporary password. */
  password: z.optional(z.string()),
  attributes: z._default(z.record(z.string(), z.string()), {}),
});

/**
 * `settings` goes to the API unchanged, and the API reports its errors.
 * This schema checks all other members.
 */
const Settings = z._default(z.record(z.string(), z.unknown()), {});

const Pool = z.strictObject({
  name: z.string(),
  settings: Settings,
  clients: z._default(z.array(z.strictObject({ name: z.string(), settings: Settings })), []),
  users: z._default(z.array(User), []),
});

export const Scene = z.strictObject({ region: z._default(z.string(), 'us-east-2'), pools: z.array(Pool) });
export type Scene = z.output<typeof Scene>;

export interface SetPool {
  readonly name: string;
  readonly id: string;
  readonly clients: readonly { readonly name: string; readonly id: string }[];
  readonly users: number;
}

/** The keys of an administrator of the local AWS. */
export interface LocalKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * The configuration of SDK clients for the local AWS.
 * Overrides any other endpoint in the environment or a profile.
 */
export const localClient = (url: string, region: string, credentials: LocalKeys) => ({
  ...endpointOf(url),
  region,
  credentials,
});

/** Creates the whole scene, one pool after another, in the account of these keys. */
export async function setScene(scene: Scene, endpoint: string, credentials: LocalKeys): Promise<SetPool[]> {
  const idp = new CognitoIdentityProviderClient(localClient(endpoint, scene.region, credentials));
  try {
    const made: SetPool[] = [];
    for (const pool of scene.pools) made.push(await setPool(idp, pool));
    return made;
  } finally {
    idp.destroy();
  }
}

async function setPool(idp: CognitoIdentityProviderClient, pool: z.output<typeof Pool>): Promise<SetPool> {
  const { UserPool } = await idp.send(new CreateUserPoolCommand({ ...pool.settings, PoolName: pool.name }));
  const UserPoolId = requireField(UserPool?.Id, "the pool's ID");
  const clients: { name: string; id: string }[] = [];
  for (const { name, settings } of pool.clients) {
    const command = new CreateUserPoolClientCommand({ ...settings, UserPoolId, ClientName: name });
    const { UserPoolClient } = await idp.send(command);
    clients.push({ name, id: requireField(UserPoolClient?.ClientId, "the app client's ID") });
  }
  for (const user of pool.users) await setUser(idp, UserPoolId, user);
  return { name: pool.name, id: UserPoolId, clients, users: pool.users.length };
}

async function setUser(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
  { username, password, attributes }: z.output<typeof User>,
): Promise<void> {
  const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
  await idp.send(
    new AdminCreateUserCommand({ UserPoolId, Username: username, UserAttributes, MessageAction: 'SUPPRESS' }),
  );
  if (password === undefined) return;
  await idp.send(
    new AdminSetUserPasswordCommand({ UserPoolId, Username: username, Password: password, Permanent: true }),
  );
}

/** An old pool with users and an empty new pool. demo and `sandbox --seed demo` start with them. */
export const demoScene: Scene = Scene.parse({
  pools: [
    {
      name: 'legacy-users',
      settings: {
        UsernameAttributes: ['email'],
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      },
      users: ['ana', 'ben', 'chi'].map((name) => ({
        username: `${name}@example.com`,
        password: `Old-password-of-${name}-1`,
        attributes: { email: `${name}@example.com`, email_verified: 'true', name },
      })),
    },
    {
      name: 'customers-2026',
      settings: { UsernameAttributes: ['email'], UsernameConfiguration: { CaseSensitive: false } },
      clients: [
        { name: 'web', settings: { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] } },
      ],
    },
  ],
});

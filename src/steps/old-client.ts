/**
 * The app client in the old pool that the function uses to check passwords.
 * It has no secret, and one flow that only IAM-signed callers can use.
 * Nobody can thus guess passwords through it from outside.
 */

import {
  type CognitoIdentityProviderClient,
  type CreateUserPoolClientCommandInput,
  DeleteUserPoolClientCommand,
  DescribeUserPoolClientCommand,
  type ExplicitAuthFlowsType,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { appClientUrl } from '../aws/console-url.ts';
import { errorName, undefinedIfDenied, undefinedIfNotFound } from '../aws/errors.ts';
import { clientsNamed, createOwnClient } from '../aws/old-app-client.ts';
import { limits, stops } from '../core/effects.ts';
import { lifecycle } from '../core/permission.ts';
import type { Flaw } from '../core/step.ts';
import type { Inputs, Vars } from '../core/variables/index.ts';
import { defineStep } from './define-step.ts';
import { oldClientName } from './names.ts';

const adminFlow = 'ALLOW_ADMIN_USER_PASSWORD_AUTH';
/**
 * The name of this flow before 2019.
 * A client with it accepts the same calls (API reference, ExplicitAuthFlows).
 */
const legacyAdminFlow = 'ADMIN_NO_SRP_AUTH';
const refreshFlow = 'ALLOW_REFRESH_TOKEN_AUTH';

type Props = {
  readonly flows: readonly ExplicitAuthFlowsType[];
  readonly lifetimes: {
    readonly accessTokenMinutes: number;
    readonly idTokenMinutes: number;
    readonly refreshTokenMinutes: number;
  };
  readonly existenceErrors: 'LEGACY' | 'ENABLED';
  readonly oauth: boolean;
  readonly secret: boolean;
};

/** The desired client. `flows` contains more if a pool requires it. */
const wanted = (flows: Props['flows']): Props => ({
  flows,
  // The minimum of CreateUserPoolClient. The function discards the tokens.
  lifetimes: { accessTokenMinutes: 5, idTokenMinutes: 5, refreshTokenMinutes: 60 },
  // Only IAM-signed callers see these errors. The function must distinguish an unknown user from a wrong
  // password.
  existenceErrors: 'LEGACY',
  oauth: false,
  secret: false,
});

/** The members that express `want` in both requests. */
function settings(want: Props) {
  return {
    ExplicitAuthFlows: [...want.flows],
    AccessTokenValidity: want.lifetimes.accessTokenMinutes,
    IdTokenValidity: want.lifetimes.idTokenMinutes,
    RefreshTokenValidity: want.lifetimes.refreshTokenMinutes,
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'minutes' },
    PreventUserExistenceErrors: want.existenceErrors,
    AllowedOAuthFlowsUserPoolClient: want.oauth,
    EnableTokenRevocation: true,
    SupportedIdentityProviders: ['COGNITO'],
  } as const satisfies Partial<CreateUserPoolClientCommandInput>;
}

/** The input of CreateUserPoolClient. */
const newClient = (want: Props, vars: Pick<Vars, 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID'>) => ({
  UserPoolId: vars.OLD_USER_POOL_ID,
  ClientName: oldClientName(vars),
  GenerateSecret: false,
  ...settings(want),
});

/** The input for a client that doesn't exist yet, for handoff, where someone else creates it. */
export const oldClientRequest = (vars: Pick<Vars, 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID'>) =>
  newClient(wanted([adminFlow]), vars);

const minutesIn = { seconds: 1 / 60, minutes: 1, hours: 60, days: 1440 } as const;

const ownText = (inputs: Pick<Vars, 'NEW_USER_POOL_ID' | 'OLD_USER_POOL_NAME'>): string =>
  `${oldClientName(inputs)} in ${inputs.OLD_USER_POOL_NAME} (admin sign-in only, no secret)`;

/** Consequences for passwords of the old pool if this client differs. */
const clientMeanings: readonly (readonly [RegExp, string])[] = [
  [
    /^flows/,
    'Anyone may be able to try passwords of the old pool through this app client, without AWS credentials.',
  ],
  [/^oauth/, 'Users may sign in to the old pool through this app client, in managed login.'],
  [/^existenceErrors/, 'The function cannot tell a wrong password from a user who does not exist.'],
];

/** The page of the app client in the console. Undefined before it exists. */
export function oldClientUrl(inputs: Inputs): string | undefined {
  const id = inputs.EXISTING_OLD_CLIENT_ID ?? inputs.OLD_CLIENT_ID;
  return id === undefined ? undefined : appClientUrl(inputs.OLD_USER_POOL_ARN, id);
}

export const oldClient = defineStep({
  id: 'old-client',
  title: 'old app client',
  effects: {
    missing: stops('the function has no app client that checks passwords'),
    drifted: limits("Passwords may not be checked, so users who haven't moved may not be able to sign in."),
    foreign: stops('the app client in the old pool does not belong to this migration'),
  },
  consoleUrl: oldClientUrl,
  kind: 'create',
  requires: ['OLD_USER_POOL_ID', 'NEW_USER_POOL_ID'],
  outputs: ['OLD_CLIENT_ID'],
  side: 'old',
  cleanup: 'with-pool',
  permissions: [
    {
      sid: 'MakeTheAppClientForPasswords',
      when: ({ EXISTING_OLD_CLIENT_ID: client }) => client === undefined,
      actions: {
        'cognito-idp:ListUserPoolClients': lifecycle,
        'cognito-idp:DescribeUserPoolClient': lifecycle,
        'cognito-idp:CreateUserPoolClient': ['init'],
        'cognito-idp:UpdateUserPoolClient': ['init'],
        'cognito-idp:DeleteUserPoolClient': ['init', 'finish'], // init deletes the second of two that it created
      },
      resource: ({ OLD_USER_POOL_ARN }) => OLD_USER_POOL_ARN,
    },
    {
      sid: 'LookAtTheAppClientBroughtAlong',
      when: ({ EXISTING_OLD_CLIENT_ID: client }) => client !== undefined,
      actions: {
        'cognito-idp:ListUserPoolClients': ['finish'],
        'cognito-idp:DescribeUserPoolClient': lifecycle,
      },
      resource: ({ OLD_USER_POOL_ARN }) => OLD_USER_POOL_ARN,
    },
  ],
  existing: ({ EXISTING_OLD_CLIENT_ID }) =>
    EXISTING_OLD_CLIENT_ID === undefined ? undefined : { OLD_CLIENT_ID: EXISTING_OLD_CLIENT_ID },
  flaw: ({ aws, inputs }) => flawOf(aws.old.idp, inputs),
  describe: (inputs) => inputs.EXISTING_OLD_CLIENT_ID ?? ownText(inputs),
  describeRemoval: (inputs) => ownText(inputs),

  // Some pools require the refresh flow (aws/aws-cdk#7625). Once added, it stays.
  desired: ({ live }): Props =>
    wanted(live?.flows.includes(refreshFlow) ? [adminFlow, refreshFlow] : [adminFlow]),

  iac: ({ want, vars }) => ({
    type: 'app-client',
    calls: [{ operation: 'CreateUserPoolClient', input: newClient(want, vars) }],
  }),

  async read({ aws, vars }) {
    const found = clientsNamed(aws.old.idp, vars.OLD_USER_POOL_ID, oldClientName(vars));
    const [client] = (await undefinedIfNotFound(found, 'ResourceNotFoundException')) ?? []; // none if the pool is gone
    if (client?.ClientId === undefined) return undefined;
    const units = client.TokenValidityUnits;
    return {
      props: {
        flows: [...(client.ExplicitAuthFlows ?? [])].sort(),
        lifetimes: {
          accessTokenMinutes: (client.AccessTokenValidity ?? 1) * minutesIn[units?.AccessToken ?? 'hours'],
          idTokenMinutes: (client.IdTokenValidity ?? 1) * minutesIn[units?.IdToken ?? 'hours'],
          refreshTokenMinutes: (client.RefreshTokenValidity ?? 30) * minutesIn[units?.RefreshToken ?? 'days'],
        },
        existenceErrors: client.PreventUserExistenceErrors ?? 'LEGACY',
        oauth: client.AllowedOAuthFlowsUserPoolClient ?? false,
        secret: client.ClientSecret !== undefined,
      },
      outputs: { OLD_CLIENT_ID: client.ClientId },
      ownership: client.ClientSecret === undefined ? 'ours' : 'foreign',
      ...(client.ClientSecret === undefined
        ? {}
        : { owner: `${client.ClientName} (${client.ClientId}), which has a secret` }),
    };
  },

  means: ({ path }) => clientMeanings.find(([pattern]) => pattern.test(path))?.[1],

  async write({ aws, want, live, vars, onProgress }) {
    const create = (flows: Props['flows']) =>
      createOwnClient(aws, newClient({ ...want, flows }, vars), onProgress);
    if (live === undefined) {
      const OLD_CLIENT_ID = await create(want.flows).catch((error: unknown) => {
        if (errorName(error) !== 'InvalidParameterException' || !/REFRESH_TOKEN_AUTH/.test(String(error)))
          throw error;
        return create([adminFlow, refreshFlow]);
      });
      return { outputs: { OLD_CLIENT_ID } };
    }
    await aws.old.idp.send(
      new UpdateUserPoolClientCommand({
        UserPoolId: vars.OLD_USER_POOL_ID,
        ClientId: live.outputs.OLD_CLIENT_ID,
        ClientName: oldClientName(vars),
        ...settings(want),
      }),
    );
    return { outputs: live.outputs };
  },

  async remove({ aws, vars }) {
    // Deletes all clients with that name. A run killed between creation and cleanup can leave a second one.
    for (const { ClientId } of await clientsNamed(aws.old.idp, vars.OLD_USER_POOL_ID, oldClientName(vars))) {
      const gone = new DeleteUserPoolClientCommand({ UserPoolId: vars.OLD_USER_POOL_ID, ClientId });
      await undefinedIfNotFound(aws.old.idp.send(gone), 'ResourceNotFoundException');
    }
    return undefined;
  },
});

/**
 * The problem with an existing client, which must let the function in.
 * Nothing else is visible from here before the function's first call.
 */
async function flawOf(
  idp: CognitoIdentityProviderClient,
  {
    EXISTING_OLD_CLIENT_ID: ClientId,
    EXISTING_OLD_ROLE_ARN: handedOver,
    OLD_USER_POOL_ID: UserPoolId,
  }: Pick<Inputs, 'EXISTING_OLD_CLIENT_ID' | 'EXISTING_OLD_ROLE_ARN' | 'OLD_USER_POOL_ID'>,
): Promise<Flaw | undefined> {
  if (ClientId === undefined || handedOver !== undefined) return undefined; // in another account, not visible from here
  const answer = idp.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
  const found = await undefinedIfDenied(
    undefinedIfNotFound(answer, 'ResourceNotFoundException').then((one) => ({ client: one?.UserPoolClient })),
  );
  if (found === undefined) return undefined;
  const { client } = found;
  if (client === undefined) return { exists: false, differences: [] };
  const flows = client.ExplicitAuthFlows ?? [];
  const lets = flows.some((flow) => flow === adminFlow || flow === legacyAdminFlow);
  const differences = [
    ...(lets ? [] : [{ path: 'flows', actual: flows, expected: [...flows, adminFlow] }]),
    // The function knows no secret and sends none.
    ...(client.ClientSecret === undefined ? [] : [{ path: 'secret', actual: true, expected: false }]),
  ];
  return differences.length === 0 ? undefined : { exists: true, differences };
}

/** Pairs of pools for the doctor, made and read with real SDK clients in a local AWS. */

import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminSetUserPasswordCommand,
  type AttributeType,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { onTestFinished } from 'vitest';
import { readPool } from '../../src/aws/user-pool/index.ts';
import { Accounts } from '../../src/cli/session/access.ts';
import type { ReviewedFinding } from '../../src/core/findings.ts';
import type { Inputs } from '../../src/core/variables/index.ts';
import {
  type Case,
  type Depth,
  diagnose,
  type Facts,
  isVouching,
  quick,
  readFacts,
} from '../../src/doctor/index.ts';
import { decodeSettings } from '../../src/lambda/settings-codec.ts';
import { createSandbox, keysOf, noDelays, type Sandbox } from '../../src/sandbox/index.ts';
import { settingsFor } from '../../src/steps/handler-settings.ts';
import { fakeClock } from '../support/clock.ts';
import { given } from '../support/errors.ts';
import { someInputs } from '../support/inputs.ts';
import { account, region } from '../support/local-aws.ts';

type PoolSettings = Partial<CreateUserPoolCommandInput>;

export interface TestUser {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** UNCONFIRMED users are not made here; without a password the user has a temporary one. */
  readonly password?: string;
  readonly disabled?: boolean;
}

export interface Pair {
  readonly old?: PoolSettings;
  readonly new?: PoolSettings;
  readonly users?: readonly TestUser[];
  readonly client?: Partial<CreateUserPoolClientCommandInput>;
  /** An app client of the old pool; absent: it has none. */
  readonly oldClient?:
    | Partial<CreateUserPoolClientCommandInput>
    | ((ids: { readonly newId: string }) => Partial<CreateUserPoolClientCommandInput>);
  readonly inputs?: Partial<Inputs>;
  readonly depth?: Depth;
  readonly expected?: number;
  /** What the local AWS cannot be brought to say. */
  readonly facts?: (facts: Facts) => Facts;
  /** Called with both IDs before anything is read. */
  readonly prepare?: (args: {
    idp: CognitoIdentityProviderClient;
    oldId: string;
    newId: string;
  }) => Promise<unknown>;
}

/** Nobody signs up in the old pool meanwhile. */
const closed: PoolSettings = { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } };

const byEmail: PoolSettings = {
  UsernameAttributes: ['email'],
  UsernameConfiguration: { CaseSensitive: false },
};

/** Two pools that get on with each other as well as pools can. */
const healthyNew: PoolSettings = {
  ...byEmail,
  AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
  EmailConfiguration: {
    EmailSendingAccount: 'DEVELOPER',
    SourceArn: `arn:aws:ses:${region}:${account}:identity/example.com`,
  },
};

const healthyClient: Partial<CreateUserPoolClientCommandInput> = {
  ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  PreventUserExistenceErrors: 'ENABLED',
};

export const ana: TestUser = {
  name: 'ana@example.com',
  attributes: { email: 'ana@example.com', email_verified: 'true', name: 'Ana' },
};

export interface Examined {
  readonly doctorCase: Case;
  readonly findings: readonly ReviewedFinding[];
  /** `CM101 blocking` of each finding. */
  readonly found: readonly string[];
  readonly sandbox: Sandbox;
}

/** Makes the two pools, reads them as the doctor does, and says what it finds. */
export async function examine(pair: Pair = {}): Promise<Examined> {
  const sandbox = await createSandbox({ delays: noDelays });
  onTestFinished(() => sandbox.close());
  const idp = new CognitoIdentityProviderClient({
    endpoint: sandbox.url,
    region,
    credentials: keysOf(account),
    maxAttempts: 1,
  });
  const oldId = await addPool(idp, 'legacy', { ...closed, ...(pair.old ?? byEmail) });
  const newId = await addPool(idp, 'fresh', { ...healthyNew, ...pair.new });
  const client = new CreateUserPoolClientCommand({
    ...healthyClient,
    ...pair.client,
    UserPoolId: newId,
    ClientName: 'web',
  });
  const clientId = given((await idp.send(client)).UserPoolClient?.ClientId, 'client');
  const { oldClient } = pair;
  if (oldClient !== undefined) {
    const settings = typeof oldClient === 'function' ? oldClient({ newId }) : oldClient;
    await idp.send(new CreateUserPoolClientCommand({ ClientName: 'legacy', ...settings, UserPoolId: oldId }));
  }
  for (const user of pair.users ?? [ana]) await addUser(idp, oldId, user);
  await pair.prepare?.({ idp, oldId, newId });
  sandbox.journal.clear();

  const side = new Accounts({
    endpoint: sandbox.url,
    mfaCode: () => Promise.reject(new Error('no MFA here')),
    emit: () => undefined,
    clock: fakeClock(),
    signal: new AbortController().signal,
    userAgent: 'test',
    requestTimeout: 28_000,
  }).open()(region);
  const aws = {
    new: side,
    old: side,
    handler: { bytes: new Uint8Array(), sha256: '' },
    clock: fakeClock(),
    signal: new AbortController().signal,
  };
  const [oldPool, newPool] = await Promise.all([readPool(side.idp, oldId), readPool(side.idp, newId)]);
  const inputs = someInputs({
    FORGOT_PASSWORD: 'off',
    OLD_USER_POOL_ID: oldId,
    OLD_USER_POOL_ARN: given(oldPool.pool.Arn),
    NEW_USER_POOL_ID: newId,
    NEW_USER_POOL_ARN: given(newPool.pool.Arn),
    NEW_CLIENT_IDS: [clientId],
    ...pair.inputs,
  });
  const { findBy, newPool: rules } = decodeSettings(settingsFor(oldPool.pool, newPool.pool, inputs));
  const isNeeded = () => Promise.resolve(true);
  const whole = {
    ...(isVouching(inputs, oldPool.pool) && { names: isNeeded }),
    marks: inputs.MOVE_ONCE === 'mark',
    ...(findBy !== undefined && { findable: { rule: { findBy, newPool: rules }, isNeeded } }),
  };
  const read = await readFacts(aws, { oldPool, newPool }, { ...whole, ...(pair.depth ?? quick) });
  const facts = pair.facts?.(read) ?? read;
  const SETTINGS = settingsFor(facts.oldPool?.pool, facts.newPool.pool, inputs);
  const doctorCase = diagnose(facts, { ...inputs, SETTINGS }, pair.expected);
  const { findings } = doctorCase;
  return { doctorCase, findings, found: findings.map(({ id, severity }) => `${id} ${severity}`), sandbox };
}

async function addPool(
  idp: CognitoIdentityProviderClient,
  PoolName: string,
  settings: PoolSettings,
): Promise<string> {
  const { UserPool } = await idp.send(new CreateUserPoolCommand({ ...settings, PoolName }));
  return given(UserPool?.Id, 'pool');
}

async function addUser(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
  user: TestUser,
): Promise<void> {
  const UserAttributes = Object.entries(user.attributes ?? {}).map(
    ([Name, Value]): AttributeType => ({ Name, Value }),
  );
  const Username = user.name;
  await idp.send(
    new AdminCreateUserCommand({ UserPoolId, Username, UserAttributes, MessageAction: 'SUPPRESS' }),
  );
  const Password = user.password ?? 'Old-password-of-ana-1';
  await idp.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }));
  if (user.disabled) await idp.send(new AdminDisableUserCommand({ UserPoolId, Username }));
}

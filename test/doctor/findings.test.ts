import {
  CreateGroupCommand,
  CreateIdentityProviderCommand,
  CreateUserPoolClientCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { findingTitles } from '../../src/core/findings.ts';
import { attributeTable, type Facts, thorough } from '../../src/doctor/index.ts';
import { given } from '../support/errors.ts';
import { account, region } from '../support/local-aws.ts';
import { ana, examine, type Pair, type TestUser } from './support.ts';

/** What two pools that get on well still have to be told: one attribute, one bill, one permission, one password. */
const always = ['CM120 info', 'CM321 info', 'CM413 info', 'CM504 info'];

const lambda = (name: string): string => `arn:aws:lambda:${region}:${account}:function:${name}`;
const usersOf = (count: number) => (facts: Facts) =>
  facts.oldPool === undefined
    ? facts
    : {
        ...facts,
        oldPool: {
          ...facts.oldPool,
          pool: { ...facts.oldPool.pool, EstimatedNumberOfUsers: count },
        },
      };
const newRaw = (more: Record<string, string>) => (facts: Facts) => ({
  ...facts,
  newPool: { ...facts.newPool, raw: { ...facts.newPool.raw, ...more } },
});
const ben: TestUser = {
  name: 'ben@example.com',
  attributes: { email: 'ben@example.com', email_verified: 'true' },
};
const byEmail = { UsernameAttributes: ['email' as const], UsernameConfiguration: { CaseSensitive: false } };
const capital: TestUser = {
  name: 'Eve@example.com',
  attributes: { email: 'Eve@example.com', email_verified: 'true' },
};
const open = { AdminCreateUserConfig: { AllowAdminCreateUserOnly: false } };
const planned = { Name: 'plan', AttributeDataType: 'String' as const, Mutable: true };
const subAttribute = (more: object) => ({
  Schema: [{ Name: 'old_sub', AttributeDataType: 'String' as const, Mutable: false, ...more }],
});
/** The old pool's client may write these; those of the new pool may write the e-mail address. */
const writable = (WriteAttributes: string[] | undefined): Pair => ({
  old: { ...byEmail, Schema: [planned] },
  new: { Schema: [planned] },
  oldClient: { ClientName: 'legacy-web', WriteAttributes },
  client: { WriteAttributes: ['email'] },
});
/** A second app client, where only one is read. */
const another = { ClientName: 'legacy-app', WriteAttributes: ['email'] };
/** It can write the e-mail address and nothing else. */
const listing = { WriteAttributes: ['email'] };
/** The new pool has an identity provider that fills this attribute. */
const mapsTo =
  (attribute: string): NonNullable<Pair['prepare']> =>
  ({ idp, newId }) =>
    idp.send(
      new CreateIdentityProviderCommand({
        UserPoolId: newId,
        ProviderName: 'Partner',
        ProviderType: 'OIDC',
        ProviderDetails: { client_id: 'x' },
        AttributeMapping: { [attribute]: 'sub' },
      }),
    );
type SomeGroup = { readonly GroupName: string; readonly RoleArn?: string; readonly Precedence?: number };
const inGroups =
  (old: readonly SomeGroup[], fresh: readonly SomeGroup[] = []): NonNullable<Pair['prepare']> =>
  async ({ idp, oldId, newId }) => {
    for (const group of old) await idp.send(new CreateGroupCommand({ ...group, UserPoolId: oldId }));
    for (const group of fresh) await idp.send(new CreateGroupCommand({ ...group, UserPoolId: newId }));
  };
const admins = { GroupName: 'admins', Precedence: 1 };
const withRole = { GroupName: 'admins', RoleArn: `arn:aws:iam::${account}:role/admins` };
/** The old pool of the migration that is asked first. */
const partners = { id: 'eu-west-1_B', migration: 'partners', isAskedFirst: true, users: 60, isAll: false };
/** As the old pool of another account would have it. */
const ofAnotherAccount = {
  groups: [
    {
      name: 'admins',
      description: undefined,
      precedence: undefined,
      roleArn: 'arn:aws:iam::222233334444:role/admins',
    },
  ],
  isAll: true,
};
const toSub = { MAP: { sub: 'custom:old_sub' } };
const mfa = (how: 'ON' | 'OPTIONAL', side: 'oldId' | 'newId'): Pick<Pair, 'prepare'> => ({
  prepare: ({ idp, ...ids }) =>
    idp.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId: ids[side],
        MfaConfiguration: how,
        SoftwareTokenMfaConfiguration: { Enabled: true },
      }),
    ),
});

const only = async (id: string, pair: Pair) => {
  const { findings } = await examine(pair);
  return given(
    findings.find((finding) => finding.id === id),
    id,
  );
};

test('two pools that get on well', async () => {
  expect((await examine()).found).toEqual(always);
});

/** Each finding, and how two healthy pools come to have it; what else they have then. */
const present: readonly (readonly [found: string, pair: Pair, also?: readonly string[]])[] = [
  ['CM101 blocking', { new: { Schema: [{ Name: 'locale', Required: true }] } }],
  ['CM101 blocking', { new: { Schema: [{ Name: 'name', Required: true }] }, inputs: { DROP: ['name'] } }],
  ['CM102 warning', { new: { Schema: [{ Name: 'name', Required: true }] }, users: [ana, ben] }],
  [
    'CM103 warning',
    {
      old: { ...byEmail, Schema: [planned] },
      users: [{ ...ana, attributes: { ...ana.attributes, 'custom:plan': 'gold' } }],
    },
  ],
  ['CM103 info', { old: { ...byEmail, Schema: [planned] } }],
  ['CM104 warning', { users: [{ name: 'ana@example.com', attributes: { email: 'ana@example.com' } }] }],
  [
    'CM104 warning',
    { new: { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] } } },
  ],
  [
    'CM105 warning',
    {
      old: { ...byEmail, Schema: [planned] },
      new: { Schema: [{ ...planned, StringAttributeConstraints: { MaxLength: '3' } }] },
      users: [{ ...ana, attributes: { ...ana.attributes, 'custom:plan': 'golden' } }],
    },
  ],
  [
    'CM106 info',
    {
      old: { ...byEmail, Schema: [planned] },
      new: { Schema: [{ ...planned, StringAttributeConstraints: { MaxLength: '3' } }] },
    },
  ],
  [
    'CM107 info',
    { old: { ...byEmail, Schema: [planned] }, new: { Schema: [{ ...planned, Mutable: false }] } },
  ],
  [
    'CM108 warning',
    {
      old: { UsernameAttributes: ['email'] },
      users: [
        ana,
        { name: 'Ana@example.com', attributes: { email: 'Ana@example.com', email_verified: 'true' } },
      ],
    },
    ['CM109 warning'],
  ],
  ['CM109 info', { old: { UsernameAttributes: ['email'] } }],
  ['CM109 warning', { old: { UsernameAttributes: ['email'] }, users: [ana, capital] }],
  ['CM109 warning', { new: { UsernameConfiguration: { CaseSensitive: true } } }],
  [
    'CM110 warning',
    {
      old: { UsernameConfiguration: { CaseSensitive: false } },
      users: [ana, { name: 'ben', attributes: { email: 'ben@example.com', email_verified: 'true' } }],
    },
  ],
  [
    'CM111 blocking',
    {
      old: { UsernameConfiguration: { CaseSensitive: false } },
      users: [{ name: 'ben', attributes: { email: 'ben@example.com', email_verified: 'true' } }],
    },
  ],
  [
    'CM112 warning',
    {
      old: { AliasAttributes: ['email'], UsernameConfiguration: { CaseSensitive: false } },
      users: [{ name: 'ben', attributes: { email: 'ben@example.com', email_verified: 'true' } }],
    },
  ],
  ['CM113 info', { users: [ana, { ...ben, disabled: true }] }],
  [
    'CM114 warning',
    {
      old: { UsernameConfiguration: { CaseSensitive: false } },
      new: { UsernameAttributes: undefined, AliasAttributes: ['preferred_username'] },
      users: [{ name: 'ben', attributes: { ...ben.attributes, preferred_username: 'benny' } }],
    },
  ],
  [
    'CM114 warning',
    {
      old: { UsernameConfiguration: { CaseSensitive: false }, AliasAttributes: ['preferred_username'] },
      new: { UsernameAttributes: undefined, AliasAttributes: ['preferred_username'] },
      users: [{ name: 'ben', attributes: { ...ben.attributes, preferred_username: 'benny' } }],
    },
  ],
  [
    'CM114 warning',
    {
      old: { UsernameConfiguration: { CaseSensitive: true }, AliasAttributes: ['preferred_username'] },
      new: { UsernameAttributes: undefined, AliasAttributes: ['preferred_username'] },
      users: [{ name: 'ben', attributes: { ...ben.attributes, preferred_username: 'ANA' } }],
    },
    ['CM109 info', 'CM112 warning'],
  ],
  [
    'CM114 warning',
    {
      old: { UsernameConfiguration: { CaseSensitive: false } },
      new: { UsernameAttributes: undefined, AliasAttributes: ['preferred_username'] },
      users: [{ name: 'ben', attributes: { ...ben.attributes, nickname: 'ana' } }],
      inputs: { MAP: { nickname: 'preferred_username' } },
    },
  ],
  [
    'CM115 warning',
    {
      old: { UsernameConfiguration: { CaseSensitive: false } },
      users: [{ name: 'ceo@corp.example', attributes: { email: 'ceo@corp.example' } }],
    },
    ['CM111 blocking'],
  ],
  [
    'CM116 blocking',
    {
      old: { UsernameConfiguration: { CaseSensitive: false }, ...open },
      inputs: { MAP: { username: 'email' } },
    },
    ['CM412 warning'],
  ],
  [
    'CM117 info',
    {
      old: { UsernameConfiguration: { CaseSensitive: false } },
      users: [{ name: 'ana', attributes: { email: 'ana@example.com', email_verified: 'true' } }],
      inputs: { FIND_BY: 'email' },
    },
    ['CM112 warning'],
  ],
  ['CM118 warning', { inputs: { FORWARD_CLIENT_METADATA: ['tenant'] } }],
  ['CM124 warning', writable(['email', 'custom:plan'])],
  ['CM193 info', { ...writable(['custom:plan']), facts: (facts) => ({ ...facts, oldClients: undefined }) }],
  ['CM193 info', { ...writable(['custom:plan']), facts: (facts) => ({ ...facts, areAllClients: false }) }],
  [
    'CM193 info',
    {
      ...writable(['custom:plan']),
      facts: (facts) => ({ ...facts, clients: [], areAllClients: false }),
    },
  ],
  [
    'CM193 info',
    {
      ...writable(['email']),
      depth: { users: 120, clients: 1, groups: 60 },
      prepare: ({ idp, oldId }) =>
        idp.send(new CreateUserPoolClientCommand({ ...another, UserPoolId: oldId })),
    },
  ],
  ['CM121 info', { new: subAttribute({ Mutable: true }) }, ['no CM120 info']],
  [
    'CM121 blocking',
    { new: subAttribute({ Mutable: true }), inputs: { ADD_OLD_SUB: true } },
    ['no CM120 info'],
  ],
  [
    'CM121 blocking',
    {
      new: subAttribute({ StringAttributeConstraints: { MaxLength: '20' } }),
      inputs: toSub,
      client: listing,
      users: [],
    },
    ['no CM120 info'],
  ],
  [
    'CM122 blocking',
    {
      new: subAttribute({}),
      inputs: toSub,
      client: { WriteAttributes: ['email', 'custom:old_sub'] },
    },
    ['no CM120 info'],
  ],
  [
    'CM122 warning',
    { new: { ...subAttribute({}), ...open }, inputs: toSub },
    ['CM401 warning', 'no CM120 info'],
  ],
  ['CM122 warning', { new: open, inputs: { ADD_OLD_SUB: true } }, ['CM401 warning', 'no CM120 info']],
  ['CM122 info', { new: subAttribute({}), inputs: toSub }, ['no CM120 info']],
  [
    'CM193 info',
    {
      new: subAttribute({}),
      inputs: toSub,
      client: listing,
      facts: (facts) => ({ ...facts, areAllClients: false }),
    },
    ['no CM120 info'],
  ],
  [
    'CM122 blocking',
    { new: subAttribute({}), inputs: toSub, client: listing, prepare: mapsTo('custom:old_sub') },
    ['no CM120 info'],
  ],
  ['CM123 warning', { inputs: { SET: { 'custom:nowhere': 'x' } } }],
  ['CM125 warning', { inputs: { MAP: { 'custom:paln': 'nickname' } } }],
  ['CM125 warning', { inputs: { DROP: ['custom:typo'] } }],
  [
    'CM192 blocking',
    {
      users: [],
      facts: (facts) => ({
        ...facts,
        newPool: { ...facts.newPool, pool: { ...facts.newPool.pool, EstimatedNumberOfUsers: 3 } },
      }),
    },
  ],
  ['CM190 warning', { facts: (facts) => ({ ...facts, sample: undefined }) }],
  [
    'CM191 info',
    {
      facts: (facts) => ({ ...facts, oldPool: undefined, sample: undefined }),
      inputs: { EXISTING_OLD_SIGN_IN: 'phone_number' },
    },
    ['no CM504 info'],
  ],
  [
    'CM191 warning',
    {
      facts: (facts) => ({ ...facts, oldPool: undefined, sample: undefined }),
      inputs: { EXISTING_OLD_SIGN_IN: 'unknown' },
    },
    ['no CM504 info'],
  ],
  ['CM201 info', { client: { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] } }],
  [
    'CM202 warning',
    {
      client: { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
      inputs: { NEW_CLIENT_IDS: [] },
    },
  ],
  [
    'CM203 info',
    {
      client: {
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code'],
        AllowedOAuthScopes: ['openid'],
        CallbackURLs: ['https://example.com/in'],
        SupportedIdentityProviders: ['COGNITO'],
      },
      facts: (facts) => ({
        ...facts,
        newPool: { ...facts.newPool, pool: { ...facts.newPool.pool, Domain: 'auth' } },
      }),
    },
  ],
  ['CM204 info', { client: { PreventUserExistenceErrors: 'LEGACY' } }],
  [
    'CM205 blocking',
    {
      old: { ...byEmail, LambdaConfig: { UserMigration: lambda('back') } },
      facts: (facts) => ({ ...facts, oldTriggerNamesNewPool: true }),
    },
  ],
  [
    'CM205 blocking',
    {
      old: { ...byEmail, LambdaConfig: { UserMigration: lambda('ours') } },
      inputs: { NAME: 'ours' },
    },
  ],
  ['CM206 warning', { old: { ...byEmail, LambdaConfig: { UserMigration: lambda('earlier') } } }],
  ['CM207 warning', { old: { ...byEmail, LambdaConfig: { PreAuthentication: lambda('guard') } } }],
  ['CM207 info', { old: { ...byEmail, LambdaConfig: { CustomMessage: lambda('words') } } }],
  ['CM208 warning', { new: { LambdaConfig: { PreSignUp: lambda('guard') } } }],
  ['CM209 warning', { new: { LambdaConfig: { PostConfirmation: lambda('rows') } } }],
  ['CM301 blocking', { facts: newRaw({ SmsConfigurationFailure: 'InvalidSmsRoleAccessPolicyException' }) }],
  [
    'CM302 blocking',
    { facts: (facts) => ({ ...facts, importJobs: [{ JobName: 'spring', Status: 'InProgress' }] }) },
  ],
  ['CM303 blocking', { facts: newRaw({ Arn: `arn:aws:cognito-idp:us-east-1:${account}:userpool/x` }) }],
  ['CM305 warning', { facts: newRaw({ EmailConfigurationFailure: 'not verified' }) }],
  ['CM310 warning', { new: { UserPoolTags: { 'managed-by': 'terraform' } } }],
  ['CM320 info', { facts: newRaw({ FutureSetting: 'on' }) }],
  ['CM401 warning', { new: open }],
  ['CM401 warning', { new: { ...open, LambdaConfig: { PreSignUp: lambda('guard') } } }, ['CM208 warning']],
  [
    'CM415 warning',
    { new: open, inputs: { GUARD_SIGN_UP: true, ADD_OLD_SUB: true } },
    ['CM122 blocking', 'no CM120 info'],
  ],
  ['CM416 warning', { facts: (facts) => ({ ...facts, sharedNames: [{ ...partners, shared: 3 }] }) }],
  ['CM416 info', { facts: (facts) => ({ ...facts, sharedNames: [{ ...partners, shared: 0 }] }) }],
  ['CM412 warning', { old: { ...byEmail, ...open } }],
  ['CM412 blocking', { old: { UsernameAttributes: ['email'], ...open } }, ['CM109 info']],
  ['CM402 warning', { inputs: { FORGOT_PASSWORD: 'on' } }],
  ['CM403 blocking', mfa('ON', 'oldId')],
  ['CM404 warning', mfa('OPTIONAL', 'oldId')],
  ['CM404 info', { ...mfa('ON', 'oldId'), inputs: { MFA: 'reset' } }],
  ['CM405 warning', { ...mfa('ON', 'oldId'), inputs: { MFA: 'allow' } }],
  ['CM406 info', mfa('ON', 'newId')],
  ['CM407 warning', { new: { Policies: { PasswordPolicy: { MinimumLength: 20 } } } }],
  [
    'CM407 info',
    { new: { Policies: { PasswordPolicy: { MinimumLength: 20 } } }, inputs: { WEAK_PASSWORD: 'reset' } },
  ],
  [
    'CM408 warning',
    { old: { ...byEmail, UserPoolTier: 'PLUS', UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' } } },
    ['CM409 warning'],
  ],
  ['CM409 warning', { new: { UserPoolTier: 'LITE' } }],
  ['CM501 warning', { facts: usersOf(1_000_000) }],
  ['CM501 warning', { expected: 61 }],
  ['CM501 info', { expected: 20 }],
  ['CM502 info', { new: { EmailConfiguration: undefined } }, ['no CM321 info']],
  ['CM502 warning', { new: { EmailConfiguration: undefined }, facts: usersOf(51) }, ['no CM321 info']],
  ['CM601 warning', { prepare: inGroups([admins]) }],
  ['CM601 warning', { prepare: inGroups([admins], [admins]) }],
  [
    'CM610 warning',
    {
      prepare: inGroups([admins], [admins]),
      inputs: {
        ADD_OLD_SUB: true,
        GROUPS: { admins: 'admins' },
        GROUPS_IN_FIRST_TOKEN: true,
        GROUP_PLAN: { map: { admins: 'admins' }, own: {}, made: [], different: [] },
      },
    },
    ['CM122 info', 'no CM120 info'],
  ],
  ['CM602 warning', { prepare: inGroups([admins], [{ GroupName: 'admins' }]) }, ['CM601 warning']],
  ['CM603 info', { prepare: inGroups([withRole]) }, ['CM601 warning']],
  ['CM603 warning', { facts: (facts) => ({ ...facts, oldGroups: ofAnotherAccount }) }, ['CM601 warning']],
  [
    'CM604 info',
    {
      prepare: inGroups(Array.from({ length: 101 }, (_, index) => ({ GroupName: `g${index}` }))),
      depth: thorough,
    },
    ['CM601 warning'],
  ],
];

describe('each finding, when its reason is there', () => {
  const rows = present.map(([finding, pair, also = []]) => ({ finding, pair, also }));
  test.each(rows)('$finding (%#)', async ({ finding, pair, also }) => {
    const { found } = await examine(pair);
    const absent = also.flatMap((word) => (word.startsWith('no ') ? [word.slice(3)] : []));
    const more = also.filter((word) => !word.startsWith('no '));
    expect([...found].toSorted()).toEqual(
      [...always.filter((one) => !absent.includes(one)), finding, ...more].toSorted(),
    );
  });

  test('none is left out', () => {
    const shown = new Set([...present.map(([finding]) => finding), ...always].map((one) => one.slice(0, 5)));
    // These need an SMS role, a refusal that only a broken pool has, and a function: tested below, with the pool's obstacles,
    // in test/commands/tampering.test.ts, previous-trigger.test.ts, and status-counts.test.ts, in test/cli/groups.test.ts, in
    // move-once.test.ts, and with `import` in test/cli/import.
    const elsewhere = ['CM210', 'CM304', 'CM410', 'CM411', 'CM414', 'CM503', 'CM605'];
    const ofMoveOnce = ['CM606', 'CM607', 'CM608', 'CM609', 'CM611'];
    const ofImport = ['CM701', 'CM702', 'CM703', 'CM704', 'CM705'];
    expect([...shown, ...elsewhere, ...ofMoveOnce, ...ofImport].toSorted()).toEqual(
      Object.keys(findingTitles).toSorted(),
    );
  });
});

describe('and none when it is not', () => {
  test('an empty list of an old pool with an estimate of users, because lists lag behind', async () => {
    const some = (facts: Facts): Facts => ({
      ...usersOf(1)(facts),
      newPool: { ...facts.newPool, pool: { ...facts.newPool.pool, EstimatedNumberOfUsers: 3 } },
    });
    expect((await examine({ users: [], facts: some })).found).not.toContain('CM192 blocking');
  });

  test('an old sub that is kept in an immutable attribute, or will be', async () => {
    expect((await examine({ new: subAttribute({}), inputs: toSub, client: listing })).found).not.toContain(
      'CM120 info',
    );
    expect((await examine({ inputs: { ADD_OLD_SUB: true }, client: listing })).found).toEqual([
      'CM321 info',
      'CM413 info',
      'CM504 info',
    ]);
  });

  test('a required attribute that a rule fills', async () => {
    const strict = { new: { Schema: [{ Name: 'locale', Required: true }] } };
    expect((await examine({ ...strict, inputs: { SET: { locale: 'en' } } })).found).toEqual(always);
    expect((await examine({ ...strict, inputs: { MAP: { name: 'locale' } } })).found).toEqual(always);
  });

  test('a lost attribute that may go, or goes elsewhere', async () => {
    const old = { ...byEmail, Schema: [planned] };
    const users = [{ ...ana, attributes: { ...ana.attributes, 'custom:plan': 'gold' } }];
    for (const inputs of [{ DROP: ['custom:plan'] }, { MAP: { 'custom:plan': 'profile' } }]) {
      expect((await examine({ old, users, inputs })).found).toEqual(always);
    }
  });

  test('clients that are not chosen and have SRP only are a warning beside one that accepts passwords', async () => {
    const { findings } = await examine({
      facts: (facts) => ({
        ...facts,
        clients: [
          ...facts.clients,
          {
            ClientName: 'ios',
            ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
            PreventUserExistenceErrors: 'ENABLED',
          },
        ],
      }),
    });
    const [warning] = findings.filter(({ id }) => id === 'CM201');
    expect(warning).toMatchObject({
      severity: 'warning',
      what: expect.stringContaining("App client ios doesn't accept"),
    });
  });

  test('text messages: who has no phone cannot finish, and the account has a limit', async () => {
    const { found } = await examine({
      facts: (facts) => ({
        ...facts,
        newPool: {
          ...facts.newPool,
          mfa: { MfaConfiguration: 'ON', SmsMfaConfiguration: {} },
          pool: {
            ...facts.newPool.pool,
            MfaConfiguration: 'ON',
            SmsConfiguration: { SnsCallerArn: `arn:aws:iam::${account}:role/sms` },
          },
        },
      }),
    });
    expect(found).toEqual(['CM406 warning', ...always.slice(0, 3), 'CM503 info', 'CM504 info']);
  });

  test('pools of two accounts do not share a quota', async () => {
    const elsewhere = `arn:aws:cognito-idp:${region}:444455556666:userpool/x`;
    const { found } = await examine({ expected: 61, inputs: { OLD_USER_POOL_ARN: elsewhere } });
    expect(found).toContain('CM501 info');
  });

  test('a pool without users is reviewed by its settings', async () => {
    expect((await examine({ users: [] })).found).toEqual(always);
  });
});

describe('a rule for an attribute that a pool does not have', () => {
  const plan = { old: { ...byEmail, Schema: [planned] }, new: { Schema: [planned] } };
  const findingsOf = async (inputs: NonNullable<Pair['inputs']>, facts?: Pair['facts']) =>
    (await examine({ ...plan, inputs, ...(facts && { facts }) })).findings;

  test.each([
    ['two letters swapped', { MAP: { 'custom:paln': 'nickname' } }, 'CM125', 'Did you mean custom:plan? '],
    ['without its prefix', { DROP: ['plan'] }, 'CM125', 'Did you mean custom:plan? '],
    ['nothing like it', { DROP: ['custom:typo'] }, 'CM125', 'Correct --map or --drop.'],
    ['a claim of a token', { MAP: { groups: 'nickname' } }, 'CM125', 'Correct --map or --drop.'],
    ['of the new pool', { MAP: { name: 'nickame' } }, 'CM123', 'Did you mean nickname? '],
  ])('%s', async (_what, inputs, id, fix) => {
    const findings = await findingsOf(inputs);
    expect(findings.filter((one) => ['CM123', 'CM125'].includes(one.id))).toEqual([
      expect.objectContaining({
        id,
        severity: 'warning',
        fix: expect.stringMatching(`^${fix.replaceAll('?', '\\?')}`),
      }),
    ]);
  });

  test('an old pool that cannot be read may have any', async () => {
    const unread: Pair['facts'] = (facts) => ({ ...facts, oldPool: undefined, sample: undefined });
    const ids = (await findingsOf({ DROP: ['custom:typo'] }, unread)).map(({ id }) => id);
    expect(ids).not.toContain('CM125');
  });

  test('every pool has a sub', async () => {
    const ids = (await findingsOf({ DROP: ['sub'] })).map(({ id }) => id);
    expect(ids).not.toContain('CM125');
  });
});

describe('what a finding says', () => {
  test('closed self-registration is the first advice, and no Pre sign-up trigger of their own', async () => {
    for (const LambdaConfig of [undefined, { PreSignUp: lambda('guard') }]) {
      const { severity, what, fix } = await only('CM401', { new: { ...open, LambdaConfig } });
      expect(severity).toBe('warning');
      expect(`${what} ${fix}`).not.toMatch(/pre ?sign-?up/i);
      expect(fix).toContain('AllowAdminCreateUserOnly');
    }
  });

  test('a Pre sign-up trigger: what may happen, and how to see it', async () => {
    const { why, fix } = await only('CM208', { new: { LambdaConfig: { PreSignUp: lambda('guard') } } });
    expect(why).toContain('PreSignUp_SignUp or as PreSignUp_AdminCreateUser');
    expect(fix).toContain('cognito-migrate try --for-real');
  });

  test('a case-sensitive old pool: how many have capital letters, and that there is something to do for them', async () => {
    const pair: Pair = { old: { UsernameAttributes: ['email'] }, users: [ana, capital] };
    const { severity, what, fix } = await only('CM109', pair);
    expect(severity).toBe('warning');
    expect(what).toContain('1 of 2 users has capital letters');
    expect(fix).not.toContain('Nothing to do');
  });

  test('a case-sensitive old pool: capital letters of every script count', async () => {
    const name = 'Émile@example.com';
    const emile: TestUser = { name, attributes: { email: name, email_verified: 'true' } };
    const { severity, what } = await only('CM109', {
      old: { UsernameAttributes: ['email'] },
      users: [ana, emile],
    });
    expect(severity).toBe('warning');
    expect(what).toContain('1 of 2 users has capital letters');
  });

  test.each([
    ['copied', {}, 'preferred_username'],
    ['copied from another attribute', { MAP: { nickname: 'preferred_username' } }, 'nickname'],
    ['set', { SET: { preferred_username: 'x' } }, undefined],
  ])(
    'a preferred_username that stays behind is dropped in the table, though it would be %s',
    async (_, inputs, old) => {
      const { doctorCase } = await examine({
        old: { UsernameConfiguration: { CaseSensitive: false } },
        new: { UsernameAttributes: undefined, AliasAttributes: ['preferred_username'] },
        users: [
          { name: 'ben', attributes: { ...ben.attributes, preferred_username: 'benny', nickname: 'ana' } },
        ],
        inputs,
      });
      const rows = attributeTable(doctorCase).filter(
        (row) => row.old === old || row.new === 'preferred_username',
      );
      expect(rows.map(({ action }) => action)).toEqual(rows.map(() => 'dropped'));
      expect(rows).not.toEqual([]);
    },
  );

  test('a case-sensitive old pool whose users cannot be looked at: nothing is promised for them', async () => {
    const { severity, fix } = await only('CM109', {
      old: { UsernameAttributes: ['email'] },
      facts: (facts) => ({ ...facts, sample: undefined }),
    });
    expect(severity).toBe('info');
    expect(fix).not.toContain('Nothing to do');
  });

  test('sign-up in the old pool blocks where its letter case is lost, unless it is accepted', async () => {
    const old = { UsernameAttributes: ['email' as const], ...open };
    expect(await only('CM412', { old })).toMatchObject({ severity: 'blocking', accepted: false });
    expect(await only('CM412', { old, inputs: { ACCEPT: ['CM412'] } })).toMatchObject({ accepted: true });
  });

  test('an identity provider that writes the old sub is named, and is never accepted', async () => {
    const pair = { new: subAttribute({}), inputs: { ...toSub, ACCEPT: ['CM122' as const] } };
    const finding = await only('CM122', { ...pair, prepare: mapsTo('custom:old_sub') });
    expect(finding).toMatchObject({
      what: 'Identity provider Partner writes custom:old_sub.',
      accepted: false,
    });
    expect((await examine({ ...pair, prepare: mapsTo('email') })).found).not.toContain('CM122 blocking');
  });

  test('identity providers that cannot be read are a note, and nothing else', async () => {
    const { found, findings } = await examine({
      new: subAttribute({}),
      inputs: toSub,
      facts: (facts) => ({ ...facts, providers: undefined }),
    });
    expect(found.filter((one) => !one.endsWith('info'))).toEqual([]);
    expect(findings.find(({ id }) => id === 'CM193')?.fix).toContain('cognito-idp:ListIdentityProviders');
  });

  test('a self-written attribute: the list, and --drop as the remedy, which works', async () => {
    const { what, fix } = await only('CM124', writable(['custom:plan']));
    expect(what).toContain('custom:plan');
    expect(fix).toContain('--drop custom:plan');
    const { found } = await examine({ ...writable(['custom:plan']), inputs: { DROP: ['custom:plan'] } });
    expect(found).toEqual(always);
  });

  test('a self-written attribute under another name', async () => {
    const pair: Pair = {
      ...writable(undefined),
      new: { Schema: [{ ...planned, Name: 'tier' }] },
      inputs: { MAP: { nickname: 'custom:tier' } },
    };
    expect((await only('CM124', pair)).what).toContain('nickname (here custom:tier)');
  });

  test.each([
    ['a list without it on both sides', ['email'], ['email'], false],
    ['a list with it on both sides', ['custom:plan'], ['custom:plan'], false],
    ['no list on both sides', undefined, undefined, false],
    ['no list in the old pool', undefined, ['email'], true],
    ['no list in the new pool', ['custom:plan'], undefined, true],
  ])('a self-written attribute, %s: %j, %j', async (_, before, after, isFound) => {
    const { found } = await examine({ ...writable(before), client: { WriteAttributes: after } });
    expect(found.includes('CM124 warning')).toBe(isFound);
  });

  test('threat protection: the reason that the log has then', async () => {
    const old = {
      ...byEmail,
      UserPoolTier: 'PLUS',
      UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
    } as const;
    expect((await only('CM408', { old })).why).toContain('threat-protection');
  });

  test.each(['unknown', 'username'])(
    'an old pool that cannot be read, --old-sign-in %s: the risks',
    async (words) => {
      const { why, fix } = await only('CM191', {
        facts: (facts) => ({ ...facts, oldPool: undefined, sample: undefined }),
        inputs: { EXISTING_OLD_SIGN_IN: words },
      });
      expect(why).toMatch(/case sensitivity, its self-registration/);
      expect(fix.includes('--old-sign-in')).toBe(words === 'unknown');
    },
  );

  test("the function's own app client in the old pool does not count", async () => {
    const pair: Pair = {
      ...writable(undefined),
      oldClient: ({ newId }) => ({ ClientName: `cognito-migrate-${newId}` }),
    };
    expect((await examine(pair)).found).toEqual(always);
  });

  test('the old password: disable in the old pool first', async () => {
    expect((await only('CM413', {})).fix).toMatch(/^Disable the user in the old pool before you delete them/);
  });
});

describe('groups', () => {
  const many = Array.from({ length: 61 }, (_, index) => ({ GroupName: `g${index}` }));

  test('names those that the new pool lacks, and none if the new pool has more than were read', async () => {
    const lacking = await only('CM601', { prepare: inGroups([admins, { GroupName: 'staff' }], [admins]) });
    expect(lacking.what).toBe(
      'The old pool has 2 groups. Users who move are in none of them. The new pool has no staff.',
    );
    const unknown = await only('CM601', { prepare: inGroups([admins], many) });
    expect(unknown.what).toBe('The old pool has 1 group. Users who move are in none of them.');
    const some = await only('CM601', { prepare: inGroups(many) });
    expect(some.what).toContain('at least 60 groups');
    expect(some.what).toContain('The new pool has no g0, g1, g2, g3, g4, and 55 more.');
  });

  test('says what differs between two groups of one name', async () => {
    const pair = { prepare: inGroups([{ ...withRole, Precedence: 2 }], [admins]) };
    expect((await only('CM602', pair)).what).toContain('admins (role, precedence)');
  });

  test('the group that Cognito makes for an identity provider does not count', async () => {
    const prepare: Pair['prepare'] = ({ idp, oldId }) =>
      idp.send(new CreateGroupCommand({ UserPoolId: oldId, GroupName: `${oldId}_Partner` }));
    expect((await examine({ prepare })).found).toEqual(always);
  });

  test('groups that cannot be read are no finding', async () => {
    const facts = (all: Facts) => ({ ...all, oldGroups: undefined });
    expect((await examine({ prepare: inGroups([admins]), facts })).found).toEqual(always);
  });
});

describe('what is read', () => {
  test('nothing is written, and at most so many pages of users are read', async () => {
    const users = Array.from({ length: 130 }, (_, index): TestUser => ({ name: `u${index}@example.com` }));
    const { sandbox, doctorCase } = await examine({ users, depth: { users: 120, clients: 60, groups: 60 } });
    expect(sandbox.journal.writes()).toEqual([]);
    expect(sandbox.journal.calls.filter(({ operation }) => operation === 'ListUsers')).toHaveLength(2);
    expect(doctorCase.prediction).toMatchObject({ users: 120, isAll: false });
  });

  test('no name and no value of a user is in any finding', async () => {
    const { findings } = await examine({
      old: { Schema: [planned], UsernameConfiguration: { CaseSensitive: true } },
      new: { Schema: [{ ...planned, StringAttributeConstraints: { MaxLength: '3' } }] },
      users: [
        { name: 'secretive', attributes: { email: 'hidden@example.com', 'custom:plan': 'platinum' } },
        { name: 'Secretive', attributes: { email: 'hidden2@example.com', nickname: 'shadow' } },
      ],
    });
    expect(findings.length).toBeGreaterThan(5);
    expect(JSON.stringify(findings)).not.toMatch(/secretive|hidden|platinum|shadow/i);
  });
});

describe('order and acceptance', () => {
  const bad: Pair = { ...mfa('ON', 'oldId'), new: subAttribute({ Mutable: true }) };

  test('the worst first; what is accepted is no worse than a warning', async () => {
    const first = await examine({ ...bad, inputs: { FORGOT_PASSWORD: 'on' } });
    expect(first.findings.map(({ severity }) => severity)).toEqual([
      'blocking',
      'warning',
      ...first.findings.slice(2).map(() => 'info'),
    ]);
    const accepted = await examine({ ...bad, inputs: { FORGOT_PASSWORD: 'on', ACCEPT: ['CM403'] } });
    expect(accepted.findings.slice(0, 2)).toMatchObject([
      { id: 'CM402', accepted: false },
      { id: 'CM403', accepted: true },
    ]);
  });

  test('an attribute that others could write is never accepted', async () => {
    const { findings } = await examine({ ...bad, inputs: { ADD_OLD_SUB: true, ACCEPT: ['CM121', 'CM403'] } });
    expect(findings[0]).toMatchObject({ id: 'CM121', severity: 'blocking', accepted: false });
  });
});

/** What the doctor says about `--move-once`: its price, and who could undo it. */
import {
  AdminUpdateUserAttributesCommand,
  CreateIdentityProviderCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import type { Inputs } from '../../src/core/variables/index.ts';
import type { Facts } from '../../src/doctor/index.ts';
import { ana, examine, type Pair } from './support.ts';

const oldSub = { Name: 'old_sub', AttributeDataType: 'String' as const, Mutable: false };
const marks = ['moved_at', 'moved_to'].map((Name) => ({
  Name,
  AttributeDataType: 'String' as const,
  Mutable: true,
}));
const byEmail = { UsernameAttributes: ['email' as const], UsernameConfiguration: { CaseSensitive: false } };
const WriteAttributes = ['email', 'name'];

const pairWith = (MOVE_ONCE: 'disable' | 'mark', more: Partial<Pair> = {}): Pair => ({
  new: { Schema: [oldSub] },
  client: { WriteAttributes },
  oldClient: { WriteAttributes },
  ...more,
  inputs: { MOVE_ONCE, MAP: { sub: 'custom:old_sub' }, ...more.inputs },
});

const foundFor = async (how: 'disable' | 'mark', more?: Partial<Pair>): Promise<readonly string[]> =>
  (await examine(pairWith(how, more))).found.filter((one) => /^CM(60|413)/.test(one));

const marked: Partial<Pair> = { old: { ...byEmail, Schema: marks } };

test('both ways have a price, and the old password is no hole any more', async () => {
  expect(await foundFor('disable')).toEqual(['CM606 warning']);
  expect(await foundFor('mark')).toEqual(['CM606 warning']);
  const { findings } = await examine(pairWith('mark'));
  expect(findings.find(({ id }) => id === 'CM606')?.why).toContain('any attribute of any user');
});

describe('writers of the marks block', () => {
  test.each<[string, Partial<Pair>]>([
    [
      'an app client that lists one',
      { ...marked, oldClient: { WriteAttributes: ['email', 'custom:moved_to'] } },
    ],
    ['an app client without a list', { oldClient: {} }],
    [
      'an identity provider',
      {
        ...marked,
        prepare: ({ idp, oldId }) =>
          idp.send(
            new CreateIdentityProviderCommand({
              UserPoolId: oldId,
              ProviderName: 'Partner',
              ProviderType: 'OIDC',
              ProviderDetails: {
                client_id: 'id',
                client_secret: 'secret',
                attributes_request_method: 'GET',
                oidc_issuer: 'https://idp.example.com',
                authorize_scopes: 'openid',
              },
              AttributeMapping: { 'custom:moved_at': 'date' },
            }),
          ),
      },
    ],
    ['what cannot be read', { facts: (facts) => ({ ...facts, oldProviders: undefined }) }],
  ])('%s', async (_, more) => {
    expect(await foundFor('mark', more)).toEqual(['CM607 blocking', 'CM606 warning']);
    expect(await foundFor('disable', { ...more, facts: (facts) => facts })).toEqual(['CM606 warning']);
  });

  test('not the app client of this migration', async () => {
    const NAME = 'cognito-migrate-eu-west-1_NewPool01';
    const more = { oldClient: { ClientName: NAME }, inputs: { NAME } };
    expect(await foundFor('mark', more)).toEqual(['CM606 warning']);
  });
});

test('a pool that is deployed from code blocks, and the finding has the lines for that code', async () => {
  const old = { ...byEmail, UserPoolTags: { 'managed-by': 'terraform' } };
  const { findings } = await examine(pairWith('mark', { old }));
  const finding = findings.find(({ id }) => id === 'CM608');
  expect(finding).toMatchObject({ severity: 'blocking' });
  expect(finding?.fix).toContain('schema { name = "moved_at"');
  expect(finding?.fix).toContain('ignore_changes = [schema]');
  // Both attributes are there, so nothing is added.
  expect(await foundFor('mark', { old: { ...old, Schema: marks } })).toEqual(['CM606 warning']);
  expect(await foundFor('disable', { old })).toEqual(['CM606 warning']);
  const fresh = { UserPoolTags: { 'managed-by': 'terraform' } };
  const added = { new: fresh, inputs: { ADD_OLD_SUB: true, MAP: {} } };
  expect(await foundFor('disable', added)).toEqual(['CM608 blocking', 'CM606 warning']);
});

describe('after a handoff', () => {
  const role = { EXISTING_OLD_ROLE_ARN: 'arn:aws:iam::444455556666:role/old' };
  const lacks = (now: Facts['afterMove'], chosen: Partial<Inputs>): Pair => ({
    new: { Schema: [oldSub] },
    client: { WriteAttributes },
    facts: (facts) => ({ ...facts, afterMove: now }),
    inputs: { MAP: { sub: 'custom:old_sub' }, ...chosen },
  });
  const groups = { admins: 'admins' };

  test.each<[string, Facts['afterMove'], Partial<Inputs>, string | undefined]>([
    ['groups are new', undefined, { ...role, GROUPS: groups }, '--groups'],
    [
      'groups are new beside marks',
      { moveOnce: 'mark' },
      { ...role, GROUPS: groups, MOVE_ONCE: 'mark' },
      '--groups',
    ],
    [
      'disabling is new',
      { groups },
      { ...role, GROUPS: groups, MOVE_ONCE: 'disable' },
      '--move-once disable',
    ],
    ['another way is new', { moveOnce: 'mark' }, { ...role, MOVE_ONCE: 'disable' }, '--move-once disable'],
    [
      'both are new',
      undefined,
      { ...role, GROUPS: groups, MOVE_ONCE: 'mark' },
      '--groups and --move-once mark',
    ],
    [
      'both are there',
      { groups, moveOnce: 'mark' },
      { ...role, GROUPS: groups, MOVE_ONCE: 'mark' },
      undefined,
    ],
    ['only other groups are new', { groups }, { ...role, GROUPS: { staff: 'staff' } }, undefined],
    ['they are taken back', { groups, moveOnce: 'mark' }, role, undefined],
    ['the role is ours', undefined, { GROUPS: groups, MOVE_ONCE: 'mark' }, undefined],
  ])('%s', async (_, now, chosen, named) => {
    const { findings } = await examine(lacks(now, chosen));
    const finding = findings.find(({ id }) => id === 'CM611');
    if (named === undefined) expect(finding).toBeUndefined();
    else
      expect(finding).toMatchObject({ severity: 'blocking', what: expect.stringContaining(`for ${named}.`) });
  });
});

test('marks of another pool are counted', async () => {
  const mark = (Value: string): Partial<Pair> => ({
    ...marked,
    prepare: ({ idp, oldId, newId }) =>
      idp.send(
        new AdminUpdateUserAttributesCommand({
          UserPoolId: oldId,
          Username: ana.name,
          UserAttributes: [{ Name: 'custom:moved_to', Value: Value || newId }],
        }),
      ),
  });
  expect(await foundFor('mark', mark('eu-west-1_Another1'))).toEqual(['CM606 warning', 'CM609 warning']);
});

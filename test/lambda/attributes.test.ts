import { describe, expect, it } from 'vitest';
import { mapAttributes } from '../../src/lambda/attributes.ts';
import {
  type AttributeMap,
  type AttributeSchema,
  SAFEST_SETTINGS,
  type Settings,
} from '../../src/lambda/settings.ts';
import { SETTINGS, text } from './fakes.ts';

const SUB = '11111111-2222-4333-8444-555555555555';

function map(
  old: Record<string, string>,
  { schema, ...rules }: Partial<AttributeMap> & { schema?: Record<string, AttributeSchema> } = {},
  settings: Settings = SETTINGS,
) {
  return mapAttributes(
    { userName: 'ana', attributes: Object.entries(old).map(([name, value]) => ({ name, value })) },
    {
      ...settings,
      map: { ...settings.map, ...rules },
      ...(schema && { schema: { ...settings.schema, ...schema } }),
    },
  );
}

describe('which attributes the new user gets', () => {
  it('what both schemas have, and nothing that Cognito manages', () => {
    const { attributes, bad } = map(
      {
        sub: SUB,
        identities: '[]',
        'cognito:user_status': 'CONFIRMED',
        'cognito:email_alias': 'a@b',
        username: 'ana',
        'dev:custom:x': '1',
        email: 'ana@example.com',
        given_name: 'Ana',
        nickname: 'not in the new schema',
        __proto__: 'x',
      },
      { schema: { identities: text(), username: text(), 'cognito:user_status': text() } },
    );
    expect(attributes).toEqual({ email: 'ana@example.com', given_name: 'Ana' });
    expect(bad).toEqual([]);
  });

  it('no empty values', () => {
    expect(map({ email: 'ana@example.com', given_name: '' }).attributes).toEqual({
      email: 'ana@example.com',
    });
  });

  it('only the attributes that every pool has, as long as the schema is unknown', () => {
    const { attributes } = map(
      { email: 'a@b', given_name: 'Ana', 'custom:level': '1', sub: SUB },
      {},
      SAFEST_SETTINGS,
    );
    expect(attributes).toEqual({ email: 'a@b', given_name: 'Ana' });
  });

  it('renamed, dropped and set ones', () => {
    const { attributes } = map(
      { sub: SUB, email: 'ana@example.com', given_name: 'Ana', 'custom:tier': '3', family_name: 'x' },
      {
        rename: { sub: 'custom:old_sub', 'custom:tier': 'custom:level' },
        drop: ['given_name'],
        set: { 'custom:from': 'old' },
        schema: { 'custom:old_sub': text({ mutable: false }), 'custom:from': text() },
      },
    );
    expect(attributes).toEqual({
      email: 'ana@example.com',
      'custom:old_sub': SUB,
      'custom:level': '3',
      'custom:from': 'old',
    });
  });

  it('the old sub and nothing else in its own attribute, even if the old pool has one of that name', () => {
    const schema = { 'custom:old_sub': text({ mutable: false }) };
    const rename = { sub: 'custom:old_sub' };
    const forged = { 'custom:old_sub': '99999999-2222-4333-8444-555555555555' };
    expect(map({ sub: SUB, ...forged }, { rename, schema }).attributes).toEqual({ 'custom:old_sub': SUB });
    expect(map({ ...forged, sub: SUB }, { rename, schema }).attributes).toEqual({ 'custom:old_sub': SUB });
    // A user without a sub has no old sub. An attribute that they may have written is none.
    expect(map(forged, { rename, schema }).attributes).toEqual({});
    expect(map({ sub: SUB, ...forged }, { rename, schema, drop: ['sub'] }).attributes).toEqual({});
  });

  it('a renamed one wins over a copied one, and a set one over both, in any order', () => {
    const rules = { rename: { nickname: 'given_name' } };
    expect(map({ nickname: 'n', given_name: 'g', email: 'a@b' }, rules).attributes.given_name).toBe('n');
    expect(map({ given_name: 'g', nickname: 'n', email: 'a@b' }, rules).attributes.given_name).toBe('n');
    expect(map({ given_name: 'g', email: 'a@b' }, { set: { given_name: 's' } }).attributes.given_name).toBe(
      's',
    );
  });

  it('names the required attributes that are missing, but not sub', () => {
    expect(map({ given_name: 'Ana' }).missing).toEqual(['email']);
    expect(map({ email: 'not an address' }).missing).toEqual(['email']);
  });
});

describe('a verified flag', () => {
  const VERIFIED = { email: 'ana@example.com', email_verified: 'true' };
  it.each([
    ['is copied', {}, 'true'],
    ['stays behind with a dropped address', { drop: ['email'] }, undefined],
    ['does not speak of an address from elsewhere', { rename: { nickname: 'email' } }, undefined],
    ['does not speak of a fixed address', { set: { email: 'boss@example.com' } }, undefined],
    ['does not speak of the same address once it was set', { set: { email: 'ana@example.com' } }, undefined],
    ['stays behind when its address is put elsewhere', { rename: { email: 'given_name' } }, undefined],
  ])('%s', (_, rules, expected) => {
    expect(map({ ...VERIFIED, nickname: 'other@example.com' }, rules).attributes.email_verified).toBe(
      expected,
    );
  });

  it('is never made up', () => {
    expect(map({ email: 'a@b', email_verified: 'false' }).attributes.email_verified).toBe('false');
    expect(map({ email: 'a@b' }).attributes).toEqual({ email: 'a@b' });
    expect(map({ email_verified: 'true' }).attributes).toEqual({});
    expect(map({ email: 'no address', email_verified: 'true' }).attributes).toEqual({});
    expect(map({ email: 'a@b', email_verified: '1' }).bad).toEqual(['email_verified:type']);
    expect(map({ email: 'a@b', phone_number_verified: 'true' }).attributes).toEqual({ email: 'a@b' });
  });
});

// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
describe('what the new pool would refuse', () => {
  const schema = {
    'custom:date': { type: 'DateTime' },
    'custom:flag': { type: 'Boolean' },
    'custom:code': { type: 'String', min: 2, max: 4 },
    'custom:number': { type: 'Number' },
    updated_at: { type: 'Number', min: 0 },
  } as const;

  it.each([
    ['phone_number', '+4930123456', undefined],
    ['phone_number', '030 123456', 'format'],
    ['phone_number', '+49(30)1', 'format'],
    ['birthdate', '1999-12-31', undefined],
    ['birthdate', '2000-02-29', undefined],
    ['birthdate', '1900-02-29', 'format'],
    ['birthdate', '0000-02-29', undefined],
    ['birthdate', '12/31/1999', 'format'],
    ['birthdate', '1999-13-01', 'format'],
    ['custom:level', '7', undefined],
    ['custom:level', '11', 'range'],
    ['custom:level', '0', 'range'],
    ['custom:level', 'seven', 'type'],
    ['custom:level', '0x7', 'type'],
    ['custom:number', '-12', undefined],
    ['custom:number', '0', undefined],
    ['custom:number', '1e', 'type'],
    ['custom:number', ' 1', 'type'],
    ['custom:number', 'NaN', 'type'],
    ['custom:code', 'a', 'length'],
    ['custom:code', 'abcde', 'length'],
    ['custom:code', 'abcd', undefined],
    ['custom:flag', 'true', undefined],
    ['custom:flag', 'yes', 'type'],
    ['custom:flag', 'tru\u212A', 'type'],
    ['custom:date', '1700000000', undefined],
    ['custom:date', '2024-05-01T10:00:00Z', undefined],
    ['custom:date', 'yesterday', 'type'],
    ['updated_at', '1700000000', undefined],
    ['updated_at', '2024-05-01', 'type'],
    ['given_name', 'x'.repeat(21), 'length'],
  ])('%s = %s: %s', (name, value, fault) => {
    const { attributes, bad } = map({ email: 'a@b', [name]: value }, { schema });
    expect(bad).toEqual(fault === undefined ? [] : [`${name}:${fault}`]);
    expect(attributes[name]).toBe(fault === undefined ? value : undefined);
  });

  it.each(['-12.5', '1.50', '+1', '1e3', '1E3', '007', '-0', '1.', '.5'])(
    'is perhaps the number %s: it is left out',
    (value) => {
      const { attributes, bad } = map({ email: 'a@b', 'custom:number': value }, { schema });
      expect(bad).toEqual(['custom:number:form']);
      expect(attributes).toEqual({ email: 'a@b' });
    },
  );

  it('is no longer than any attribute may be, whatever the schema says', () => {
    const long = map(
      { email: 'a@b', 'custom:long': 'x'.repeat(2049) },
      { schema: { 'custom:long': { type: 'String' } } },
    );
    expect(long.bad).toEqual(['custom:long:length']);
  });
});

import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AfterMove, oldSubName, SAFEST_SETTINGS, type Settings } from '../../src/lambda/settings.ts';
import { decodeSettings, encodeSettings, SettingsError } from '../../src/lambda/settings-codec.ts';
import { SETTINGS } from './fakes.ts';

const encode = (value: unknown) => deflateRawSync(JSON.stringify(value)).toString('base64url');
const message = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('the settings in the function’s environment', () => {
  it('come back as they went', () => {
    const full: Settings = {
      ...SETTINGS,
      map: { rename: { nickname: 'given_name' }, drop: ['birthdate'], set: { 'custom:level': '3' } },
      passwordPolicy: { minimumLength: 12, requireSymbols: true, requireNumbers: false },
      newPool: { ...SETTINGS.newPool, recovery: ['verified_email', 'admin_only'] },
      oldPool: { usernameAttributes: [], aliasAttributes: ['email', 'preferred_username'] },
      useFips: true,
    };
    expect(decodeSettings(encodeSettings(full))).toEqual(full);
    expect(encodeSettings(decodeSettings(encodeSettings(full)))).toBe(encodeSettings(full));
  });

  it('are the safest when there are none, and where one is missing', () => {
    expect(decodeSettings(undefined)).toEqual(SAFEST_SETTINGS);
    expect(decodeSettings('')).toEqual(SAFEST_SETTINGS);
    expect(decodeSettings(encode({}))).toEqual(SAFEST_SETTINGS);
    expect(decodeSettings(encode({ mfa: 'allow' }))).toEqual({ ...SAFEST_SETTINGS, mfa: 'allow' });
    expect(SAFEST_SETTINGS).toMatchObject({
      mfa: 'block',
      forgotPassword: 'off',
      newPool: { caseSensitive: true },
    });
  });

  it.each([
    ['no base64', '%%%'],
    ['no deflate', Buffer.from('hello').toString('base64url')],
    ['no JSON', deflateRawSync('{"set":"secret').toString('base64url')],
    ['a list', encode([])],
    ['null', encode(null)],
    ['an unknown policy', encode({ mfa: 'maybe' })],
    ['a wrong type', encode({ mfa: true })],
    ['an unknown name', encode({ mfaa: 'block' })],
    ['an unknown pool setting', encode({ newPool: { colour: 1 } })],
    ['a map with numbers', encode({ map: { set: { a: 1 } } })],
    ['an empty target', encode({ map: { rename: { a: '' } } })],
    ['a schema without types', encode({ schema: { email: {} } })],
    ['a schema with a text for a number', encode({ schema: { email: { type: 'String', max: '5' } } })],
    ['an unknown alias', encode({ newPool: { aliasAttributes: ['sub'] } })],
    ['an unknown way of recovery', encode({ newPool: { recovery: ['magic'] } })],
    ['too much', deflateRawSync(' '.repeat(2_000_000)).toString('base64url')],
  ])('are refused: %s', (_, text) => {
    const said = message(() => decodeSettings(text));
    expect(said).not.toBe('accepted');
    expect(said).not.toContain('secret');
  });

  it.each([
    ['sub', { rename: { nickname: 'sub' } }],
    ['identities', { set: { identities: '[]' } }],
    ['cognito:groups', { set: { 'cognito:groups': 'admin' } }],
    ['username', { rename: { email: 'username' } }],
  ])('write no %s', (_, map) => {
    expect(message(() => decodeSettings(encode({ map })))).toBe(
      'map: a rule writes an attribute that Cognito manages',
    );
  });

  it('verify nothing', () => {
    for (const map of [
      { set: { email_verified: 'true' } },
      { rename: { 'custom:ok': 'phone_number_verified' } },
    ])
      expect(message(() => decodeSettings(encode({ map })))).toBe('map: a rule writes a verified flag');
  });

  it('write each attribute once', () => {
    const map = { rename: { a: 'custom:x', b: 'custom:x' } };
    expect(message(() => decodeSettings(encode({ map })))).toContain('same attribute');
    expect(message(() => decodeSettings(encode({ map: { rename: { a: 'x' }, set: { x: '1' } } })))).toContain(
      'same attribute',
    );
  });

  it('put the old sub only where nobody can change it', () => {
    const settings = (mutable?: boolean) => ({
      map: { rename: { sub: 'custom:old_sub' } },
      schema: { 'custom:old_sub': { type: 'String', ...(mutable !== undefined && { mutable }) } },
    });
    expect(message(() => decodeSettings(encode(settings(false))))).toBe('accepted');
    expect(message(() => decodeSettings(encode(settings(true))))).toContain('immutable');
    expect(message(() => decodeSettings(encode(settings())))).toContain('immutable');
  });

  it('are checked when they are encoded, too', () => {
    expect(() => encodeSettings({ ...SETTINGS, map: { rename: {}, drop: [], set: { sub: 'x' } } })).toThrow(
      SettingsError,
    );
  });

  it('fit into Lambda’s 4 KB with 50 custom attributes, all renamed, of the longest names', () => {
    // Names that hardly compress: 20 characters each, of letters that a fixed generator chooses.
    let seed = 42;
    const letter = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return String.fromCharCode(97 + (seed % 26));
    };
    const name = () => `custom:${Array.from({ length: 20 }, letter).join('')}`;
    const standard = [
      'name',
      'given_name',
      'family_name',
      'middle_name',
      'nickname',
      'profile',
      'picture',
      'website',
    ];
    const more = ['gender', 'birthdate', 'zoneinfo', 'locale', 'address', 'updated_at', 'preferred_username'];
    const targets = Array.from({ length: 50 }, name);
    const settings: Settings = {
      ...SETTINGS,
      map: { rename: Object.fromEntries(targets.map((target) => [name(), target])), drop: [], set: {} },
      schema: {
        ...SETTINGS.schema,
        ...Object.fromEntries(
          [...standard, ...more].map((one) => [one, { type: 'String', max: 2048 } as const]),
        ),
        ...Object.fromEntries(
          targets.map((target, i) => [
            target,
            { type: 'String', min: i, max: 2048 - i, mutable: false } as const,
          ]),
        ),
      },
      passwordPolicy: { minimumLength: 12, requireSymbols: true },
    };
    const environment = {
      OLD_USER_POOL_ID: `ap-southeast-1_${'x'.repeat(9)}`,
      OLD_USER_POOL_REGION: 'ap-southeast-1',
      OLD_CLIENT_ID: 'x'.repeat(26),
      OLD_ROLE_ARN: `arn:aws:iam::111122223333:role/${'x'.repeat(64)}`,
      OLD_EXTERNAL_ID: 'x'.repeat(64),
      MIGRATION_SETTINGS: encodeSettings(settings),
    };
    const bytes = Object.entries(environment).reduce(
      (sum, [key, value]) => sum + key.length + value.length,
      0,
    );
    expect(bytes).toBeLessThan(4096);
  });

  describe('with work after the move', () => {
    const kept = { ...SETTINGS, map: { rename: { sub: oldSubName }, drop: [], set: {} } };
    const groupName = fc
      .stringMatching(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u)
      .filter((name) => name !== '__proto__' && [...name].length <= 128);
    const groups = fc.dictionary(groupName, groupName, { minKeys: 1, maxKeys: 4 });
    const afterMove: fc.Arbitrary<AfterMove> = fc
      .record({
        groups: fc.option(groups, { nil: undefined }),
        first: fc.boolean(),
        moveOnce: fc.constantFrom('disable', 'mark', undefined),
      })
      .filter(({ groups, moveOnce }) => groups !== undefined || moveOnce !== undefined)
      .map(({ groups, first, moveOnce }) => ({
        ...(groups && { groups: { ...groups } }),
        ...(groups && first && { groupsInFirstToken: true }),
        ...(moveOnce && { moveOnce }),
      }));

    it('come back as they went', () => {
      void fc.assert(
        fc.property(afterMove, (chosen) => {
          const settings: Settings = { ...kept, afterMove: chosen };
          expect(decodeSettings(encodeSettings(settings))).toEqual(settings);
        }),
      );
    });

    it.each([
      ['nothing chosen', {}, 'must hold groups or moveOnce'],
      ['no object', [], 'must be an object'],
      ['an unknown name', { moveOnce: 'mark', roles: {} }, 'unknown name'],
      ['another way to close a user', { moveOnce: 'delete' }, 'must be one of disable, mark'],
      ['groups without a name', { groups: {} }, 'is empty'],
      ['a group name with a space', { groups: { 'a b': 'ab' } }, 'no group can have'],
      ['a group name of 129 characters', { groups: { a: 'x'.repeat(129) } }, 'no group can have'],
      ['an empty group name', { groups: { a: '' } }, 'must be a text'],
      ['a number as a group name', { groups: { a: 1 } }, 'must be a text'],
      ['the first token without groups', { moveOnce: 'mark', groupsInFirstToken: true }, 'needs groups'],
      ['false for the first token', { groups: { a: 'a' }, groupsInFirstToken: false }, 'true or absent'],
      ['null', null, 'must be an object'],
    ])('are refused for %s', (_, chosen, why) => {
      expect(message(() => decodeSettings(encode({ ...kept, afterMove: chosen })))).toContain(why);
    });

    it.each([
      ['nowhere', {}],
      ['in another attribute', { sub: 'custom:sub' }],
      ['in the attribute, but not the sub', { nickname: oldSubName }],
    ])('are refused if the old sub is kept %s', (_, rename) => {
      const settings = { ...kept, map: { ...kept.map, rename }, afterMove: { moveOnce: 'disable' } };
      expect(message(() => decodeSettings(encode(settings)))).toContain(`sub to ${oldSubName}`);
    });

    it('fit into the environment with 150 groups of ordinary names, and are refused if they do not fit', () => {
      const many = (count: number, name: (i: number) => string) => ({
        ...kept,
        afterMove: {
          groups: Object.fromEntries(Array.from({ length: count }, (_, i) => [name(i), name(i)])),
        },
      });
      expect(encodeSettings(many(150, (i) => `department-${i}-editors`)).length).toBeLessThan(3100);
      const digest = (i: number) => createHash('sha512').update(String(i)).digest('base64url');
      expect(message(() => encodeSettings(many(100, digest)))).toMatch(
        /^afterMove\.groups are too many: the settings have \d+ of at most 3100 bytes$/,
      );
      // The limit is one of groups. Other settings are limited where init writes them.
      const long = { ...kept, map: { ...kept.map, set: { 'custom:b': noise() } } };
      expect(message(() => encodeSettings(long))).toBe('accepted');
    });
  });
});

/** A text that cannot be compressed below 3,100 bytes. */
const noise = (): string =>
  Array.from({ length: 60 }, (_, i) => createHash('sha512').update(`n${i}`).digest('base64url')).join('');

/** What the function learns of an old pool that this run cannot read. */
import { describe, expect, test } from 'vitest';
import { parseVariable } from '../../src/core/variables/index.ts';
import { decodeSettings } from '../../src/lambda/settings-codec.ts';
import { settingsFor, signInWords } from '../../src/steps/handler-settings.ts';

const oldPoolWith = (EXISTING_OLD_SIGN_IN?: string) =>
  decodeSettings(
    settingsFor(
      undefined,
      { UsernameAttributes: ['email'] },
      {
        MFA: 'block',
        FORGOT_PASSWORD: 'on',
        WEAK_PASSWORD: 'allow',
        ON_BAD_ATTRIBUTE: 'drop',
        MAP: {},
        DROP: [],
        SET: {},
        ...(EXISTING_OLD_SIGN_IN === undefined ? {} : { EXISTING_OLD_SIGN_IN }),
      },
    ),
  ).oldPool;

describe("the old pool's sign-in options, where only its administrator can read them", () => {
  test.each([
    [undefined, {}],
    ['unknown', {}],
    ['email', { usernameAttributes: ['email'], aliasAttributes: [] }],
    ['phone_number,email', { usernameAttributes: ['phone_number', 'email'], aliasAttributes: [] }],
    ['username', { usernameAttributes: [], aliasAttributes: [], usernamesOnly: true }],
    [
      'username,email,preferred_username',
      { usernameAttributes: [], aliasAttributes: ['email', 'preferred_username'] },
    ],
  ])('--old-sign-in %s: unknown is not none', (words, expected) => {
    expect(oldPoolWith(words)).toEqual(expected);
    expect(signInWords(oldPoolWith(words))).toBe(words === 'unknown' ? undefined : words);
    if (words !== undefined) expect(parseVariable('EXISTING_OLD_SIGN_IN', words)).toEqual({ value: words });
  });

  test('"none" in the settings of 1.0.0 is no answer', () => {
    expect(signInWords({ usernameAttributes: [], aliasAttributes: [] })).toBeUndefined();
  });
});

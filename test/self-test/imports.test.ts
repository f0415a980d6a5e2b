/** The questions about import jobs, in the world of the documentation and with each answer that it leaves open. */
import { describe, expect, test } from 'vitest';
import { importSwitches } from '../../src/sandbox/services/cognito/import-switches.ts';
import type { CognitoSettings } from '../../src/sandbox/services/cognito/index.ts';
import { ask } from './asking.ts';

const only = ['Q16', 'Q17', 'Q19', 'Q20', 'Q30', 'Q31', 'Q33'];

test('as documented', async () => {
  const { answer } = await ask({}, { only });
  for (const id of only) expect([id, answer(id)]).toEqual([id, expect.stringMatching(/^same: /)]);
});

const worlds: readonly (readonly [Partial<CognitoSettings>, id: string, answer: RegExp])[] = [
  [{ importBackslash: 'dropped' }, 'Q16', /^different: a backslash: ab; /],
  [{ importBackslash: 'fails' }, 'Q16', /^different: a backslash: not imported; /],
  [{ importBrokenRow: 'fails-row' }, 'Q16', /a row with too few values: \w+, 1 of 1 imported/],
  [{ importMfaWithoutPhone: 'failed' }, 'Q16', /MFA without a phone number: not imported/],
  [{ importSecondAddress: 'failed' }, 'Q16', /an unverified second address: not imported/],
  [{ importTakenAlias: 'failed' }, 'Q16', /somebody else's alias: not imported/],
  [{ importTwoAddressNames: 'failed' }, 'Q16', /two username attributes: not imported/],
  [{ importThreshold: 'tenth' }, 'Q16', /10 users who are there already: Failed after 2/],
  [{ importThreshold: 'never' }, 'Q16', /10 users who are there already: Succeeded after 10/],
  [{ importFiresPreSignUp: true }, 'Q17', /^different: Pre sign-up: fired: its refusal keeps the user out; /],
  [{ resetRequiredHidden: 'reset-required' }, 'Q17', /with hidden existence: PasswordResetRequiredException/],
  [{ secondImportJob: 'accepted' }, 'Q19', /^different: accepted$/],
  [{ temporaryResetText: 'other' }, 'Q20', /^different: NotAuthorizedException: /],
  [{ temporaryFactors: 'password' }, 'Q31', /^different: SELECT_CHALLENGE: PASSWORD, PASSWORD_SRP$/],
  [{ importSourceAccount: 'absent' }, 'Q30', /^different: refused with InvalidParameterException: /],
  [{ importedModified: 'later' }, 'Q33', /^different: 3 s later$/],
];

describe('in a world that is otherwise', () => {
  test.each(worlds)('%j: %s tells how, and no other question fails', async (world, id, text) => {
    const { answer } = await ask(world, { only });
    expect(answer(id)).toMatch(text);
    for (const other of only)
      expect([other, answer(other)]).toEqual([other, expect.not.stringMatching(/^error/)]);
  });

  test('every answer about import jobs has its world', () => {
    const tried = worlds.flatMap(([world]) => Object.keys(world));
    expect(new Set(tried)).toEqual(new Set(Object.keys(importSwitches)));
  });
});

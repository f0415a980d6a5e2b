/** What the questions say before they are asked. */
import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { decisions } from '../../../src/cli/wizard/decisions.ts';
import { type MfaShare, readMfaShare } from '../../../src/doctor/mfa-share.ts';
import { ana, examine } from '../../doctor/support.ts';
import { given } from '../../support/errors.ts';

/** The question about MFA for a pool in which users can have it. */
async function questionFor(mfaShare: MfaShare | undefined): Promise<string> {
  const { facts, inputs, settings } = (await examine()).doctorCase;
  const oldPool = given(facts.oldPool);
  const optional = { ...oldPool, pool: { ...oldPool.pool, MfaConfiguration: 'OPTIONAL' as const } };
  const situation = { facts: { ...facts, oldPool: optional }, inputs, settings, otherTrigger: undefined };
  return decisions.mfa.message({ ...situation, mfaShare });
}

test.each([
  [{ users: 60, withMfa: 3, isAll: false }, 'About 5% of users have MFA (3 of 60 in a sample).'],
  [{ users: 60, withMfa: 0, isAll: false }, 'None of 60 sampled users has MFA.'],
  [{ users: 12, withMfa: 3, isAll: true }, 'Users with MFA: 3 of 12.'],
  [{ users: 12, withMfa: 0, isAll: true }, 'No user has MFA.'],
  [undefined, 'Users can have MFA.'],
])('the share of users with MFA says whether it is of a sample: %o', async (share, text) => {
  expect(await questionFor(share)).toBe(`${text} A second factor can't be moved.`);
});

test.each([
  [60, true],
  [61, false],
])('of %i users, the first 60 are checked', async (count, isAll) => {
  const users = Array.from({ length: count - 1 }, (_, index) => ({
    name: `user${index}@example.com`,
    attributes: { email: `user${index}@example.com`, email_verified: 'true' },
  }));
  let pool: { idp: CognitoIdentityProviderClient; oldId: string } | undefined;
  const prepare = async (made: typeof pool) => {
    pool = made;
  };
  const { doctorCase, sandbox } = await examine({ users: [ana, ...users], prepare });
  sandbox.journal.clear();
  const share = await readMfaShare(given(pool), given(pool).oldId, given(doctorCase.facts.sample));
  expect(share).toEqual({ users: 60, withMfa: 0, isAll });
  expect(sandbox.journal.names()).toHaveLength(60);
});

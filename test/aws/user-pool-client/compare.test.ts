import { expect, test } from 'vitest';
import { clientDifferences } from '../../../src/aws/user-pool-client/compare.ts';
import { clientRequest } from '../../../src/aws/user-pool-client/update.ts';

const recorded = { ClientId: 'a', UserPoolId: 'eu-west-1_a', ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] };
const shown = {
  ...recorded,
  RefreshTokenValidity: 30,
  PreventUserExistenceErrors: 'LEGACY',
  TokenValidityUnits: { AccessToken: 'hours', IdToken: 'hours', RefreshToken: 'days' },
};

test('documented defaults that become visible are no differences', () => {
  expect(clientDifferences({ raw: recorded }, { raw: shown })).toEqual([]);
  expect(clientDifferences({ raw: shown }, { raw: { ...recorded, TokenValidityUnits: {} } })).toEqual([]);
});

test('an empty text where AWS takes none is not sent back, and is no difference', () => {
  const empty = { ...recorded, DefaultRedirectURI: '', AnalyticsConfiguration: { ApplicationId: '' } };
  expect(clientRequest(empty)).toEqual(recorded);
  expect(clientDifferences({ raw: empty }, { raw: recorded })).toEqual([]);
});

test.each([
  [{ RefreshTokenValidity: 60 }, 'RefreshTokenValidity'],
  [{ PreventUserExistenceErrors: 'ENABLED' }, 'PreventUserExistenceErrors'],
  [{ TokenValidityUnits: { AccessToken: 'minutes' } }, 'TokenValidityUnits.AccessToken'],
  [{ EnableTokenRevocation: true }, 'EnableTokenRevocation'],
])('another value than the default is one: %j', (more, path) => {
  const found = clientDifferences({ raw: recorded }, { raw: { ...recorded, ...more } });
  expect(found.map((one) => one.path)).toEqual([path]);
});

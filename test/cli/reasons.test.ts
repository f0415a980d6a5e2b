/** Every reason that the function can give has an explanation. */
import { expect, test } from 'vitest';
import { explanationOf } from '../../src/cli/terminal/reasons.ts';
import { reasons } from '../../src/lambda/reasons.ts';

const endings = Object.entries(reasons).flatMap(([outcome, list]) =>
  list.map((reason): [string, string] => [outcome, reason]),
);

test('every reason of the function is explained', () => {
  const unexplained = endings.filter(([outcome, reason]) => explanationOf(outcome, reason).means === reason);
  expect(unexplained).toEqual([]);
});

test('one reason can mean two things', () => {
  expect(explanationOf('reset', 'mfa').means).not.toBe(explanationOf('untouched', 'mfa').means);
});

test('a reason of a newer function is shown as it is', () => {
  expect(explanationOf('untouched', 'constructor')).toEqual({ means: 'constructor', next: [] });
});

test('names the attribute that is missing, and keeps the rules that there are', () => {
  const inputs = { OLD_USER_POOL_ID: 'us-east-2_AbC', MAP: { sub: 'custom:old_sub' }, SET: {} };
  const rehearsal = { missingAttributes: ['birthdate', 'custom:plan'], badAttributes: ['name:length'] };
  expect(explanationOf('untouched', 'required-attribute', { inputs, rehearsal }).next).toEqual([
    'cognito-migrate init --set birthdate=VALUE --set custom:plan=VALUE',
    'cognito-migrate init --map sub=custom:old_sub --map OLD=birthdate --map OLD=custom:plan',
  ]);
  expect(explanationOf('untouched', 'no-attributes', { inputs, rehearsal: {} }).next).toEqual([
    'cognito-migrate init --set NAME=VALUE',
    'cognito-migrate init --map sub=custom:old_sub --map OLD=NEW',
  ]);
});

test('looks for the user with the profile of the account that the old pool is in', () => {
  const inputs = { OLD_USER_POOL_ID: 'us-east-2_AbC', MAP: {}, SET: {}, PROFILE: 'new', OLD_PROFILE: 'old' };
  expect(explanationOf('untouched', 'unknown-user', { inputs, rehearsal: {} }).next).toEqual([
    'aws cognito-idp list-users --user-pool-id us-east-2_AbC --region us-east-2 --profile old',
  ]);
});

/** The doctor blames the right thing. */
import { expect, test } from 'vitest';
import { makeStyle } from '../../src/cli/terminal/style.ts';
import { tableText } from '../../src/cli/wizard/attribute-table.ts';
import { attributeTable } from '../../src/doctor/index.ts';
import { ana, examine, type TestUser } from './support.ts';

const byEmail = { UsernameAttributes: ['email' as const], UsernameConfiguration: { CaseSensitive: false } };

/** Signs in to the old pool with a username; the address is not verified. */
const ben: TestUser = { name: 'ben', attributes: { email: 'ben@example.com' } };

test('CM110 and CM111 name the remedy of each reason: unverified addresses do not blame the sign-in options', async () => {
  const users = [{ name: 'ben@example.org', attributes: { email: 'ben@example.org' } }];
  const { findings } = await examine({ old: { UsernameConfiguration: { CaseSensitive: false } }, users });
  const [finding] = findings.filter(({ id }) => id === 'CM111');
  expect(finding?.what).toContain(
    "The only user can't move: their address, the name in the new pool, is not verified",
  );
  expect(finding?.fix).toContain('Let users verify their address in the old pool first.');
  expect(finding?.fix).not.toContain('use a new pool');
  // The sign-in options are as they should be, so they are no cause.
  expect(finding?.why).toMatch(/^Anyone can write another person's address into their profile\./);
});

test('two reasons have two remedies, the most frequent one first', async () => {
  const users = [ben, { name: 'eva', attributes: { email: 'eva@example.com' } }];
  const unverified = { name: 'ida@example.com', attributes: { email: 'ida@example.com' } };
  const { findings } = await examine({
    old: { UsernameConfiguration: { CaseSensitive: false } },
    users: [...users, unverified],
  });
  const [finding] = findings.filter(({ id }) => id === 'CM111');
  expect(finding?.fix).toMatch(/use a new pool with the same sign-in options.*Let users verify/);
});

const plan = { Name: 'plan', AttributeDataType: 'String' as const, Mutable: true };
const short = { ...plan, StringAttributeConstraints: { MaxLength: '3' } };
const withPlan = (user: TestUser, value: string): TestUser => ({
  ...user,
  attributes: { ...user.attributes, 'custom:plan': value },
});

test.each([
  ['of every user', ['golden'], 'rejected (CM105)'],
  ['of some users', ['golden', 'pro'], 'copied, but 1 rejected (CM105)'],
])('the attribute table says what CM105 says: the value %s is rejected', async (_whose, values, action) => {
  const users = values.map((value, index) => {
    const address = `user-${index}@example.com`;
    return withPlan({ ...ana, name: address, attributes: { email: address, email_verified: 'true' } }, value);
  });
  const { doctorCase } = await examine({
    old: { ...byEmail, Schema: [plan] },
    new: { Schema: [short] },
    users,
  });
  const text = tableText(attributeTable(doctorCase), doctorCase, makeStyle(false, { columns: 80 }, {}));
  expect(text.split('\n').find((line) => line.includes('custom:plan'))).toContain(action);
});

/** The world that `sandbox --world` chooses, and what the control endpoint tells of it. */
import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { choices, choose, keysOf, type Sandbox } from '../../src/sandbox/index.ts';
import { cognitoSettings } from '../../src/sandbox/services/cognito/index.ts';
import { questions } from '../../src/self-test/aws-behavior/index.ts';
import { otherSettings } from '../self-test/worlds.ts';
import { given } from '../support/errors.ts';
import { json, runCli } from '../support/run-cli.ts';
import { startSandbox } from './support.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

describe('the choices', () => {
  test('each can be set to each of its values, and to no other', () => {
    for (const { name, values } of choices(sandbox.world)) {
      for (const value of values) {
        expect(choose(sandbox.world, name, value)).toBeUndefined();
        expect(choices(sandbox.world).find((one) => one.name === name)?.value).toBe(value);
      }
      expect(choose(sandbox.world, name, 'toString')).toEqual({ unknown: 'value', values });
    }
    expect(choose(sandbox.world, 'toString', 'yes')).toEqual({ unknown: 'name' });
  });

  test('they hold every setting that the self-test is tried with', () => {
    for (const [name, settings] of Object.entries(otherSettings)) {
      const { values } = given(
        choices(sandbox.world).find((one) => one.name === name),
        name,
      );
      const known = values.map((value) => {
        choose(sandbox.world, name, value);
        return Object.entries(cognitoSettings(sandbox.world)).find(([key]) => key === name)?.[1];
      });
      expect(known).toEqual(expect.arrayContaining([...settings]));
    }
  });

  test('each ID is that of a question of the self-test', () => {
    const ids = choices(sandbox.world).flatMap(({ id }) => id ?? []);
    expect(questions.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    expect(ids.length).toBeGreaterThan(10);
  });
});

describe('sandbox --world', () => {
  test('list names them with the question that each stands for', async () => {
    const result = await runCli(['sandbox', '--world', 'list']);
    expect(result.code).toBe(0);
    expect(result.stdout).toContain(
      'awsTags=reserved\n  What becomes of aws: tags in UpdateUserPool? (Q7)\n  reserved | lost | ordinary\n',
    );
    const { worlds } = json(await runCli(['sandbox', '--world', 'list', '--json']));
    expect(worlds).toEqual(choices(sandbox.world));
  });

  test.each([
    ['awsTags=gone', 'awsTags must be reserved, lost, ordinary'],
    ['awsTags', 'awsTags must be reserved, lost, ordinary'],
    ['awstags=lost', 'awstags is unknown'],
  ])('%s is refused', async (world, why) => {
    const result = await runCli(['sandbox', '--world', 'liteDcr=refused', '--world', world]);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(`--world ${world}: ${why}`);
    expect(result.stderr).toContain('sandbox --world list');
  });
});

test('the control endpoint lists deliveries: kind, medium, and sub, and neither address nor contents', async () => {
  const credentials = keysOf(sandbox.account);
  const idp = new CognitoIdentityProviderClient({ endpoint: sandbox.url, region: 'us-east-2', credentials });
  const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName: 'pool' }));
  const UserPoolId = given(UserPool?.Id);
  const { User } = await idp.send(
    new AdminCreateUserCommand({
      UserPoolId,
      Username: 'ana',
      TemporaryPassword: 'Temporary-1-password',
      UserAttributes: [{ Name: 'email', Value: 'ana@example.com' }],
      DesiredDeliveryMediums: ['EMAIL'],
    }),
  );
  idp.destroy();
  const subOf = (user: UserType | undefined) => user?.Attributes?.find(({ Name }) => Name === 'sub')?.Value;
  const headers = { authorization: `Bearer ${credentials.accessKeyId}` };
  const answer = await fetch(`${sandbox.url}/_sandbox/deliveries`, { headers });
  const body = await answer.text();
  expect(JSON.parse(body)).toEqual({
    deliveries: [{ userPoolId: UserPoolId, kind: 'invitation', medium: 'EMAIL', sub: subOf(User) }],
  });
  expect(body).not.toMatch(/example\.com|Temporary|ana/);
});

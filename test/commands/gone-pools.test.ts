/** Pools that are deleted, or whose IDs are mistyped: said, and what is left is still found. */
import { DeleteUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { assertDone } from '../fault-injection/prove.ts';
import type { ConfiguredAws } from '../fault-injection/scene.ts';
import { runCli } from '../support/run-cli.ts';
import { fieldsOf, installed, scene, status } from './support.ts';

const without = (argv: readonly string[], word: string): string[] => argv.filter((other) => other !== word);

describe('mistyped IDs', () => {
  /** Every letter behind the Region is of the other case. */
  const otherCase = (id: string): string =>
    id.replace(/(?<=_.*)[a-z]/gi, (letter) =>
      letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
    );
  const mistyped = ({ oldPool, newPool }: ConfiguredAws, argv: readonly string[]): string[] =>
    argv.map((word) => (word === oldPool || word === newPool ? otherCase(word) : word));

  test.each(['status', 'teardown'] as const)('%s says which pools are not there, and where', async (name) => {
    const aws = await scene();
    const argv = without(mistyped(aws, aws[name]), '--json').filter(
      (word) => word !== '--state' && word !== aws.state,
    );
    const ended = await runCli([...argv, '--state', `${aws.folder}/other.json`], aws.io);
    expect(ended.code).toBe((name === 'status' ? exitCodes.unhealthy : exitCodes.ok).code);
    for (const flag of ['--old-user-pool-id', '--new-user-pool-id']) {
      const id = argv[argv.indexOf(flag) + 1];
      expect(ended.stderr).toContain(
        `There is no user pool ${id} in account 111122223333, Region eu-west-1.`,
      );
      expect(ended.stderr).toContain(`check ${flag}`);
    }
    expect(ended.stdout).not.toContain('cognito-migrate init');
    expect(aws.sandbox.journal.writes()).toEqual([]);
  });
});

test.each([
  ['old', 'oldPool', 'oldUserPool'],
  ['new', 'newPool', 'newUserPool'],
] as const)(
  'the %s pool deleted: no drift is made up, and teardown takes the rest',
  async (side, pool, member) => {
    const aws = await installed();
    await aws.sdk.idp.send(new DeleteUserPoolCommand({ UserPoolId: aws[pool] }));
    const { code, document } = await status(aws);
    expect(code).toBe(exitCodes.unhealthy.code);
    expect(document[member]).toMatchObject({ id: aws[pool], users: null, gone: true });
    expect(document.notes?.map(({ message }) => message)).toEqual([
      expect.stringContaining(`There is no user pool ${aws[pool]} in account`),
    ]);
    expect(fieldsOf(document, 'lambda-function')).toEqual([]);
    const text = await runCli(without(aws.status, '--json'), aws.io);
    expect(text.stdout).toContain('remove the rest: cognito-migrate teardown');
    expect(text.stdout).not.toContain('cognito-migrate init');
    const ended = await runCli(aws.teardown, aws.io);
    assertDone(ended);
    expect(ended.stderr).toContain(`check --${side}-user-pool-id`);
    expect(ended.stdout).toContain('Nothing of this migration is left.');
  },
);

test('a pool that may not be looked at is not called gone', async () => {
  const aws = await scene('accounts');
  const ended = await runCli([...aws.teardown, '--leave-old-account', '--dry-run'], aws.io);
  assertDone(ended);
  expect(ended.stderr).not.toContain('There is no user pool');
});

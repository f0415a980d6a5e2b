/** The old account's half by the script of today's `handoff`, so that the next release can be recorded. */
import { expect, test } from 'vitest';
import { profilesFile } from '../fault-injection/sides.ts';
import { needs } from '../support/needs.ts';
import { fakeIo, runCli } from '../support/run-cli.ts';
import { initFlags, makeOldHalf } from './handoff.ts';
import { openUpgradeAws } from './scene.ts';

test('the outputs of today are flags that init takes', async (context) => {
  needs(context, 'aws');
  process.env.AWS_CONFIG_FILE = profilesFile;
  const scene = await openUpgradeAws('handed-off', 'real');
  context.onTestFinished(() => scene.close());
  const run = (...argv: string[]) => runCli([...argv, ...scene.flags], fakeIo());
  const made = await run('handoff', '--out', `${scene.folder}/handoff`);
  expect(made.code, made.stderr).toBe(0);
  const flags = await makeOldHalf(scene);
  const names = flags.filter((_, index) => index % 2 === 0);
  expect(names).toEqual(['--old-role-arn', '--old-external-id', '--old-client-id', '--old-sign-in']);
  const ended = await run('plan', '--json', ...flags);
  expect(ended.code, ended.stderr).toBe(0);
});

test('the outputs of version 1.0.0 are, too; anything else is not', () => {
  const text = 'OldRoleArn     arn:role\nOldExternalId  0123\nOldClientId    abc\n';
  const flags = ['--old-role-arn', 'arn:role', '--old-external-id', '0123', '--old-client-id', 'abc'];
  expect(initFlags(text)).toEqual(flags);
  expect(() => initFlags('OldRoleArn     arn:role\n')).toThrow('OldExternalId');
  expect(() => initFlags(`${text}An error occurred\n`)).toThrow('An error occurred');
});

/** What env prints is sourced: nothing in a value may run, or be lost. */
import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { tempFolder } from '../support/temp.ts';

const role = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;
const values = [
  'plain',
  '$(touch ran)',
  '`touch ran`',
  '$HOME',
  '"; touch ran; "',
  "'; touch ran; '",
  `'$(touch ran)"\`touch ran\`\\`,
  '\\$(touch ran)',
  'a b #c',
].map(role);

async function printed(format: string, value: string) {
  const folder = await tempFolder();
  const state = join(folder, 'state.json');
  await writeFile(
    state,
    JSON.stringify({
      version: 1,
      migration: 'eu-west-1_one → eu-west-1_two',
      account: '111122223333',
      variables: { ROLE_ARN: value },
      steps: {},
    }),
  );
  const { code, stdout } = await runCli(['env', '--format', format, '--state', state]);
  expect(code).toBe(0);
  const file = join(folder, 'printed');
  await writeFile(file, stdout);
  return { folder, file };
}

test.each(['shell', 'dotenv'].flatMap((format) => values.map((value) => [format, value] as const)))(
  '%s keeps %j as it is when it is sourced',
  async (format, value) => {
    const { folder } = await printed(format, value);
    const script = '. ./printed; printf %s "$ROLE_ARN"';
    const { stdout } = spawnSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' });
    expect(stdout).toBe(value);
    expect((await readdir(folder)).sort()).toEqual(['printed', 'state.json']);
  },
);

test.each(values.filter((value) => !value.includes("'")))(
  'Node reads %j from the .env file',
  async (value) => {
    const { file } = await printed('dotenv', value);
    expect(parseEnv(await readFile(file, 'utf8'))).toEqual({ ROLE_ARN: value });
  },
);

test('JSON has every control character as an escape', async () => {
  const { file } = await printed('json', role('x\u009b1A\u202e'));
  const text = await readFile(file, 'utf8');
  expect(text).toContain(String.raw`x\u009b1A\u202e`);
  expect(JSON.parse(text)).toEqual({ ROLE_ARN: role('x\u009b1A\u202e') });
});

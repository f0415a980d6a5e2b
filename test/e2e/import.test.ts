/** The built program reads all users into a file, and imports them, though it is killed. Runs on every system in CI. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import { emailsOf, jobsOf } from '../cli/import/support.ts';
import { byEmail } from '../cli/users-support.ts';
import { startLocalAws } from '../support/local-aws.ts';
import { tempFolder } from '../support/temp.ts';
import { between, start } from './support.ts';

test('users --out, and an import that is killed once', async () => {
  const aws = await startLocalAws();
  plantPoolFields(aws.sandbox.world, aws.newPool, { AutoVerifiedAttributes: ['email'] });
  for (const name of ['bert', 'cleo', 'dora', 'emil']) await byEmail(aws, `${name}@example.com`);
  const [folder, temp] = [await tempFolder(), await tempFolder()];
  // Windows has its own name for the temporary folder.
  const env = { AWS_ENDPOINT_URL: aws.sandbox.url, TMPDIR: temp, TEMP: temp, TMP: temp };

  const file = join(folder, 'users.csv');
  const listed = await start(folder, between(aws, 'users', '--out', file), env).ended;
  expect(listed.code, listed.stderr).toBe(0);
  expect((await readFile(file, 'utf8')).trimEnd().split('\r\n')).toHaveLength(6);

  const agreed = ['--yes', '--import-ends-old-passwords', '--job-size', '2', '--json'];
  const running = start(folder, between(aws, 'import', ...agreed), env);
  const stop = aws.sandbox.faults.onCall('after', ({ operation }) => {
    if (operation === 'StartUserImportJob') running.child.kill('SIGKILL');
  });
  const killed = await running.ended;
  stop();
  expect(killed.code).not.toBe(0);
  expect(await readdir(folder)).toContain('cognito-migrate.import.json');

  const again = await start(folder, between(aws, 'import', ...agreed, '--break-lock'), env).ended;
  expect(again.code, again.stderr).toBe(0);
  expect(await emailsOf(aws, aws.newPool)).toEqual(
    Object.fromEntries(
      ['ana', 'bert', 'cleo', 'dora', 'emil'].map((name) => [`${name}@example.com`, 'RESET_REQUIRED']),
    ),
  );
  expect((await jobsOf(aws)).map(({ Status }) => Status)).toEqual(['Succeeded', 'Succeeded', 'Succeeded']);
  const clean = await start(folder, ['import', '--clean'], env).ended;
  expect(clean.code, clean.stderr).toBe(0);
  const left = await readdir(temp);
  expect(left.filter((name) => name.startsWith('cognito-migrate-import-'))).toEqual([]);
  expect(await readdir(folder)).not.toContain('cognito-migrate.import.json');
});

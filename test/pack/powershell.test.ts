/** Completion in PowerShell, which CI has on Windows. */
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { scripts } from '../../src/cli/commands/completion/scripts.ts';
import { spawned } from '../e2e/support.ts';
import { needs } from '../support/needs.ts';
import { programEnv } from '../support/run-program.ts';
import { tempFolder } from '../support/temp.ts';

const rows: readonly (readonly [line: string, ...offers: readonly string[]])[] = [
  ['cognito-migrate ex', 'explain', 'export'],
  ['cognito-migrate init --mfa ', 'block', 'reset', 'allow'],
  ['cognito-migrate init --mfa=re', '--mfa=reset'],
  ['cognito-migrate teardown --keep old-', 'old-client', 'old-account-role', 'old-sub-attribute'],
  ['cognito-migrate doctor --accept CM50', 'CM501', 'CM502', 'CM503', 'CM504'],
  ['cognito-migrate status --profile my', "'my team'"],
  ['cognito-migrate status --profile "my t', "'my team'"],
  ['cognito-migrate nonsense --m'],
  ['cognito-migrate init -- --m'],
];

/** Asks as the Tab key does: through the function that PSReadLine calls too. */
const ask = `${scripts.powershell}
foreach ($line in [System.IO.File]::ReadAllLines($env:LINES_FILE)) {
  $found = TabExpansion2 -inputScript $line -cursorColumn $line.Length
  $found.CompletionMatches | ForEach-Object { $_.CompletionText }
  'END'
}
`;

test('PowerShell: the suggestions of TabExpansion2', { timeout: 120_000 }, async (context) => {
  const pwsh = needs(context, 'pwsh');
  const folder = await tempFolder();
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await mkdir(join(folder, '.aws'));
  await writeFile(join(folder, '.aws', 'credentials'), '[my team]\n');
  // npm makes such a script for PowerShell on every system.
  await writeFile(join(bin, 'cognito-migrate.ps1'), `& '${process.execPath}' '${inject('program')}' $args\n`);
  await writeFile(join(folder, 'ask.ps1'), ask);
  await writeFile(join(folder, 'lines.txt'), rows.map(([line]) => `${line}\n`).join(''));
  const env = {
    ...programEnv(folder),
    PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
    LINES_FILE: join(folder, 'lines.txt'),
  };
  const args = [
    '-NoProfile',
    '-NonInteractive',
    '-ExecutionPolicy',
    'Bypass',
    '-File',
    join(folder, 'ask.ps1'),
  ];
  const { code, stdout, stderr } = await spawned(pwsh, args, { cwd: folder, env }).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const found = stdout.split(/^END\r?\n/m).slice(0, -1);
  expect(rows.map(([line], index) => [line, ...(found[index] ?? '').split(/\r?\n/).filter(Boolean)])).toEqual(
    rows,
  );
});

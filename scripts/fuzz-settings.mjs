/**
 * npm run test:preserve -- --runs 5000
 * Runs the properties of test/settings-fuzz with that many configurations, new ones each time, and says how many were tried and
 * how many settings were lost. PRESERVE_SEED chooses the same ones again. Exit code 1 when a property fails. (npm test tries
 * a few, always the same.)
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { env, execPath, exit } from 'node:process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '1000' } } });
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) {
  console.error('--runs takes a whole number of at least 1.');
  exit(2);
}

const seed = env.PRESERVE_SEED ?? String(randomInt(2 ** 31));
console.log(`preserve: PRESERVE_SEED=${seed} chooses these configurations again`);

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const folder = mkdtempSync(join(tmpdir(), 'preserve-'));
const report = join(folder, 'report.ndjson');

const { status } = spawnSync(execPath, [vitest, 'run', '--config', 'test/settings-fuzz/vitest.config.ts'], {
  stdio: 'inherit',
  env: {
    ...env,
    PRESERVE_RUNS: String(runs),
    PRESERVE_SEED: seed,
    PRESERVE_REPORT: report,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  },
});

let lost = 0;
for (const said of lines()) {
  lost += said.lost;
  console.log(said.line);
}
if (status !== 0)
  console.log('A property has failed: see above for the configuration and the seed that brings it back.');
console.log(`${lost} settings lost`);
rmSync(folder, { recursive: true });
exit(status === 0 && lost === 0 ? 0 : 1);

function lines() {
  try {
    return readFileSync(report, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  } catch {
    return [];
  }
}

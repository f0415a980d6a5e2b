/**
 * Runs every suite and prints a table: `node scripts/ci.mjs [--long] [--only NAME,NAME] [--runs N]`.
 * --long runs every round in full. Without it, only a third of the faults run.
 * CI_SEED (default: the commit hash) chooses them.
 * Under CI=true, a test may be skipped only for a program that this machine cannot get.
 * The exit code is 1 if a suite fails, runs no case, or skips a test without need.
 * Times never fail a run.
 */
import { execFileSync } from 'node:child_process';
import { argv, env, exit, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { installPrograms } from './ci/programs.mjs';
import { runSuites, tableOf } from './ci/run-suites.mjs';
import { numberOf, suitesOf } from './ci/suites.mjs';

const print = (text, end = '\n') => stdout.write(`${text}${end}`);
const fail = (text) => {
  print(text);
  exit(2);
};

const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    long: { type: 'boolean', default: false },
    only: { type: 'string' },
    runs: { type: 'string' },
  },
});
const runs = values.runs === undefined ? undefined : Number(values.runs);
if (runs !== undefined && (!Number.isInteger(runs) || runs < 1))
  fail('--runs must be a whole number of at least 1');

const seed = env.CI_SEED ?? execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
const all = suitesOf({ seed, long: values.long, ...(runs === undefined ? {} : { runs }) });
const names = values.only?.split(',') ?? all.map(({ name }) => name);
const unknown = names.filter((name) => !all.some((suite) => suite.name === name));
if (unknown.length > 0)
  fail(`--only must name suites of ${all.map(({ name }) => name).join(', ')} (got ${unknown.join(', ')})`);

print(`seed ${seed} (${numberOf(seed)}); CI_SEED=${seed} repeats this run`);
const missing = installPrograms(print);
const suites = all.filter(({ name }) => names.includes(name));
const { results, failed } = await runSuites(suites, { missing, strict: env.CI === 'true', print });
print(`\n${tableOf(results)}`);
exit(failed ? 1 : 0);

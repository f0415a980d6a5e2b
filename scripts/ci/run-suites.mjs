/** Runs suites in sequence. Judges each by its exit code, its number of cases, and its skipped tests. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { fromReport, shareOfAll } from './suites.mjs';

/**
 * @param suites see suites.mjs.
 * @param {{ missing: readonly string[], strict: boolean, print: (text: string) => void, now?: () => number }} options
 *   missing: programs that this machine lacks, the only accepted reason to skip a test.
 *   strict: whether any other skipped test fails the run (it does under CI=true).
 * @returns {Promise<{ results: readonly object[], failed: boolean }>}
 */
export async function runSuites(suites, { missing, strict, print, now = performance.now.bind(performance) }) {
  const results = [];
  for (const suite of suites) {
    print(`\n── ${suite.name}: ${suite.command.join(' ')}`);
    const started = now();
    const { code, output, report } = await runSuite(suite, print);
    const seconds = (now() - started) / 1_000;
    const result = judge(suite, { code, output, report, seconds, missing, strict });
    results.push(result);
    print(`${result.name}: ${summaryOf(result)}`);
  }
  return { results, failed: results.some(({ faults }) => faults.length > 0) };
}

async function runSuite({ command, env: own }, print) {
  const folder = mkdtempSync(join(tmpdir(), 'cognito-migrate-suite-'));
  const file = join(folder, 'report.ndjson');
  try {
    const [program, ...words] = command;
    const child = spawn(program, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...env, ...own, SUITE_REPORT: file, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-100_000);
        print(text, '');
      });
    }
    const code = await new Promise((resolve) => {
      child.on('error', () => resolve(127));
      child.on('close', (status, signal) => resolve(signal === null ? status : 128));
    });
    return { code, output, report: readReport(file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns one entry per Vitest run in the suite. */
function readReport(file) {
  try {
    return readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  } catch {
    return [];
  }
}

/** The result of a suite. `faults` contains its problems, in words. */
export function judge(suite, { code, output, report, seconds, missing, strict }) {
  const fromVitest = suite.cases === fromReport;
  const skippedTests = report.flatMap(({ skipped }) => skipped);
  const cases = fromVitest
    ? report.reduce((total, part) => total + part.cases, 0)
    : Number(suite.cases.exec(output)?.[1] ?? 0);
  const failures = report.flatMap((part) => part.failures);
  const failed = fromVitest ? failures.length : 0;
  const excused = ({ note = '' }) => missing.some((program) => note === `needs ${program}`);
  const faults = [];
  if (code !== 0) faults.push(`exit code ${code}`);
  if (failed > 0) faults.push(`${failed} failed`);
  // The end of a long output is what is still at hand a day later: it names the tests.
  for (const { name, message } of failures.slice(0, 20)) faults.push(`${name}: ${message}`);
  if (cases - skippedTests.length <= 0) faults.push('no case was run');
  if (strict)
    for (const one of skippedTests.filter((test) => !excused(test)))
      faults.push(`skipped without need: ${one.name}${one.note === undefined ? '' : ` (${one.note})`}`);
  return {
    name: suite.name,
    allowedShare: suite.share,
    cases,
    // A suite that fails without a count has one failure.
    failed: Math.max(failed, faults.length > 0 ? 1 : 0),
    skipped: skippedTests.length,
    seconds,
    faults,
  };
}

const summaryOf = ({ cases, failed, skipped, seconds, faults }) =>
  [
    `${cases} cases, ${failed} failed, ${skipped} skipped, ${Math.round(seconds)} s`,
    ...faults.map((fault) => `  ✖ ${fault}`),
  ].join('\n');

/** The table, the warnings, and the closing line. */
export function tableOf(results) {
  const unit = results.find(({ name }) => name === 'test')?.seconds;
  const share = (seconds) => (unit === undefined ? '' : (seconds / unit).toFixed(2));
  const rows = [
    ['suite', 'cases', 'failed', 'skipped', 'seconds', 'share', 'allowed'],
    ...results.map(({ name, cases, failed, skipped, seconds, allowedShare }) => [
      name,
      ...[cases, failed, skipped, Math.round(seconds)].map(String),
      share(seconds),
      allowedShare.toFixed(2),
    ]),
  ];
  const total = (count) => results.reduce((sum, result) => sum + result[count], 0);
  rows.push([
    'all',
    ...[total('cases'), total('failed'), total('skipped'), Math.round(total('seconds'))].map(String),
    share(total('seconds')),
    shareOfAll.toFixed(2),
  ]);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join('  '),
  );
  const skipped = total('skipped');
  // Even a suite that runs no case has one failure.
  const passed = results.reduce((sum, one) => sum + Math.max(0, one.cases - one.failed - one.skipped), 0);
  return [
    ...lines,
    ...results.flatMap(({ name, faults }) => faults.map((fault) => `✖ ${name}: ${fault}`)),
    ...warningsOf(results, unit),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    `${passed} passed, ${total('failed')} failed`,
  ].join('\n');
}

function warningsOf(results, unit) {
  if (unit === undefined) return [];
  const late = results
    .filter(({ seconds, allowedShare }) => seconds > allowedShare * unit)
    .map(({ name, seconds, allowedShare }) => [name, seconds / unit, allowedShare]);
  const all = results.reduce((sum, { seconds }) => sum + seconds, 0) / unit;
  if (all > shareOfAll) late.push(['the whole run', all, shareOfAll]);
  return late.map(
    ([name, share, allowed]) =>
      `warning: ${name} took ${share.toFixed(2)} times as long as npm test (allowed: ${allowed.toFixed(2)})`,
  );
}

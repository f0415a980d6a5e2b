/**
 * The suites of CI, in the order in which they run.
 * `cases` is the source for the number of cases.
 * It is either the Vitest report (test/support/suite-report.ts) or a pattern in the output.
 * `share` is the share of the time of `npm test` that a suite may use before CI warns.
 */

const npmRun = (script, ...words) => ['npm', 'run', '--silent', script, ...words];

/** Vitest writes a report for scripts/ci.mjs. */
export const fromReport = 'report';

/** The share of the time of `npm test` that the whole run may use. */
export const shareOfAll = 4;

/**
 * @param {{ seed: string, long: boolean, runs?: number }} options
 *   seed: a commit hash or any other text. long: every round in full.
 *   runs: number of pools that `test:preserve` tries.
 */
export function suitesOf({ seed, long, runs = long ? 1_000 : 300 }) {
  const number = String(numberOf(seed));
  const seeds = { FAULTS_SEED: number, SELF_TEST_SEED: number };
  return [
    { name: 'lint', command: npmRun('lint'), cases: /Checked (\d+) files/, share: 0.1 },
    {
      name: 'types',
      command: npmRun('typecheck', '--', '--diagnostics'),
      cases: /Files: +(\d+)/,
      share: 0.1,
    },
    { name: 'test', command: ['npm', 'test'], cases: fromReport, share: 1, env: seeds },
    { name: 'policy', command: npmRun('test:policy'), cases: fromReport, share: 0.1 },
    { name: 'worlds', command: npmRun('test:worlds'), cases: fromReport, share: 0.4, env: seeds },
    {
      name: 'users',
      command: npmRun('test:users'),
      cases: fromReport,
      share: 0.3,
      env: { USERS_SEED: number, ...(long ? {} : { USERS_PER_PAIR: '45' }) },
    },
    {
      name: 'import',
      command: npmRun('test:import'),
      cases: fromReport,
      share: 0.4,
      env: { IMPORT_SEED: number },
    },
    { name: 'after', command: npmRun('test:after'), cases: fromReport, share: 0.3 },
    { name: 'guard', command: npmRun('test:guard'), cases: fromReport, share: 0.2 },
    {
      name: 'chain',
      command: npmRun('test:chain'),
      cases: fromReport,
      share: 0.2,
      env: { ...seeds, ...(long ? {} : { FAULTS_PART: '7' }) },
    },
    { name: 'upgrade', command: npmRun('test:upgrade'), cases: fromReport, share: 0.2 },
    {
      name: 'preserve',
      command: npmRun('test:preserve', '--', '--runs', String(runs)),
      cases: fromReport,
      share: 0.1,
      env: { PRESERVE_SEED: number },
    },
    {
      name: 'faults',
      command: npmRun('test:faults'),
      cases: fromReport,
      share: 0.7,
      env: { ...seeds, ...(long ? {} : { FAULTS_PART: '3' }) },
    },
  ];
}

/** A number of up to nine digits itself, the first 32 bits of a hexadecimal hash, or a sum over any other text. */
export function numberOf(seed) {
  if (/^\d{1,9}$/.test(seed)) return Number(seed);
  if (/^[0-9a-f]{8,}$/i.test(seed)) return Number.parseInt(seed.slice(0, 8), 16);
  return [...seed].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 2 ** 32, 0);
}

/** The workflows say what the package says: same Node versions, same commands, nothing that can be moved underneath them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { suitesOf } from '../../scripts/ci/suites.mjs';
import { given } from '../support/errors.ts';
import { oldestNode, readManifest, root } from './support.ts';
import { readWorkflow, type Workflow } from './workflow.ts';

const folder = join(root, '.github/workflows');
const example = join(root, 'docs/examples/github-actions.yml');
const workflow = (name: string): Promise<Workflow> => readWorkflow(join(folder, name));
const manifest = async () => readManifest(await readFile(join(root, 'package.json'), 'utf8'));
const commandsOf = ({ jobs }: Workflow, job: string): string[] =>
  given(jobs[job], job).steps.flatMap(({ run }) => (run === undefined ? [] : [run]));

/** Minutes. A job without a limit may run for six hours. */
const longestJob = (file: string): number => (file.endsWith('nightly.yml') ? 121 : 31);

describe('every workflow, and the example', async () => {
  const files = [...(await readdir(folder)).map((name) => join(folder, name)), example];

  test.each(files)('%s', async (file) => {
    const { jobs, permissions } = await readWorkflow(file);
    expect(permissions).toEqual({ contents: 'read' });
    const all = Object.values(jobs);
    for (const { uses, ...job } of all)
      if (uses === undefined) expect(job['timeout-minutes']).toBeLessThan(longestJob(file));
    const steps = all.flatMap((job) => job.steps);
    for (const { uses, run } of steps) {
      // A tag can be moved to other code, a commit cannot.
      if (uses !== undefined) expect(uses).toMatch(/^[\w.-]+(\/[\w.-]+)+@[0-9a-f]{40}$/);
      // What GitHub puts into a script is code there: such values come through the environment.
      expect(run ?? '').not.toContain('${{');
    }
    const text = await readFile(file, 'utf8');
    for (const [line] of text.matchAll(/^.*uses: \w.*@.*$/gm)) expect(line).toMatch(/ # v\d+\.\d+\.\d+$/);
  });

  test('name one commit for each action', async () => {
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    const used = new Set(
      texts.flatMap((text) => [...text.matchAll(/uses: (\w.*)$/gm)].map(([, name]) => name)),
    );
    // The actions of one repository have one commit too.
    const commits = new Set([...used].map((name) => name?.replace(/^([^/]+\/[^/@]+)[^@]*/, '$1')));
    const repositories = [...commits].map((name) => name?.split('@')[0]);
    expect(repositories).toEqual([...new Set(repositories)]);
  });
});

describe('CI', () => {
  test('tests the oldest Node that engines allow, and 22 and 24', async () => {
    const { jobs } = await workflow('ci.yml');
    const versions = given(jobs.test?.strategy?.matrix.node, 'Node versions');
    const { engines } = await manifest();
    expect(versions[0]).toBe(oldestNode(engines.node).join('.'));
    expect(versions.slice(1)).toEqual(['22', '24']);
  });

  test('runs what the README tells people to run, on every system', async () => {
    const ci = await workflow('ci.yml');
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const [, fence = ''] = given(
      /## Try it without AWS\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme) ?? undefined,
      'commands',
    );
    const told = fence.split('\n').flatMap((line) =>
      line
        .replace(/#.*/, '')
        .split('&&')
        .map((word) => word.trim()),
    );
    const commands = (job: string): string[] =>
      commandsOf(ci, job).map((command) => command.replace(' --no-audit --no-fund', ''));
    expect(told.filter(Boolean)).toEqual(['npm ci', 'npx cognito-migrate demo', 'npm ci', 'npm test']);
    // Plain `npm test` would let a test be skipped for any reason.
    expect(commands('test')).toEqual(['npm ci', 'node scripts/ci.mjs --only test']);
    expect(
      suitesOf({ seed: '0', long: false })
        .find(({ name }) => name === 'test')
        ?.command.join(' '),
    ).toBe('npm test');
    expect(commands('systems')).toEqual([
      'npm ci',
      'npx cognito-migrate demo',
      'npm run test:pack',
      'npx vitest run test/e2e/import.test.ts',
    ]);
    expect(ci.jobs.systems?.strategy?.matrix.os).toEqual(['macos-latest', 'windows-latest']);
  });

  test('runs only scripts that are there, and everything that must pass before anything lands', async () => {
    const ci = await workflow('ci.yml');
    const { scripts } = await manifest();
    const called = Object.keys(ci.jobs).flatMap((job) =>
      commandsOf(ci, job).flatMap((command) => /^npm run (\S+)$/.exec(command)?.[1] ?? []),
    );
    expect(called.filter((name) => scripts[name] === undefined)).toEqual([]);
    expect(called).toEqual(expect.arrayContaining(['lint', 'typecheck', 'test:pack', 'test:clients']));
  });
});

describe('the suites of scripts/ci.mjs', () => {
  const suites = suitesOf({ seed: '0', long: true }).map(({ name }) => name);
  const matrixOf = ({ jobs }: Workflow, job: string, name = 'suite'): string[] =>
    given(jobs[job]?.strategy?.matrix[name], `${name} of ${job}`);

  test('all run in CI, where lint, types and test have jobs of their own', async () => {
    const ci = await workflow('ci.yml');
    expect(matrixOf(ci, 'suites')).toEqual(suites.filter((name) => !/^(lint|types|test)$/.test(name)));
  });

  test('all run in full every night; those that choose do so with a seed for each part', async () => {
    const nightly = await workflow('nightly.yml');
    expect(nightly.on).toHaveProperty('schedule');
    const parts = { suites: matrixOf(nightly, 'suites'), random: matrixOf(nightly, 'random') };
    expect([...parts.suites, ...parts.random].toSorted()).toEqual(
      suites.filter((name) => !/^(lint|types)$/.test(name)).toSorted(),
    );
    expect(parts.random).toEqual(['test', 'worlds', 'preserve']);
    for (const job of ['suites', 'random']) {
      const [step] = given(nightly.jobs[job]).steps.filter(({ run }) =>
        run?.startsWith('node scripts/ci.mjs'),
      );
      expect(step?.run).toContain('--long');
      expect(step?.env?.CI_SEED).toContain('github.run_id');
    }
    expect(JSON.stringify(nightly.jobs.random)).toMatch(/github\.run_id \}\}-\$\{\{ matrix\.part \}\}/);
    expect(commandsOf(nightly, 'clients')).toContain('npm run test:clients');
  });

  test('try as many pools in a night as a job has time for', async () => {
    const nightly = await workflow('nightly.yml');
    const job = given(nightly.jobs.random, 'random');
    const command = commandsOf(nightly, 'random').at(-1) ?? '';
    const runs = Number(/--runs (\d+)/.exec(command)?.[1]);
    // 300 runs take 200 seconds. A test may take an hour.
    const seconds = (runs / 300) * 200;
    expect(seconds).toBeGreaterThan(1_800);
    expect(seconds).toBeLessThan(Math.min(3_600, given(job['timeout-minutes']) * 60 * 0.9));
  });
});

describe('the checks of security', () => {
  test('write nothing but findings, and review what a pull request brings in', async () => {
    const [codeql, review, scorecard] = await Promise.all(
      ['codeql.yml', 'dependency-review.yml', 'scorecard.yml'].map(workflow),
    );
    for (const job of [codeql?.jobs.analyze, scorecard?.jobs.scorecard])
      expect(job?.permissions).toEqual({ contents: 'read', 'security-events': 'write' });
    expect(Object.keys(review?.on ?? {})).toEqual(['pull_request']);
    expect(review?.jobs.review?.permissions).toBeUndefined();
    expect(codeql?.on).toHaveProperty('pull_request');
    expect(await readFile(join(folder, 'scorecard.yml'), 'utf8')).toContain('publish_results: false');
  });
});

describe('publishing', () => {
  test('comes after the whole of CI, for a release, and writes nothing but the package', async () => {
    const { on, jobs } = await workflow('publish.yml');
    expect(on).toEqual({ release: { types: ['published'] } });
    expect(jobs.test?.uses).toBe('./.github/workflows/ci.yml');
    expect(jobs.publish?.needs).toBe('test');
    expect(jobs.publish?.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect((await workflow('ci.yml')).on).toHaveProperty('workflow_call');
  });

  test('has no token, checks the tag first, and publishes with provenance', async () => {
    const publish = await workflow('publish.yml');
    const commands = commandsOf(publish, 'publish');
    expect(commands.at(-1)).toBe('npm publish --ignore-scripts --provenance --access public');
    // What may publish runs no code but the project's own.
    for (const command of commands.filter((one) => /^npm (ci|publish)/.test(one)))
      expect(command).toContain('--ignore-scripts');
    expect(commands.indexOf('npm run build')).toBeGreaterThan(0);
    expect(commands[0]).toContain('GITHUB_REF_NAME');
    expect(await readFile(join(folder, 'publish.yml'), 'utf8')).not.toMatch(/secrets\.|NODE_AUTH_TOKEN/);
  });

  test('attaches the bill of materials to the release, in a job that cannot publish', async () => {
    const publish = await workflow('publish.yml');
    const job = publish.jobs['bill-of-materials'];
    expect(job?.needs).toBe('publish');
    expect(job?.permissions).toEqual({ contents: 'write' });
    const commands = commandsOf(publish, 'bill-of-materials');
    expect(commands.slice(0, 2)).toEqual(['npm ci --no-audit --no-fund --ignore-scripts', 'npm run build']);
    expect(commands.at(-1)).toMatch(/^gh release upload "\$GITHUB_REF_NAME" dist\/sbom\.cdx\.json /);
    // The build that the workflow runs writes this file.
    expect(await readFile(join(root, 'dist/sbom.cdx.json'), 'utf8')).toContain('"bomFormat": "CycloneDX"');
  });
});

/** What the program loads before it answers: --help must be there at once, and the SDK is most of the program. */
import { describe, expect, test } from 'vitest';
import * as updateErrors from '../../src/aws/lossless-update/errors.ts';
import * as errors from '../../src/core/errors.ts';
import { MigrateError } from '../../src/core/errors.ts';
import { buildTraced } from './loaded.ts';

/** Sources of the SDK, the prompts, the spinner and zod, and of the parts of ours that stand on them. */
const heavy = (sources: readonly string[]): readonly string[] =>
  sources.filter((source) =>
    /@aws-sdk|@smithy|@inquirer|node_modules\/(ora|zod)\/|src\/(steps|sandbox|lambda)\//.test(source),
  );

describe('what is loaded', () => {
  test('--help, --version, and completion load no SDK, no prompt and no spinner; a command that calls AWS does', async () => {
    const run = await buildTraced();
    for (const args of [['--version'], ['-V'], ['--help'], ['help']]) {
      const { code, stdout, sources } = run(args);
      expect({ args, code, said: stdout !== '' }).toEqual({ args, code: 0, said: true });
      expect(sources).toContain('src/cli/main.ts');
      expect(heavy(sources), args.join(' ')).toEqual([]);
    }
    const report = run(['--version', '--verbose']);
    expect({ code: report.code, said: report.stdout.includes('Node.js') }).toEqual({ code: 0, said: true });
    expect(heavy(report.sources)).toEqual([]);
    const answer = run(['__complete', 'fish', 'cognito-migrate init --mfa re']);
    expect({ code: answer.code, stdout: answer.stdout }).toEqual({ code: 0, stdout: 'reset\t\n' });
    expect(heavy(answer.sources)).toEqual([]);
    for (const args of [
      ['help', 'init'],
      ['teardown', '--help'],
    ]) {
      const { code, sources } = run(args);
      expect(code).toBe(0);
      // Its options are made from their declarations.
      expect(heavy(sources).filter((source) => !source.includes('/zod/'))).toEqual([]);
    }
    for (const args of [['env'], ['explain', 'CM110'], ['config-schema'], ['completion', 'bash']]) {
      const { sources } = run(args);
      // Shared chunks are in common files, which must bring nothing along.
      expect(
        heavy(sources).filter((source) => /@aws-sdk|@smithy|@inquirer|src\/sandbox/.test(source)),
      ).toEqual([]);
    }
    const proxies = (sources: readonly string[]): readonly string[] =>
      sources.filter((source) => /proxy-(agent|from-env)|agent-base/.test(source));
    const { code, sources } = run(['status', '--no-input']);
    expect(code).toBe(2); // no pools were given
    expect(heavy(sources).some((source) => source.includes('@aws-sdk/client-iam'))).toBe(true);
    // It shows changes as plan does, says things that init says too, and has the line of sign-ins. The code of other commands is not its own.
    const others = /^src\/cli\/(codegen|commands\/(?!status|plan|init|sign-ins|self-test\/variables)[^/]+)\//;
    expect(sources.filter((source) => others.test(source))).toEqual([]);
    const pages = /node_modules\/d3-|src\/report\//;
    expect(sources.filter((source) => pages.test(source))).toEqual([]);
    const errorClasses = /client-(?!iam|sts)[a-z-]+\/dist-es\/models\/errors/;
    expect(sources.filter((source) => errorClasses.test(source))).toEqual([]);
    // Proxies are for those who have one. Nothing answers at either address.
    const pools = ['--old-user-pool-id', 'eu-west-1_A', '--new-user-pool-id', 'eu-west-1_B'];
    const keys = { AWS_ACCESS_KEY_ID: '111122223333', AWS_SECRET_ACCESS_KEY: 'local' };
    const call = ['plan', ...pools, '--no-input', '--endpoint-url'];
    const direct = run([...call, 'http://127.0.0.1:9'], keys);
    expect({ code: direct.code, proxies: proxies(direct.sources) }).toEqual({ code: 7, proxies: [] });
    const proxied = run([...call, 'https://aws.invalid'], { ...keys, HTTPS_PROXY: 'http://127.0.0.1:9' });
    expect(proxied.code).toBe(7);
    expect(proxies(proxied.sources).length).toBeGreaterThan(2);
  });

  test.each([
    [
      'the SDK',
      "import { IAMClient } from '@aws-sdk/client-iam'; IAMClient.name.trim();",
      '@aws-sdk/client-iam',
    ],
    ['the prompts', "import { input } from '@inquirer/prompts'; input.name.trim();", '@inquirer/'],
    ['the spinner', "import ora from 'ora'; ora.name.trim();", 'node_modules/ora/'],
  ])('%s would be found, if program.ts imported it at once', async (_, prefix, part) => {
    const run = await buildTraced({ 'src/cli/program.ts': prefix });
    const { sources } = run(['--version']);
    expect(heavy(sources).some((source) => source.includes(part))).toBe(true);
  });
});

describe('what the bundle shortens', () => {
  test('each error that people see says its name itself', () => {
    const classes = Object.entries({ ...errors, ...updateErrors }).flatMap(([name, value]) =>
      typeof value === 'function' && value.prototype instanceof MigrateError ? [{ name, value }] : [],
    );
    expect(classes.length).toBeGreaterThan(8);
    // A name of the engine's own is not enumerable, and the bundle shortens it.
    for (const { name, value } of classes)
      expect(Object.getOwnPropertyDescriptor(value, 'name')).toMatchObject({ value: name, enumerable: true });
  });
});

/** Every exit code, brought about by what really leads to it, as a shell sees it; and the README's table of them. */
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  SetUserPoolMfaConfigCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, inject, test } from 'vitest';
import { type ExitKind, exitCodes } from '../../src/core/errors.ts';
import { type ProgramResult, programEnv } from '../support/run-program.ts';
import { tempFolder } from '../support/temp.ts';
import { startTwoPools, type TwoPools } from '../support/two-pools.ts';
import { between, init, spawned, start } from './support.ts';

interface Scene extends TwoPools {
  readonly folder: string;
  readonly env: Record<string, string | undefined>;
}

interface Situation {
  readonly when: string;
  readonly run: (scene: Scene) => Promise<ProgramResult>;
  /** What a person reads about it. */
  readonly says: RegExp;
}

const plan = (scene: Scene, more: Record<string, string | undefined> = {}): Promise<ProgramResult> =>
  start(scene.folder, between(scene, 'plan'), { ...scene.env, ...more }).ended;

/** Without a situation for a new exit code this does not compile. */
const situations: Readonly<Record<ExitKind, readonly Situation[]>> = {
  ok: [{ when: 'a plan is shown', run: (scene) => plan(scene), says: /^$/ }],
  bug: [
    {
      when: "the installation lacks the function's code",
      async run(scene) {
        const program = inject('program');
        const broken = join(scene.folder, 'dist');
        await cp(dirname(dirname(program)), broken, { recursive: true });
        await rm(join(broken, 'handler.zip'));
        const args = [join(broken, 'cli/main.js'), ...between(scene, 'plan')];
        const env = { ...programEnv(scene.folder), ...scene.env };
        return spawned(process.execPath, args, { cwd: scene.folder, env }).ended;
      },
      says: /This is a bug in cognito-migrate\n\s+Please report it with these lines:\n[\s\S]*handler\.zip/,
    },
  ],
  usage: [
    {
      when: 'nothing is given and nobody can be asked',
      run: (scene) => start(scene.folder, ['init'], scene.env).ended,
      says: /Missing: --old-user-pool-id[\s\S]*--new-user-pool-id/,
    },
    {
      when: 'a flag is unknown',
      run: (scene) => start(scene.folder, ['plan', '--old-pool', 'x'], scene.env).ended,
      says: /unknown option '--old-pool'/,
    },
    {
      when: 'the command is unknown',
      run: (scene) => start(scene.folder, ['destroy'], scene.env).ended,
      says: /unknown command 'destroy'/,
    },
  ],
  permission: [
    {
      when: 'there are no credentials',
      run: (scene) => plan(scene, { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }),
      says: /No AWS credentials|no credentials/i,
    },
    {
      when: 'an action is denied',
      run(scene) {
        scene.sandbox.faults.inject({ kind: 'access-denied', operation: 'DescribeUserPool', times: 9 });
        return plan(scene);
      },
      says: /Not allowed: cognito-idp:DescribeUserPool/,
    },
  ],
  conflict: [
    {
      when: "the new pool has somebody else's trigger",
      async run(scene) {
        const UserMigration = 'arn:aws:lambda:eu-west-1:111122223333:function:theirs';
        await scene.sdk.idp.send(
          new UpdateUserPoolCommand({ UserPoolId: scene.new, LambdaConfig: { UserMigration } }),
        );
        return start(scene.folder, init(scene), scene.env).ended;
      },
      says: /--replace-trigger/,
    },
  ],
  unhealthy: [
    {
      when: 'nothing is installed',
      run: (scene) => start(scene.folder, between(scene, 'status'), scene.env).ended,
      says: /^$/,
    },
  ],
  state: [
    {
      when: 'the state file is broken',
      async run(scene) {
        await writeFile(join(scene.folder, 'cognito-migrate.state.json'), '{"version": 1,');
        return plan(scene);
      },
      says: /cognito-migrate\.state\.json/,
    },
  ],
  aws: [
    {
      when: 'nothing answers at the address of AWS',
      run: (scene) => plan(scene, { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }),
      says: /127\.0\.0\.1:9/,
    },
  ],
  refused: [
    {
      when: 'the doctor finds that nobody would move',
      async run(scene) {
        await scene.sdk.idp.send(
          new SetUserPoolMfaConfigCommand({
            UserPoolId: scene.old,
            MfaConfiguration: 'ON',
            SoftwareTokenMfaConfiguration: { Enabled: true },
          }),
        );
        return start(scene.folder, init(scene), scene.env).ended;
      },
      says: /CM403/,
    },
  ],
  cancelled: [
    {
      when: 'Ctrl-C is pressed before the first write',
      async run(scene) {
        const running = start(scene.folder, between(scene, 'plan'), scene.env);
        scene.sandbox.faults.onCall('before', async () => {
          if (running.child.kill('SIGINT')) await running.ended;
        });
        return running.ended;
      },
      says: /Cancelled\. Nothing was changed\./,
    },
  ],
};

const table = Object.entries(situations).flatMap(([kind, list]) =>
  Object.entries(exitCodes).flatMap(([name, { code }]) =>
    name === kind ? list.map((situation) => ({ code, ...situation })) : [],
  ),
);

describe('exit code', () => {
  test.each(table)('$code: $when', async ({ code, run, says }) => {
    const pools = await startTwoPools();
    const env = { AWS_ENDPOINT_URL: pools.sandbox.url };
    const ended = await run({ ...pools, folder: await tempFolder(), env });
    expect(ended).toMatchObject({ code, signal: null });
    expect(ended.stderr).toMatch(says);
    // A stack trace is for our own mistakes.
    if (code !== exitCodes.bug.code) expect(ended.stderr).not.toMatch(/^\s+at |is a bug/m);
  });

  test('the README has all of them, with what they mean, and no other', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const part = /<!-- exit-codes:begin -->([\s\S]*)<!-- exit-codes:end -->/.exec(readme)?.[1] ?? '';
    const rows = [...part.matchAll(/^\| `(\d+)` \| (.*) \|$/gm)].map(([, code, meaning]) => [
      Number(code),
      meaning,
    ]);
    expect(rows).toEqual(Object.values(exitCodes).map(({ code, meaning }) => [code, meaning]));
    expect(new Set(table.map(({ code }) => code))).toEqual(new Set(rows.map(([code]) => code)));
  });
});

/** Every exit code, brought about by what really leads to it, as a shell sees it; and the reference's table of them. */
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  SetUserPoolMfaConfigCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, inject, test } from 'vitest';
import { type ExitKind, exitCodes } from '../../src/core/errors.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { type ProgramResult, programEnv } from '../support/run-program.ts';
import { between, init, spawned, start } from './support.ts';

/** A local AWS, and the variables by which a process finds it. */
interface ReachableAws extends LocalAws {
  readonly env: Record<string, string | undefined>;
}

interface Situation {
  readonly when: string;
  readonly run: (aws: ReachableAws) => Promise<ProgramResult>;
  /** What a person reads about it. */
  readonly says: RegExp;
}

const plan = (aws: ReachableAws, more: Record<string, string | undefined> = {}): Promise<ProgramResult> =>
  start(aws.folder, between(aws, 'plan'), { ...aws.env, ...more }).ended;

/** Without a situation for a new exit code this does not compile. */
const situations: Readonly<Record<ExitKind, readonly Situation[]>> = {
  ok: [{ when: 'a plan is shown', run: (aws) => plan(aws), says: /^$/ }],
  bug: [
    {
      when: "the installation lacks the function's code",
      async run(aws) {
        const program = inject('program');
        const broken = join(aws.folder, 'dist');
        await cp(dirname(dirname(program)), broken, { recursive: true });
        await rm(join(broken, 'handler.zip'));
        const args = [join(broken, 'cli/main.js'), ...between(aws, 'plan')];
        const env = { ...programEnv(aws.folder), ...aws.env };
        return spawned(process.execPath, args, { cwd: aws.folder, env }).ended;
      },
      says: /This is a bug in cognito-migrate\n\s+Please report it with these lines:\n[\s\S]*handler\.zip/,
    },
  ],
  usage: [
    {
      when: 'nothing is given and nobody can be asked',
      run: (aws) => start(aws.folder, ['init'], aws.env).ended,
      says: /Missing: --old-user-pool-id[\s\S]*--new-user-pool-id/,
    },
    {
      when: 'a flag is unknown',
      run: (aws) => start(aws.folder, ['plan', '--old-pool', 'x'], aws.env).ended,
      says: /unknown option '--old-pool'/,
    },
    {
      when: 'the command is unknown',
      run: (aws) => start(aws.folder, ['destroy'], aws.env).ended,
      says: /unknown command 'destroy'/,
    },
  ],
  permission: [
    {
      when: 'there are no credentials',
      run: (aws) => plan(aws, { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }),
      says: /No AWS credentials|no credentials/i,
    },
    {
      when: 'an action is denied',
      run(aws) {
        aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'DescribeUserPool', times: 9 });
        return plan(aws);
      },
      says: /Not allowed: cognito-idp:DescribeUserPool/,
    },
  ],
  conflict: [
    {
      when: "the new pool has somebody else's trigger",
      async run(aws) {
        const UserMigration = 'arn:aws:lambda:eu-west-1:111122223333:function:theirs';
        await aws.sdk.idp.send(
          new UpdateUserPoolCommand({ UserPoolId: aws.newPool, LambdaConfig: { UserMigration } }),
        );
        return start(aws.folder, init(aws), aws.env).ended;
      },
      says: /--replace-trigger/,
    },
  ],
  unhealthy: [
    {
      when: 'nothing is installed',
      run: (aws) => start(aws.folder, between(aws, 'status'), aws.env).ended,
      says: /^$/,
    },
  ],
  state: [
    {
      when: 'the state file is broken',
      async run(aws) {
        await writeFile(join(aws.folder, 'cognito-migrate.state.json'), '{"version": 1,');
        return plan(aws);
      },
      says: /cognito-migrate\.state\.json/,
    },
  ],
  aws: [
    {
      when: 'nothing answers at the address of AWS',
      run: (aws) => plan(aws, { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }),
      says: /127\.0\.0\.1:9/,
    },
  ],
  refused: [
    {
      when: 'the doctor finds that nobody would move',
      async run(aws) {
        await aws.sdk.idp.send(
          new SetUserPoolMfaConfigCommand({
            UserPoolId: aws.oldPool,
            MfaConfiguration: 'ON',
            SoftwareTokenMfaConfiguration: { Enabled: true },
          }),
        );
        return start(aws.folder, init(aws), aws.env).ended;
      },
      says: /CM403/,
    },
  ],
  cancelled: [
    {
      when: 'Ctrl-C is pressed before the first write',
      async run(aws) {
        const running = start(aws.folder, between(aws, 'plan'), aws.env);
        aws.sandbox.faults.onCall('before', async () => {
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
    const aws = await startLocalAws();
    const ended = await run({ ...aws, env: { AWS_ENDPOINT_URL: aws.sandbox.url } });
    expect(ended).toMatchObject({ code, signal: null });
    expect(ended.stderr).toMatch(says);
    // A stack trace is for our own mistakes.
    if (code !== exitCodes.bug.code) expect(ended.stderr).not.toMatch(/^\s+at |is a bug/m);
  });

  test('the reference has all of them, with what they mean, and no other', async () => {
    const reference = await readFile(new URL('../../docs/reference.md', import.meta.url), 'utf8');
    const part = /<!-- exit-codes:begin -->([\s\S]*)<!-- exit-codes:end -->/.exec(reference)?.[1] ?? '';
    const rows = [...part.matchAll(/^\| `(\d+)` \| (.*) \|$/gm)].map(([, code, meaning]) => [
      Number(code),
      meaning,
    ]);
    expect(rows).toEqual(Object.values(exitCodes).map(({ code, meaning }) => [code, meaning]));
    expect(new Set(table.map(({ code }) => code))).toEqual(new Set(rows.map(([code]) => code)));
  });
});

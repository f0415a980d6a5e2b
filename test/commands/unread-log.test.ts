/** How many users have moved is good to know. Nothing stops because the log cannot be read. */
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import type { ConfiguredAws } from '../fault-injection/scene.ts';
import { runCli } from '../support/run-cli.ts';
import { installed, status } from './support.ts';

const breakLog = ({ sandbox }: ConfiguredAws, kind: 'internal-error' | 'access-denied'): void => {
  sandbox.faults.inject({ kind, service: 'logs', operation: 'FilterLogEvents', times: 1_000 });
};

const breakLists = ({ sandbox }: ConfiguredAws, kind: 'internal-error' | 'access-denied'): void => {
  sandbox.faults.inject({ kind, service: 'cognito-idp', operation: 'ListUsers', times: 1_000 });
};

test.each(['internal-error', 'access-denied'] as const)(
  'status after %s: the rest is shown',
  async (kind) => {
    const aws = await installed();
    breakLog(aws, kind);
    const { code, document } = await status(aws);
    expect(code).toBe(exitCodes.ok.code);
    expect(document).toMatchObject({ healthy: true, users: { complete: false } });
    expect(document.users.unread).toBe(kind === 'access-denied' ? 'ACCESS_DENIED' : 'AWS_BUSY');
    expect(document.notes?.[0]).toMatchObject({ level: 'warning' });
    const text = await runCli(
      aws.status.filter((word) => word !== '--json'),
      aws.io,
    );
    expect(text.stdout).toContain('unknown how many have moved');
  },
);

test.each(['internal-error', 'access-denied'] as const)(
  'teardown after %s: everything goes',
  async (kind) => {
    const aws = await installed();
    breakLog(aws, kind);
    breakLists(aws, kind);
    const { code, stderr } = await runCli(aws.teardown, aws.io);
    expect(code).toBe(exitCodes.ok.code);
    expect(stderr).toContain('Cannot check both pools for users who have moved');
    expect(stderr).toContain('Cannot check how many users have moved');
    expect((await runCli(aws.status, aws.io)).code).toBe(exitCodes.unhealthy.code);
  },
);

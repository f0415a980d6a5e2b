/** How many users have moved is good to know. Nothing stops because the log cannot be read. */
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { run } from '../fault-injection/program.ts';
import type { Scene } from '../fault-injection/scene.ts';
import { installed, status } from './support.ts';

const breakLog = ({ sandbox }: Scene, kind: 'internal-error' | 'access-denied'): void => {
  sandbox.faults.inject({ kind, service: 'logs', operation: 'FilterLogEvents', times: 1_000 });
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
    const text = await run(
      aws,
      aws.status.filter((word) => word !== '--json'),
    );
    expect(text.stdout).toContain('unknown how many have moved');
  },
);

test.each(['internal-error', 'access-denied'] as const)(
  'teardown after %s: everything goes',
  async (kind) => {
    const aws = await installed();
    breakLog(aws, kind);
    const { code, stderr } = await run(aws, aws.teardown);
    expect(code).toBe(exitCodes.ok.code);
    expect(stderr).toContain('Cannot check how many users have moved');
    expect((await run(aws, aws.status)).code).toBe(exitCodes.unhealthy.code);
  },
);
